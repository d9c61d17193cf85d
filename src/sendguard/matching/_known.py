"""The filter that tells, without a look into a table, that no entry has a certain right part.

A Bloom filter in u64 cells: a word sets four bits of one cell, whose number comes from the upper
half of its identity, and the bits from the lower. Some thirteen bits a word, in two megabytes for a
million and a half of them, so that it stays in the cache; one word in fifty is taken for known.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sendguard.matching._file import IndexFile

_WORDS_IN_CELL = 5
_MOST_CELLS = 1 << 21
_SHIFTS = (8, 14, 20, 26)


def _bits(identity: int) -> int:
    bits = 0
    for shift in _SHIFTS:
        bits |= 1 << (identity >> shift & 63)
    return bits


def known_filter(identities: Iterable[int], count: int) -> bytes:
    """The section `known` for so many words."""
    size = min(count // _WORDS_IN_CELL + 1, _MOST_CELLS)
    cells = array("Q", bytes(8 * size))
    for identity in identities:
        cells[(identity >> 32) * size >> 32] |= _bits(identity)
    return b"".join(cell.to_bytes(8, "little") for cell in cells)


class KnownWords:
    """Reads that section."""

    __slots__ = ("_begin", "_cells", "_file")

    def __init__(self, file: IndexFile) -> None:
        self._file = file
        self._begin, size = file.section("known")
        self._cells = size // 8
        if size % 8 or not 1 <= self._cells <= _MOST_CELLS:
            raise file.problem("has a section 'known' of impossible size")

    def __contains__(self, identity: int) -> bool:
        bits = _bits(identity)
        cell = self._file.read(self._begin + ((identity >> 32) * self._cells >> 32) * 8, 8)
        return int.from_bytes(cell, "little") & bits == bits
