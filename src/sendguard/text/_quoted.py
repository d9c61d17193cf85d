"""New text, and what is quoted below, above or between it.

Lines are judged one after the other: what is set off by ``>`` or, in HTML, as a block quotation,
and what stands below a line or a block of lines that announces an older message. Where nothing but
a habit tells old from new (text in another colour, an answer typed into a wrapped quotation) it
counts as new.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Final, NamedTuple

from attrs import evolve, field, frozen

from sendguard.text._passage import Passage, lines_of
from sendguard.text._quoted_header import (
    QuotedHeader,
    begins_attribution,
    read_attribution,
    read_block,
    read_marker,
)
from sendguard.text._quoted_signs import OTHER_PREFIX, may_quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sendguard.text._analysis import Place

_PREFIX = re.compile(r"[ \t]{0,3}+(?:(?:[A-Z][A-Za-z]{0,3})?>[ \t]?)++")
# What else is set before quoted lines; what is not usual must stand before two of them.
_USUAL: Final = frozenset("|:%}#")
_ANNOUNCES: Final = frozenset({"original", "forwarded"})
_RULE = re.compile(r"_{10,}+")  # which Outlook sets above its block
_MAX_SIGNATURE = 20  # lines; more than these is text that hides under "--"
_MAX_ATTRIBUTION = 3  # lines into which it is wrapped
_NEAR = 5  # lines of text between an attribution and its quotation
_FULL_LINE, _LEFT_OVER = 60, 30  # code points
_STOPS = (".", "?", "!", ":", "")
_NO_HEADER: Final = QuotedHeader()


@frozen
class Quotation:
    """A stretch of an older message, with the lines that introduce it.

    Attributes:
        where: where it stands.
        depth: 1 for what is quoted, 2 for what was quoted in that, and so on.
        header: what its introduction says.
    """

    where: Passage
    depth: int
    header: QuotedHeader = _NO_HEADER


@frozen
class Quoting:
    """A text, parted into what is new in it and what is not.

    Attributes:
        place: the text.
        new: what is neither quoted nor a signature.
        quotations: the rest, in the order of the text.
        signatures: what stands below a line of two hyphens (RFC 3676 §4.3), that line included.
    """

    place: Place = field(repr=False)
    new: tuple[Passage, ...]
    quotations: tuple[Quotation, ...] = ()
    signatures: tuple[Passage, ...] = ()


_Owner = tuple[int, QuotedHeader]
_SENDER: Final[_Owner] = (0, _NO_HEADER)


class _Line(NamedTuple):
    start: int
    end: int
    body: str  # without prefix and white space
    depth: int  # at which it is set as a quotation
    is_block: bool = False  # whether HTML sets it so


def read_quoting(place: Place) -> Quoting:
    r"""Part a text into what is new in it and what is quoted. Linear in its size.

    >>> from sendguard.text import Place
    >>> quoting = read_quoting(Place.of("text", "Yes.\n\nOn 3 May 2027, Ann wrote:\n> Really?"))
    >>> [passage.text for passage in quoting.new]
    ['Yes.']
    >>> quoting.quotations[0].header.sender.name
    'Ann'
    """
    if not may_quote(place):
        return _all_new(place)
    return quoting_by_lines(place)


def _all_new(place: Place) -> Quoting:
    """The whole text, from its first line to its last that are not blank."""
    text = place.plain
    if not text or text.isspace():
        return Quoting(place, ())
    start = text.rfind("\n", 0, len(text) - len(text.lstrip())) + 1
    end = text.find("\n", len(text.rstrip()))
    end = len(text) if end < 0 else end - (text[end - 1] == "\r")
    return Quoting(place, (Passage(place, start, end),))


def quoting_by_lines(place: Place) -> Quoting:
    """What `read_quoting` returns, for any text and from a look at each of its lines."""
    lines = _lines(place)
    new: list[Passage] = []
    quotations: list[Quotation] = []
    signatures: list[Passage] = []
    for (depth, header), first, last in _runs(_Owners(lines, place.part).found):
        where = Passage(place, lines[first].start, lines[last].end)
        if depth:
            quotations.append(Quotation(where, depth, header))
            continue
        end = last
        cut = _signature(lines, first, last)
        if cut is not None:
            signatures.append(where.at(lines[cut].start, where.end))
            end = cut - 1
            while end >= first and not lines[end].body:
                end -= 1
        if end >= first:
            new.append(where.at(where.start, lines[end].end))
    return Quoting(place, tuple(new), tuple(quotations), tuple(signatures))


def _lines(place: Place) -> list[_Line]:
    text = place.plain
    quotes, code = _Spans(place.quotes), _Spans(place.code)
    found: list[_Line] = []
    for start, end in lines_of(text, 0, len(text)):
        begin, depth = start, 0
        prefix = _PREFIX.match(text, start, end) if ">" in text[start:end] else None
        if prefix and not code.hold(start, end):
            # A line that begins with From is given a ">" on its way (RFC 4155, appendix A).
            escaped = text.startswith(">From ", start) and not (found and found[-1].depth)
            if not escaped:
                begin, depth = prefix.end(), prefix.group().count(">")
        is_block = bool(place.quotes) and quotes.hold(start, end)
        found.append(_Line(start, end, text[begin:end].strip(), depth + is_block, is_block))
    if place.quotes and all(line.is_block for line in found if line.body):
        # One block quotation all through is set so for its looks.
        return [line._replace(depth=line.depth - line.is_block, is_block=False) for line in found]
    for index in range(1, len(found) - 1):
        if found[index - 1].depth and _is_left_over(*found[index - 1 : index + 2]):
            found[index] = found[index]._replace(depth=found[index - 1].depth)
    return found


def _is_left_over(before: _Line, line: _Line, after: _Line) -> bool:
    """Whether a line is the end of a quoted one that was wrapped once more on its way."""
    return (
        before.depth == after.depth > line.depth == 0
        and 0 < len(line.body) <= _LEFT_OVER
        and before.end - before.start >= _FULL_LINE
        and before.body[-1:] not in _STOPS
    )


class _Spans:
    """Spans that do not overlap, asked in the order of the text or not."""

    def __init__(self, spans: tuple[tuple[int, int], ...]) -> None:
        self._spans = spans
        self._starts = [start for start, _ in spans]

    def hold(self, start: int, end: int) -> bool:
        """Whether one of them covers that span."""
        nearest = bisect_right(self._starts, start) - 1
        return nearest >= 0 and self._spans[nearest][1] >= end


class _Owners:
    """One pass over the lines that says whose each one is; None for blank ones."""

    def __init__(self, lines: list[_Line], part: str) -> None:
        self.lines = lines
        self.bodies = [line.body for line in lines]
        self.in_html = part.endswith("html")
        self.found: list[_Owner | None] = [None] * len(lines)
        self.below = 0  # messages announced above whose lines bear no prefix of their own
        self.headers: dict[int, QuotedHeader] = {}
        self.mark = ""  # what stood before quoted lines instead of ">"
        index = 0
        while index < len(lines):
            index = self._take(index)

    def _take(self, index: int) -> int:
        """Take one line, or the lines of one introduction; return the index of the next."""
        if self.mark and self.bodies[index].startswith(self.mark):
            self._set_quoted(index)
        line = self.lines[index]
        introduction = self._introduction(index) if line.body else None
        if introduction is not None:
            header, end, sure, reach = introduction
            deeper = self._goes_deeper(end, line.depth, reach)
            if deeper or sure:
                if not deeper and not line.depth:
                    self.below += 1
                level = line.depth + self.below + deeper
                self.headers[level] = header
                for at in range(index, end):
                    if self.bodies[at]:
                        self.found[at] = level, header
                return end
        if line.body:
            self.found[index] = self._owner(line)
            if line.body[0] in "-_" and read_marker(line.body) == "ends" and not line.depth:
                self.below = 0
        return index + 1

    def _owner(self, line: _Line) -> _Owner:
        level = line.depth + self.below
        header = self.headers.get(level)
        if header is None:
            # In HTML a ">" that nothing introduces is an arrow before a link.
            bare = self.in_html and not line.is_block and not self.below
            return _SENDER if bare or not level else (level, _NO_HEADER)
        return level, header

    def _introduction(self, index: int) -> tuple[QuotedHeader, int, bool, int] | None:
        """Read what introduces a quotation at a line.

        Returns:
            The header, the index of the line after, whether it is sure, and within how many lines
            of text a quotation set off as such must follow if it is not.
        """
        body = self.bodies[index]
        marker = read_marker(body) if body[0] in "-_" or body[-1] == ":" else None
        if marker in _ANNOUNCES or (body[0] == "_" and _RULE.fullmatch(body)):
            block = self._block_below(index + 1, marked=marker is not None)
            if block is not None:
                header, end = block
                if marker == "forwarded":  # it has quotations of its own
                    return evolve(header, forwarded=True), end, True, 0
                return header, end, True, 1
            return None
        if ":" not in body:
            return self._wrapped_attribution(index)
        block = read_block(self.bodies, index, marked=False)
        if block is not None:
            return *block, True, 1
        return self._wrapped_attribution(index)

    def _block_below(self, index: int, *, marked: bool) -> tuple[QuotedHeader, int] | None:
        end = min(index + 4, len(self.lines))
        while index < end and not self.bodies[index]:
            index += 1
        return read_block(self.bodies, index, marked=marked) if index < end else None

    def _wrapped_attribution(self, index: int) -> tuple[QuotedHeader, int, bool, int] | None:
        """Read an attribution that begins at a line and may go on in the next two."""
        limit = min(index + _MAX_ATTRIBUTION, len(self.lines))
        for body in self.bodies[index:limit]:
            if body and body[-1] in ":*":
                break
        else:
            return None  # as for most lines; no closer look is needed
        joined = ""
        depth = self.lines[index].depth
        for end in range(index, limit):
            body = self.bodies[end]
            if not body or self.lines[end].depth != depth:
                return None
            joined = f"{joined} {body}" if joined else body
            if body[-1] in ":*":
                found = read_attribution(joined.rstrip("* "))
                return (found[0], end + 1, found[1], _NEAR) if found else None
            if not begins_attribution(joined):
                return None
        return None

    def _goes_deeper(self, index: int, depth: int, reach: int) -> bool:
        """Whether one of the next lines of text is set as a quotation."""
        last = index + 2 * reach  # as many blank lines between them
        while index < min(last, len(self.lines)) and reach:
            line = self.lines[index]
            if line.depth > depth or (line.body and self._is_marked(index)):
                return True
            reach -= bool(line.body)
            index += 1
        return False

    def _is_marked(self, index: int) -> bool:
        """Whether lines bear another prefix instead of ">"; then they are set as quoted."""
        prefix = OTHER_PREFIX.match(self.bodies[index])
        if prefix is None:
            return False
        mark = prefix.group()
        if mark not in _USUAL and self._body(index + 1)[: len(mark)] != mark:
            return False
        self.mark = mark
        self._set_quoted(index)
        return True

    def _set_quoted(self, index: int) -> None:
        mark = self.mark
        while self._body(index).startswith(mark):
            line = self.lines[index]
            self.bodies[index] = line.body[len(mark) :].strip()
            self.lines[index] = line._replace(body=self.bodies[index], depth=line.depth + 1)
            index += 1

    def _body(self, index: int) -> str:
        return self.bodies[index] if index < len(self.bodies) else ""


def _runs(owners: list[_Owner | None]) -> Iterator[tuple[_Owner, int, int]]:
    """Yield each owner with the first and last of the lines that are his in a row."""
    current: _Owner | None = None
    first = last = 0
    for index, owner in enumerate(owners):
        if owner is None:
            continue
        if current is None or owner[0] != current[0] or owner[1] is not current[1]:
            if current is not None:
                yield current, first, last
            current, first = owner, index
        last = index
    if current is not None:
        yield current, first, last


def _signature(lines: list[_Line], first: int, last: int) -> int | None:
    """The index of the line that begins the signature of a run of new lines."""
    for index in range(max(first, last - _MAX_SIGNATURE), last + 1):
        if lines[index].body == "--":
            return index
    return None
