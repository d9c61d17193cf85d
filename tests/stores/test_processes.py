"""Many processes at once, and processes that are killed: the books are right all the same."""

from __future__ import annotations

import os
import random
import warnings
from datetime import UTC, datetime

import pytest
from tests.stores.workers import all_of, claim, forked, killed_between_take_and_settle, race

from sendguard.stores import MemoryStore
from sendguard.stores.redis import RedisStore
from sendguard.stores.sqlite import SQLiteStore

# The children of these forks do nothing but use the store.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")


NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "redis"])
def new_store(request, tmp_path, redis_server):
    """Opens the same store in any process."""
    if request.param == "sqlite":
        return lambda: SQLiteStore(tmp_path / "claims.db", timeout=60)
    return lambda: RedisStore(redis_server.client())


def test_processes_and_threads_that_race_get_exactly_the_limit(new_store):
    assert race(new_store, processes=4, threads=8, tries=5, limit=20) == 20


@pytest.mark.soak
@pytest.mark.parametrize("time", range(20))
def test_eight_processes_of_64_threads_get_exactly_the_limit(new_store, time):
    assert race(new_store, processes=8, threads=64, tries=20, limit=100) == 100


def test_a_store_that_was_used_before_a_fork_is_used_after_it(new_store):
    store = new_store()
    assert not store.take("a" * 32, [claim("before", 100)], now=datetime.now(UTC))
    assert race(lambda: store, processes=4, threads=4, tries=5, limit=20) == 20
    assert store.peek([claim("before")], now=datetime.now(UTC))


def test_a_child_that_is_forked_in_the_middle_of_a_call_opens_the_file_anew(tmp_path):
    store = SQLiteStore(tmp_path / "claims.db", timeout=1)

    def work(pipe: int) -> None:
        os.write(pipe, b"refused" if store.take("b" * 32, [claim("a")], now=NOW) else b"taken")

    with store._transaction("BEGIN") as execute:
        execute("SELECT count(*) FROM claims")
        child, pipe = forked(work)
        assert all_of(pipe) == b"taken"
        assert os.waitpid(child, 0)[1] == 0
    assert store.take("a" * 32, [claim("a")], now=NOW)


def books_are_right(new_store, *, kills: int) -> int:
    chance, said = random.Random(7), []
    for _ in range(kills):
        said += killed_between_take_and_settle(new_store, chance.uniform(0.02, 0.12))
    store = new_store()
    for first in range(0, len(said), 1_000):
        some = [claim(key) for key in said[first : first + 1_000]]
        assert len(store.peek(some, now=datetime.now(UTC))) == len(some)
    return len(said)


def test_a_process_that_is_killed_frees_nothing_that_it_may_have_used(new_store):
    assert books_are_right(new_store, kills=8) > 0


@pytest.mark.soak
def test_a_thousand_processes_are_killed(new_store):
    assert books_are_right(new_store, kills=1_000) > 1_000


def test_a_memory_store_warns_once_that_it_counts_for_each_process():
    store = MemoryStore()
    store.take("a" * 32, [claim("a")], now=datetime.now(UTC))

    def work(pipe: int) -> None:
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            for _ in range(3):
                store.peek([claim("a")], now=datetime.now(UTC))
        os.write(pipe, "|".join(str(each.message) for each in seen).encode())

    child, pipe = forked(work)
    said = all_of(pipe).decode()
    assert os.waitpid(child, 0)[1] == 0
    assert "each of them counts for itself" in said
    assert "|" not in said
