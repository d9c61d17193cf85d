"""Where the strings of an index are: four to a block, each behind its length.

Section `strings` has a block of so many bytes, the same for all, for each four entries, so that an
id tells where its string is. A block begins with a zero; then, for each entry, come the count of
its bytes (as LEB128: seven bits a byte, lowest first, the eighth set if more follow) and its UTF-8,
in which lone surrogates are allowed. Four that are too long for a block are in the section
`overflow`, and the block has a one and the five bytes of their place there. A reader walks over
three others at most, which lie in the few cache lines that it fetched together.
"""

from __future__ import annotations

from collections import Counter
from typing import IO, TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sendguard.matching._file import IndexFile

GROUP = 4
_PLACE_BYTES = 5
_LONGEST_LENGTH = 35
_STEP = 32
_MOST_IN_BLOCK = 4096
_OUTSIDE = 64  # what a group costs that is not in its block: the bytes of one more cache line
_INSIDE, _OVERFLOW = b"\0", b"\1"


class EntryWriter:
    """Writes the entries one after the other, and then the two sections."""

    def __init__(self, entries: IO[bytes]) -> None:
        """Of a new file, to be read again."""
        self._entries = entries
        self._group: list[bytes] = []
        self._sizes: Counter[int] = Counter()

    def write(self, string: str) -> None:
        """Write the next entry."""
        raw = string.encode("utf-8", "surrogatepass")
        self._group += [_length(len(raw)), raw]
        if len(self._group) == 2 * GROUP:
            self._end_group()

    def _end_group(self) -> None:
        group = b"".join(self._group)
        self._entries.write(len(group).to_bytes(_PLACE_BYTES, "little") + group)
        self._sizes[len(group)] += 1
        self._group = []

    def finish(self, blocks: IO[bytes], overflow: IO[bytes]) -> int:
        """Write the sections; returns how many bytes a block has."""
        if self._group:
            self._end_group()
        size = self._block_size()
        self._entries.seek(0)
        end = 0
        for group in self._groups():
            if len(group) < size:
                blocks.write((_INSIDE + group).ljust(size, b"\0"))
                continue
            blocks.write((_OVERFLOW + end.to_bytes(_PLACE_BYTES, "little")).ljust(size, b"\0"))
            end += overflow.write(group)
        return size

    def _groups(self) -> Iterator[bytes]:
        while head := self._entries.read(_PLACE_BYTES):
            yield self._entries.read(int.from_bytes(head, "little"))

    def _block_size(self) -> int:
        """The one for which all are shortest."""

        def cost(size: int) -> int:
            outside = sum(
                (length + _OUTSIDE) * count
                for length, count in self._sizes.items()
                if length >= size
            )
            return size * self._sizes.total() + outside

        return min(range(_STEP, _MOST_IN_BLOCK + 1, _STEP), key=cost)


def _length(size: int) -> bytes:
    if size < 128:
        return _SHORT[size]
    return bytes([size & 127 | 128]) + _length(size >> 7)


_SHORT = [bytes([size]) for size in range(128)]


class Strings(NamedTuple):
    """The sections of strings: each (offset, length), and how many bytes a block has."""

    blocks: tuple[int, int]
    overflow: tuple[int, int]
    size: int

    def get(self, number: int, read: Callable[[tuple[int, int], int, int], bytes]) -> bytes | None:
        """The UTF-8 of an entry; None if a length has too many bytes."""
        at, section = number // GROUP * self.size, self.blocks
        if read(section, at, 1) == _INSIDE:
            at += 1
        else:
            at = int.from_bytes(read(section, at + 1, _PLACE_BYTES), "little")
            section = self.overflow
        for left in range(number % GROUP, -1, -1):
            length = shift = 0
            while (byte := read(section, at, 1)[0]) > 127:
                length |= (byte & 127) << shift
                shift += 7
                at += 1
                if shift > _LONGEST_LENGTH:
                    return None
            length |= byte << shift
            at += 1
            if not left:
                return read(section, at, length)
            at += length
        return None


class Entries:
    """Reads them."""

    __slots__ = ("_count", "_file", "_strings")

    def __init__(self, file: IndexFile, size: int) -> None:
        self._file = file
        self._count = file.entries
        self._strings = Strings(file.section("strings"), file.section("overflow"), size)
        groups = -(-self._count // GROUP)
        if not _STEP <= size <= _MOST_IN_BLOCK or self._strings.blocks[1] != groups * size:
            raise file.problem("has a section 'strings' of impossible size")

    def get(self, number: int) -> str:
        """The string of an id; one that is out of range is the file's fault."""
        if number >= self._count:
            raise self._file.problem("names an entry that it does not have")
        raw = self._strings.get(number, self._read)
        if raw is None:
            raise self._file.problem("has an entry of impossible length")
        try:
            return raw.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            raise self._file.problem(f"has an entry, {number}, that is not UTF-8") from None

    def _read(self, section: tuple[int, int], at: int, length: int) -> bytes:
        if at + length > section[1]:
            raise self._file.problem("points outside of one of its sections")
        return self._file.read(section[0] + at, length)
