"""The pure-Python half of building a string index: which posting goes into which table."""

from __future__ import annotations

from itertools import groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING

from sendguard.matching import _keys as k
from sendguard.matching import _neighbourhood as filing
from sendguard.matching._entries import Strings
from sendguard.matching._known import KeyFilter
from sendguard.matching._search import MANY
from sendguard.matching._tables import MOST, RunSorter

if TYPE_CHECKING:
    import mmap
    from collections.abc import Callable, Iterable, Iterator, Sequence

_REMEMBERED = 1 << 16
"""So many right parts are remembered, so that the popular ones are not sorted each time."""


class RunFiler:
    """Files entries and words with bounded memory: sorted runs on disk, merged at the end."""

    def __init__(self, folder: str, separator: str | None, distance: int, run: int) -> None:
        self._separator = separator
        self._distance = distance
        self._sorters = {
            name: RunSorter(f"{folder}/{name}", run) for name in ("entries", "words", "halves")
        }
        self._rights = RunSorter(f"{folder}/rights", run)
        self._shared = RunSorter(f"{folder}/shared", run)
        self._folder = Path(folder)
        self._popular: KeyFilter  # once the words are filed
        self._remembered: set[str] = set()
        self._counts = self._whole = self._long = self._longest = 0
        self._entries = self._words = 0

    @property
    def seen(self) -> tuple[int, int, int, int]:
        """Counts of separators seen (bits), short entries without one, long entries, longest."""
        return self._counts, self._whole, self._long, self._longest

    def count(self, strings: Sequence[str], first: int) -> None:
        """Take note of the entries `first`, `first + 1`, ..."""
        for owner, string in enumerate(strings, first):
            self._entries += 1
            self._longest = max(self._longest, len(string))
            if len(string) > filing.LONG:
                self._long += 1
                continue
            separators = string.count(self._separator) if self._separator else 0
            self._counts |= 1 << min(separators, MANY)
            self._whole += not separators
            left, word = self._parts(string)
            if word not in self._remembered:
                if len(self._remembered) < _REMEMBERED:
                    self._remembered.add(word)
                self._rights.add(k.word_identity(k.codes_of(word)), owner)
            if separators:
                for key in filing.shared_keys(k.codes_of(left), k.word_identity(k.codes_of(word))):
                    self._shared.add(key, 0)

    def _parts(self, string: str) -> tuple[str, str]:
        if not self._separator:
            return "", string
        left, _, right = string.rpartition(self._separator)
        return left, right

    def file(self, view: mmap.mmap, strings: Strings, first: int, last: int) -> None:
        """File the entries from one to before another."""
        code = ord(self._separator) if self._separator else None
        for owner in range(first, last):
            codes = k.codes_of(_written(view, strings, owner))
            filed = filing.file_entry(codes, code, self._distance, self._popular)
            self._take(filed, "entries", owner)

    def _take(self, keys: filing.Filing, table: str, owner: int) -> None:
        add = self._sorters[table].add
        for key in keys.entries:
            add(key, owner)
        for key, mask in keys.halves:
            self._sorters["halves"].add(key, owner, mask)

    def file_words(self, view: mmap.mmap, strings: Strings) -> None:
        """File each distinct right part once; the strings are read back from the mapped file.

        Writes the sections of words and of filters as files of the folder.
        """

        def right_part(owner: int) -> str:
            return self._parts(_written(view, strings, owner))[1]

        words, popular = self._folder / "words", self._folder / "popular.keys"
        with words.open("xb") as out:
            for word in _distinct(self._rights.owners(), right_part):
                codes = k.codes_of(word)
                self._take(filing.file_word(codes, self._distance), "words", self._words)
                self._words += 1
                out.write(k.word_identity(codes).to_bytes(8, "little"))
        KeyFilter(words).write(self._folder / "known")
        with popular.open("xb") as out:
            for key, group in groupby(key for key, _ in self._shared.owners()):
                if len(list(islice(group, filing.FEW + 1))) > filing.FEW:
                    out.write(key.to_bytes(8, "little"))
        self._rights.forget()
        self._shared.forget()
        self._popular = KeyFilter(popular)
        self._popular.write(self._folder / "popular")

    def write(self, table: str, lines: str, crowded: str) -> int:
        """Write the two sections of a table to two new files; returns the count of postings."""
        sorter = self._sorters[table]
        if sorter.count <= MOST:
            ids = self._words if table == "words" else self._entries
            sorter.write(lines, crowded, ids, masked=table == "halves")
        return sorter.count


def _written(view: mmap.mmap, strings: Strings, number: int) -> str:
    """An entry, read back from the file that is being built."""

    def read(section: tuple[int, int], at: int, length: int) -> bytes:
        return view[section[0] + at : section[0] + at + length]

    return (strings.get(number, read) or b"").decode("utf-8", "surrogatepass")


def _distinct(owners: Iterable[tuple[int, int]], right_part: Callable[[int], str]) -> Iterator[str]:
    """Each distinct word. Words of equal identity are compared as strings."""
    for _, group in groupby(owners, key=lambda pair: pair[0]):
        words = set()
        for _, owner in group:
            word = right_part(owner)
            if word not in words:
                words.add(word)
                yield word
