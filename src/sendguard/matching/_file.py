"""The file that every structure of this folder lives in: a header, sections, and a checksum a
block.

    block 0      header: magic, version, kind, byte order, sizes, parameters, section table, its own
    CRC-32 blocks 1-n   the sections, each from a block's beginning
    after them   one little-endian CRC-32 for each block before it

Everything is little-endian and addressed from the beginning of the file, so that it can be mapped
anywhere. A checksum over a huge file cannot be verified when it is opened: each block is verified
when it is first read. A checksum does not stop a forger, so every offset is checked as well.
"""

from __future__ import annotations

import mmap
import os
import secrets
import struct
import zlib
from pathlib import Path
from typing import IO, TYPE_CHECKING

from sendguard.errors import IndexFileError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import TracebackType
    from typing import Self

BLOCK = 4096
MAGIC = b"\x89sgidx\r\n"
VERSION = 2
_BYTE_ORDER = 0x01020304
_HEADER = struct.Struct("<8sHHIQQQII")
_PARAMETERS = struct.Struct("<16Q")
_SECTION = struct.Struct("<16sQQ")
_SECTIONS_AT = 256
_CRC = struct.Struct("<I")
_CRC_AT = BLOCK - _CRC.size
# What Linux was given at once it keeps together, and maps for a reader in a quarter of the time.
_PIECE = 4096 * BLOCK


class IndexFile:
    """A mapped file, read-only. Safe to share between threads, and by forked processes.

    Attributes:
        path: where it was opened.
        entries: how many things it holds.
        parameters: sixteen numbers whose meaning depends on the kind.
        sections: name to (offset, length) in bytes; each lies within the checked part of the file.
        blocks_end: where the checksums begin, in bytes.
        buffer: the mapping.
    """

    __slots__ = ("_verified", "blocks_end", "buffer", "entries", "parameters", "path", "sections")

    def __init__(
        self, path: str | os.PathLike[str], kind: int, buffer: memoryview | None = None
    ) -> None:
        """Map and check the header; the sections are checked block by block, when they are read.

        Args:
            path: the file.
            kind: what it must hold.
            buffer: where it is mapped already, as a part of a larger file.

        Raises:
            OSError: it cannot be opened.
            IndexFileError: it is not a whole file of this kind.
        """
        self.path = os.fspath(path)
        self.buffer: mmap.mmap | memoryview = self._mapped() if buffer is None else buffer
        if len(self.buffer) < BLOCK:
            raise self._too_short(len(self.buffer))
        header = bytes(self.buffer[:BLOCK])
        self._check_identity(header, kind, len(self.buffer))
        self.entries: int
        self.blocks_end: int
        self.entries, self.blocks_end = _HEADER.unpack_from(header)[5:7]
        self.parameters: tuple[int, ...] = _PARAMETERS.unpack_from(header, _HEADER.size)
        self.sections = self._section_table(header)
        self._verified = bytearray()

    def _mapped(self) -> mmap.mmap:
        with Path(self.path).open("rb") as file:
            if not os.fstat(file.fileno()).st_size:  # which cannot be mapped
                raise self._too_short(0)
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def _too_short(self, size: int) -> IndexFileError:
        return self.problem(f"is {size} bytes long, which is less than a header")

    def part(self, name: str, kind: int) -> IndexFile:
        """The whole file of that kind which a section holds; it shares the mapping."""
        offset, length = self.section(name)
        return IndexFile(self.path, kind, memoryview(self.buffer)[offset : offset + length])

    def _check_identity(self, header: bytes, kind: int, size: int) -> None:
        magic, version, found, order, expected, _, end, block, _ = _HEADER.unpack_from(header)
        if magic != MAGIC:
            raise self.problem("is not a sendguard index: its first bytes are others")
        if zlib.crc32(header[:_CRC_AT]) != _CRC.unpack_from(header, _CRC_AT)[0]:
            raise self.problem("has a damaged header: its checksum does not match")
        if version != VERSION or order != _BYTE_ORDER or block != BLOCK:
            raise self.problem(f"has format version {version}; this release reads {VERSION}")
        if found != kind:
            raise self.problem(f"is of another kind ({found}, expected {kind})")
        if size != expected:
            raise self.problem(f"is {size} bytes long and should be {expected}: it was cut or grew")
        if end % BLOCK or not BLOCK <= end <= size or end + end // BLOCK * _CRC.size != size:
            raise self.problem("has a header that contradicts itself: no room for the checksums")

    def _section_table(self, header: bytes) -> dict[str, tuple[int, int]]:
        count: int = _HEADER.unpack_from(header)[8]
        if count > (_CRC_AT - _SECTIONS_AT) // _SECTION.size:
            raise self.problem(f"claims {count} sections, more than a header holds")
        sections = {}
        for number in range(count):
            raw, offset, length = _SECTION.unpack_from(
                header, _SECTIONS_AT + number * _SECTION.size
            )
            name = raw.rstrip(b"\0").decode("ascii", "replace")
            if offset < BLOCK or offset > self.blocks_end or length > self.blocks_end - offset:
                raise self.problem(f"has a section {name!r} that lies outside of it")
            sections[name] = (offset, length)
        return sections

    def problem(self, what: str) -> IndexFileError:
        """The exception for this file, to be raised."""
        return IndexFileError(self.path, what)

    def section(self, name: str) -> tuple[int, int]:
        """Offset and length in bytes of a section that must be there."""
        try:
            return self.sections[name]
        except KeyError:
            raise self.problem(f"lacks its section {name!r}") from None

    def read(self, offset: int, length: int) -> bytes:
        """The bytes at an offset that the caller has checked against its section."""
        end = offset + length
        first, last = offset >> 12, (end + BLOCK - 1) >> 12
        if (self._verified or self._flags()).find(0, first, last) >= 0:
            for block in range(first, last):
                self._verify(block)
        return bytes(self.buffer[offset:end])

    def verify(self) -> None:
        """Check every block now.

        Raises:
            IndexFileError: a block is damaged.
        """
        for block in range(len(self._flags())):
            self._verify(block)

    def _flags(self) -> bytearray:
        """One byte a block, 1 once it was verified; made when needed, since a file may be huge."""
        if not self._verified:
            self._verified = bytearray(self.blocks_end // BLOCK)
        return self._verified

    def _verify(self, block: int) -> None:
        data = self.buffer[block * BLOCK : (block + 1) * BLOCK]
        (expected,) = _CRC.unpack_from(self.buffer, self.blocks_end + block * _CRC.size)
        if zlib.crc32(data) != expected:
            raise self.problem(
                f"is damaged between bytes {block * BLOCK} and {(block + 1) * BLOCK}"
            )
        self._verified[block] = 1


class IndexWriter:
    """Writes such a file beside its place and renames it there once it is whole and on disk."""

    def __init__(self, path: str | os.PathLike[str], kind: int) -> None:
        self._target = Path(path)
        self._kind = kind
        self._sections: dict[str, tuple[int, int]] = {}
        self.scratch = self._target.with_name(f".{self._target.name}.{secrets.token_hex(8)}")

    def __enter__(self) -> Self:
        self.scratch.mkdir()
        self._file = (self.scratch / "index").open("xb+")
        self._file.write(bytes(BLOCK))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._file.close()
        for leftover in self.scratch.iterdir():
            leftover.unlink()
        self.scratch.rmdir()

    @property
    def file(self) -> IO[bytes]:
        """The file itself, for whoever must read a section again while the next is built."""
        return self._file

    def begin(self, name: str) -> None:
        """Start a section; what is written to `file` until `end` belongs to it."""
        self._file.seek(0, os.SEEK_END)
        self._sections[name] = (self._file.tell(), 0)

    def end(self, name: str) -> tuple[int, int]:
        """End a section; returns its offset and length in bytes."""
        self._file.flush()
        start, _ = self._sections[name]
        end = self._file.seek(0, os.SEEK_END)
        self._file.write(bytes(-end % BLOCK))
        self._sections[name] = (start, end - start)
        return self._sections[name]

    def append(self, name: str, path: Path) -> tuple[int, int]:
        """Take a whole file in the scratch folder as a section, and remove it there.

        Returns its offset and length in bytes.
        """
        self.begin(name)
        with path.open("rb") as part:
            for piece in _pieces(part):
                self._file.write(piece)
        path.unlink()
        return self.end(name)

    def commit(self, entries: int, parameters: Sequence[int]) -> None:
        """Write header and checksums, wait for the disk, and rename over the target.

        All is written once more for it, in pieces so large that the system can keep them in its
        largest pages: look-ups in a file of gigabytes take a seventh less time then.
        """
        end = self._file.seek(0, os.SEEK_END)
        self._file.seek(0)
        self._file.write(_header(self._kind, end, entries, parameters, self._sections))
        self._file.seek(0)
        whole = self.scratch / "whole"
        with (
            whole.open("xb", buffering=_PIECE) as out,
            (self.scratch / "checksums").open("xb+") as checksums,
        ):
            for piece in _pieces(self._file):
                out.write(piece)
                checksums.writelines(
                    _CRC.pack(zlib.crc32(piece[at : at + BLOCK]))
                    for at in range(0, len(piece), BLOCK)
                )
            checksums.seek(0)
            for piece in _pieces(checksums):
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
        whole.replace(self._target)
        sync_folder(self._target.parent)


def _header(
    kind: int,
    end: int,
    entries: int,
    parameters: Sequence[int],
    sections: Mapping[str, tuple[int, int]],
) -> bytes:
    header = bytearray(BLOCK)
    size = end + end // BLOCK * _CRC.size
    _HEADER.pack_into(
        header, 0, MAGIC, VERSION, kind, _BYTE_ORDER, size, entries, end, BLOCK, len(sections)
    )
    _PARAMETERS.pack_into(header, _HEADER.size, *parameters, *[0] * (16 - len(parameters)))
    for number, (name, (offset, length)) in enumerate(sections.items()):
        _SECTION.pack_into(
            header, _SECTIONS_AT + number * _SECTION.size, name.encode("ascii"), offset, length
        )
    _CRC.pack_into(header, _CRC_AT, zlib.crc32(header[:_CRC_AT]))
    return bytes(header)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(_PIECE):
        yield piece


def sync_folder(folder: Path) -> None:
    """Make a rename in a folder durable, where the system can (POSIX)."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
