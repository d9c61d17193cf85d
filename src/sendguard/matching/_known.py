"""The filters that tell, without a look into a table, that no entry has a certain part.

Bloom filters in u64 cells, small enough for the cache: a part sets four bits of one cell, whose
number comes from the upper half of its identity, and the bits from the lower. One filter is of the
right parts, with some thirteen bits for each, so that one in fifty is taken for known that is not;
one of the left parts, of which each entry may have its own, with eight bits, and one in twenty.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from sendguard.matching._file import IndexFile

RIGHTS_IN_CELL = 5
LEFTS_IN_CELL = 8
_MOST_CELLS = 1 << 24
_SHIFTS = (8, 14, 20, 26)
_BYTES = 8  # of a cell, and of an identity


def _bits(identity: int) -> int:
    bits = 0
    for shift in _SHIFTS:
        bits |= 1 << (identity >> shift & 63)
    return bits


def known_filter(identities: Path, in_cell: int) -> bytes:
    """The section of a filter of the identities in a file, with so many of them in a cell."""
    size = min(identities.stat().st_size // _BYTES // in_cell + 1, _MOST_CELLS)
    cells = array("Q", bytes(_BYTES * size))
    with identities.open("rb") as file:
        while raw := file.read(_BYTES):
            identity = int.from_bytes(raw, "little")
            cells[(identity >> 32) * size >> 32] |= _bits(identity)
    return b"".join(cell.to_bytes(_BYTES, "little") for cell in cells)


class KnownParts:
    """Reads such a section."""

    __slots__ = ("_begin", "_cells", "_file")

    def __init__(self, file: IndexFile, section: str) -> None:
        self._file = file
        self._begin, size = file.section(section)
        self._cells = size // _BYTES
        if size % _BYTES or not 1 <= self._cells <= _MOST_CELLS:
            raise file.problem(f"has a section {section!r} of impossible size")

    def __contains__(self, identity: int) -> bool:
        bits = _bits(identity)
        place = self._begin + ((identity >> 32) * self._cells >> 32) * _BYTES
        return int.from_bytes(self._file.read(place, _BYTES), "little") & bits == bits
