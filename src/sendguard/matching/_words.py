"""The words of a text: where they are, in the form in which they are compared, and remembered."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import compress, islice
from typing import TypeVar

from sendguard.canonical import fold_name

# What stands between words, but for the space: all that `fold_name` takes for no letter or digit.
_SIGNS = (
    r"\x00-\x1f\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf\u1680\u2000-\u206f"
    r"\u3000-\u303f\uff00-\uff0f\uff1a-\uff20"
)
_IN_WORD = f"[^ {_SIGNS}]"
# An apostrophe belongs to a word ("O'Brien"), but not the one of a genitive ("Maria's").
_NO_PART = rf"(?:(?<!{_IN_WORD}.)|(?!{_IN_WORD})|(?=[sS](?!{_IN_WORD})))"
_GAP = re.compile(rf"[{_SIGNS}](?:(?<!['’‘`´])|{_NO_PART})", re.DOTALL)
# The same in two steps for Latin-1, which take half the time: all other signs, then apostrophes.
_LATIN_SIGNS = bytes(
    code if chr(code) in "'`´" or not re.match(f"[{_SIGNS}]", chr(code)) else 0x20
    for code in range(256)
)
_LONE_APOSTROPHE = re.compile(rf"['`´]{_NO_PART}", re.DOTALL)
_WORD = re.compile("[^ ]++")
_APOSTROPHES = re.compile("['’‘ʼ`´]")
_LONGEST_WORD = 64  # code points
_JOINS = "-./"
_WORDS_KEPT = 1 << 14
"""So many words are known by heart."""

_Said = TypeVar("_Said")


class WordMemory(dict[str, _Said]):
    """What is to be said of words or gaps, by these; those that were met are remembered.

    Threads that meet new ones at the same time do nothing worse than to find the same out twice.

    Args:
        said: finds out what is to be said.
        of_long: what is to be said of those that are too long to be part of anything.
    """

    def __init__(self, said: Callable[[str], _Said], of_long: _Said) -> None:
        self._said = said
        self._of_long = of_long

    def __missing__(self, word: str) -> _Said:
        if len(word) > _LONGEST_WORD:
            return self._of_long
        if len(self) >= _WORDS_KEPT:
            self.clear()
        said = self[word] = self._said(word)
        return said


class TextWords:
    """A text in words, of which most are only counted: they are looked at where something begins.

    Args:
        text: the whole.
        spans: where addresses are, whose words say nothing by themselves.
    """

    __slots__ = ("_spaced", "text")

    def __init__(self, text: str, spans: Iterable[tuple[int, int]]) -> None:
        self.text = text
        self._spaced = _without(_spaced(text), spans)

    def where(self, begun: WordMemory[int]) -> Iterator[tuple[int, str, str]]:
        """Where each word is with which anything may begin, the word, and the one behind it."""
        words = self._spaced.split()
        begins = map(begun.__getitem__, words)
        spaced, at = f" {self._spaced} ", 0
        # What may begin with a word is the same wherever it stands, so that none is passed over.
        for word, after in compress(zip(words, [*words[1:], ""], strict=False), begins):
            at = spaced.index(f" {word} ", at)
            yield at, word, after
            at += len(word) + 1

    def words(self, start: int, most: int) -> Iterator[tuple[str, str, int]]:
        """So many words from a place on: the gap before each, the word itself, where it ends."""
        before = start
        for match in islice(_WORD.finditer(self._spaced, start), most):
            begin, end = match.span()
            yield self.text[before:begin], match[0], end
            before = end

    def is_part_of_number(self, start: int, end: int) -> bool:
        """Whether a longer number than this goes on before or behind, joined without a space."""
        before, after = self.text[max(0, start - 2) : start], self.text[end : end + 2]
        return (len(before) == 2 and before[1] in _JOINS and before[0].isdigit()) or (
            len(after) == 2 and after[0] in _JOINS and after[1].isdigit()
        )


def words(text: str) -> Iterator[str]:
    """The words of a text, folded one by one; "" for one that is too long to be anybody's.

    >>> list(words("Ms O\u2019Brien-Wei\u00df's"))
    ['ms', 'obrien', 'weiss', 's']
    """
    return map(folded, _spaced(text).split())


def folded(word: str) -> str:
    """A word in the form that is compared, "" for one that is too long to be anybody's."""
    if len(word) > _LONGEST_WORD:
        return ""
    if word.isascii():
        form = word.lower()
        return form if form.isalnum() else _APOSTROPHES.sub("", form)
    return fold_name(word).replace(" ", "")


def _spaced(text: str) -> str:
    """The words of a text where they are, with as much space between them as there was of signs."""
    try:
        latin = text.encode("latin-1")
    except UnicodeEncodeError:
        return _GAP.sub(" ", text)
    return _LONE_APOSTROPHE.sub(" ", latin.translate(_LATIN_SIGNS).decode("latin-1"))


def _without(spaced: str, spans: Iterable[tuple[int, int]]) -> str:
    """Words without those that have any part in these places, each replaced by as much space."""
    kept, at = [], 0
    for start, end in spans:
        begin = max(start, at)
        if spaced[begin] != " ":
            begin = spaced.rfind(" ", at, begin) + 1 or at
        after = spaced.find(" ", max(end - 1, begin))
        after = len(spaced) if after < 0 else max(after, end)
        kept += [spaced[at:begin], " " * (after - begin)]
        at = after
    return "".join((*kept, spaced[at:]))
