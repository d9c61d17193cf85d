"""Tables from keys to ids: written from sorted runs on disk, read from the mapped file.

A table is a row of lines of 64 bytes, one cache line each, about nine postings to a line. A key is
in line (key >> 32) * lines >> 32, so that keys in order fill lines in order. A line has sixteen
u32. A posting is an id in the lowest bits (as many as the count of ids needs) and in the others,
the tag, those bits of the key. A place without posting has all bits set, and no id has.

A line that would have more than sixteen postings, or more than four of one key, is crowded: it has
0xFFFFFFFF, then the number of the first of the 64-byte units that hold its postings in the section
`<name>.crowded`, and how many there are. There lie the lowest 32 bits of all their keys, ascending;
then all ids; then, in a masked table, for each the u32 of the letters of the other half.
"""

from __future__ import annotations

import heapq
import struct
from bisect import bisect_left
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sendguard.matching._file import IndexFile

MOST = (1 << 32) - 1
LINE = 64
_PLACES = 16
_USUAL = 9
_MOST_OF_ONE_KEY = 4
_RECORD = 16
_WORDS = struct.Struct("<16I")
_EMPTY = _WORDS.pack(*[MOST] * _PLACES)


def id_mask(ids: int) -> int:
    """The bits of a posting that say which of so many ids it is."""
    return (1 << ids.bit_length()) - 1


class RunSorter:
    """Sorts `run` postings at a time in memory, keeps the runs on disk, merges them at the end."""

    def __init__(self, prefix: str, run: int) -> None:
        self._prefix = prefix
        self._most = run
        self._pending: list[int] = []
        self._runs: list[Path] = []
        self._count = 0

    @property
    def count(self) -> int:
        """How many were added."""
        return self._count

    def add(self, key: int, owner: int, mask: int = 0) -> None:
        """Take one posting."""
        self._pending.append(key << 64 | owner << 32 | mask)
        self._count += 1
        if len(self._pending) >= self._most:
            self._spill()

    def _spill(self) -> None:
        path = Path(f"{self._prefix}.run{len(self._runs)}")
        self._pending.sort()
        with path.open("xb") as out:
            out.writelines(record.to_bytes(_RECORD, "big") for record in self._pending)
        self._runs.append(path)
        self._pending = []

    def _merged(self) -> Iterable[int]:
        self._pending.sort()
        return heapq.merge(self._pending, *map(_read_run, self._runs))

    def forget(self) -> None:
        """Give back the memory of what was merged for the last time."""
        self._pending = []

    def owners(self) -> Iterator[tuple[int, int]]:
        """All keys and owners, sorted."""
        for record in self._merged():
            yield record >> 64, record >> 32 & MOST

    def write(self, lines: str, crowded: str, ids: int, masked: bool) -> None:
        """Write the two sections of a table of so many ids to two new files."""
        count = self._count // _USUAL + 1
        with Path(lines).open("xb") as first, Path(crowded).open("xb") as second:
            writer = _LineWriter(first, second, id_mask(ids), masked)
            line = 0
            postings: list[int] = []
            for record in self._merged():
                home = (record >> 96) * count >> 32
                while line < home:
                    writer.write(postings)
                    postings = []
                    line += 1
                postings.append(record & (1 << 96) - 1)
            for _ in range(line, count):
                writer.write(postings)
                postings = []


class _LineWriter:
    """Writes the lines of a table one after the other."""

    def __init__(self, lines: IO[bytes], crowded: IO[bytes], mask: int, masked: bool) -> None:
        self._lines, self._crowded = lines, crowded
        self._mask, self._masked = mask, masked
        self._unit = 0

    def write(self, postings: list[int]) -> None:
        """Write a line; of each posting are given the low half of its key, the owner, the mask."""
        if not postings:
            self._lines.write(_EMPTY)
            return
        postings.sort()
        lows = [posting >> 64 for posting in postings]
        owners = [posting >> 32 & MOST for posting in postings]
        places = [MOST] * _PLACES
        if len(postings) > _PLACES or any(
            low == lows[place - _MOST_OF_ONE_KEY]
            for place, low in enumerate(lows)
            if place >= _MOST_OF_ONE_KEY
        ):
            places[1:3] = self._unit, len(postings)
            masks = [posting & MOST for posting in postings] if self._masked else []
            self._write_crowded([*lows, *owners, *masks])
        else:
            tags = ~self._mask & MOST
            places[: len(lows)] = [
                low & tags | owner for low, owner in zip(lows, owners, strict=True)
            ]
        self._lines.write(_WORDS.pack(*places))

    def _write_crowded(self, words: list[int]) -> None:
        words += [0] * (-len(words) % _PLACES)
        self._crowded.write(struct.pack(f"<{len(words)}I", *words))
        self._unit += len(words) // _PLACES


def _read_run(path: Path) -> Iterator[int]:
    with path.open("rb") as run:
        while piece := run.read(_RECORD * 4096):
            for at in range(0, len(piece), _RECORD):
                yield int.from_bytes(piece[at : at + _RECORD], "big")


class Table:
    """Reads one table of a mapped file."""

    __slots__ = ("_begin", "_count", "_crowded", "_file", "_mask", "_masked", "_size", "_tags")

    def __init__(self, file: IndexFile, name: str, ids: int, masked: bool = False) -> None:
        self._file = file
        self._masked = masked
        self._begin, size = file.section(f"{name}.lines")
        self._crowded, self._size = file.section(f"{name}.crowded")
        self._count = size // LINE
        if size % LINE or self._begin % LINE or not 1 <= self._count <= MOST:
            raise file.problem(f"has a table {name!r} of impossible size")
        self._mask = id_mask(ids)
        self._tags = ~self._mask & MOST

    def owners(self, key: int, mask: int = 0, most: int = 32) -> list[int]:
        """The ids filed under a key, and a few of others: the caller confirms them.

        Of a crowded line, those are left out whose letters differ in more than `most` bits.
        """
        at = self._begin + ((key >> 32) * self._count >> 32) * LINE
        places = _WORDS.unpack(self._file.read(at, LINE))
        low = key & MOST
        if places[0] == MOST:
            if places[1] == MOST:
                return []
            return self._among_crowded(places[1] * LINE, places[2], low, mask, most)
        tags, tag = self._tags, low & self._tags
        return [place & self._mask for place in places if place & tags == tag and place != MOST]

    def _among_crowded(self, at: int, size: int, low: int, mask: int, most: int) -> list[int]:
        words = 3 * size if self._masked else 2 * size
        if at + 4 * words > self._size:
            raise self._file.problem("has a table whose postings lie outside of it")
        found = struct.unpack(f"<{words}I", self._file.read(self._crowded + at, 4 * words))
        first = bisect_left(found, low, 0, size)
        owners = []
        while first < size and found[first] == low:
            if not self._masked or (found[2 * size + first] ^ mask).bit_count() <= most:
                owners.append(found[size + first])
            first += 1
        return owners
