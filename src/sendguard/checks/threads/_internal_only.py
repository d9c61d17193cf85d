"""What only colleagues should read, in a message that leaves the organisation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Final

from attrs import frozen

from sendguard.canonical import canonical_address
from sendguard.checks._word_lists import word_lists
from sendguard.checks.algebra import Case, Check, Leaf
from sendguard.checks.threads._participants import Outside, are_internal, outside
from sendguard.model import Action, Finding
from sendguard.text import PhraseWords

if TYPE_CHECKING:
    from sendguard.text import Passage, QuotedHeader

# One of these is in every mark; only what stands near one is looked at closely.
_HINTS: Final = (
    "intern", "extern", "esterno", "extérieur", "client", "customer", "kund", "klant",
    "staff only", "distribu", "fuera", "außen",
)  # fmt: skip
_NEAR: Final = 80  # code points
_MOST: Final = 5  # findings of one kind
_ROLE = re.compile(
    r"(?:no-?reply|do-?not-?reply|mailer|form|web|shop|www|kontakt|contact|notif\w*|system|root)\b.*"
)


@frozen(repr=False)
class _InternalOnly(Leaf):
    def find(self, case: Case) -> Iterator[Finding]:
        passages = _that_may_be_marked(case)
        sensitivity = (case.message.header("Sensitivity") or "").strip().casefold()
        is_confidential = sensitivity == "company-confidential"
        if not (passages or is_confidential):
            return  # most mail; who reads it matters no more
        border = outside(case)
        if not border.recipients:
            return
        yield from _markers(passages, border)
        yield from _quoted(case, border)
        if is_confidential:
            yield Finding(
                code="thread.internal-marker",
                action=Action.WARN,
                message='The message is marked "Company-Confidential" and leaves the company.',
                part="header:Sensitivity",
                suggestion="Take off the mark, or the recipients who are no colleagues.",
            )


def _that_may_be_marked(case: Case) -> list[Passage]:
    """Of the new text what has the words of a mark, and all that is quoted."""
    passages = [each.passage for each in case.analysis.words if _words_of_marks().may_be_in(each)]
    passages += [each.where for q in case.analysis.quoting for each in q.quotations]
    return passages


def _markers(passages: list[Passage], border: Outside) -> Iterator[Finding]:
    reported: set[tuple[str, str]] = set()
    for passage in passages:
        for where, is_certain in _marked(passage):
            shown = " ".join(where.text.split())
            if (where.part, shown.casefold()) in reported:
                continue
            reported.add((where.part, shown.casefold()))
            yield Finding(
                code="thread.internal-marker",
                action=Action.HOLD if is_certain and border.is_told else Action.WARN,
                message=f'"{shown}" stands in a message that leaves the organisation.',
                part=where.part,
                span=where.span,
                suggestion="Take out what is for colleagues, or the recipients who are none.",
            )
            if len(reported) == _MOST:
                return


def _marked(passage: Passage) -> Iterator[tuple[Passage, bool]]:
    text = passage.place.plain
    for start, end in _windows(passage):
        for match in _orders().finditer(text, start, end):
            yield passage.at(*match.span()), True
        for match in _labels().finditer(text, start, end):
            group = "label" if match["label"] else "loud"
            is_loud = match[group].isupper() or passage.part == "subject"
            yield passage.at(*match.span(group)), is_loud
    if passage.part.endswith("subject"):
        tag = _tags().match(text, passage.start, passage.end)
        if tag is not None:
            yield passage.at(*tag.span()), True


def _windows(passage: Passage) -> Iterator[tuple[int, int]]:
    """Where a mark may stand: around each hint, what overlaps in one."""
    lowered = passage.text.lower()
    if not any(hint in lowered for hint in _HINTS):
        return
    text = passage.place.plain
    start = end = -1
    for hint in _hint().finditer(text, passage.start, passage.end):
        before = max(passage.start, hint.start() - _NEAR)
        if before > end:
            if end >= 0:
                yield start, end
            start = before
        end = min(passage.end, hint.end() + _NEAR)
    if end >= 0:
        yield start, end


def _quoted(case: Case, border: Outside) -> Iterator[Finding]:
    """Quoted mail from colleagues to colleagues; the external reader was not among them."""
    for quoting in case.analysis.quoting:
        headers = [quotation.header for quotation in quoting.quotations]
        addresses = {address for header in headers for address in _addresses(header)}
        for quotation in quoting.quotations:
            header = quotation.header
            if header.sender is None or _ROLE.fullmatch(header.sender.address.casefold()):
                continue
            named = [box.address for box in header.recipients]
            if not (header.sender.address and named and all(named)):
                continue
            if are_internal(_addresses(header), border.domains):
                whole = are_internal(addresses, border.domains)
                yield Finding(
                    code="thread.internal-history",
                    action=Action.HOLD if border.is_told and whole else Action.WARN,
                    message="A mail between colleagues is quoted to readers outside the "
                    "organisation.",
                    part=quotation.where.part,
                    span=quotation.where.span,
                    suggestion="Delete what is quoted below before it leaves.",
                )
                break


def _addresses(header: QuotedHeader) -> set[str]:
    boxes = [*header.recipients, *((header.sender,) if header.sender else ())]
    return {canonical_address(box.address) for box in boxes if box.address}


@cache
def _words_of_marks() -> PhraseWords:
    lists = word_lists("conversation")
    return PhraseWords((*lists["orders"], *lists["labels"], *lists["tags"]))


@cache
def _hint() -> re.Pattern[str]:
    return re.compile(rf"(?i){_any_of(_HINTS)}")


@cache
def _orders() -> re.Pattern[str]:
    orders = word_lists("conversation")["orders"]
    first = _any_of({order.split()[0] for order in orders})  # few words, so it fails early
    return re.compile(rf"(?i)\b(?={first}\s){_any_of(orders)}\b")


@cache
def _labels() -> re.Pattern[str]:
    """A label that has a line or a bracket to itself, or stands out in capitals."""
    words = _any_of(word_lists("conversation")["labels"])
    capitals = _any_of([label.upper() for label in word_lists("conversation")["labels"]])
    return re.compile(
        rf"(?im:^[ \t>|]{{0,20}}+[*\[(<=#_!\-]{{0,6}}+[ ]?(?P<label>{words})"
        rf"(?=[ ]?+[*\])>=#_!.:–—\-]|[ \t\r]*+$))|\b(?=[A-ZÀ][A-ZÓ ])(?P<loud>{capitals})\b"
    )


@cache
def _tags() -> re.Pattern[str]:
    words = _any_of(word_lists("conversation")["tags"])
    return re.compile(rf"(?i)(?:[a-z]{{1,4}}:[ ]?){{0,3}}+(?:\[{words}\]|{words}[ ]?:)")


def _any_of(phrases: Iterable[str]) -> str:
    longest_first = sorted(set(phrases), key=lambda phrase: (-len(phrase), phrase))
    apostrophe = "['’]"
    alternatives = (
        r"\s{1,3}".join(re.escape(word).replace("'", apostrophe) for word in phrase.split())
        for phrase in longest_first
    )
    return f"(?:{'|'.join(alternatives)})"


def internal_only() -> Check:
    """What is for colleagues does not leave the organisation, in new text or in what is quoted.

    It knows who is a colleague by the internal domains of guard and context; where none are named,
    by the sender's domain, unless that is a consumer mail provider's, and then it only warns.

    Codes:
        ``thread.internal-marker`` (HOLD): "do not forward to the customer", or "INTERNAL ONLY" in
        capitals or in the subject. WARN for a label in small letters, which may be a footer.
        ``thread.internal-history`` (HOLD): mail from colleagues to colleagues alone is quoted
        below. WARN where others took part in what is quoted.
    """
    return _InternalOnly()
