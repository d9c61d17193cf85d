"""What a store of held messages should answer, computed the slow and plain way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from attrs import define, field

from sendguard.stores import ENDED, LEASABLE, HoldClock, HoldRecord, HoldState


@define
class HoldModel:
    """A store that looks through all its records each time.

    It follows `HoldStore` to the letter; real stores are compared with it.
    """

    records: dict[str, HoldRecord] = field(factory=dict)
    newest: datetime | None = None

    def hold_clock(self, *, now: datetime) -> HoldClock:
        """Described in `HoldStore`."""
        return HoldClock(now, self.newest)

    def add_hold(self, record: HoldRecord) -> bool:
        """Described in `HoldStore`."""
        if record.id in self.records:
            return False
        self.records[record.id] = record
        self.newest = max(self.newest or record.held_at, record.held_at)
        return True

    def get_hold(self, id: str) -> HoldRecord | None:  # noqa: A002  (what it is)
        """Described in `HoldStore`."""
        return self.records.get(id)

    def swap_hold(self, record: HoldRecord) -> bool:
        """Described in `HoldStore`."""
        kept = self.records.get(record.id)
        if kept is None or kept.revision != record.revision - 1:
            return False
        self.records[record.id] = record
        return True

    def lease_hold(self, *, now: datetime, lease: timedelta) -> HoldRecord | None:
        """Described in `HoldStore`."""
        due = [
            (record.due, record.id)
            for record in self.records.values()
            if record.state in LEASABLE and record.due is not None and record.due <= now
        ]
        if not due:
            return None
        _, id_ = min(due)
        leased = self.records[id_].changed(state="leased", due=now + lease)
        self.records[id_] = leased
        return leased

    def page_holds(
        self,
        states: Sequence[HoldState],
        *,
        after: tuple[datetime, str] | None = None,
        limit: int = 100,
        label: str | None = None,
    ) -> tuple[HoldRecord, ...]:
        """Described in `HoldStore`."""
        ordered = sorted(self.records.values(), key=lambda record: (record.held_at, record.id))
        return tuple(
            record
            for record in ordered
            if record.state in states
            and (label is None or label in record.labels)
            and (after is None or (record.held_at, record.id) > after)
        )[:limit]

    def purge_holds(self, *, before: datetime, limit: int = 1_000) -> int:
        """Described in `HoldStore`."""
        gone = [
            record.id
            for record in self.records.values()
            if record.state in ENDED and record.due is not None and record.due < before
        ][:limit]
        for id_ in gone:
            del self.records[id_]
        return len(gone)
