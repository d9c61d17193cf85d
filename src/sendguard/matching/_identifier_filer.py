"""The pure-Python half of building a file of identifiers: keys, filters and the table."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import IO, TYPE_CHECKING

from sendguard.matching._forms import UnfitError, forms_of, key_of
from sendguard.matching._identifier_search import (
    BUCKET,
    MARK,
    MOST_LENGTH,
    OFFSET_BYTES,
    PLACES,
    bits_of,
)
from sendguard.matching._members import kept
from sendguard.matching._tables import RunSorter

if TYPE_CHECKING:
    import mmap
    from collections.abc import Callable, Iterable, Iterator, Sequence

KEYS_A_WORD = 4
"""So many keys share a 64-bit word of a filter: it lets about one in fifty others pass."""
FILLED = 6
"""So many of the eight places of a bucket are filled on the average."""


class PairFiler:
    """Files values under the keys of their forms with bounded memory: sorted runs on disk."""

    def __init__(self, folder: str, run: int) -> None:
        self._folder = Path(folder)
        self._forms = RunSorter(f"{folder}/forms", run)
        self._words = RunSorter(f"{folder}/words", run)
        self._longest = self._lengths = self._loose_prefixes = 0

    @property
    def seen(self) -> tuple[int, int, int, int]:
        """The last four parameters of the header."""
        low, high = self._lengths & (1 << 64) - 1, self._lengths >> 64
        return self._longest, low, high, self._loose_prefixes

    def file(self, values: Sequence[str], first: int) -> int:
        """File the values of the pairs `first`, ...; returns how many were fit before one was not.

        Where that is less than there are values, the rest is not filed.
        """
        for number, value in enumerate(values):
            try:
                filed = forms_of(value)
            except UnfitError:
                return number
            for form in filed.forms:
                self._forms.add(key_of(form), first + number)
                self._longest = max(self._longest, len(form))
                if filed.loose:
                    self._lengths |= 1 << min(len(form), MOST_LENGTH)
            self._loose_prefixes |= filed.loose and bool(filed.prefixes)
            for prefix in filed.prefixes:
                self._words.add(key_of(prefix), 0)
        return len(values)

    def write(self, view: mmap.mmap, strings: int, offsets: int) -> int:
        """Write the sections as files of the folder; returns how many home buckets there are.

        The strings are read back from the mapped file, where they and their ends begin at these
        places (bytes).
        """
        words = sum(1 for _ in self._keys(self._words))
        self._write_filter("words", self._keys(self._words), words)
        forms = sum(1 for _ in self._keys(self._forms))
        self._write_filter("forms", self._keys(self._forms), forms)

        def string(number: int) -> bytes:
            at = offsets + number * OFFSET_BYTES
            start = int.from_bytes(view[at : at + OFFSET_BYTES], "little")
            end = int.from_bytes(view[at + OFFSET_BYTES : at + 2 * OFFSET_BYTES], "little")
            return view[strings + start : strings + end]

        homes = forms // FILLED + 1
        with (
            (self._folder / "table").open("xb") as table,
            (self._folder / "shared").open("xb") as shared,
        ):
            buckets = _Buckets(table, homes)
            places = 0
            for key, group in groupby(self._forms.owners(), key=lambda posting: posting[0]):
                pairs = [pair for _, pair in group]
                if len(pairs) > 1:
                    pairs = _distinct(pairs, string)
                if len(pairs) == 1:
                    buckets.add(key, pairs[0])
                    continue
                buckets.add(key, places | MARK)
                places += len(pairs)
                pairs[-1] |= MARK
                shared.writelines(pair.to_bytes(4, "little") for pair in pairs)
            buckets.end()
        return homes

    def _keys(self, sorter: RunSorter) -> Iterator[int]:
        """The distinct keys, sorted."""
        for key, _ in groupby(sorter.owners(), key=lambda posting: posting[0]):
            yield key

    def _write_filter(self, name: str, keys: Iterable[int], count: int) -> None:
        size = count // KEYS_A_WORD + 1
        with (self._folder / name).open("xb") as out:
            at = word = 0
            for key in keys:
                while at < key * size >> 64:
                    out.write(word.to_bytes(8, "little"))
                    at, word = at + 1, 0
                word |= bits_of(key)
            out.write(word.to_bytes(8, "little") + bytes(8 * (size - at - 1)))


def _distinct(pairs: Sequence[int], string: Callable[[int], bytes]) -> list[int]:
    """The pairs without those that say the same as one before."""
    known: dict[tuple[bytes, bytes], int] = {}
    for pair in pairs:
        known.setdefault((string(2 * pair), string(2 * pair + 1)), pair)
    return list(known.values())


class _Buckets:
    """Writes the table, key by key in their order."""

    def __init__(self, out: IO[bytes], homes: int) -> None:
        self._out = out
        self._homes = homes
        self._bucket: list[tuple[int, int]] = []
        self._begun = 0

    def add(self, key: int, place: int) -> None:
        """Put a key into its home, or, if that is full, into the next bucket."""
        while self._begun < key * self._homes >> 64 or len(self._bucket) == PLACES:
            self._next()
        self._bucket.append((kept(key), place))

    def end(self) -> None:
        """Write what is left, and homes that stayed empty."""
        while self._begun < self._homes or self._bucket:
            self._next()

    def _next(self) -> None:
        filled = self._bucket + [(0, 0)] * (PLACES - len(self._bucket))
        self._out.write(BUCKET.pack(*[check for check, _ in filled], *[at for _, at in filled]))
        self._bucket = []
        self._begun += 1
