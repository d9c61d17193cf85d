"""The log of additions and removals beside a suppression list, shared by all processes.

    0       magic, format version, identity of the list it belongs to, CRC-32 of these
    64      how many bytes of records are committed (u64): the generation that readers look at
    72      1 once the log was folded into a new list (u64)
    4096    records of 16 bytes: key, what happened to it, CRC-32

A writer holds an exclusive lock, writes its records, waits for the disk, and then moves the
committed length, which every process sees in its mapping of the first page. What a crash left
behind the committed length is overwritten by the next writer. Needs POSIX (`fcntl`) for writing.
"""

from __future__ import annotations

import mmap
import os
import struct
import weakref
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sendguard.errors import IndexFileError
from sendguard.matching._file import sync_folder
from sendguard.matching._fingerprints import SHA256

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Self

_MAGIC = b"\x89sglog\r\n"
_VERSION = 1
_PAGE = 4096
_HEAD = struct.Struct("<8sIQ")
_CRC = struct.Struct("<I")
_STATE_AT = 64
_STATE = struct.Struct("<QQ")
_RECORD = struct.Struct("<QII")
_SIGNED = struct.Struct("<QI")
_COMMITTED = struct.Struct("<Q")


class Change(NamedTuple):
    """One key was added or taken away; and of which form of values it is."""

    key: int
    present: bool
    form: int


def log_path(path: str, identity: int) -> Path:
    """Where the log of a list is."""
    return Path(f"{path}.{identity:016x}.log")


class ChangeLog:
    """One log, opened for reading; each write opens it anew, so that forks share no lock."""

    def __init__(self, path: Path, identity: int) -> None:
        """Map its first page.

        Raises:
            IndexFileError: it is missing, damaged, or belongs to another list.
        """
        self.path = path
        self._read_to = 0
        try:
            self._handle = os.open(path, os.O_RDONLY)
        except FileNotFoundError:
            raise IndexFileError(
                str(path),
                "is missing, and with it what was added to the list since it was built; restore it "
                "from beside the list's original, or build the list anew",
            ) from None
        weakref.finalize(self, os.close, self._handle)
        if os.fstat(self._handle).st_size < _PAGE:
            raise self._problem("is shorter than its header")
        self._page = mmap.mmap(self._handle, _PAGE, access=mmap.ACCESS_READ)
        head = self._page[: _HEAD.size]
        if self._page[_HEAD.size : _HEAD.size + _CRC.size] != _CRC.pack(zlib.crc32(head)):
            raise self._problem("has a damaged header")
        if head != _HEAD.pack(_MAGIC, _VERSION, identity):
            raise self._problem("belongs to another list, or to another version of the format")

    def _problem(self, what: str) -> IndexFileError:
        return IndexFileError(str(self.path), what)

    @staticmethod
    def create(path: Path, identity: int) -> None:
        """Write an empty log to the disk."""
        head = _HEAD.pack(_MAGIC, _VERSION, identity)
        with path.open("xb") as file:
            file.write((head + _CRC.pack(zlib.crc32(head))).ljust(_PAGE, b"\0"))
            file.flush()
            os.fsync(file.fileno())
        sync_folder(path.parent)

    @property
    def state(self) -> bytes:
        """The committed length and the folded flag, as they are now, to be compared."""
        return self._page[_STATE_AT : _STATE_AT + _STATE.size]

    @property
    def folded(self) -> bool:
        """Whether a new list has taken its place, or is about to."""
        return bool(_STATE.unpack(self.state)[1])

    def news(self) -> Iterator[Change]:
        """The committed changes that were not read before.

        Raises:
            IndexFileError: a record is damaged.
        """
        committed: int = _STATE.unpack(self.state)[0]
        while self._read_to < committed:
            wanted = min(committed - self._read_to, _RECORD.size * 4096)
            raw = os.pread(self._handle, wanted, _PAGE + self._read_to)
            if len(raw) < wanted or wanted % _RECORD.size:
                raise self._problem("is shorter than what was committed to it")
            for key, what, crc in _RECORD.iter_unpack(raw):
                if crc != zlib.crc32(_SIGNED.pack(key, what)) or what >> 1 > SHA256:
                    raise self._problem("has a damaged record")
                yield Change(key, present=bool(what & 1), form=what >> 1)
            self._read_to += wanted

    def lock(self) -> LogWriter:
        """Wait for the exclusive lock; other writers, in any process, wait in turn.

        Raises:
            FileNotFoundError: the log was folded into a new list.
        """
        return LogWriter(self.path)


class LogWriter:
    """What may be done under the lock, which is held until the end of the `with` block."""

    def __init__(self, path: Path) -> None:
        import fcntl

        self.path = path
        self._file = path.open("rb+", buffering=0)
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def append(self, changes: Iterable[Change]) -> None:
        """Commit some changes: they are on the disk, and visible to all, when this returns."""
        records = b"".join(_packed(change) for change in changes)
        handle = self._file.fileno()
        (committed,) = _COMMITTED.unpack(os.pread(handle, _COMMITTED.size, _STATE_AT))
        _write_all(handle, records, _PAGE + committed)
        os.fsync(handle)
        _write_all(handle, _COMMITTED.pack(committed + len(records)), _STATE_AT)
        os.fsync(handle)

    def mark_folded(self, folded: bool) -> None:
        """Tell all readers to look for a new list (or that there is none after all)."""
        handle = self._file.fileno()
        _write_all(handle, _COMMITTED.pack(folded), _STATE_AT + _COMMITTED.size)
        os.fsync(handle)


def _packed(change: Change) -> bytes:
    what = change.form << 1 | change.present
    return _RECORD.pack(change.key, what, zlib.crc32(_SIGNED.pack(change.key, what)))


def _write_all(handle: int, data: bytes, offset: int) -> None:
    while data:
        written = os.pwrite(handle, data, offset)
        data, offset = data[written:], offset + written
