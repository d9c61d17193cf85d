"""What every store of held messages must do."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sendguard.errors import ConfigurationError
from sendguard.model import Clock
from sendguard.stores import ENDED, OPEN, HoldRecord, HoldState, HoldStore

_START = datetime(2028, 2, 29, 12, 0, tzinfo=UTC)  # a leap day
_LEASE = timedelta(minutes=5)


class HoldStoreConformance:
    """Tests of the `HoldStore` contract, for pytest. Subclass it and say how to make a store::

        class TestMyHolds(HoldStoreConformance):
            def new_store(self, clock):
                return MyStore(...)

    Every test begins with a store that is empty.
    """

    def new_store(self, clock: Clock) -> HoldStore:
        """An empty store.

        Args:
            clock: the time, for a store that does not take the one that it is called with.
        """
        raise NotImplementedError

    def setup_method(self) -> None:
        """Make the store of one test."""
        self.now = _START
        self.store = self.new_store(lambda: self.now)
        self._ids = 0

    def _record(self, state: HoldState = "waiting", **more: Any) -> HoldRecord:
        self._ids += 1
        more.setdefault("due", self.now)
        return HoldRecord(f"{self._ids:032x}", state, self.now, body="{}", **more)

    def _held(self, state: HoldState = "waiting", **more: Any) -> HoldRecord:
        record = self._record(state, **more)
        assert self.store.add_hold(record)
        return record

    def _lease(self) -> HoldRecord | None:
        return self.store.lease_hold(now=self.now, lease=_LEASE)

    def _passes(self, **length: float) -> None:
        self.now += timedelta(**length)

    def test_it_says_what_it_is(self) -> None:
        assert isinstance(self.store, HoldStore)

    def test_a_record_comes_back_as_it_was_given(self) -> None:
        for payload in (None, b"", bytes(range(256)) * 300):
            record = self._held(payload=payload, labels=("tone.rude", "fact.amount"), due=None)
            assert self.store.get_hold(record.id) == record
        assert self.store.get_hold("f" * 32) is None

    def test_an_id_is_kept_once(self) -> None:
        record = self._held()
        assert not self.store.add_hold(record.changed(body="other"))
        assert self.store.get_hold(record.id) == record

    def test_only_the_next_revision_takes_the_place_of_a_record(self) -> None:
        record = self._held(payload=b"old", labels=("tone.rude",))
        second = record.changed(state="sending", body="[]", payload=b"new", labels=("fact.amount",))
        assert self.store.swap_hold(second)
        for late in (record, second, record.changed(), second.changed().changed()):
            assert not self.store.swap_hold(late)
        assert self.store.get_hold(record.id) == second
        assert not self.store.swap_hold(self._record().changed())
        assert self.store.page_holds(OPEN, label="tone.rude") == ()
        assert self.store.page_holds(OPEN, label="fact.amount") == (second,)

    def test_a_lease_is_given_once_and_again_when_it_is_over(self) -> None:
        record = self._held()
        leased = self._lease()
        assert leased == record.changed(state="leased", due=self.now + _LEASE)
        assert self.store.get_hold(record.id) == leased
        self._passes(minutes=4, seconds=59, microseconds=999_999)
        assert self._lease() is None
        self._passes(microseconds=1)
        again = self._lease()
        assert again is not None
        assert again.revision == 2

    def test_what_is_due_longest_is_leased_first_and_nothing_before_it_is_due(self) -> None:
        late = self._held(due=self.now + timedelta(seconds=2))
        never = self._held(due=None)
        soon = self._held(due=self.now + timedelta(seconds=1))
        assert self._lease() is None
        self._passes(seconds=2)
        found = [each.id for each in (self._lease(), self._lease()) if each]
        assert found == [soon.id, late.id]
        assert self._lease() is None
        assert self.store.get_hold(never.id) == never

    def test_only_what_waits_or_was_leased_is_leased(self) -> None:
        for state in ("sending", "doubt", *ENDED):
            self._held(state)
        assert self._lease() is None

    def test_pages_are_in_order_and_join_without_a_gap(self) -> None:
        records = []
        for number in range(23):
            records.append(self._held())
            if number % 4 == 0:
                self._passes(microseconds=1)
        seen: list[HoldRecord] = []
        after = None
        while page := self.store.page_holds(("waiting", "sending"), after=after, limit=5):
            assert len(page) <= 5
            seen += page
            after = (page[-1].held_at, page[-1].id)
        assert seen == records

    def test_pages_are_by_state_and_by_label(self) -> None:
        rude = self._held(labels=("tone.rude", "tone.blame"))
        self._passes(seconds=1)
        doubt = self._held("doubt", labels=("tone.rude",))
        sent = self._held("sent", labels=("tone.rude",))
        page = self.store.page_holds
        assert page(("waiting",)) == (rude,)
        assert page(("doubt", "waiting", "waiting")) == (rude, doubt)
        assert page(("sent",)) == (sent,)
        assert page(OPEN, label="tone.rude") == (rude, doubt)
        assert page(("doubt",), label="tone.rude") == (doubt,)
        assert page(OPEN, label="tone.blame") == (rude,)
        assert page(OPEN, label="tone.rude", limit=1) == (rude,)
        after = (rude.held_at, rude.id)
        assert page(OPEN, label="tone.rude", after=after) == (doubt,)
        assert page(OPEN, label="tone.other") == ()
        with pytest.raises(ConfigurationError):
            page(OPEN, limit=0)

    def test_a_purge_forgets_what_ended_before_and_nothing_else(self) -> None:
        kept = [self._held(state) for state in OPEN]
        ended = [self._held(state) for state in ENDED]
        assert self.store.purge_holds(before=self.now) == 0
        self._passes(microseconds=1)
        assert self.store.purge_holds(before=self.now, limit=1) == 1
        assert self.store.purge_holds(before=self.now) == len(ended) - 1
        assert [self.store.get_hold(each.id) for each in ended] == [None] * len(ended)
        assert self.store.page_holds((*OPEN, *ENDED)) == tuple(kept)

    def test_the_clock_tells_of_a_time_that_ran_backwards(self) -> None:
        assert self.store.hold_clock(now=self.now).newest is None
        record = self._held()
        self._passes(hours=-1)
        self._held()
        clock = self.store.hold_clock(now=self.now)
        assert (clock.now, clock.newest) == (self.now, record.held_at)

    def test_a_new_time_zone_changes_nothing(self) -> None:
        from zoneinfo import ZoneInfo

        record = self._held(due=self.now.astimezone(ZoneInfo("Asia/Kolkata")))
        self.now = self.now.astimezone(ZoneInfo("America/New_York"))
        leased = self._lease()
        assert leased is not None
        assert leased.id == record.id

    def test_threads_that_lease_at_once_each_get_another(self) -> None:
        records = {self._held().id for _ in range(40)}
        gate = threading.Barrier(8)
        found: list[str] = []

        def work() -> None:
            gate.wait()
            while (record := self._lease()) is not None:
                found.append(record.id)

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(found) == sorted(records)

    def test_threads_that_swap_at_once_do_not_overwrite_each_other(self) -> None:
        record = self._held()
        gate = threading.Barrier(8)
        won: list[bool] = []

        def work(name: str) -> None:
            gate.wait()
            won.append(self.store.swap_hold(record.changed(body=name)))

        threads = [threading.Thread(target=work, args=(str(each),)) for each in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert won.count(True) == 1
