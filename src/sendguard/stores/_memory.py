"""Claims and held messages in this process's memory."""

from __future__ import annotations

import os
import threading
import warnings
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta
from operator import attrgetter

from attrs import define, evolve, field

from sendguard.stores._claim import Claim, Latch
from sendguard.stores._hold_protocol import HoldClock, HoldRecord, HoldState
from sendguard.stores._instant import from_microseconds, to_microseconds
from sendguard.stores._memory_holds import HeldInMemory
from sendguard.stores._protocol import LatchRecord, Refusal, Settled, Standing
from sendguard.stores._taking import check_person, distinct, log_reset, taken

_SWEEP_FROM = 1_024  # keys; below that, old ones are not worth looking for


@define
class _Taken:
    at: int
    token: str
    mark: str
    standing: Standing = "pending"


_at = attrgetter("at")


@define
class _Counter:
    """What was taken of one key: in order of time, and by token."""

    window: int
    rows: list[_Taken] = field(factory=list)
    by_token: dict[str, _Taken] = field(factory=dict)

    def add(self, at: int, token: str, mark: str) -> None:
        """Take one, never before the newest, and forget those whose window is over."""
        over = bisect_right(self.rows, at - self.window, key=_at)
        for row in self.rows[:over]:
            del self.by_token[row.token]
        del self.rows[:over]
        newest = self.rows[-1].at if self.rows else at
        self.by_token[token] = row = _Taken(max(at, newest), token, mark)
        self.rows.append(row)

    def remove(self, row: _Taken) -> None:
        """Give one back."""
        del self.by_token[row.token]
        del self.rows[self.rows.index(row, bisect_left(self.rows, row.at, key=_at))]


@define
class _Strikes:
    window: int
    last: dict[str, int] = field(factory=dict)


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
        self._counters: dict[str, _Counter] = {}
        self._strikes: dict[str, _Strikes] = {}
        self._latches: dict[str, LatchRecord] = {}
        self._sweep_at = _SWEEP_FROM
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
            if len(self._counters) + len(self._strikes) > self._sweep_at:
                self._sweep(at)
            return tuple(refusals)

    def peek(self, claims: Sequence[Claim], *, now: datetime) -> tuple[Refusal, ...]:
        """Described in `ClaimStore`."""
        with self._locked():
            return tuple(self._refusals(distinct(claims), to_microseconds(now), None))

    def settle(self, token: str, claims: Sequence[Claim], outcome: Settled) -> None:
        """Described in `ClaimStore`."""
        with self._locked():
            for claim in claims:
                counter = self._counters.get(claim.key)
                if counter is None or (row := counter.by_token.get(token)) is None:
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
            self._strikes.pop(key, None)
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
            counter = self._counters.get(claim.key)
            rows = counter.rows if counter else []
            if counter and token in counter.by_token:
                continue
            record = claim.latch and self._latches.get(claim.latch.key)
            # While the oldest of the newest `limit` rows still counts, there is no room.
            last = rows[-claim.limit] if len(rows) >= claim.limit else None
            if last is not None and last.at <= at - claim.microseconds:
                last = None
            if record or last:
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
        counter = self._counters.setdefault(claim.key, _Counter(claim.microseconds))
        if token not in counter.by_token:
            counter.add(at, token, claim.mark)

    def _strike(self, latch: Latch, at: int) -> bool:
        """Count a strike; whether it set the latch."""
        strikes = self._strikes.setdefault(latch.key, _Strikes(latch.microseconds))
        at = max((at, *strikes.last.values()))
        strikes.last[latch.member] = at
        horizon = at - latch.microseconds
        strikes.last = {who: when for who, when in strikes.last.items() if when > horizon}
        if len(strikes.last) < latch.limit or latch.key in self._latches:
            return False
        self._latches[latch.key] = LatchRecord(latch.key, latch.label, from_microseconds(at))
        return True

    def _sweep(self, at: int) -> None:
        """Drop the keys that count nothing any more; rare enough to cost nothing on the whole."""
        self._counters = {
            key: counter
            for key, counter in self._counters.items()
            if counter.rows and counter.rows[-1].at > at - counter.window
        }
        self._strikes = {
            key: strikes
            for key, strikes in self._strikes.items()
            if max(strikes.last.values()) > at - strikes.window
        }
        self._sweep_at = max(_SWEEP_FROM, 2 * (len(self._counters) + len(self._strikes)))
