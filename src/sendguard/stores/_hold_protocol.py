"""What a store of held messages can do, and what it keeps of one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal, Protocol, runtime_checkable

from attrs import evolve, field, frozen
from attrs.validators import in_, instance_of, optional

from sendguard.errors import ConfigurationError
from sendguard.model import check_code

HoldState = Literal[
    "waiting", "leased", "sending", "doubt", "sent", "rejected", "undone", "expired"
]
LEASABLE: Final[tuple[HoldState, ...]] = ("waiting", "leased")
"""Those that `HoldStore.lease_hold` gives out once they are due."""
OPEN: Final[tuple[HoldState, ...]] = (*LEASABLE, "sending", "doubt")
"""Those of which it is not known yet how they end."""
ENDED: Final[tuple[HoldState, ...]] = ("sent", "rejected", "undone", "expired")

_ID = re.compile(r"[0-9a-f]{32}")


def _an_id(_: object, __: object, value: Any) -> None:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise ConfigurationError("HoldRecord.id takes 32 hex digits in lower case")


def _aware(instance: Any, attribute: Any, value: Any) -> None:
    if value is not None and (not isinstance(value, datetime) or value.utcoffset() is None):
        raise TypeError(f"{type(instance).__name__}.{attribute.name} takes an aware datetime")


def _codes(_: object, __: object, value: tuple[str, ...]) -> None:
    for code in value:
        check_code(code)


def _sorted(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(set(values)))


@frozen(repr=False)
class HoldRecord:
    """One held message as a store keeps it: what it sorts by, and the rest, which it does not read.

    Args:
        id: 32 hex digits.
        state: where it stands.
        held_at: since when; records are listed in this order, then by id.
        due: when something is to happen with it: a waiting one may be leased from then on, a
            leased one leased again, one that was being sent is in doubt; one that has ended did so
            then. None: not before somebody changes it.
        body: JSON in ASCII; opaque to stores.
        payload: the exact bytes that are to leave, or None.
        labels: finding codes, to list by.
        revision: one more with each change.
    """

    id: str = field(validator=_an_id)
    state: HoldState = field(validator=in_((*OPEN, *ENDED)))
    held_at: datetime = field(validator=[instance_of(datetime), _aware])
    due: datetime | None = field(validator=_aware)
    body: str = field(validator=instance_of(str))
    payload: bytes | None = field(default=None, validator=optional(instance_of(bytes)))
    labels: tuple[str, ...] = field(default=(), converter=_sorted, validator=_codes)
    revision: int = field(default=0, validator=instance_of(int))

    def changed(self, **changes: Any) -> HoldRecord:
        """The next revision, with these changes."""
        return evolve(self, revision=self.revision + 1, **changes)

    def __repr__(self) -> str:
        return f"<HoldRecord {self.id} {self.state} revision {self.revision}>"


@frozen
class HoldClock:
    """What time it is in the store.

    Attributes:
        now: the store's own time where it has one, else the one that it was given.
        newest: since when the latest record is held that it has ever kept and not forgotten; after
            `now` where a clock was set back.
    """

    now: datetime
    newest: datetime | None


@runtime_checkable
class HoldStore(Protocol):
    """Keeps held messages for all workers. Every method is one atomic step, and raises `StoreError`
    when the store cannot be reached, read or written.

    What a record means is the queue's business; a store compares revisions, and gives no record to
    two who lease at once. Records that another version of sendguard wrote are kept as they are.
    Whoever writes a store of his own lets `sendguard.testing.HoldStoreConformance` judge it.
    """

    def hold_clock(self, *, now: datetime) -> HoldClock:
        """The time to reckon with.

        Args:
            now: the time (aware); a store that has a server's time says that instead.
        """

    def add_hold(self, record: HoldRecord) -> bool:
        """Keep a new record. Returns False, and changes nothing, where the id is taken."""

    def get_hold(self, id: str) -> HoldRecord | None:  # noqa: A002  (what it is)
        """The record of that id, or None."""

    def swap_hold(self, record: HoldRecord) -> bool:
        """Put this in the place of the revision before it.

        Returns:
            Whether the record was kept at ``record.revision - 1``; else nothing is changed.
        """

    def lease_hold(self, *, now: datetime, lease: timedelta) -> HoldRecord | None:
        """Take the record that is due longest among `LEASABLE`, by id among equals.

        It is then *leased*, its `due` is the end of the lease, and its revision is one more.

        Args:
            now: the time (aware); a store that has a server's time uses that.
            lease: how long nobody else gets it.

        Returns:
            The record as it is now, or None when none is due.
        """

    def page_holds(
        self,
        states: Sequence[HoldState],
        *,
        after: tuple[datetime, str] | None = None,
        limit: int = 100,
        label: str | None = None,
    ) -> tuple[HoldRecord, ...]:
        """Records in these states, the oldest first.

        Args:
            states: any of them. With a label, of `OPEN` only.
            after: `held_at` and `id` of the last record of the page before.
            limit: at most so many.
            label: only those with this label.
        """

    def purge_holds(self, *, before: datetime, limit: int = 1_000) -> int:
        """Forget records that ended before that time, at most so many; returns how many."""


def at_most(limit: int) -> int:
    """The limit of a page or a purge; ConfigurationError unless it is above 0."""
    if limit < 1:
        raise ConfigurationError(f"limit is {limit!r}; use a number above 0")
    return limit
