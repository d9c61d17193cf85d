"""Claims and held messages in an SQLite file, for all processes of one machine."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from attrs import define, field

from sendguard.errors import ConfigurationError, StoreError
from sendguard.stores import _sqlite_claims as rows
from sendguard.stores import _sqlite_holds as holds
from sendguard.stores._claim import Claim
from sendguard.stores._hold_protocol import HoldClock, HoldRecord, HoldState
from sendguard.stores._instant import to_microseconds
from sendguard.stores._protocol import LatchRecord, Refusal, Settled
from sendguard.stores._taking import check_person, distinct, log_reset, taken

__all__ = ["SQLiteStore"]

# Moving what was written from the write-ahead file to the other one waits for the disk, and at four
# times SQLite's own interval costs a claim a quarter of that; the file grows to some 16 MB.
_CHECKPOINT_PAGES = 4_000
# Instead of BEGIN, for one statement, which is a transaction by itself.
_ALONE = ""


@define(eq=False)
class _Session:
    """What one process has open. A child of a fork leaves it alone and opens its own: SQLite
    connections must not cross a fork, not even to be closed there."""

    process: int
    lock: threading.Lock = field(factory=threading.Lock)
    connection: sqlite3.Connection | None = None
    file: tuple[int, int] | None = None
    keeps_holds: bool = False


# What forks have brought here from other processes: kept, so that nothing closes it.
_left_alone: list[_Session] = []


class SQLiteStore:
    """Counts and holds in a file, together with every process of this machine that opens it.

    One transaction for each call, in write-ahead mode: a process that is killed at any instant
    leaves either all of it or nothing. Made for local disks; network file systems do not lock
    reliably. Safe to share between threads, processes and over a fork. Opens the file when it is
    first used; a file that is moved away or replaced while in use gives one `StoreError`, then the
    new one is used.

    Args:
        path: of the file; its folder must exist. Beside it lie ``-wal`` (up to some
            16 MB) and ``-shm`` files.
        timeout: seconds to wait for the other threads of this process, and again for the other
            processes, after which a call fails with `StoreError`.
    """

    time_out: float | None = None

    def __init__(self, path: str | os.PathLike[str], *, timeout: float = 2.0) -> None:
        if not 0 < timeout <= 60:
            raise ConfigurationError(f"SQLiteStore.timeout is {timeout}; use above 0, at most 60")
        self.path = Path(path)
        self._timeout = timeout
        self._session = _Session(os.getpid())

    def take(
        self,
        token: str,
        claims: Sequence[Claim],
        groups: Sequence[Sequence[Claim]] = (),
        *,
        now: datetime,
    ) -> tuple[Refusal, ...]:
        """Described in `ClaimStore`."""
        every = distinct(claims, groups)
        attempt = rows.Attempt.named(token, to_microseconds(now))
        if len(every) == 1 and not attempt.tidies:
            with self._transaction(_ALONE) as execute:
                if rows.count_if_free(execute, every[0], attempt):
                    return ()
        with self._transaction("BEGIN IMMEDIATE") as execute:
            rows.tidy(execute, every, attempt)
            # Mostly all have room, and to ask first would take as long again.
            free = [claim for claim in every if rows.count_if_free(execute, claim, attempt)]
            if len(free) == len(every):
                return ()
            for claim in free:
                rows.give_back(execute, claim, attempt)
            refusals = rows.refusals(execute, every, attempt)
            for claim in taken(claims, groups, {refusal.claim for refusal in refusals}):
                rows.count(execute, claim, attempt)
            return tuple(rows.struck(execute, refusal, attempt.at) for refusal in refusals)

    def peek(self, claims: Sequence[Claim], *, now: datetime) -> tuple[Refusal, ...]:
        """Described in `ClaimStore`."""
        attempt = rows.Attempt.unnamed(to_microseconds(now))
        with self._transaction("BEGIN") as execute:
            return rows.refusals(execute, distinct(claims), attempt)

    def settle(self, token: str, claims: Sequence[Claim], outcome: Settled) -> None:
        """Described in `ClaimStore`."""
        told = [claim for claim in claims if outcome == "failed" or claim.mark]
        if not told:
            return
        attempt = rows.Attempt.named(token)
        with self._transaction("BEGIN IMMEDIATE") as execute:
            for claim in told:
                if outcome == "failed":
                    rows.give_back(execute, claim, attempt)
                else:
                    rows.stand(execute, claim, attempt, outcome)

    def latches(self) -> tuple[LatchRecord, ...]:
        """Described in `ClaimStore`."""
        with self._transaction("BEGIN") as execute:
            return rows.latches(execute)

    def reset_latch(self, key: str, *, by: str) -> bool:
        """Described in `ClaimStore`."""
        check_person(by)
        with self._transaction("BEGIN IMMEDIATE") as execute:
            was_set = rows.reset(execute, key)
        return log_reset(key, by, was_set)

    def hold_clock(self, *, now: datetime) -> HoldClock:
        """Described in `HoldStore`."""
        with self._holding("BEGIN") as execute:
            return HoldClock(now, holds.newest(execute))

    def add_hold(self, record: HoldRecord) -> bool:
        """Described in `HoldStore`."""
        with self._holding("BEGIN IMMEDIATE") as execute:
            return holds.add(execute, record)

    def get_hold(self, id: str) -> HoldRecord | None:  # noqa: A002  (what it is)
        """Described in `HoldStore`."""
        with self._holding("BEGIN") as execute:
            return holds.get(execute, id)

    def swap_hold(self, record: HoldRecord) -> bool:
        """Described in `HoldStore`."""
        with self._holding("BEGIN IMMEDIATE") as execute:
            return holds.swap(execute, record)

    def lease_hold(self, *, now: datetime, lease: timedelta) -> HoldRecord | None:
        """Described in `HoldStore`."""
        with self._holding("BEGIN IMMEDIATE") as execute:
            return holds.lease(execute, now, lease)

    def page_holds(
        self,
        states: Sequence[HoldState],
        *,
        after: tuple[datetime, str] | None = None,
        limit: int = 100,
        label: str | None = None,
    ) -> tuple[HoldRecord, ...]:
        """Described in `HoldStore`."""
        with self._holding("BEGIN") as execute:
            return holds.page(execute, states, after, limit, label)

    def purge_holds(self, *, before: datetime, limit: int = 1_000) -> int:
        """Described in `HoldStore`."""
        with self._holding("BEGIN IMMEDIATE") as execute:
            return holds.purge(execute, before, limit)

    def close(self) -> None:
        """Close the file; the next call opens it again."""
        session = self._session
        if session.process == os.getpid():
            with session.lock:
                self._abandon(session)

    def __del__(self) -> None:
        session = getattr(self, "_session", None)  # none where the options were refused
        if session is None:
            return
        if session.process == os.getpid():
            self._abandon(session)
        else:
            _left_alone.append(session)

    @contextmanager
    def _holding(self, begin: str) -> Iterator[rows.Execute]:
        if not self._session.keeps_holds or self._session.process != os.getpid():
            with self._transaction("BEGIN IMMEDIATE") as execute:
                holds.prepare(execute, self.path.name)
            self._session.keeps_holds = True
        with self._transaction(begin) as execute:
            yield execute

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[rows.Execute]:
        session = self._session
        if session.process != os.getpid():
            _left_alone.append(session)
            self._session = session = _Session(os.getpid())
        deadline = time.monotonic() + self._timeout
        # Threads queue here rather than at the file, where whoever polls luckiest goes first.
        if not session.lock.acquire(timeout=self._timeout):
            raise StoreError(f"{self.path.name}: other threads kept it for {self._timeout} s")
        try:
            connection = self._connected(session, deadline)

            if begin != _ALONE:
                connection.execute(begin)
            yield connection.execute
            if begin != _ALONE:
                connection.execute("COMMIT")
        except BaseException as error:
            self._abandon(session)
            if isinstance(error, sqlite3.Error | OSError):
                raise StoreError(f"{self.path.name}: {error}") from error
            raise
        finally:
            session.lock.release()

    def _connected(self, session: _Session, deadline: float) -> sqlite3.Connection:
        if session.connection is not None:
            found = self.path.stat()
            if session.file != (found.st_dev, found.st_ino):
                raise StoreError(f"{self.path.name} was replaced while it was in use")
            return session.connection
        session.connection = connection = sqlite3.connect(
            self.path, timeout=self._timeout, isolation_level=None, check_same_thread=False
        )
        # Two processes that turn a new file to write-ahead mode at once may be refused without
        # the wait that `timeout` asks for, so this waits by itself.
        while True:
            try:
                self._prepare(connection)
                break
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > deadline:
                    raise
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                time.sleep(0.005)
        found = self.path.stat()
        session.file = (found.st_dev, found.st_ino)
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > rows.FORMAT:
            raise StoreError(
                f"{self.path.name} has format {version}, written by a newer sendguard; "
                f"this one knows {rows.FORMAT}"
            )
        if version < rows.FORMAT:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(rows.SCHEMA)
        # Survives the death of the process; the last instants before a power cut may be lost.
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")

    def _abandon(self, session: _Session) -> None:
        """Close the connection, which undoes what was not committed; the next call opens anew."""
        if session.connection is not None:
            session.connection.close()
        session.connection = None
        session.keeps_holds = False

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuilt, (str(self.path), self._timeout)

    def __repr__(self) -> str:
        return f"SQLiteStore({str(self.path)!r}, timeout={self._timeout})"


def _rebuilt(path: str, timeout: float) -> SQLiteStore:
    return SQLiteStore(path, timeout=timeout)
