from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sendguard import Context, Guard, Message, MessageHeld, checks
from sendguard.holds import HoldQueue
from sendguard.stores import MemoryStore
from sendguard.stores.redis import RedisStore
from sendguard.stores.sqlite import SQLiteStore


class Time:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)  # clocks change within the hour

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **length: float) -> None:
        self.now += timedelta(**length)


class Outbox(list):
    """Sends by keeping what it was given."""

    def __call__(self, held) -> None:
        self.append(held)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


@pytest.fixture(params=["memory", "sqlite", "redis"])
def store(request, tmp_path: Path, time):
    if request.param == "memory":
        yield MemoryStore()
    elif request.param == "sqlite":
        yield SQLiteStore(tmp_path / "state.db")
    else:
        server = request.getfixturevalue("redis_server")
        with server.client() as client:
            yield RedisStore(client, clock=time)


LETTER = Message.email(
    sender="shop@shop.example",
    to="maria@north.example",
    subject="Your order",
    text="Dear {{first_name}}, it is on its way.",
)
BY_ANN = Context(actor="ann@shop.example", purpose="transactional")


@pytest.fixture
def guard(store, time) -> Guard:
    return Guard(checks.placeholders(), store=store, clock=time)


@pytest.fixture
def queue(store, guard) -> HoldQueue:
    return HoldQueue(store, guard)


def held_in(queue, message=LETTER, context=BY_ANN, **options):
    """Put into the queue what its guard holds."""
    with pytest.raises(MessageHeld) as error:
        queue.guard.admit(message, context)
    return queue.hold(message, context, error.value.decision, **options)
