"""Where the strings of an index are: eight to a group, each behind its length.

Section `strings` has, for each entry, the count of its bytes (as LEB128: seven bits a byte, lowest
first, the eighth set if more follow) and its UTF-8, in which lone surrogates are allowed. Section
`groups` has five bytes for every eighth entry: where in `strings` it begins. A reader walks from
there over seven others at most, which lie in the few cache lines that it fetched together.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from sendguard.matching._file import IndexFile

GROUP = 8
PLACE_BYTES = 5
_LONGEST_LENGTH = 35


class EntryWriter:
    """Writes the two sections."""

    def __init__(self, strings: IO[bytes], groups: IO[bytes]) -> None:
        self._strings, self._groups = strings, groups
        self._end = self._count = 0

    def write(self, string: str) -> None:
        """Write the next entry."""
        raw = string.encode("utf-8", "surrogatepass")
        if self._count % GROUP == 0:
            self._groups.write(self._end.to_bytes(PLACE_BYTES, "little"))
        self._count += 1
        self._end += self._strings.write(_length(len(raw)) + raw)


def _length(size: int) -> bytes:
    if size < 128:
        return _SHORT[size]
    return bytes([size & 127 | 128]) + _length(size >> 7)


_SHORT = [bytes([size]) for size in range(128)]


class Entries:
    """Reads them."""

    __slots__ = ("_count", "_file", "_groups", "_size", "_strings")

    def __init__(self, file: IndexFile) -> None:
        self._file = file
        self._count = file.entries
        self._strings, self._size = file.section("strings")
        self._groups, size = file.section("groups")
        if size != -(-self._count // GROUP) * PLACE_BYTES:
            raise file.problem("has a section 'groups' of impossible size")

    def get(self, number: int) -> str:
        """The string of an id; one that is out of range is the file's fault."""
        if number >= self._count:
            raise self._file.problem("names an entry that it does not have")
        place = self._groups + number // GROUP * PLACE_BYTES
        begin = int.from_bytes(self._file.read(place, PLACE_BYTES), "little")
        raw = read_entry(self._read, begin, number)
        if raw is None:
            raise self._file.problem("has an entry of impossible length")
        try:
            return raw.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            raise self._file.problem(f"has an entry, {number}, that is not UTF-8") from None

    def _read(self, at: int, length: int) -> bytes:
        if at + length > self._size:
            raise self._file.problem("points outside of one of its sections")
        return self._file.read(self._strings + at, length)


def read_entry(read: Callable[[int, int], bytes], at: int, number: int) -> bytes | None:
    """The UTF-8 of an entry whose group begins there; None if a length has too many bytes."""
    for left in range(number % GROUP, -1, -1):
        length = shift = 0
        while (byte := read(at, 1)[0]) > 127:
            length |= (byte & 127) << shift
            shift += 7
            at += 1
            if shift > _LONGEST_LENGTH:
                return None
        length |= byte << shift
        at += 1
        if not left:
            return read(at, length)
        at += length
    return None
