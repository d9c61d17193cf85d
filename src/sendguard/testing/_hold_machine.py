"""Long random lives of a store of held messages, compared step by step with the model."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from sendguard.model import Clock
from sendguard.stores import ENDED, OPEN, HoldRecord, HoldState, HoldStore
from sendguard.testing._hold_model import HoldModel

_START = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)  # half an hour before clocks change in Europe
_IDS = [f"{number:032x}" for number in range(6)]
_STATES: tuple[HoldState, ...] = (*OPEN, *ENDED)

ids = st.sampled_from(_IDS)
states = st.sampled_from(_STATES)
labels = st.lists(st.sampled_from(("tone.rude", "fact.amount")), max_size=2).map(tuple)
bodies = st.text(st.characters(codec="ascii"), max_size=8)
payloads = st.none() | st.binary(max_size=8)
dues = st.none() | st.integers(-60, 60)
pages = st.lists(states, min_size=1, max_size=8)
steps = st.sampled_from((0.0, 0.000001, 1.0, 30.0, 61.0, 3_600.0))


def hold_store_machine(new_store: Callable[[Clock], HoldStore]) -> type[RuleBasedStateMachine]:
    """A Hypothesis state machine that holds a store equal to `HoldModel`.

    Args:
        new_store: gives an empty store, which uses this clock if it keeps a time of its own.

    Returns:
        The class; its `TestCase` is what a test runner collects.
    """

    class HoldStoreMachine(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.now = _START
            self.model = HoldModel()

        @initialize()
        def begin(self) -> None:
            self.store = new_store(lambda: self.now)

        def due(self, state: HoldState, seconds: int | None) -> datetime | None:
            if state in ENDED:
                return self.now
            return None if seconds is None else self.now + timedelta(seconds=seconds)

        @rule(id_=ids, state=states, due=dues, body=bodies, payload=payloads, some=labels)
        def add(
            self,
            id_: str,
            state: HoldState,
            due: int | None,
            body: str,
            payload: bytes | None,
            some: tuple[str, ...],
        ) -> None:
            record = HoldRecord(id_, state, self.now, self.due(state, due), body, payload, some)
            assert self.store.add_hold(record) == self.model.add_hold(record)

        @rule(
            id_=ids,
            late=st.sampled_from((0, 0, 0, 1, 2)),
            state=states,
            due=dues,
            body=bodies,
            payload=payloads,
            some=labels,
        )
        def swap(
            self,
            id_: str,
            late: int,
            state: HoldState,
            due: int | None,
            body: str,
            payload: bytes | None,
            some: tuple[str, ...],
        ) -> None:
            kept = self.model.get_hold(id_)
            held_at, revision = (kept.held_at, kept.revision) if kept else (self.now, 0)
            record = HoldRecord(
                *(id_, state, held_at, self.due(state, due), body, payload, some),
                revision=revision + 1 - late,
            )
            assert self.store.swap_hold(record) == self.model.swap_hold(record)

        @rule(seconds=st.sampled_from((0.000001, 1.0, 60.0)))
        def lease(self, seconds: float) -> None:
            length = timedelta(seconds=seconds)
            expected = self.model.lease_hold(now=self.now, lease=length)
            assert self.store.lease_hold(now=self.now, lease=length) == expected

        @rule(wanted=pages, limit=st.integers(1, 4), cursor=st.none() | ids)
        def page(self, wanted: list[HoldState], limit: int, cursor: str | None) -> None:
            kept = self.model.get_hold(cursor) if cursor else None
            after = (kept.held_at, kept.id) if kept else None
            expected = self.model.page_holds(wanted, after=after, limit=limit)
            assert self.store.page_holds(wanted, after=after, limit=limit) == expected

        @rule(limit=st.integers(1, 4), label=st.sampled_from(("tone.rude", "fact.amount")))
        def page_by_label(self, limit: int, label: str) -> None:
            expected = self.model.page_holds(OPEN, limit=limit, label=label)
            assert self.store.page_holds(OPEN, limit=limit, label=label) == expected

        @rule(seconds=st.sampled_from((-1.0, 0.0, 1.0)))
        def purge(self, seconds: float) -> None:
            before = self.now + timedelta(seconds=seconds)
            assert self.store.purge_holds(before=before) == self.model.purge_holds(before=before)

        @rule(seconds=steps)
        def time_passes(self, seconds: float) -> None:
            self.now += timedelta(seconds=seconds)

        @invariant()
        def the_records_are_equal(self) -> None:
            if hasattr(self, "store"):
                for id_ in _IDS:
                    assert self.store.get_hold(id_) == self.model.get_hold(id_)

    return HoldStoreMachine
