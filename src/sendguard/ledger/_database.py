"""A ledger in an SQLite file."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sendguard.errors import StoreError
from sendguard.ledger._files import Continue, Tail

_WAIT: Final = 5.0  # seconds for other processes
_SCHEMA: Final = "CREATE TABLE IF NOT EXISTS records (n INTEGER PRIMARY KEY, line BLOB NOT NULL)"

# Connections that forks have brought here: kept, since SQLite must not even close them here.
_left_alone: list[sqlite3.Connection] = []


class Database:
    """Appends in one transaction each. For threads, forks and the processes of one machine."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def __del__(self) -> None:
        if self._connection is None:
            return
        if self._process == os.getpid():
            self._connection.close()
        else:
            _left_alone.append(self._connection)

    def append(self, continued: Continue) -> None:
        """Described in `LedgerFile`."""
        if self._process != os.getpid():
            if self._connection is not None:
                _left_alone.append(self._connection)
            self._process, self._lock, self._connection = os.getpid(), threading.Lock(), None
        with self._lock, self._failing():
            try:
                self._add(continued)
            except BaseException:  # what was begun is undone, and the next call opens anew
                if self._connection is not None:
                    self._connection.close()
                self._connection = None
                raise

    def _add(self, continued: Continue) -> None:
        if self._connection is None:
            self._connection = sqlite3.connect(
                self.path, timeout=_WAIT, isolation_level=None, check_same_thread=False
            )
            _to_write_ahead(self._connection)
            self._connection.execute("PRAGMA synchronous = NORMAL")
        execute = self._connection.execute
        execute("BEGIN IMMEDIATE")
        execute(_SCHEMA)
        newest = execute("SELECT n, line FROM records ORDER BY n DESC LIMIT 1").fetchone()
        number, last = newest or (-1, None)
        for line in continued(Tail(last)):
            number += 1
            execute("INSERT INTO records VALUES (?, ?)", (number, line))
        execute("COMMIT")

    def lines(self) -> Iterator[bytes]:
        """Described in `LedgerFile`."""
        with self._failing(), self._reading() as connection:
            found = "SELECT count(*) FROM sqlite_master WHERE name = 'records'"
            if connection.execute(found).fetchone() == (0,):  # another process is about to begin it
                return
            for (line,) in connection.execute("SELECT line FROM records ORDER BY n"):
                yield line if isinstance(line, bytes) else str(line).encode()

    def first(self) -> bytes | None:
        """Described in `LedgerFile`."""
        if not self.path.exists():
            return None
        return next(self.lines(), None)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        if not self.path.is_file():
            raise FileNotFoundError(2, "No such file or directory")
        connection = sqlite3.connect(self.path, timeout=_WAIT)
        connection.text_factory = bytes
        try:
            yield connection
        finally:
            connection.close()

    @contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise StoreError(f"{self.path.name}: {error}") from error


def _to_write_ahead(connection: sqlite3.Connection) -> None:
    # Of two processes that do this to a new file at once, one is refused without the wait that
    # `timeout` asks for, so this waits by itself.
    deadline = time.monotonic() + _WAIT
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.005)
        else:
            return
