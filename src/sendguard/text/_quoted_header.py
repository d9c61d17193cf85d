"""What stands above quoted text and says whose it is.

Three forms: an attribution line ("On 3 May 2027, Ann Long wrote:"), a block of header fields
("From: … Sent: … To: … Subject: …"), and a line that marks a whole message ("-----Original
Message-----"). Mail programs write them in the reader's language; the words are in
`data/quoting.toml`.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from attrs import frozen

from sendguard.canonical import Mailbox
from sendguard.text._vocabulary import alternation, vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

_MAX_LABEL = 30  # code points
_MAX_MARKER = 80  # code points
_MAX_ATTRIBUTION = 400  # code points, over all its lines
_MAX_BLOCK = 24  # lines
_MAX_FOLDED = 3  # lines that a field was wrapped into
_WRAPPED = 30  # code points; a shorter line was not wrapped
_MAX_NAME = 10  # words
_MAX_MAILBOX = 500  # code points of one that are read
_MAX_RECIPIENTS = 4_000  # code points of a list of them that are read

_OTHER_FIELD = re.compile(r"[A-Z][A-Za-z\-]{2,30}: ")  # of a whole header, as in the mail itself
_NAME = re.compile(r"(?:[A-Z][\w.'’\-]*+ ?){2,4}+")
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"'@]++@[^\s<>()\[\],;:\"'@]++")
_NO_NAME = re.compile(r"<[^<>]*+>|\[[^\[\]]*+\]|\([^()]*@[^()]*\)|[^\s<>]*@[^\s<>]*")
_EDGES: Final = " \t\xa0\"'*,;:."
_ORDINAL = r"(?:st|nd|rd|th|º|er|\.)?"
_DATE_WORD = re.compile(
    rf"[\W\d]*\d[\d\W]*{_ORDINAL}(?:[ap]m|h\d*|uhr)?[,.;]?|\([A-Z+\-\d:]+\)", re.IGNORECASE
)
_DIGIT = re.compile(r"\d")
_CERTAIN = re.compile(r"\d[:.h]\d\d|(?:19|20)\d\d|@")


@frozen(repr=False)
class QuotedHeader:
    """What the lines above a quotation say about it, as far as they could be read.

    Attributes:
        sender: who wrote it; the address or the name may be "".
        recipients: to whom it went, Cc included.
        date: when, as written.
        subject: its subject.
        forwarded: whether it was passed on, rather than answered.
    """

    sender: Mailbox | None = None
    recipients: tuple[Mailbox, ...] = ()
    date: str = ""
    subject: str = ""
    forwarded: bool = False

    def __repr__(self) -> str:
        return f"QuotedHeader({self.sender!r}, forwarded={self.forwarded})"


def read_marker(line: str) -> str | None:
    """Tell which kind of message a line announces, if it is such a line.

    Args:
        line: without a quoting prefix and without white space around it.

    Returns:
        "original", "forwarded", "ends", or None.

    >>> read_marker("-----Ursprüngliche Nachricht-----"), read_marker("Original message")
    ('original', None)
    """
    is_set_off = line.startswith(("--", "__"))
    if len(line) > _MAX_MARKER or not (is_set_off or line.endswith(":")):
        return None
    kind = _markers().get(line.strip(" -_:\t\xa0").casefold())
    if kind == "begins":
        return "forwarded"
    return kind if is_set_off else None


def read_block(lines: Sequence[str], at: int, *, marked: bool) -> tuple[QuotedHeader, int] | None:
    """Read the block of header fields that begins at a line.

    Args:
        lines: without quoting prefixes and without white space around them.
        at: index of the first line.
        marked: whether a line above announced a message, so that one field is enough. Otherwise
            sender, subject, and a date or recipient must be there: "From: Berlin, To: Paris, Date:
            3 May" is a journey.

    Returns:
        The header, and the index of the line after it; None when no such block begins there.
    """
    field = read_field(lines[at])
    if field is None and not (marked and _OTHER_FIELD.match(lines[at])):
        return None
    field = field or ("other", "")
    values: dict[str, str] = {}
    folded = 0
    index = at
    for index in range(at, min(at + _MAX_BLOCK, len(lines))):
        line = lines[index]
        following = read_field(line)
        if following is not None:
            field, folded = following, 0
            values.setdefault(field[0], field[1])
        elif _OTHER_FIELD.match(line):
            field, folded = ("other", line), 0
            values.setdefault(*field)
        elif line and folded < _MAX_FOLDED and (folded or len(lines[index - 1]) >= _WRAPPED):
            folded += 1
            values[field[0]] += f" {line}"
        elif line or not _goes_on(lines, index + 1):
            break
    else:
        index += 1
    known = values.keys()
    if not marked and not ({"from", "subject"} <= known and known & {"to", "date"}):
        return None
    if marked and not known & {"from", "date", "subject"}:
        return None
    header = QuotedHeader(
        sender=_mailbox(values["from"]) if "from" in known else None,
        recipients=(*_mailboxes(values.get("to", "")), *_mailboxes(values.get("cc", ""))),
        date=values.get("date", ""),
        subject=values.get("subject", ""),
    )
    return header, index


def _goes_on(lines: Sequence[str], at: int) -> bool:
    """Whether a block goes on behind a blank line, as it does in text made from HTML."""
    field = read_field(lines[at]) if at < len(lines) else None
    return field is not None and field[0] not in {"from", "other"}


def read_field(line: str) -> tuple[str, str] | None:
    """Return which header field a line is, and its value.

    >>> read_field("*Gesendet:* Montag, 3. Mai 2027 10:00")
    ('date', 'Montag, 3. Mai 2027 10:00')
    """
    colon = line.find(":", 0, _MAX_LABEL)
    if colon < 0:
        return None
    kind = _labels().get(line[:colon].strip(" *\t\xa0").casefold())
    return None if kind is None else (kind, line[colon + 1 :].strip(" *\t\xa0"))


def begins_attribution(line: str) -> bool:
    """Tell whether a line may be the first of an attribution that was wrapped."""
    return (
        len(line) <= _MAX_ATTRIBUTION
        and _DIGIT.search(line) is not None
        and (_opening().match(line) is not None or "@" in line)
    )


def read_attribution(line: str) -> tuple[QuotedHeader, bool] | None:
    """Read the line that says who wrote what follows.

    Args:
        line: all of it, where it was wrapped.

    Returns:
        What it says, and whether it is sure even if what follows is not set as a quotation; None
        for another line.

    >>> header, sure = read_attribution("Am 3.5.2027 um 10:00 schrieb Ann Long <ann@a.example>:")
    >>> header.sender.name, header.date, sure
    ('Ann Long', '3.5.2027 um 10:00', True)
    """
    if len(line) > _MAX_ATTRIBUTION or not line.endswith(":"):
        return None
    line = line[:-1].rstrip(" *\xa0")
    verb = None
    for verb in _verb().finditer(line):  # noqa: B007 -- the last one counts
        pass
    if verb is None:
        opening = _opening().match(line)
        is_dated = opening is not None and _CERTAIN.search(line) is not None
        if not (is_dated or _ADDRESS.search(line) or _is_name(line)):
            return None
        date, name = _parted(line[opening.end() :] if opening else line)
        return QuotedHeader(sender=_mailbox(name), date=date), False
    before, after = line[: verb.start()].strip(_EDGES), line[verb.end() :].strip(_EDGES)
    opening = _opening().match(before)
    if opening:
        before = before[opening.end() :]
    date, name = _parted(before)
    sure = bool(opening and date and _CERTAIN.search(line))
    if after:
        closing = _opening().match(after)
        if closing and _DIGIT.search(after):
            date, name = after[closing.end() :].strip(_EDGES), before
            sure = bool(_CERTAIN.search(line))
        else:
            sure = sure and not name
            date, name = date or name, after
    sure = sure and bool(name) and len(name.split()) <= _MAX_NAME
    return QuotedHeader(sender=_mailbox(name), date=date), sure


def _is_name(line: str) -> bool:
    """Whether a line is a name and nothing else, and not "Dear Ann" either."""
    if not _NAME.fullmatch(line):
        return False
    return line.split(maxsplit=1)[0].casefold() not in _salutations()


def _parted(text: str) -> tuple[str, str]:
    """Part "Wed, 28 Aug 2002 at 10:00, Ann Long" into the date and the name."""
    words = text.split()
    fillers, dates = _fillers()
    last = 0
    for index, word in enumerate(words):
        bare = word.strip(",;.").casefold()
        if "@" not in word and (_DATE_WORD.fullmatch(word) or (last and bare in dates)):
            last = index + 1
    name = words[last:]
    while name and name[0].strip(",").casefold() in fillers:
        del name[0]
    while name and name[-1].strip(",").casefold() in fillers:
        del name[-1]
    return " ".join(words[:last]).strip(_EDGES), " ".join(name).strip(_EDGES)


def _mailbox(text: str) -> Mailbox:
    text = text[:_MAX_MAILBOX]
    if sender := _behalf().search(text):
        text = text[sender.end() :] if text[sender.end() :].strip() else text[: sender.start()]
    address = _ADDRESS.search(text)
    name = " ".join(_NO_NAME.sub(" ", text).split()).strip(_EDGES)
    return Mailbox(name, address.group() if address else "")


def _mailboxes(text: str) -> tuple[Mailbox, ...]:
    text = text[:_MAX_RECIPIENTS]
    if ";" in text:
        entries = text.split(";")
    else:
        entries = [""]
        for piece in text.split(","):  # "Long, Ann <ann@a.example>" is one
            entries[-1] += f",{piece}"
            if "@" in piece:
                entries.append("")
    return tuple(_mailbox(entry) for entry in entries if entry.strip(_EDGES))


@cache
def _labels() -> dict[str, str]:
    labels = vocabulary("quoting")["labels"]
    return {label: kind for kind, names in labels.items() for label in names}


@cache
def _markers() -> dict[str, str]:
    markers = vocabulary("quoting")["markers"]
    return {phrase: kind for kind, phrases in markers.items() for phrase in phrases}


@cache
def _salutations() -> frozenset[str]:
    """The words with which greetings begin."""
    return frozenset(words.split()[0] for words in vocabulary("greetings")["salutations"])


@cache
def _verb() -> re.Pattern[str]:
    verbs = alternation(vocabulary("quoting")["attribution"]["verbs"])
    return re.compile(rf"(?i)\b{verbs}\b")


@cache
def _opening() -> re.Pattern[str]:
    openings = alternation(vocabulary("quoting")["attribution"]["openings"])
    return re.compile(rf"(?i)\W*{openings}\b[,\s]*")


@cache
def _fillers() -> tuple[frozenset[str], frozenset[str]]:
    words = vocabulary("quoting")["attribution"]
    return frozenset(words["fillers"]), frozenset(words["dates"])


@cache
def _behalf() -> re.Pattern[str]:
    return re.compile(rf"(?i)\b{alternation(vocabulary('quoting')['attribution']['behalf'])}\b")
