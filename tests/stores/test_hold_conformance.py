"""All stores keep held messages in the same way, and as the model does."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from sendguard.stores import MemoryStore
from sendguard.stores.redis import RedisStore
from sendguard.stores.sqlite import SQLiteStore
from sendguard.testing import HoldModel, HoldStoreConformance, hold_store_machine


class TestMemory(HoldStoreConformance):
    def new_store(self, clock):
        return MemoryStore()


class TestSQLite(HoldStoreConformance):
    def new_store(self, clock):
        return SQLiteStore(Path(self._folder.name) / "state.db", timeout=10)

    def setup_method(self):
        self._folder = tempfile.TemporaryDirectory()
        super().setup_method()

    def teardown_method(self):
        self._folder.cleanup()


class TestRedis(HoldStoreConformance):
    decodes = False

    @pytest.fixture(autouse=True)
    def _server(self, redis_server):
        with redis_server.client(decode_responses=self.decodes) as client:
            self._client = client
            self.store = self.new_store(lambda: self.now)
            yield

    def new_store(self, clock):
        return RedisStore(getattr(self, "_client", None), clock=clock)


class TestRedisThatDecodesItsReplies(TestRedis):
    decodes = True


SHORT = settings(max_examples=60, stateful_step_count=40, deadline=None)
LONG = settings(max_examples=1_000, stateful_step_count=60, deadline=None)


@pytest.fixture
def new_store(request, folder_in_memory, redis_server):
    made = []

    def sqlite(clock):
        made.append(folder_in_memory / f"{len(made)}.db")
        return SQLiteStore(made[-1])

    def redis_(clock):
        client.flushall()
        return RedisStore(client, clock=clock)

    with redis_server.client() as client:
        stores = {"memory": lambda clock: MemoryStore(), "sqlite": sqlite, "redis": redis_}
        yield stores[request.param]


EACH = pytest.mark.parametrize("new_store", ["memory", "sqlite", "redis"], indirect=True)


@EACH
def test_a_store_lives_as_the_model_does(new_store):
    run_state_machine_as_test(hold_store_machine(new_store), settings=SHORT)


@pytest.mark.soak
@EACH
def test_a_store_lives_as_the_model_does_for_long(new_store):
    run_state_machine_as_test(hold_store_machine(new_store), settings=LONG)


def test_the_machine_sees_a_store_that_leases_twice():
    class Generous(HoldModel):
        def lease_hold(self, *, now, lease):
            leased = super().lease_hold(now=now, lease=lease)
            if leased is not None:
                self.records[leased.id] = leased.changed(due=now)
            return leased

    machine = hold_store_machine(lambda clock: Generous())
    with pytest.raises(AssertionError):
        run_state_machine_as_test(
            machine, settings=settings(SHORT, max_examples=500, phases=[Phase.generate])
        )
