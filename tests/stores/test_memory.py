"""What the store in memory keeps, and for how long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.stores.test_formats import looping
from tests.stores.workers import claim

from sendguard.stores import Claim, Latch, MemoryStore, opaque_key

BEGAN = datetime(2026, 3, 1, 12, tzinfo=UTC)


def kept(entries) -> int:
    return sum(map(len, entries.values()))


def test_no_more_keys_are_kept_than_one_window_holds():
    store = MemoryStore()
    for number in range(3_000):
        now = BEGAN + timedelta(seconds=number)
        store.take(f"{number:032x}", [claim(f"{number}", window=60)], now=now)
        assert kept(store._counters) == min(number + 1, 60)


def test_no_more_strikes_are_kept_than_one_window_holds():
    store = MemoryStore()
    store.take("f" * 32, [claim("taken", window=86_400)], now=BEGAN)
    for number in range(300):
        latch = Latch(opaque_key(f"{number}"), opaque_key("ann"), 2, 60.0, "repeats")
        taken = Claim(opaque_key("taken"), 1, 86_400.0, code="state.loop", latch=latch)
        assert store.take(f"{number:032x}", [taken], now=BEGAN + timedelta(seconds=number))
        assert kept(store._strikes) == min(number + 1, 60)


def test_a_key_that_is_used_again_is_kept_for_another_window():
    store = MemoryStore()
    for second in (0, 50, 100):
        now = BEGAN + timedelta(seconds=second)
        store.take(f"{second:032x}", [claim("often", 9, window=60)], now=now)
        store.take(f"{second + 1:032x}", [claim(f"{second}", window=60)], now=now)
    assert kept(store._counters) == 3  # the first of the others is over
    assert store.peek([claim("often", 2, window=60)], now=BEGAN + timedelta(seconds=100))


def test_what_was_taken_many_times_is_found_by_its_token_and_given_back():
    store, many = MemoryStore(), claim("many", 40)
    for number in range(40):
        assert store.take(f"{number:032x}", [many], now=BEGAN) == ()
    assert store.take(f"{7:032x}", [many], now=BEGAN) == ()  # it has it already
    assert store.take("f" * 32, [many], now=BEGAN)
    for number in range(40):
        store.settle(f"{number:032x}", [many], "failed")
    assert store.take("f" * 32, [many], now=BEGAN) == ()


def test_a_latch_that_is_reset_forgets_its_strikes():
    store = MemoryStore()
    for number, name in enumerate(("ann", "ann", "bob", "bob")):
        store.take(f"{number:032x}", [looping(name)], now=BEGAN)
    (latch,) = store.latches()
    assert store.reset_latch(latch.key, by="Ann")
    (refusal,) = store.take("f" * 32, [looping("bob")], now=BEGAN)
    assert not refusal.sets_latch
