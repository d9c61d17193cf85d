"""One Redis for all tests of a process; each gets it empty."""

from __future__ import annotations

import pytest
from tests.stores.redis_server import PROGRAM, running


@pytest.fixture(scope="session")
def redis_for_all():
    if PROGRAM is None:
        pytest.skip("REDIS-SERVER IS NOT INSTALLED: RedisStore is not tested")
    with running() as server:
        yield server


@pytest.fixture
def redis_server(redis_for_all):
    with redis_for_all.client() as client:
        client.flushall()
    return redis_for_all
