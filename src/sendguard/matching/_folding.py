"""What each code point is to the identifier scan: its class, and what it is folded to.

One table in `data/folding.bin` says it for both engines and for every version of Python, because
the keys in a file depend on it: case, diacritics and compatibility forms are folded, all decimal
digits become those of ASCII, and look-alike punctuation becomes one. `scripts/make-folding` writes
it.
"""

from __future__ import annotations

import zlib
from functools import cache
from importlib.resources import files
from struct import Struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Final

BLOCK: Final = 64
"""Code points that share a block of the table."""

# The classes; the numbers are part of the table.
OTHER, LETTER, DIGIT, HAN, IGNORED, SPACE, NEWLINE, PUNCTUATION, DASH, AT = range(10)

# How the tokeniser writes the classes; punctuation stands for itself.
_MARKS = {
    OTHER: "\0", LETTER: "a", DIGIT: "0", HAN: "h", IGNORED: "i", SPACE: " ", NEWLINE: "\n",
    DASH: "\u2013", AT: "@",
}  # fmt: skip

_HEADER = Struct("<4sHBBII")
_NUMBERS = 0x110000 // BLOCK
_NUMBER = Struct("<H")
_ENTRY = Struct("<I")


class Folding:
    """The table. Safe to share between threads.

    Attributes:
        raw: the bytes of it, which the extension reads.
        checksum: its CRC-32, which tells files that were built with another table.
        classes: for `str.translate`: code point to a character for its class.
        folds: for `str.translate`: code point to what it is folded to.
    """

    __slots__ = ("checksum", "classes", "folds", "raw")

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.checksum = zlib.crc32(raw)
        self.classes = _Classes(self)
        self.folds = _Folds(self)

    def described(self, code: int) -> tuple[int, str]:
        """The class of a code point, and what it is folded to."""
        _, _, _, _, blocks, _ = _HEADER.unpack_from(self.raw)
        (number,) = _NUMBER.unpack_from(self.raw, _HEADER.size + code // BLOCK * _NUMBER.size)
        entries = _HEADER.size + _NUMBERS * _NUMBER.size
        at = entries + (number * BLOCK + code % BLOCK) * _ENTRY.size
        (entry,) = _ENTRY.unpack_from(self.raw, at)
        kind, count, value = entry & 15, entry >> 4 & 7, entry >> 7
        if kind in {IGNORED, OTHER}:
            return kind, ""
        if count == 0:
            return kind, chr(code)
        if count == 1:
            return kind, chr(value)
        pool = entries + blocks * BLOCK * _ENTRY.size
        places = range(pool + value * _ENTRY.size, pool + (value + count) * _ENTRY.size, 4)
        return kind, "".join(chr(_ENTRY.unpack_from(self.raw, place)[0]) for place in places)


class _Classes(dict[int, str]):
    """Filled as code points are met."""

    def __init__(self, folding: Folding) -> None:
        super().__init__()
        self._folding = folding

    def __missing__(self, code: int) -> str:
        kind, text = self._folding.described(code)
        self[code] = mark = _MARKS.get(kind) or text
        return mark


class _Folds(dict[int, str]):
    """Filled as code points are met."""

    def __init__(self, folding: Folding) -> None:
        super().__init__()
        self._folding = folding

    def __missing__(self, code: int) -> str:
        self[code] = text = self._folding.described(code)[1]
        return text


@cache
def folding() -> Folding:
    """The table that is shipped, read when it is first needed."""
    return Folding((files("sendguard.matching") / "data" / "folding.bin").read_bytes())
