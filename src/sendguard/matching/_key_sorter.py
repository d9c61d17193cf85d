"""Brings keys of many contacts into the order of their hashes, with bounded memory."""

from __future__ import annotations

import struct
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Final

HASH_BYTES: Final = 8
_PARTS: Final = 256
_HELD: Final = 1024
"""So many rows of each part are held in memory before they are written behind the others."""
_HEAD = struct.Struct(">8sI")
_NUMBER = struct.Struct(">I")


def hash_of(key: bytes) -> bytes:
    """The 64 bits by which a key is found."""
    return blake2b(key, digest_size=HASH_BYTES).digest()


class KeySorter:
    """Takes keys, and gives each once with all its numbers, by hash.

    Keys are dealt out by the first byte of their hash to parts, which are sorted one after the
    other: memory grows with the largest part, the two hundred and fifty-sixth of all, and with the
    numbers of one key.

    Args:
        folder: for the parts that do not fit in memory.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: list[list[bytes]] = [[] for _ in range(_PARTS)]
        self._count = 0

    @property
    def count(self) -> int:
        """How many were added."""
        return self._count

    def add(self, key: bytes, number: int) -> None:
        """Take a key, and a number (below 2 ** 32) that is filed under it."""
        digest = hash_of(key)
        held = self._held[digest[0]]
        held.append(_HEAD.pack(digest, len(key)) + key + _NUMBER.pack(number))
        self._count += 1
        if len(held) >= _HELD:
            with self._part(digest[0]).open("ab") as out:
                out.writelines(held)
            held.clear()

    def groups(self) -> Iterator[tuple[bytes, bytes, list[int]]]:
        """The hash of each key, the key, and its numbers without repetition, ascending."""
        for part, held in enumerate(self._held):
            rows = [*self._written(part), *held]
            held.clear()
            rows.sort()  # by hash, then by the length of the key, then by the key
            yield from _grouped(rows)

    def _part(self, part: int) -> Path:
        return self._folder / f"keys.{part:03}"

    def _written(self, part: int) -> Iterator[bytes]:
        path = self._part(part)
        if not path.exists():
            return
        raw = path.read_bytes()
        path.unlink()
        at = 0
        while at < len(raw):
            _, length = _HEAD.unpack_from(raw, at)
            end = at + _HEAD.size + length + _NUMBER.size
            yield raw[at:end]
            at = end


def _grouped(rows: list[bytes]) -> Iterator[tuple[bytes, bytes, list[int]]]:
    before, numbers = b"", list[int]()
    for row in rows:
        head, (number,) = row[: -_NUMBER.size], _NUMBER.unpack_from(row, len(row) - _NUMBER.size)
        if head != before:
            if numbers:
                yield before[:HASH_BYTES], before[_HEAD.size :], numbers
            before, numbers = head, []
        if not numbers or numbers[-1] != number:
            numbers.append(number)
    if numbers:
        yield before[:HASH_BYTES], before[_HEAD.size :], numbers
