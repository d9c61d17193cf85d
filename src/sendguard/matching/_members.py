"""Sets of 64-bit keys in a mapped file, five bytes for each: buckets of one cache line.

The section `table` has buckets of sixteen u32, sorted by key. A key's home is the bucket
key * homes >> 64; what is kept of it is its lower half (0 becomes 1, since 0 is an empty place).
What finds no place at home goes into the next bucket, so a look-up goes on while buckets are full.
A key that is not in the set is taken for one that is about once in 270 million look-ups.

The sections `added` and `removed` are sorted u64 keys that changed since the table was written.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import TYPE_CHECKING

from sendguard.matching._fingerprints import fingerprint
from sendguard.matching._tables import RunSorter

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sendguard.matching._file import IndexFile

PLACES = 16
FILLED = 13
_BUCKET = struct.Struct(f"<{PLACES}I")
_KEY = struct.Struct("<Q")


def homes_for(keys: int) -> int:
    """How many home buckets so many keys get."""
    return keys // FILLED + 1


def kept(key: int) -> int:
    """What a bucket keeps of a key."""
    return key & 0xFFFFFFFF or 1


class MemberSet:
    """The pure-Python reader. Changes since the file was written are laid over it."""

    def __init__(self, file: IndexFile) -> None:
        self._file = file
        self._homes = file.parameters[0]
        self._table, length = file.section("table")
        self._buckets = length // _BUCKET.size
        self._added, self._removed = file.section("added"), file.section("removed")
        if length % _BUCKET.size or not 1 <= self._homes <= self._buckets:
            raise file.problem("has a table of impossible size")
        if self._added[1] % _KEY.size or self._removed[1] % _KEY.size:
            raise file.problem("has a list of changes of impossible size")
        self._changes: dict[int, bool] = {}

    def change(self, key: int, present: bool) -> None:
        """Lay a change over the file."""
        self._changes[key] = present

    def contains_values(self, values: Sequence[str]) -> list[bool]:
        """For each value, plain or a digest, whether its own key is in the set."""
        return self.contains_keys([fingerprint(value)[1] for value in values])

    def contains_keys(self, keys: Sequence[int]) -> list[bool]:
        """For each key, whether it is in the set."""
        return [self._contains(key) for key in keys]

    def _contains(self, key: int) -> bool:
        if key in self._changes:
            return self._changes[key]
        if self._among(self._removed, key):
            return False
        return self._in_table(key) or self._among(self._added, key)

    def _in_table(self, key: int) -> bool:
        wanted = kept(key)
        for number in range(key * self._homes >> 64, self._buckets):
            at = self._table + number * _BUCKET.size
            bucket = _BUCKET.unpack(self._file.read(at, _BUCKET.size))
            if wanted in bucket:
                return True
            if not bucket[-1]:
                return False
        return False

    def _among(self, section: tuple[int, int], key: int) -> bool:
        offset, length = section
        low, high = 0, length // _KEY.size
        while low < high:
            middle = (low + high) // 2
            (found,) = _KEY.unpack(self._file.read(offset + middle * _KEY.size, _KEY.size))
            if found == key:
                return True
            if found < key:
                low = middle + 1
            else:
                high = middle
        return False


class MemberSorter:
    """Collects keys with bounded memory and writes the table, in pure Python."""

    def __init__(self, folder: str, run: int) -> None:
        self._sorter = RunSorter(f"{folder}/members", run)
        self._forms = 0

    @property
    def forms(self) -> int:
        """The forms that occurred, bit n for form n."""
        return self._forms

    def add(self, values: Sequence[str]) -> None:
        """Take some values."""
        for value in values:
            form, key = fingerprint(value)
            self._forms |= 1 << form
            self._sorter.add(key, 0)

    def write(self, path: str) -> tuple[int, int]:
        """Write the table to a new file; returns its home buckets and how many keys it has."""
        homes = homes_for(self._sorter.count)
        with Path(path).open("xb") as out:
            bucket: list[int] = []
            begun = keys = 0
            last = -1
            for key, _ in self._sorter.owners():
                if key == last:
                    continue
                last = key
                keys += 1
                while begun < key * homes >> 64 or len(bucket) == PLACES:
                    out.write(_packed(bucket))
                    bucket = []
                    begun += 1
                bucket.append(kept(key))
            while begun < homes or bucket:
                out.write(_packed(bucket))
                bucket = []
                begun += 1
        return homes, keys


def _packed(bucket: list[int]) -> bytes:
    return _BUCKET.pack(*bucket, *[0] * (PLACES - len(bucket)))


def packed_keys(keys: Iterable[int]) -> bytes:
    """Keys as a section, sorted."""
    return b"".join(_KEY.pack(key) for key in sorted(keys))


def unpacked_keys(file: IndexFile, name: str) -> set[int]:
    """The keys of such a section."""
    return {key for (key,) in _KEY.iter_unpack(file.read(*file.section(name)))}
