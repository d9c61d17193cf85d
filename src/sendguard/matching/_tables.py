"""Tables from keys to ids: written from sorted runs on disk, read from the mapped file.

A table has 2 ** bits buckets. Its section `<name>.starts` has 2 ** bits + 1 u32: where each bucket
begins, in postings. Its section `<name>` has the postings of one bucket after the other, sorted by
key: first the tags of all (the key's lowest byte), so that a reader sees eight at a glance; then,
in a masked table, the u16 of letters of the other half for each; then the u32 ids.
"""

from __future__ import annotations

import heapq
import struct
from itertools import groupby
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sendguard.matching._file import IndexFile

MOST = (1 << 32) - 1
_RECORD = 14
_STARTS = struct.Struct("<II")
_OWNER = struct.Struct("<I")
_LETTERS = struct.Struct("<H")
_PLAIN = 5
_MASKED = 7


def bits_for(postings: int) -> int:
    """How many bits number the buckets: four to eight postings in each."""
    return max(1, (postings // 4).bit_length() - 1)


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
        self._pending.append(key << 48 | owner << 16 | mask)
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

    def owners(self) -> Iterator[tuple[int, int]]:
        """All keys and owners, sorted."""
        for record in self._merged():
            yield record >> 48, record >> 16 & MOST

    def write(self, starts: str, postings: str, bits: int, masked: bool) -> None:
        """Write the two sections of a table to two new files."""
        with Path(starts).open("xb") as first, Path(postings).open("xb") as second:
            written = begun = 0
            for bucket, group in groupby(self._merged(), key=lambda record: record >> 112 - bits):
                written = _write_starts(first, begun, written, bucket + 1)
                records = list(group)
                begun += len(records)
                second.write(_packed(records, masked))
            _write_starts(first, self._count, written, (1 << bits) + 1)


def _packed(records: list[int], masked: bool) -> bytes:
    size = len(records)
    tags = bytes(record >> 48 & 0xFF for record in records)
    owners = struct.pack(f"<{size}I", *[record >> 16 & MOST for record in records])
    if not masked:
        return tags + owners
    return tags + struct.pack(f"<{size}H", *[record & 0xFFFF for record in records]) + owners


def _write_starts(out: IO[bytes], start: int, written: int, wanted: int) -> int:
    """Let the buckets from `written` on begin at `start`; returns how many now have a beginning."""
    if wanted > written:
        out.write(start.to_bytes(4, "little") * (wanted - written))
    return max(written, wanted)


def _read_run(path: Path) -> Iterator[int]:
    with path.open("rb") as run:
        while piece := run.read(_RECORD * 4096):
            for at in range(0, len(piece), _RECORD):
                yield int.from_bytes(piece[at : at + _RECORD], "big")


class Table:
    """Reads one table of a mapped file."""

    __slots__ = ("_count", "_file", "_postings", "_record", "_shift", "_starts")

    def __init__(self, file: IndexFile, name: str, record: int) -> None:
        self._file = file
        self._record = record
        self._starts, size = file.section(f"{name}.starts")
        self._postings, length = file.section(name)
        bits = (size // 4 - 1).bit_length() - 1
        if size != (1 << max(bits, 0)) * 4 + 4 or bits < 1 or length % record:
            raise file.problem(f"has a table {name!r} of impossible size")
        self._shift = 64 - bits
        self._count = length // record

    def _bucket(self, key: int) -> tuple[int, bytes]:
        """How many postings a bucket has, and the postings."""
        begin, end = _STARTS.unpack(self._file.read(self._starts + (key >> self._shift) * 4, 8))
        if begin > end or end > self._count:
            raise self._file.problem("has a table whose buckets lie outside of it")
        size = self._record
        return end - begin, self._file.read(self._postings + begin * size, (end - begin) * size)


def _places(tag: int, size: int, bucket: bytes) -> Iterator[int]:
    """The places of a tag in a bucket of so many postings."""
    place = bucket.find(tag, 0, size)
    while place >= 0:
        yield place
        place = bucket.find(tag, place + 1, size)


class PlainTable(Table):
    """A table without masks."""

    __slots__ = ()

    def __init__(self, file: IndexFile, name: str) -> None:
        super().__init__(file, name, _PLAIN)

    def owners(self, key: int) -> list[int]:
        """The ids filed under a key, and a few of others: the caller confirms them."""
        size, bucket = self._bucket(key)
        return [
            _OWNER.unpack_from(bucket, size + 4 * place)[0]
            for place in _places(key & 0xFF, size, bucket)
        ]


class MaskedTable(Table):
    """A table of halves, with the letters of the other half."""

    __slots__ = ()

    def __init__(self, file: IndexFile, name: str) -> None:
        super().__init__(file, name, _MASKED)

    def owners(self, key: int, mask: int, most: int) -> list[int]:
        """The ids filed under a key whose letters differ in at most so many bits from the mask."""
        size, bucket = self._bucket(key)
        return [
            _OWNER.unpack_from(bucket, 3 * size + 4 * place)[0]
            for place in _places(key & 0xFF, size, bucket)
            if (_LETTERS.unpack_from(bucket, size + 2 * place)[0] ^ mask).bit_count() <= most
        ]
