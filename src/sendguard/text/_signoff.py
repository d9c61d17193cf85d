"""How a message ends: the sign-off, the name under it, and what follows as a signature."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from attrs import frozen

from sendguard.text._passage import Passage, lines_of
from sendguard.text._vocabulary import alternation, vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sendguard.text._quoted import Quoting

_LAST_LINES = 16  # lines of text among which a sign-off may stand
_MAX_LINE = 80  # code points; longer lines below a closing are text, not a signature
_MAX_NAME = 40  # code points
_MAX_AFTER = 5  # words after a closing on its line
_CLOSED: Final = " \t\xa0*_,.!:;–—-"
_NAME = re.compile(
    r"[-–—~ \t*]{0,4}+((?:[^\W\d_a-z][^\W\d_]*+[.,]?(?:[ \-'’]|(?=\s|\Z|,))){1,4}+)\s*\Z"
)
_LEADING = re.compile(r"[-–—~ \t\xa0*_]*+")
_INDENTED_NAME = re.compile(r"[-–—~]")


@frozen
class SignOff:
    """The words with which a message ends.

    Attributes:
        where: from the closing words to the name.
        closing: "Kind regards"; None where a name stands alone.
        name: the name as it is written; None where there is none.
    """

    where: Passage
    closing: Passage | None = None
    name: Passage | None = None


@frozen
class Ending:
    """What stands at the end of the new text.

    Attributes:
        sign_off: the closing words and the name.
        signature: what stands below them, or below a line of two hyphens.
        device: a line that a telephone or its program has added.
    """

    sign_off: SignOff | None = None
    signature: Passage | None = None
    device: Passage | None = None


def read_ending(quoting: Quoting) -> Ending:
    r"""Return how the new text of a message ends.

    >>> from sendguard.text import Place, read_quoting
    >>> text = "It is done.\n\nKind regards\nAnn Long\n\nSent from my phone"
    >>> ending = read_ending(read_quoting(Place.of("text", text)))
    >>> ending.sign_off.closing.text, ending.sign_off.name.text, ending.device.text
    ('Kind regards', 'Ann Long', 'Sent from my phone')
    """
    signature = quoting.signatures[0] if quoting.signatures else None
    if not quoting.new:
        return Ending(signature=signature)
    passage = quoting.new[-1]
    lines = _last_lines(passage)
    device = _device(lines)
    if device is not None:
        lines = lines[: lines.index(device)]
    sign_off, below = _sign_off(lines, in_html=passage.part.endswith("html"))
    if below:
        signature = passage.at(below[0].start, below[-1].end)
    return Ending(sign_off, signature, device)


def _last_lines(passage: Passage) -> list[Passage]:
    """The last lines of text, in their order."""
    text = passage.place.plain
    spans = [span for span in lines_of(text, *_tail(passage)) if span[0] != span[1]]
    return [passage.at(start, end) for start, end in spans[-_LAST_LINES:]]


def _tail(passage: Passage) -> tuple[int, int]:
    """The end of a passage in which its last lines lie, begun at the beginning of a line."""
    start = max(passage.start, passage.end - 4 * _LAST_LINES * _MAX_LINE)
    if start > passage.start:
        start = passage.place.plain.find("\n", start, passage.end) + 1 or passage.end
    return start, passage.end


def _device(lines: Sequence[Passage]) -> Passage | None:
    for line in lines[-3:]:
        if len(line.text) <= _MAX_LINE and _devices().match(line.text):
            return line
    return None


def _sign_off(
    lines: Sequence[Passage], *, in_html: bool
) -> tuple[SignOff | None, Sequence[Passage]]:
    """The sign-off among the last lines, and the lines below it."""
    for index in range(len(lines) - 1, -1, -1):
        line = lines[index]
        text = line.text
        if len(text) > _MAX_LINE:
            break
        found = _closing(line, text)
        if found is None:
            continue
        closing, name = found
        below = lines[index + 1 :]
        if name is None and below and _is_name(below[0].text):
            name, below = _trimmed(below[0]), below[1:]
        where = line.at(closing.start, name.end if name is not None else closing.end)
        return SignOff(where, closing, name), below
    if lines and not (in_html and not _INDENTED_NAME.match(lines[-1].text.lstrip())):
        last = lines[-1]
        if last.start and _stands_alone(last) and _NAME.match(last.text):
            name = _trimmed(last)
            return SignOff(name, None, name), ()
    return None, ()


def _closing(line: Passage, text: str) -> tuple[Passage, Passage | None] | None:
    begin = len(text) - len(text.lstrip(_CLOSED))
    match = _closings().match(text, begin)
    if match is None:
        return None
    closing = line.at(line.start + begin, line.start + match.end())
    rest = text[match.end() :]
    after = rest.strip(_CLOSED)
    if not after:
        return closing, None
    words = after.split()
    if len(words) > _MAX_AFTER:
        return None
    start = line.start + match.end() + rest.index(after)
    name = line.at(start, start + len(after))
    if words[0].casefold() in vocabulary("signoffs")["after"]:
        return (closing, None) if all(word[0].islower() for word in words[:1]) else None
    set_apart = rest.lstrip(" \t")[:1] in ",.!;–—-"
    if (set_apart or _closings_with_name(match.group())) and _is_name(after):
        return closing, name
    return None


def _closings_with_name(closing: str) -> bool:
    """Whether a name may follow without a comma: "Best regards Ann", but not "Best Western"."""
    return " " in closing.strip()


def _is_name(text: str) -> bool:
    return len(text) <= _MAX_NAME and _NAME.match(text) is not None


def _trimmed(line: Passage) -> Passage:
    """A name without the dashes before it."""
    lead = _LEADING.match(line.text)
    start = line.start + (lead.end() if lead else 0)
    return line.at(start, start + len(line.place.plain[start : line.end].rstrip()))


def _stands_alone(line: Passage) -> bool:
    """Whether a blank line stands before it, or a dash at its beginning."""
    before = line.place.plain[max(0, line.start - 8) : line.start]
    return before.replace("\r", "").endswith("\n\n") or line.text.lstrip()[:1] in "-–—~"


@cache
def _closings() -> re.Pattern[str]:
    return re.compile(rf"(?i){alternation(vocabulary('signoffs')['closings'])}(?![\w’'])")


@cache
def _devices() -> re.Pattern[str]:
    return re.compile(rf"(?i)\s*{alternation(vocabulary('signoffs')['devices'])}\b")
