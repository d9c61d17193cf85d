"""A stretch of what a reader sees."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attrs import frozen

from sendguard.text._digits import has_digit, in_ascii
from sendguard.text._vocabulary import key_of
from sendguard.text._words import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sendguard.text._analysis import Place

# All blank lines that follow each other, or one line with its end.
_LINE = re.compile(r"(?:[^\S\r\n]*+(?:\r\n?|\n))++|[^\r\n]++(?:\r\n?|\n|\Z)")

_LETTERS = re.compile(r"[^\W\d_]++")
_DIGIT_TO_SPACE = str.maketrans("0123456789", " " * 10)


@frozen(repr=False)
class Passage:
    """A stretch of a place: what every reading points to.

    Attributes:
        place: where it stands.
        start, end: its span in `place.plain`, in code points.
    """

    place: Place
    start: int
    end: int

    @property
    def text(self) -> str:
        """The passage, without characters that cannot be seen."""
        return self.place.plain[self.start : self.end]

    @property
    def part(self) -> str:
        """The part it stands in, as in `Finding.part`."""
        return self.place.part

    @property
    def span(self) -> tuple[int, int] | None:
        """Its span in the part, as in `Finding.span`; None where the place has no spans."""
        return self.place.span(self.start, self.end)

    @property
    def words(self) -> frozenset[str]:
        """The words of its place, among them all of its own, as `words_in` gives them."""
        text, start, end = self.place.plain, self.start, self.end
        if text[start - 1 : start].isalnum() or text[end : end + 1].isalnum():
            return words_in(text[start:end])  # it may begin or end within a word
        return self.place.words

    @property
    def vocabulary(self) -> frozenset[str]:
        """Its own words, those with digits in them too, as `words_of` gives them, each once."""
        text, start, end = self.place.plain, self.start, self.end
        if start == 0 and (end == len(text) or text[end:].isspace()):
            return self.place.vocabulary
        return frozenset(words_of(text[start:end]))

    def at(self, start: int, end: int) -> Passage:
        """Another passage of the same place, by its span in `place.plain`."""
        return Passage(self.place, start, end)

    def __repr__(self) -> str:
        return f"Passage({self.part!r}, {self.start}, {self.end})"  # never quotes the message


def words_in(text: str) -> frozenset[str]:
    """Every run of letters in a text, case-folded, once.

    A dotless i is there both as it is and as the i for which expressions without regard to case
    take it.

    >>> sorted(words_in("EUR5, l'Ordine, eur"))
    ['eur', 'l', 'ordine']
    """
    return spoken_in(text)[1]


def spoken_in(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """What `words_of` and what `words_in` give, each word once, from one look at the text."""
    text = in_ascii(text)
    if text.isascii():
        said = frozenset(words_of(text))
        return said, _letters_in(said) if has_digit(text) else said
    pieces = set(text.split())  # mail repeats itself: what comes again is not looked at again
    odd = {piece for piece in pieces if not piece.isascii()}
    others = " ".join(odd)
    plain = frozenset(words_of(" ".join(pieces - odd)))
    letters = {*_letters_in(plain), *map(str.casefold, _LETTERS.findall(others))}
    if "\u0131" in text or "\u0130" in text:
        letters |= set(map(key_of, letters))
    return plain.union(words_of(others)), frozenset(letters)


def _letters_in(words: frozenset[str]) -> frozenset[str]:
    """The runs of letters in words of ASCII characters."""
    text = " ".join(words)
    if not any(map(text.__contains__, "0123456789")):
        return words
    return frozenset(text.translate(_DIGIT_TO_SPACE).split())


def lines_of(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    r"""Yield the span of each line of ``text[start:end]``, without its line end.

    Blank lines in a row are one empty span: there may be a million of them.

    >>> list(lines_of("a\r\n\n \nb", 0, 7))
    [(0, 1), (3, 3), (6, 7)]
    """
    for match in _LINE.finditer(text, start, end):
        first, last = match.span()
        if text[first] in "\r\n" or match.group().isspace():
            yield first, first
            continue
        while text[last - 1] in "\r\n":
            last -= 1
        yield first, last
