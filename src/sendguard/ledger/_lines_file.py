"""A ledger in JSON Lines: one record a line, to be read with any tool."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from attrs import frozen

from sendguard.errors import ConfigurationError, StoreError
from sendguard.ledger._files import Continue, Tail

try:
    import fcntl
except ModuleNotFoundError:  # Windows
    fcntl = None  # type: ignore[assignment]  # looked at before each use

_BLOCK: Final = 65_536


@frozen
class LinesFile:
    """Appends under ``flock``, which threads and processes of one machine respect.

    Opens the file for each call, so it may be moved away and begun anew, and crosses forks.
    """

    path: Path

    def append(self, continued: Continue) -> None:
        """Described in `LedgerFile`."""
        if fcntl is None:
            raise ConfigurationError(
                "a ledger in JSON Lines needs a system with flock; use one in SQLite"
            )
        with self._opened("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # let go when the file is closed
            end = file.seek(0, os.SEEK_END)
            tail = _tail(file, end)
            added = continued(tail)
            start = end - len(tail.torn)
            try:
                if tail.torn:
                    file.truncate(start)
                rest = memoryview(b"".join(line + b"\n" for line in added))
                while rest:
                    rest = rest[file.write(rest) :]
            except OSError:
                os.ftruncate(file.fileno(), start)  # half a line must not stay: the disk is full
                raise

    def lines(self) -> Iterator[bytes]:
        """Described in `LedgerFile`."""
        with self._opened("rb") as file:
            for line in file:
                yield line.removesuffix(b"\n")

    def first(self) -> bytes | None:
        """Described in `LedgerFile`."""
        if not self.path.exists():
            return None
        return next(self.lines(), None)

    @contextmanager
    def _opened(self, mode: str) -> Iterator[BinaryIO]:
        try:
            # Without a buffer: what a failed write left in one would be written when it closes.
            with self.path.open(mode, buffering=-1 if mode == "rb" else 0) as file:
                yield file  # type: ignore[misc]  # it is a binary file in either mode
        except OSError as error:
            raise StoreError(f"{self.path.name}: {error.strerror}") from error


def _tail(file: BinaryIO, end: int) -> Tail:
    """The last whole line and what follows it, read backwards in blocks."""
    blocks: list[bytes] = []
    start, feeds = end, 0
    while start > 0 and feeds < 2:  # the feed of the last line, and of the one before
        size = min(_BLOCK, start)
        start -= size
        file.seek(start)
        blocks.append(file.read(size))
        feeds += blocks[-1].count(b"\n")
    rest, feed, torn = b"".join(reversed(blocks)).rpartition(b"\n")
    return Tail(rest.rpartition(b"\n")[2] if feed else None, torn)
