"""What stores keep: no address, and what another version has written."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.stores.redis_server import needs_redis
from tests.stores.workers import claim

from sendguard import Actor, Context, Guard, Message, StoreError, checks
from sendguard.errors import ConfigurationError
from sendguard.model import Action
from sendguard.stores import Claim, Latch, opaque_key
from sendguard.stores.redis import RedisStore
from sendguard.stores.sqlite import SQLiteStore

FIXTURES = Path(__file__).parent / "fixtures"
BEGAN = datetime(2026, 3, 1, 12, tzinfo=UTC)


def looping(name: str) -> Claim:
    latch = Latch(opaque_key("latch"), opaque_key(name), 2, 3_600.0, "repeats")
    return Claim(opaque_key(f"to {name}"), 1, 3_600.0, code="state.loop", latch=latch)


KEY = Claim(opaque_key("key"), 1, 86_400.0, code="state.key-reused", mark="1:aa")


def live(store) -> None:
    """The life that the fixtures were written in."""
    store.take("1" * 32, [claim("a", 2), looping("ann"), KEY], now=BEGAN)
    store.settle("1" * 32, [claim("a", 2), looping("ann"), KEY], "sent")
    store.take("2" * 32, [looping("bob"), claim("given back")], now=BEGAN)
    store.settle("2" * 32, [claim("given back")], "failed")
    store.take("3" * 32, [looping("ann")], now=BEGAN)
    store.take("4" * 32, [looping("bob")], now=BEGAN + timedelta(seconds=1))


def assert_lived(store) -> None:
    now = BEGAN + timedelta(minutes=1)
    assert store.take("5" * 32, [claim("given back")], now=now) == ()
    assert store.take("6" * 32, [claim("a", 2)], now=now) == ()
    (refusal,) = store.peek([claim("a", 2)], now=now)
    assert refusal.frees_at == BEGAN + timedelta(hours=1)
    (latch,) = store.latches()
    assert (latch.label, latch.since) == ("repeats", BEGAN + timedelta(seconds=1))
    (refusal,) = store.peek([looping("fay")], now=now)
    assert refusal.latched_since == latch.since
    (refusal,) = store.peek([KEY], now=now)
    assert (refusal.mark, refusal.standing) == ("1:aa", "sent")


def test_a_file_of_format_1_is_read(tmp_path):
    path = tmp_path / "claims.db"
    connection = sqlite3.connect(path)
    connection.executescript((FIXTURES / "claims-1.sql").read_text())
    connection.close()
    assert_lived(SQLiteStore(path))


@needs_redis
def test_keys_of_format_1_are_read(redis_server):
    with redis_server.client() as client:
        for command in json.loads((FIXTURES / "claims-1.json").read_text()):
            client.execute_command(*(part.encode("latin-1") for part in command))
        assert_lived(RedisStore(client, clock=lambda: BEGAN + timedelta(minutes=1)))


def test_a_file_of_a_newer_format_is_left_alone(tmp_path):
    path = tmp_path / "claims.db"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 2")
    connection.close()
    with pytest.raises(StoreError, match="format 2, written by a newer sendguard"):
        live(SQLiteStore(path))


@needs_redis
def test_keys_of_a_newer_format_are_left_alone(redis_server):
    with redis_server.client() as client:
        client.set("sendguard:{sendguard}:format", "2")
        with pytest.raises(StoreError, match="FORMAT 2 was written by a newer sendguard"):
            live(RedisStore(client))
        assert client.keys() == [b"sendguard:{sendguard}:format"]


@needs_redis
def test_no_address_and_no_name_stands_in_a_store(tmp_path, redis_server):
    message = Message.email(
        sender="canary@shop.example", to="canary@customer.example", subject="canary", text="canary"
    )
    facts = Context(actor=Actor("canary"), customer="canary", key="canary")
    with redis_server.client() as client:
        for store in (SQLiteStore(tmp_path / "claims.db"), RedisStore(client)):
            guard = Guard(
                checks.rate_limit(limit=1, per="1h", by="recipient"),
                checks.rate_limit(limit=1, per="1h", by="actor"),
                checks.rate_limit(limit=1, per="1h", by="customer").at(Action.WARN),
                checks.duplicate(within="1h"),
                checks.loop(within="1h", recipients=1),
                store=store,
            )
            guard.admit(message, facts).sent()
            assert len(guard.evaluate(message, facts).findings) == 6
            store.take("a" * 32, [looping("ann")], now=BEGAN)
            store.take("b" * 32, [looping("ann")], now=BEGAN)
        kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
        for key in client.scan_iter():
            kept += key + (client.dump(key) or b"")
    assert b"pending" in kept or b"sent" in kept
    assert b"canary" not in kept
    assert b"example" not in kept


def test_only_an_opaque_key_is_taken_for_one():
    for key in ("ann@a.example", "a" * 31, "A" * 32, b"a" * 32):
        with pytest.raises(ConfigurationError, match="opaque_key"):
            Claim(key, 1, 1.0, code="state.test")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"limit": 0}, ConfigurationError),
        ({"limit": 1.5}, TypeError),
        ({"window": 0}, ConfigurationError),
        ({"window": "1h"}, TypeError),
        ({"window": float("nan")}, ConfigurationError),
        ({"code": "no code"}, ConfigurationError),
        ({"action": 2}, TypeError),
        ({"latch": "latch"}, TypeError),
    ],
)
def test_a_claim_that_nobody_can_keep_is_refused(changes, error):
    with pytest.raises(error):
        Claim(**{"key": "a" * 32, "limit": 1, "window": 1.0, "code": "state.test", **changes})


def test_parts_of_a_key_do_not_run_together():
    assert opaque_key("ab", "c") != opaque_key("a", "bc")
    assert opaque_key("a\ud800") == opaque_key("a\ud800")
