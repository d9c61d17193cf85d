"""The filters that tell, without a look into a table, what cannot be in it.

Bloom filters in u64 cells, small enough for the cache: a key sets four bits of one cell, whose
number comes from the upper half of the key, and the bits from the lower. With some thirteen bits
for each, one key in fifty seems to be in it that is not. One filter is of the identities of all
right parts, one of the keys under which too many entries would be.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from sendguard.matching._file import IndexFile

_KEYS_IN_CELL = 5
_MOST_CELLS = 1 << 24
_SHIFTS = (8, 14, 20, 26)
_BYTES = 8  # of a cell, and of a key


def _bits(key: int) -> int:
    bits = 0
    for shift in _SHIFTS:
        bits |= 1 << (key >> shift & 63)
    return bits


class Filter(Protocol):
    """Which keys may be in it; that one is not is certain."""

    def __contains__(self, key: int, /) -> bool: ...


class KeyFilter:
    """A filter that is being built."""

    __slots__ = ("_cells",)

    def __init__(self, keys: Path) -> None:
        """Of the keys in a file."""
        size = min(keys.stat().st_size // _BYTES // _KEYS_IN_CELL + 1, _MOST_CELLS)
        self._cells = array("Q", bytes(_BYTES * size))
        with keys.open("rb") as file:
            while raw := file.read(_BYTES):
                key = int.from_bytes(raw, "little")
                self._cells[(key >> 32) * size >> 32] |= _bits(key)

    def __contains__(self, key: int) -> bool:
        bits = _bits(key)
        return self._cells[(key >> 32) * len(self._cells) >> 32] & bits == bits

    def write(self, path: Path) -> None:
        """Write the section of it to a new file."""
        with path.open("xb") as out:
            out.writelines(cell.to_bytes(_BYTES, "little") for cell in self._cells)


class MappedFilter:
    """A filter in a mapped file."""

    __slots__ = ("_begin", "_cells", "_file")

    def __init__(self, file: IndexFile, section: str) -> None:
        self._file = file
        self._begin, size = file.section(section)
        self._cells = size // _BYTES
        if size % _BYTES or not 1 <= self._cells <= _MOST_CELLS:
            raise file.problem(f"has a section {section!r} of impossible size")

    def __contains__(self, key: int) -> bool:
        bits = _bits(key)
        place = self._begin + ((key >> 32) * self._cells >> 32) * _BYTES
        return int.from_bytes(self._file.read(place, _BYTES), "little") & bits == bits
