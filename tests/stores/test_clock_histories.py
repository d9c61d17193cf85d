"""Random histories of one key under a clock that people set: never more than the limit."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.stores.redis_server import needs_redis

from sendguard.stores import Claim, ClaimStore, MemoryStore, opaque_key
from sendguard.stores.redis import RedisStore
from sendguard.stores.sqlite import SQLiteStore

MICROSECOND = timedelta(microseconds=1)
ZONES = (UTC, ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Kathmandu"))
# Just before clocks change in Europe, in spring and in autumn; a leap day; a turn of the year.
BEGINNINGS = (
    datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC),
    datetime(2026, 10, 25, 0, 59, 59, tzinfo=UTC),
    datetime(2028, 2, 28, 23, 59, 59, tzinfo=UTC),
    datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC),
)
WINDOWS = tuple(timedelta(seconds=each) for each in (0.001, 0.5, 60, 3_600, 86_400))
TAKES = 12


class Clock:
    """What the store is told, or asks, whatever the time really is."""

    def __init__(self) -> None:
        self.told = BEGINNINGS[0]

    def __call__(self) -> datetime:
        return self.told


def step(rng: random.Random, window: timedelta) -> timedelta:
    """How long it is to the next message: often an edge of the window."""
    edges = (MICROSECOND, window, window - MICROSECOND, window + MICROSECOND, timedelta(0))
    return rng.choice((*edges, window / 3, timedelta(hours=1), window * rng.random()))


def live(rng: random.Random, store: ClaimStore, clock: Clock, name: str) -> int:
    """One history; returns how many messages were let through.

    The store counts exactly by the time that it is told; what it has seen outlive its window it may
    forget or not, which matters when the clock is set back afterwards. And while the clock is never
    set forward, no stretch of real time has more than the limit.
    """
    window, limit = rng.choice(WINDOWS), rng.randint(1, 4)
    claim = Claim(opaque_key(name), limit, window.total_seconds(), code="state.test")
    set_forward = rng.random() < 0.5
    real = clock.told = rng.choice(BEGINNINGS)
    every: list[datetime] = []  # all that the store was to write down, by the time that it was told
    kept: list[datetime] = []  # of these, what it must not forget
    left: list[datetime] = []  # when it really was
    for number in range(TAKES):
        passed = step(rng, window)
        real += passed
        clock.told += passed
        if rng.random() < 0.2:
            clock.told -= step(rng, window)
        elif set_forward and rng.random() < 0.2:
            clock.told += step(rng, window)
        now = clock.told
        refused = store.take(f"{number:032x}", [claim], now=now.astimezone(rng.choice(ZONES)))
        if refused:
            assert sum(at > now - window for at in every) >= limit
            continue
        assert sum(at > now - window for at in kept) < limit
        every.append(max([now, *every[-1:]]))
        kept = [*(at for at in kept if at > now - window), every[-1]]
        left.append(real)
    if not set_forward:
        for first, last in zip(left, left[limit:], strict=False):
            assert last - first >= window
    return len(left)


def lives(seed: int, number: int, store: ClaimStore | None, clock: Clock) -> None:
    rng = random.Random(seed)
    let_through = sum(
        live(rng, store or MemoryStore(), clock, f"{seed} {each}") for each in range(number)
    )
    assert number < let_through < number * TAKES  # both things happened


def test_a_clock_that_people_set_lets_no_message_more_through_in_memory():
    lives(1, 3_000, None, Clock())


def test_nor_in_sqlite(tmp_path):
    lives(2, 100, SQLiteStore(tmp_path / "claims.db"), Clock())


@needs_redis
def test_nor_in_redis(redis_server):
    clock = Clock()
    lives(3, 100, RedisStore(redis_server.client(), clock=clock), clock)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10))
def test_a_million_histories_in_memory(seed):
    lives(1_000 + seed, 100_000, None, Clock())


@pytest.mark.soak
def test_ten_thousand_histories_in_sqlite(tmp_path):
    lives(2_000, 10_000, SQLiteStore(tmp_path / "claims.db"), Clock())


@pytest.mark.soak
@needs_redis
def test_ten_thousand_histories_in_redis(redis_server):
    clock = Clock()
    lives(3_000, 10_000, RedisStore(redis_server.client(), clock=clock), clock)
