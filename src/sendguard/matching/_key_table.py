"""Exact look-up of keys in a mapped file.

The section `slots` has eight bytes for each key, in the order of the keys' hashes: the lowest 24
bits of the hash above 40 bits of what is kept under it. Keys with equal highest bits of their
hashes make a bucket; the section `starts` has a u32 for each bucket, where it begins, and one more.
"""

from __future__ import annotations

import struct
from typing import IO, TYPE_CHECKING

from sendguard.matching._key_sorter import hash_of

if TYPE_CHECKING:
    from sendguard.matching._file import IndexFile

_START = struct.Struct("<I")
_BOUNDS = struct.Struct("<II")
_SLOT = struct.Struct("<Q")
_VALUE_BITS = 40
MOST_VALUE = (1 << _VALUE_BITS) - 1
_TAG = (1 << 24) - 1
_TAG_BYTES = 3  # the last of a slot, and of a hash the other way round
_HASH_BITS = 64


class KeyTableWriter:
    """Writes the two sections of a table to two new files.

    Args:
        keys: about how many there will be.
        starts, slots: the files.
    """

    def __init__(self, keys: int, starts: IO[bytes], slots: IO[bytes]) -> None:
        bits = max(1, (keys // 4).bit_length() - 1)
        self._shift = _HASH_BITS - bits
        self._buckets = 1 << bits
        self._starts, self._slots = starts, slots
        self._begun = 0
        self.count = 0

    def add(self, digest: bytes, value: int) -> None:
        """Take the next key in the order of hashes, by its hash, and what is kept under it."""
        number = int.from_bytes(digest)
        self._begin(number >> self._shift)
        self._slots.write(_SLOT.pack((number & _TAG) << _VALUE_BITS | value))
        self.count += 1

    def end(self) -> None:
        """Write what is due when all keys were taken."""
        self._begin(self._buckets)

    def _begin(self, bucket: int) -> None:
        """Let all buckets up to this one, which have not begun, begin here."""
        due = bucket + 1 - self._begun
        if due > 0:
            self._starts.write(_START.pack(self.count) * due)
            self._begun += due


class KeyTable:
    """Reads a table. Safe to share between threads and by forked processes."""

    __slots__ = ("_count", "_file", "_shift", "_slots", "_starts")

    def __init__(self, file: IndexFile) -> None:
        self._file = file
        self._starts, size = file.section("starts")
        self._slots, length = file.section("slots")
        bits = (size // _START.size - 1).bit_length() - 1
        if bits < 1 or size != ((1 << bits) + 1) * _START.size or length % _SLOT.size:
            raise file.problem("has a table of impossible size")
        self._shift = _HASH_BITS - bits
        self._count = length // _SLOT.size

    def values(self, key: bytes) -> list[int]:
        """What is kept under a key, and, once in millions of times, under another one."""
        digest = hash_of(key)
        at = self._starts + (int.from_bytes(digest) >> self._shift) * _START.size
        begin, end = _BOUNDS.unpack(self._file.read(at, _BOUNDS.size))
        if begin > end or end > self._count:
            raise self._file.problem("has a table whose buckets lie outside of it")
        if begin == end:
            return []
        size = _SLOT.size
        raw = self._file.read(self._slots + begin * size, (end - begin) * size)
        found = []
        tag = digest[: -1 - _TAG_BYTES : -1]
        at = raw.find(tag)
        while at >= 0:
            if at % size == size - _TAG_BYTES:
                found.append(int.from_bytes(raw[at - at % size : at], "little"))
            at = raw.find(tag, at + 1)
        return found
