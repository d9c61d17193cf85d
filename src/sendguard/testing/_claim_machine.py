"""Long random lives of a store, compared step by step with the model."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from sendguard.model import Action, Clock
from sendguard.stores import Claim, ClaimStore, Latch, Settled, opaque_key
from sendguard.testing._claim_model import ClaimModel

_START = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)  # half an hour before clocks change in Europe
_WINDOWS = {"a": 10.0, "b": 10.0, "c": 60.0, "d": 0.5}


def _claim(name: str, limit: int, action: Action, member: str, mark: str) -> Claim:
    latch = None
    if member:
        latch = Latch(opaque_key("latch"), opaque_key(member), limit=2, window=30.0, label="loop")
    key, window = opaque_key(name), _WINDOWS[name]
    return Claim(key, limit, window, code="state.test", action=action, latch=latch, mark=mark)


claims = st.builds(
    _claim,
    st.sampled_from(sorted(_WINDOWS)),
    st.integers(1, 3),
    st.sampled_from((Action.WARN, Action.HOLD, Action.BLOCK)),
    st.sampled_from(("", "", "ann", "bob", "cy")),
    st.just(""),
)
# A key with marks has them always, and one at a time: what idempotency keys ask for.
marked = st.builds(
    lambda mark: Claim(opaque_key("m"), 1, 20.0, code="state.test", mark=mark),
    st.sampled_from(("1:aa", "1:bb")),
)
several = st.lists(st.one_of(claims, marked), max_size=4)
steps = st.one_of(
    st.integers(0, 20_000_000),
    st.sampled_from((0, 1, 499_999, 500_000, 9_999_999, 10_000_000, 60_000_000)),
)


def claim_store_machine(
    new_store: Callable[[Clock], ClaimStore],
) -> type[RuleBasedStateMachine]:
    """A Hypothesis state machine that holds a store equal to `ClaimModel`.

    Args:
        new_store: gives an empty store, which uses this clock if it keeps a time of its own.

    Returns:
        The class; its `TestCase` is what a test runner collects.
    """

    class ClaimStoreMachine(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.now = _START
            self.model = ClaimModel()
            self.tokens: list[str] = []
            self.last: tuple[list[Claim], list[list[Claim]]] | None = None

        @initialize()
        def begin(self) -> None:
            self.store = new_store(lambda: self.now)

        @rule(own=several, groups=st.lists(several, max_size=3))
        def take(self, own: list[Claim], groups: list[list[Claim]]) -> None:
            self.tokens.append(f"{len(self.tokens):032x}")
            self.last = (own, groups)
            self.take_again()

        @precondition(lambda self: self.last)
        @rule()
        def take_again(self) -> None:
            """What a client does that got no answer; until the time moves on."""
            assert self.last is not None
            token, (own, groups) = self.tokens[-1], self.last
            expected = self.model.take(token, own, groups, now=self.now)
            assert self.store.take(token, own, groups, now=self.now) == expected

        @rule(some=several)
        def peek(self, some: list[Claim]) -> None:
            expected = self.model.peek(some, now=self.now)
            assert self.store.peek(some, now=self.now) == expected

        @rule(
            nth=st.integers(0, 9),
            some=several,
            outcome=st.sampled_from(("sent", "failed", "unknown")),
        )
        def settle(self, nth: int, some: list[Claim], outcome: Settled) -> None:
            token = self.tokens[-nth % len(self.tokens)] if self.tokens else "f" * 32
            self.last = None
            self.model.settle(token, some, outcome)
            self.store.settle(token, some, outcome)

        @rule(step=steps)
        def time_passes(self, step: int) -> None:
            self.last = None
            self.now += timedelta(microseconds=step)

        @rule()
        def reset(self) -> None:
            key = opaque_key("latch")
            expected = self.model.reset_latch(key, by="Ann")
            assert self.store.reset_latch(key, by="Ann") == expected

        @invariant()
        def the_latches_are_equal(self) -> None:
            if hasattr(self, "store"):
                assert self.store.latches() == self.model.latches()

    return ClaimStoreMachine
