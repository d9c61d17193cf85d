"""Claims and held messages in an SQLite file, for all processes of one machine."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, cast

from attrs import define, evolve, field

from sendguard.errors import ConfigurationError, StoreError
from sendguard.stores import _sqlite_holds as holds
from sendguard.stores._claim import Claim, Latch
from sendguard.stores._hold_protocol import HoldClock, HoldRecord, HoldState
from sendguard.stores._instant import from_microseconds, to_microseconds
from sendguard.stores._protocol import LatchRecord, Refusal, Settled, Standing
from sendguard.stores._taking import check_person, distinct, log_reset, taken

__all__ = ["SQLiteStore"]

FORMAT: Final = 1
_SCHEMA = f"""
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS claims (
    key TEXT NOT NULL, at INTEGER NOT NULL, token TEXT NOT NULL, expires INTEGER NOT NULL,
    mark TEXT NOT NULL, standing TEXT NOT NULL, PRIMARY KEY (key, at, token)) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS claims_by_token ON claims (token, key);
CREATE INDEX IF NOT EXISTS claims_by_expiry ON claims (expires);
CREATE TABLE IF NOT EXISTS strikes (
    latch TEXT NOT NULL, member TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (latch, member)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS latches (
    key TEXT PRIMARY KEY, label TEXT NOT NULL, since INTEGER NOT NULL) WITHOUT ROWID;
PRAGMA user_version = {FORMAT};
COMMIT;
"""
# Moving what was written from the write-ahead file to the other one waits for the disk, and at four
# times SQLite's own interval costs a claim a quarter of that; the file grows to some 16 MB.
_CHECKPOINT_PAGES = 4_000
# Of the new rows one in four clears away up to so many that are outlived, two for each new one, so
# that the file does not grow.
_TIDYING, _TIDIED = "048c", 8


# Nothing is written before the newest of its key, whatever the clock says.
_INSERT = """
INSERT OR IGNORE INTO claims SELECT ?1, newest, ?2, newest + ?3, ?4, 'pending' FROM (
    SELECT max(?5, coalesce((SELECT max(at) FROM claims WHERE key = ?1), ?5)) AS newest)
"""
# What comes after it where only a claim that is not refused is to be written.
_IF_FREE = """
WHERE (SELECT at FROM claims WHERE key = ?1 AND at > ?5 - ?3
       ORDER BY at DESC LIMIT 1 OFFSET ?6 - 1) IS NULL
    AND NOT EXISTS (SELECT 1 FROM latches WHERE key = ?7)
"""
_DELETE = "DELETE FROM claims WHERE token = ? AND key = ?"
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
        at = to_microseconds(now)
        every = distinct(claims, groups)
        tidies = token[-1] in _TIDYING
        if len(every) == 1 and not tidies:
            with self._transaction(_ALONE) as execute:
                if _count_if_free(execute, every[0], at, token):
                    return ()
        with self._transaction("BEGIN IMMEDIATE") as execute:
            if tidies:
                _tidy(execute, at, len(every))
            # Mostly all have room, and to ask first would take as long again.
            free = [claim for claim in every if _count_if_free(execute, claim, at, token)]
            if len(free) == len(every):
                return ()
            for claim in free:
                execute(_DELETE, token, claim.key)
            refusals = _refusals(execute, every, at, token)
            for claim in taken(claims, groups, {refusal.claim for refusal in refusals}):
                execute(_INSERT, claim.key, token, claim.microseconds, claim.mark, at)
            return tuple(_struck(execute, refusal, at) for refusal in refusals)

    def peek(self, claims: Sequence[Claim], *, now: datetime) -> tuple[Refusal, ...]:
        """Described in `ClaimStore`."""
        with self._transaction("BEGIN") as execute:
            return _refusals(execute, distinct(claims), to_microseconds(now), None)

    def settle(self, token: str, claims: Sequence[Claim], outcome: Settled) -> None:
        """Described in `ClaimStore`."""
        told = [claim for claim in claims if outcome == "failed" or claim.mark]
        if not told:
            return
        with self._transaction("BEGIN IMMEDIATE") as execute:
            for claim in told:
                if outcome == "failed":
                    execute(_DELETE, token, claim.key)
                else:
                    execute(
                        "UPDATE claims SET standing = ? WHERE token = ? AND key = ?",
                        *(outcome, token, claim.key),
                    )

    def latches(self) -> tuple[LatchRecord, ...]:
        """Described in `ClaimStore`."""
        with self._transaction("BEGIN") as execute:
            rows = execute("SELECT key, label, since FROM latches ORDER BY since, key")
            return tuple(LatchRecord(key, label, from_microseconds(at)) for key, label, at in rows)

    def reset_latch(self, key: str, *, by: str) -> bool:
        """Described in `ClaimStore`."""
        check_person(by)
        with self._transaction("BEGIN IMMEDIATE") as execute:
            execute("DELETE FROM strikes WHERE latch = ?", key)
            was_set = execute("DELETE FROM latches WHERE key = ?", key).rowcount > 0
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
    def _holding(self, begin: str) -> Iterator[_Execute]:
        if not self._session.keeps_holds or self._session.process != os.getpid():
            with self._transaction("BEGIN IMMEDIATE") as execute:
                holds.prepare(execute, self.path.name)
            self._session.keeps_holds = True
        with self._transaction(begin) as execute:
            yield execute

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[_Execute]:
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

            def execute(sql: str, *values: object) -> sqlite3.Cursor:
                return connection.execute(sql, values)

            if begin != _ALONE:
                execute(begin)
            yield execute
            if begin != _ALONE:
                execute("COMMIT")
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
        if version > FORMAT:
            raise StoreError(
                f"{self.path.name} has format {version}, written by a newer sendguard; "
                f"this one knows {FORMAT}"
            )
        if version < FORMAT:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(_SCHEMA)
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


_Execute = Callable[..., sqlite3.Cursor]


def _rebuilt(path: str, timeout: float) -> SQLiteStore:
    return SQLiteStore(path, timeout=timeout)


def _refusals(
    execute: _Execute, claims: list[Claim], at: int, token: str | None
) -> tuple[Refusal, ...]:
    found = []
    own = "SELECT 1 FROM claims WHERE token = ? AND key = ?"
    for claim in claims:
        since = None
        if claim.latch is not None:
            latched = execute("SELECT since FROM latches WHERE key = ?", claim.latch.key).fetchone()
            since = from_microseconds(latched[0]) if latched else None
        # While the oldest of the newest `limit` rows still counts, there is no room.
        last = execute(
            "SELECT at, mark, standing FROM claims WHERE key = ? AND at > ? "
            "ORDER BY at DESC LIMIT 1 OFFSET ?",
            *(claim.key, at - claim.microseconds, claim.limit - 1),
        ).fetchone()
        if (last or since) and token is not None and execute(own, token, claim.key).fetchone():
            continue  # what it has is not refused
        if last:
            mark, standing = last[1], cast("Standing", last[2]) if last[1] else None
            frees_at = from_microseconds(last[0] + claim.microseconds)
            found.append(Refusal(claim, frees_at, since, mark, standing))
        elif since:
            found.append(Refusal(claim, None, since))
    return tuple(found)


def _count_if_free(execute: _Execute, claim: Claim, at: int, token: str) -> bool:
    """Whether it was counted: not if it is refused, and not if it has been counted already."""
    return (
        execute(
            _INSERT + _IF_FREE,
            *(claim.key, token, claim.microseconds, claim.mark, at, claim.limit),
            claim.latch and claim.latch.key,
        ).rowcount
        > 0
    )


def _tidy(execute: _Execute, at: int, claims: int) -> None:
    execute(
        "DELETE FROM claims WHERE (key, at, token) IN "
        "(SELECT key, at, token FROM claims WHERE expires <= ? LIMIT ?)",
        *(at, _TIDIED * claims),
    )


def _struck(execute: _Execute, refusal: Refusal, at: int) -> Refusal:
    latch = refusal.claim.latch
    if latch is None or refusal.frees_at is None or not _strike(execute, latch, at):
        return refusal
    return evolve(refusal, sets_latch=True)


def _strike(execute: _Execute, latch: Latch, at: int) -> bool:
    """Count a strike; whether it set the latch."""
    (newest,) = execute("SELECT max(at) FROM strikes WHERE latch = ?", latch.key).fetchone()
    at = max(at, newest or at)
    execute("INSERT OR REPLACE INTO strikes VALUES (?, ?, ?)", latch.key, latch.member, at)
    execute("DELETE FROM strikes WHERE latch = ? AND at <= ?", latch.key, at - latch.microseconds)
    (members,) = execute("SELECT count(*) FROM strikes WHERE latch = ?", latch.key).fetchone()
    if members < latch.limit:
        return False
    setting = "INSERT OR IGNORE INTO latches VALUES (?, ?, ?)"
    return execute(setting, latch.key, latch.label, at).rowcount > 0
