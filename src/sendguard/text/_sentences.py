"""The sentences of a text."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from sendguard.text._vocabulary import vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sendguard.text._passage import Passage

_BREAK = re.compile(
    r"(?P<stop>[.!?…]++[\"'”’»)\]]*+(?=\s|\Z)|[。！？]++)|(?P<line>(?:\r\n?|\n)[^\S\r\n]*+)"
    r"(?P<blank>(?:\r\n?|\n)\s*+)?"
)
_BULLET = re.compile(r"(?:[-*•–·‣▪]|\(?\d{1,2}[.)]|\(?[a-z]\))[ \t]++")
_SPACE = re.compile(r"\s*+")
_WORD_BEHIND = re.compile(r"[ \t\xa0]++([^\W\d_]++|\S)")
_LAST_WORD = re.compile(r"[\w.\-]++\Z")
_LONGEST_ABBREVIATION = 12  # code points
_WRAPPED = 50  # code points; a shorter line was ended on purpose


def read_sentences(passage: Passage) -> tuple[Passage, ...]:
    """Return the sentences of a passage, without the bullets before them. Linear in its size.

    Lines that a mail program has wrapped are joined; a blank line, a bullet, and in HTML every
    line end a sentence.

    >>> from sendguard.text import Passage, Place
    >>> place = Place.of("text", "Mr. Long is here. Is Ann?  - She came at\\nten, i.e. late.")
    >>> [each.text for each in read_sentences(Passage(place, 0, len(place.plain)))]
    ['Mr. Long is here.', 'Is Ann?', '- She came at\\nten, i.e. late.']
    """
    return tuple(_sentences(passage))


def _sentences(passage: Passage) -> Iterator[Passage]:
    text, end = passage.place.plain, passage.end
    in_html = passage.part.endswith("html")
    start = _begin(text, passage.start, end, at_line=True)
    line = start  # where the current line begins
    for match in _BREAK.finditer(text, passage.start, end):
        at = match.start()
        if at < start:
            continue
        if match["line"] is not None:
            is_blank = in_html or match["blank"] is not None
            ends = is_blank or _ends_line(text, line, at, match.end(), end)
            line = match.end()
            last = at
        else:
            ends = _ends_sentence(text, start, match, end)
            last = match.end()
        if ends:
            if last > start:
                yield passage.at(start, _trimmed(text, start, last))
            start = _begin(text, match.end(), end, at_line=match["line"] is not None)
            line = max(line, start)
    if start < end:
        close = _trimmed(text, start, end)
        if close > start:
            yield passage.at(start, close)


def _begin(text: str, at: int, end: int, *, at_line: bool) -> int:
    """Where the next sentence begins: behind white space, and behind a bullet on a new line."""
    begin = _behind_space(text, at, end)
    at_line = at_line or "\n" in text[at:begin]
    while at_line and (bullet := _BULLET.match(text, begin, end)):
        begin = _behind_space(text, bullet.end(), end)
        at_line = "\n" in text[bullet.end() : begin]  # the item is empty
    return begin


def _behind_space(text: str, at: int, end: int) -> int:
    space = _SPACE.match(text, at, end)
    return space.end() if space else at


def _trimmed(text: str, start: int, end: int) -> int:
    while end > start and text[end - 1].isspace():
        end -= 1
    return end


def _ends_line(text: str, line: int, at: int, following: int, end: int) -> bool:
    """Whether a line end is meant, rather than made by wrapping."""
    if _BULLET.match(text, following, end) or text[at - 1 : at] == ":":
        return True
    begins_new = text[following : following + 1].isupper() or not text[following : following + 1]
    return at - line < _WRAPPED and begins_new


def _ends_sentence(text: str, start: int, match: re.Match[str], end: int) -> bool:
    sign = match["stop"]
    if sign[0] not in ".…":
        return True
    behind = _WORD_BEHIND.match(text, match.end(), end)
    if behind is None:
        return sign[0] == "…" or not _is_abbreviated(text, start, match.start())
    if behind[1][0].islower():
        return False
    if sign != ".":
        return True
    word = text[max(start, match.start() - 3) : match.start()].rpartition(" ")[2]
    if word.isdigit() and behind[1].casefold() in _months():
        return False  # "am 3. Mai"
    return not _is_abbreviated(text, start, match.start())


def _is_abbreviated(text: str, start: int, stop: int) -> bool:
    """Whether a dot belongs to the word before it."""
    word = _LAST_WORD.search(text[max(start, stop - _LONGEST_ABBREVIATION) : stop])
    if word is None:
        return False
    bare = word.group().casefold()
    if stop - len(bare) == start and bare.isdigit():
        return True  # "1. First"
    return (len(bare) == 1 and bare.isalpha()) or bare in _abbreviations()


@cache
def _abbreviations() -> frozenset[str]:
    return frozenset(vocabulary("sentences")["abbreviations"])


@cache
def _months() -> frozenset[str]:
    return frozenset(name for names in vocabulary("dates")["months"] for name in names)
