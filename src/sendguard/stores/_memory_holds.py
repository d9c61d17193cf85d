"""Held messages in this process's memory."""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice

from attrs import define, field

from sendguard.stores._hold_protocol import ENDED, LEASABLE, HoldRecord, HoldState, at_most

_Place = tuple[datetime, str]


@define(eq=False)
class HeldInMemory:
    """The records of a `MemoryStore`, which sees to it that one thread at a time comes here."""

    newest: datetime | None = None
    _records: dict[str, HoldRecord] = field(factory=dict)
    _places: dict[HoldState, list[_Place]] = field(factory=dict)
    _due: list[tuple[datetime, str, int]] = field(factory=list)  # a heap; outdated ones stay in it

    def get(self, id: str) -> HoldRecord | None:  # noqa: A002  (what it is)
        """Described in `HoldStore`, as are the others."""
        return self._records.get(id)

    def add(self, record: HoldRecord) -> bool:
        """`HoldStore.add_hold`."""
        if record.id in self._records:
            return False
        self.newest = max(record.held_at, self.newest or record.held_at)
        self._keep(record)
        return True

    def swap(self, record: HoldRecord) -> bool:
        """`HoldStore.swap_hold`."""
        kept = self._records.get(record.id)
        if kept is None or kept.revision != record.revision - 1:
            return False
        self._forget(kept)
        self._keep(record)
        return True

    def lease(self, now: datetime, lease: timedelta) -> HoldRecord | None:
        """`HoldStore.lease_hold`."""
        while self._due and self._due[0][0] <= now:
            _, id_, revision = heapq.heappop(self._due)
            record = self._records.get(id_)
            if record is not None and record.revision == revision:
                leased = record.changed(state="leased", due=now.astimezone(UTC) + lease)
                self.swap(leased)
                return leased
        return None

    def page(
        self,
        states: Sequence[HoldState],
        after: _Place | None,
        limit: int,
        label: str | None,
    ) -> tuple[HoldRecord, ...]:
        """`HoldStore.page_holds`."""
        found = heapq.merge(*(self._after(state, after, label) for state in set(states)))
        return tuple(self._records[id_] for _, id_ in islice(found, at_most(limit)))

    def purge(self, before: datetime, limit: int) -> int:
        """`HoldStore.purge_holds`."""
        over = (
            record
            for state in ENDED
            for _, id_ in self._places.get(state, ())
            if (record := self._records[id_]).due is not None and record.due < before
        )
        gone = list(islice(over, at_most(limit)))
        for record in gone:
            self._forget(record)
        return len(gone)

    def _after(self, state: HoldState, after: _Place | None, label: str | None) -> Iterator[_Place]:
        places = self._places.get(state, [])
        for index in range(0 if after is None else bisect_right(places, after), len(places)):
            if label is None or label in self._records[places[index][1]].labels:
                yield places[index]

    def _keep(self, record: HoldRecord) -> None:
        self._records[record.id] = record
        insort(self._places.setdefault(record.state, []), (record.held_at, record.id))
        if record.state in LEASABLE and record.due is not None:
            heapq.heappush(self._due, (record.due, record.id, record.revision))

    def _forget(self, record: HoldRecord) -> None:
        del self._records[record.id]
        places = self._places[record.state]
        del places[bisect_left(places, (record.held_at, record.id))]
