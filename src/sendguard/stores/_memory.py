"""Claims and held messages in this process's memory."""

from __future__ import annotations

import os
import threading
import warnings
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from typing import TypeVar

from attrs import define, evolve, field

from sendguard.stores._claim import Claim, Latch
from sendguard.stores._hold_protocol import HoldClock, HoldRecord, HoldState
from sendguard.stores._instant import from_microseconds, to_microseconds
from sendguard.stores._memory_holds import HeldInMemory
from sendguard.stores._protocol import LatchRecord, Refusal, Settled, Standing
from sendguard.stores._taking import check_person, distinct, log_reset, taken

_FEW = 16  # rows; up to so many, looking through them is as quick as a dictionary


@define(weakref_slot=False)
class _Taken:
    at: int
    token: str
    mark: str
    standing: Standing = "pending"


_at = attrgetter("at")


@define(weakref_slot=False)
class _Counter:
    """What was taken of one key: in order of time, and, where it is much, by token."""

    rows: list[_Taken] = field(factory=list)
    by_token: dict[str, _Taken] | None = None

    def find(self, token: str | None) -> _Taken | None:
        """What was taken with that token."""
        if self.by_token is not None:
            return self.by_token.get(token) if token is not None else None
        return next((row for row in self.rows if row.token == token), None)

    def add(self, at: int, token: str, mark: str, window: int) -> None:
        """Take one, never before the newest, and forget those whose window is over."""
        rows = self.rows
        if rows:
            over = bisect_right(rows, at - window, key=_at)
            if self.by_token is not None:
                for row in rows[:over]:
                    del self.by_token[row.token]
            del rows[:over]
        new = _Taken(max(at, rows[-1].at) if rows else at, token, mark)
        rows.append(new)
        if self.by_token is not None:
            self.by_token[token] = new
        elif len(rows) > _FEW:
            self.by_token = {row.token: row for row in rows}

    def remove(self, row: _Taken) -> None:
        """Give one back."""
        if self.by_token is not None:
            del self.by_token[row.token]
        del self.rows[self.rows.index(row, bisect_left(self.rows, row.at, key=_at))]

    def is_spent(self, horizon: int) -> bool:
        """Whether nothing of it counts any more."""
        return not self.rows or self.rows[-1].at <= horizon


@define(weakref_slot=False)
class _Strikes:
    newest: int
    last: dict[str, int] = field(factory=dict)

    def is_spent(self, horizon: int) -> bool:
        """Whether nothing of it counts any more."""
        return self.newest <= horizon


_Entry = TypeVar("_Entry", _Counter, _Strikes)


class _Keys(dict[int, OrderedDict[str, _Entry]]):
    """What is kept of each key, apart for each window, in the order of their last writing."""

    def look_up(self, window: int, key: str) -> _Entry | None:
        """What is kept of the key."""
        entries = self.get(window)
        return None if entries is None else entries.get(key)

    def put_last(self, window: int, key: str, entry: _Entry) -> None:
        """Keep it, as the one last written to."""
        entries = self.get(window)
        if entries is None:
            entries = self[window] = OrderedDict()
        entries[key] = entry
        entries.move_to_end(key)

    def forget(self, at: int) -> None:
        """Drop what counts nothing any more, from the front; in all no more than was once put."""
        for window, entries in self.items():
            while entries:
                key = next(iter(entries))
                if not entries[key].is_spent(at - window):
                    break
                del entries[key]


class MemoryStore:
    """Counts, and keeps held messages, within this process, and forgets when it ends.

    For tests, for one process with many threads, and to begin with. Safe to share between threads.
    Several processes would each count for themselves, so it warns (once) when it is used in
    another process than the one that made it.
    """

    time_out: float | None = None

    def __init__(self) -> None:
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._counters: _Keys[_Counter] = _Keys()
        self._strikes: _Keys[_Strikes] = _Keys()
        self._latches: dict[str, LatchRecord] = {}
        self._holds = HeldInMemory()

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
        with self._locked():
            refusals = self._refusals(distinct(claims, groups), at, token)
            for claim in taken(claims, groups, {refusal.claim for refusal in refusals}):
                self._count(claim, at, token)
            for place, refusal in enumerate(refusals):
                latch = refusal.claim.latch
                if latch is not None and refusal.frees_at is not None and self._strike(latch, at):
                    refusals[place] = evolve(refusal, sets_latch=True)
            self._counters.forget(at)
            self._strikes.forget(at)
            return tuple(refusals)

    def peek(self, claims: Sequence[Claim], *, now: datetime) -> tuple[Refusal, ...]:
        """Described in `ClaimStore`."""
        with self._locked():
            return tuple(self._refusals(distinct(claims), to_microseconds(now), None))

    def settle(self, token: str, claims: Sequence[Claim], outcome: Settled) -> None:
        """Described in `ClaimStore`."""
        with self._locked():
            for claim in claims:
                counter = self._counters.look_up(claim.microseconds, claim.key)
                if counter is None or (row := counter.find(token)) is None:
                    continue
                if outcome == "failed":
                    counter.remove(row)
                else:
                    row.standing = outcome

    def latches(self) -> tuple[LatchRecord, ...]:
        """Described in `ClaimStore`."""
        with self._locked():
            return tuple(sorted(self._latches.values(), key=lambda each: (each.since, each.key)))

    def reset_latch(self, key: str, *, by: str) -> bool:
        """Described in `ClaimStore`."""
        check_person(by)
        with self._locked():
            for strikes in self._strikes.values():
                strikes.pop(key, None)
            was_set = self._latches.pop(key, None) is not None
        return log_reset(key, by, was_set)

    def hold_clock(self, *, now: datetime) -> HoldClock:
        """Described in `HoldStore`."""
        with self._locked():
            return HoldClock(now, self._holds.newest)

    def add_hold(self, record: HoldRecord) -> bool:
        """Described in `HoldStore`."""
        with self._locked():
            return self._holds.add(record)

    def get_hold(self, id: str) -> HoldRecord | None:  # noqa: A002  (what it is)
        """Described in `HoldStore`."""
        with self._locked():
            return self._holds.get(id)

    def swap_hold(self, record: HoldRecord) -> bool:
        """Described in `HoldStore`."""
        with self._locked():
            return self._holds.swap(record)

    def lease_hold(self, *, now: datetime, lease: timedelta) -> HoldRecord | None:
        """Described in `HoldStore`."""
        with self._locked():
            return self._holds.lease(now, lease)

    def page_holds(
        self,
        states: Sequence[HoldState],
        *,
        after: tuple[datetime, str] | None = None,
        limit: int = 100,
        label: str | None = None,
    ) -> tuple[HoldRecord, ...]:
        """Described in `HoldStore`."""
        with self._locked():
            return self._holds.page(states, after, limit, label)

    def purge_holds(self, *, before: datetime, limit: int = 1_000) -> int:
        """Described in `HoldStore`."""
        with self._locked():
            return self._holds.purge(before, limit)

    def _locked(self) -> threading.Lock:
        if self._process != os.getpid():
            self._process = os.getpid()
            self._lock = threading.Lock()  # the old one may be held by a thread that is not here
            warnings.warn(
                "a MemoryStore is used in several processes, and each of them counts for itself; "
                "use sendguard.stores.sqlite or sendguard.stores.redis",
                RuntimeWarning,
                stacklevel=3,
            )
        return self._lock

    def _refusals(self, claims: list[Claim], at: int, token: str | None) -> list[Refusal]:
        found = []
        for claim in claims:
            counter = self._counters.look_up(claim.microseconds, claim.key)
            rows = counter.rows if counter else []
            record = claim.latch and self._latches.get(claim.latch.key)
            # While the oldest of the newest `limit` rows still counts, there is no room.
            last = rows[-claim.limit] if len(rows) >= claim.limit else None
            if last is not None and last.at <= at - claim.microseconds:
                last = None
            if (record or last) and not (counter and counter.find(token)):
                found.append(
                    Refusal(
                        claim,
                        from_microseconds(last.at + claim.microseconds) if last else None,
                        record.since if record else None,
                        last.mark if last else "",
                        last.standing if last and last.mark else None,
                    )
                )
        return found

    def _count(self, claim: Claim, at: int, token: str) -> None:
        window = claim.microseconds
        counter = self._counters.look_up(window, claim.key) or _Counter()
        if counter.find(token) is None:
            counter.add(at, token, claim.mark, window)
            self._counters.put_last(window, claim.key, counter)

    def _strike(self, latch: Latch, at: int) -> bool:
        """Count a strike; whether it set the latch."""
        window = latch.microseconds
        strikes = self._strikes.look_up(window, latch.key) or _Strikes(at)
        strikes.newest = at = max(at, strikes.newest)
        strikes.last[latch.member] = at
        horizon = at - window
        strikes.last = {who: when for who, when in strikes.last.items() if when > horizon}
        self._strikes.put_last(window, latch.key, strikes)
        if len(strikes.last) < latch.limit or latch.key in self._latches:
            return False
        self._latches[latch.key] = LatchRecord(latch.key, latch.label, from_microseconds(at))
        return True
