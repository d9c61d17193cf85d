"""How often each code fired, and how often people let the message pass all the same."""

from __future__ import annotations

import logging
import os
import threading
import time
import weakref
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, get_args

from attrs import Factory, define, frozen

from sendguard.errors import ConfigurationError
from sendguard.guard._observers import Event
from sendguard.model import Finding

if TYPE_CHECKING:  # each guard comes by here, and few count
    import sqlite3

_FORMAT: Final = 1
_APPLICATION: Final = 0x53474643  # "SGFC": no other program's file is taken for one of these
_BUSY: Final = 2.0  # seconds
_TABLE: Final = (
    "CREATE TABLE IF NOT EXISTS firings (code TEXT NOT NULL, what TEXT NOT NULL, "
    "count INTEGER NOT NULL, PRIMARY KEY (code, what)) WITHOUT ROWID"
)
_ADD: Final = (
    "INSERT INTO firings VALUES (?, ?, ?) "
    "ON CONFLICT (code, what) DO UPDATE SET count = count + excluded.count"
)
_MESSAGES: Final = ""  # under no code, how many messages were judged

_OFTEN: Final = 10  # firings from which on a code can be noisy
_DECIDED: Final = 5  # decisions of people that tell something
_MANY: Final = 100  # messages from which on a share tells something
_SHARE: Final = 20  # one message in so many

What = Literal["fired", "overridden", "approved", "rejected"]


class HeldLike(Protocol):
    """What is read of a held message."""

    @property
    def state(self) -> str:
        """Where it stands."""

    @property
    def reasons(self) -> tuple[Finding, ...]:
        """The findings for which it waits."""


class HoldEventLike(Protocol):
    """What is read of an event of the hold queue, which this package does not know."""

    @property
    def kind(self) -> str:
        """What happened."""

    @property
    def held(self) -> HeldLike:
        """To which message."""


@frozen
class Firing:
    """The counts of one code.

    Attributes:
        code: the finding code.
        fired: messages in which it was found.
        overridden: messages that a person sent in spite of it (`Override`).
        approved, rejected: held messages with it that people let go, and that they stopped.
    """

    code: str
    fired: int = 0
    overridden: int = 0
    approved: int = 0
    rejected: int = 0

    @property
    def passed(self) -> int:
        """How often people let the message pass all the same."""
        return self.overridden + self.approved

    @property
    def decided(self) -> int:
        """How often people have decided at all."""
        return self.passed + self.rejected


@frozen
class Firings:
    """All counts.

    Attributes:
        messages: how many were judged.
        codes: those that fired most first.
    """

    messages: int
    codes: tuple[Firing, ...]

    def noisy(self) -> tuple[Firing, ...]:
        """The codes that cost more attention than they are worth: those that people mostly let
        pass, and those that fire in more than one message in twenty and that nobody decides."""
        return tuple(filter(self._is_noisy, self.codes))

    def _is_noisy(self, firing: Firing) -> bool:
        if firing.fired < _OFTEN:
            return False
        if firing.decided >= _DECIDED:
            return firing.passed * 2 > firing.decided
        return self.messages >= _MANY and firing.fired * _SHARE > self.messages


@define(eq=False)
class _Pending:
    """What is counted and not yet written. Belongs to one process: what a fork brought along is
    the parent's to write."""

    process: int = Factory(os.getpid)
    counts: Counter[tuple[str, str]] = Factory(Counter)
    lock: threading.Lock = Factory(threading.Lock)


class FiringCounts:
    """An observer that counts into an SQLite file, together with the other processes that do.

    Give it to the guard, ``Guard(…, observers=[counts])``, and to the queue,
    ``HoldQueue(…, notify=counts.heard)``. It keeps codes and numbers, no word of a message and no
    address. What it counts it writes every few seconds, in the thread that then sends, and at the
    end of the program; a process that is killed loses the last seconds of it.

    Safe to share between threads and over a fork.

    Args:
        path: of the file; its folder must exist.
        every: seconds between two writings, at least.
        timer: where the seconds come from.

    Raises:
        ConfigurationError: an option has a value that it cannot have.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        every: float = 5.0,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        if every < 0:
            raise ConfigurationError(f"FiringCounts.every is {every!r}; use seconds from 0 up")
        self.path = Path(path)
        self._every = every
        self._timer = timer
        self._written = timer()
        self._pending = _Pending()
        self._at_exit()

    def notify(self, event: Event) -> None:
        """Count a message that was judged."""
        if event.kind not in ("admitted", "held", "blocked"):
            return
        decision = event.decision
        found = decision.findings + decision.overridden
        self._count(
            [
                (_MESSAGES, "fired"),
                *(_rows("fired", found)),
                *(_rows("overridden", decision.overridden)),
            ]
        )

    def heard(self, event: HoldEventLike, /) -> None:
        """Count what people decided about a held message; its sender taking it back is one way."""
        if event.kind in ("rejected", "undone"):
            self._count(_rows("rejected", event.held.reasons))
        elif event.kind == "approved" and event.held.state == "approved":  # by all who must
            self._count(_rows("approved", event.held.reasons))

    def save(self) -> None:
        """Write what was counted.

        Raises:
            sqlite3.Error: the file cannot be written; nothing is lost, and it is tried again.
        """
        pending = self._own()
        self._written = self._timer()
        _write(self.path, pending)

    def _count(self, rows: Iterable[tuple[str, str]]) -> None:
        pending = self._own()
        with pending.lock:
            pending.counts.update(rows)
        if self._timer() - self._written >= self._every:
            self.save()

    def _own(self) -> _Pending:
        if self._pending.process != os.getpid():
            self._pending = _Pending()
            self._at_exit()
        return self._pending

    def _at_exit(self) -> None:
        weakref.finalize(self, _write_at_exit, self.path, self._pending)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuilt, (self.path, self._every, self._timer)

    def __repr__(self) -> str:
        return f"FiringCounts({os.fspath(self.path)!r})"


def _rebuilt(path: Path, every: float, timer: Callable[[], float]) -> FiringCounts:
    return FiringCounts(path, every=every, timer=timer)


def read_firings(path: str | os.PathLike[str]) -> Firings:
    """The counts that lie in a file.

    Raises:
        ConfigurationError: there is no such file, or it is no file of counts.
    """
    import sqlite3

    uri = f"{Path(path).absolute().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(uri, uri=True, timeout=_BUSY)) as connection:
            _check(connection)
            rows = connection.execute("SELECT code, what, count FROM firings").fetchall()
    except (sqlite3.Error, ConfigurationError) as error:
        raise ConfigurationError(f"{os.fspath(path)}: no file of counts: {error}") from error
    counts: dict[str, Counter[str]] = {}
    for code, what, count in rows:
        counts.setdefault(code, Counter())[what] = count
    messages = counts.pop(_MESSAGES, Counter())["fired"]
    firings = [
        Firing(code, *(own[what] for what in get_args(What))) for code, own in counts.items()
    ]
    return Firings(messages, tuple(sorted(firings, key=lambda each: (-each.fired, each.code))))


def _rows(what: What, findings: Iterable[Finding]) -> list[tuple[str, str]]:
    return [(code, what) for code in {finding.code for finding in findings}]


def _write(path: Path, pending: _Pending) -> None:
    with pending.lock:
        counts, pending.counts = pending.counts, Counter()
    if not counts:
        return
    import sqlite3

    try:
        with closing(sqlite3.connect(path, timeout=_BUSY)) as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            if connection.execute("PRAGMA application_id").fetchone() == (0,):
                _begin(connection)
            _check(connection)
            connection.executemany(_ADD, [(*row, count) for row, count in counts.items()])
    except (sqlite3.Error, ConfigurationError):
        with pending.lock:
            pending.counts.update(counts)
        raise


def _begin(connection: sqlite3.Connection) -> None:
    """Make a new file one of counts; the tables of any other program would be there already."""
    if connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,):
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        connection.execute(f"PRAGMA user_version = {_FORMAT}")
        connection.execute(_TABLE)


def _check(connection: sqlite3.Connection) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != _APPLICATION:
        raise ConfigurationError("it is another program's; name a file of its own")
    if version != _FORMAT:
        raise ConfigurationError(
            f"it has format {version}; this version of sendguard reads {_FORMAT}"
        )


def _write_at_exit(path: Path, pending: _Pending) -> None:
    if pending.process != os.getpid():
        return
    import sqlite3

    try:
        _write(path, pending)
    except (sqlite3.Error, ConfigurationError) as error:
        logging.getLogger("sendguard").warning(
            "the last firing counts could not be written: %s", type(error).__name__
        )
