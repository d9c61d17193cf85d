"""The pure-Python half of building a string index: which posting goes into which table."""

from __future__ import annotations

import sys
from array import array
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from sendguard.matching import _keys as k
from sendguard.matching import _neighbourhood as filing
from sendguard.matching._entries import GROUP, PLACE_BYTES, read_entry
from sendguard.matching._known import LEFTS_IN_CELL, RIGHTS_IN_CELL, known_filter
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
        self._lefts = Path(folder, "lefts")
        self._lefts.touch()
        self._remembered: set[str] = set()
        self._counts = self._whole = self._long = self._longest = 0
        self._entries = self._words = 0

    @property
    def seen(self) -> tuple[int, int, int, int]:
        """Counts of separators seen (bits), short entries without one, long entries, longest."""
        return self._counts, self._whole, self._long, self._longest

    def file(self, strings: Sequence[str], first: int) -> None:
        """File the entries `first`, `first + 1`, ..."""
        code = ord(self._separator) if self._separator else None
        lefts = array("Q")
        for owner, string in enumerate(strings, first):
            self._entries += 1
            self._longest = max(self._longest, len(string))
            codes = [ord(character) for character in string]
            self._take(filing.file_entry(codes, code, self._distance), "entries", owner)
            if len(string) > filing.LONG:
                self._long += 1
                continue
            separators = string.count(self._separator) if self._separator else 0
            self._counts |= 1 << min(separators, MANY)
            self._whole += not separators
            place = filing.split_at(codes, code)
            if place is not None:
                lefts.append(k.word_identity(codes[:place]))
            word = string if place is None else string[place + 1 :]
            if word not in self._remembered:
                if len(self._remembered) < _REMEMBERED:
                    self._remembered.add(word)
                self._rights.add(k.word_identity([ord(character) for character in word]), owner)
        if sys.byteorder == "big":
            lefts.byteswap()
        with self._lefts.open("ab") as out:
            lefts.tofile(out)

    def _take(self, keys: filing.Filing, table: str, owner: int) -> None:
        add = self._sorters[table].add
        for key in keys.entries:
            add(key, owner)
        for key, mask in keys.halves:
            self._sorters["halves"].add(key, owner, mask)

    def file_words(
        self,
        view: mmap.mmap,
        strings: tuple[int, int],
        groups: tuple[int, int],
        words: str,
    ) -> None:
        """File each distinct right part once; the strings are read back from the mapped file.

        Writes the identities of the words to a new file.
        """

        def read(at: int, length: int) -> bytes:
            return view[strings[0] + at : strings[0] + at + length]

        def right_part(owner: int) -> str:
            place = groups[0] + owner // GROUP * PLACE_BYTES
            begin = int.from_bytes(view[place : place + PLACE_BYTES], "little")
            raw = read_entry(read, begin, owner)
            entry = (raw or b"").decode("utf-8", "surrogatepass")
            return entry.rpartition(self._separator)[2] if self._separator else entry

        with Path(words).open("xb") as out:
            for word in _distinct(self._rights.owners(), right_part):
                codes = [ord(character) for character in word]
                self._take(filing.file_word(codes, self._distance), "words", self._words)
                self._words += 1
                out.write(k.word_identity(codes).to_bytes(8, "little"))

    def write_filters(self, words: str, rights: str, lefts: str) -> None:
        """Write the filters of right parts, from the file `words`, and of left parts."""
        for identities, in_cell, path in (
            (words, RIGHTS_IN_CELL, rights),
            (self._lefts, LEFTS_IN_CELL, lefts),
        ):
            Path(path).write_bytes(known_filter(Path(identities), in_cell))

    def write(self, table: str, lines: str, crowded: str) -> int:
        """Write the two sections of a table to two new files; returns the count of postings."""
        sorter = self._sorters[table]
        if sorter.count <= MOST:
            ids = self._words if table == "words" else self._entries
            sorter.write(lines, crowded, ids, masked=table == "halves")
        return sorter.count


def _distinct(owners: Iterable[tuple[int, int]], right_part: Callable[[int], str]) -> Iterator[str]:
    """Each distinct word. Words of equal identity are compared as strings."""
    for _, group in groupby(owners, key=lambda pair: pair[0]):
        words = set()
        for _, owner in group:
            word = right_part(owner)
            if word not in words:
                words.add(word)
                yield word
