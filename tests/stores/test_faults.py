"""Stores that are down, slow, full, read-only or broken: said within the time, and recovered from."""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import redis
from tests.stores.redis_server import client, needs_redis, running
from tests.stores.workers import claim

from sendguard import Action, Context, Guard, Message, MessageHeld, StoreError, checks
from sendguard.errors import ConfigurationError
from sendguard.stores import CircuitBreaker, new_token
from sendguard.stores.redis import RedisStore
from sendguard.stores.sqlite import SQLiteStore

MESSAGE = Message.email(sender="shop@shop.example", to="ann@a.example", text="Hello")
PATIENCE = 10.0  # seconds; far above every time-out here, far below a hang


def take(store, name="a", limit=1):
    return store.take(os.urandom(16).hex(), [claim(name, limit)], now=datetime.now(UTC))


def codes(decision) -> list[str]:
    return [finding.code for finding in decision.findings]


def counting(store, **options) -> Guard:
    return Guard(checks.rate_limit(limit=100, per="1h", by="all"), store=store, **options)


def assert_unavailable(guard) -> None:
    began = time.monotonic()
    with pytest.raises(MessageHeld) as error:
        guard.admit(MESSAGE)
    assert codes(error.value.decision) == ["guard.store-unavailable"]
    assert time.monotonic() - began < PATIENCE


def restless(guard) -> Guard:
    """The guard, with a breaker that tries again at once."""
    object.__setattr__(guard._desk, "breaker", CircuitBreaker(rest=0.0))
    return guard


# -- Redis ----------------------------------------------------------------------------------------


@needs_redis
def test_a_redis_that_is_killed_is_said_to_be_and_counts_on_when_it_is_back():
    with running() as server:
        client = server.client(socket_timeout=0.3)
        store = RedisStore(client, timeout=0.5)
        guard = restless(counting(store))
        assert take(store) == ()
        server.kill()
        assert_unavailable(guard)
        assert_unavailable(guard)
        server.start()
        guard.admit(MESSAGE).sent()
        assert take(store)  # what was counted before still is
        client.close()


@needs_redis
def test_a_redis_that_hangs_is_given_up_and_what_it_did_later_is_given_back():
    with running() as server:
        client = server.client()  # without a time-out of its own
        guard = restless(Guard(store=RedisStore(client, timeout=0.2)))
        guard.admit(MESSAGE, Context(key="0")).sent()
        server.pause()
        with pytest.raises(MessageHeld) as error:
            guard.admit(MESSAGE, Context(key="1"))
        assert codes(error.value.decision) == ["guard.store-unavailable"]
        server.resume()
        assert client.ping()
        admission = guard.admit(MESSAGE, Context(key="1"))  # not: it is being sent already
        admission.sent()
        client.close()


@needs_redis
def test_a_redis_that_forgets_its_scripts_is_told_again(redis_server):
    with redis_server.client() as client:
        store = RedisStore(client)
        assert take(store) == ()
        client.script_flush()
        assert take(store)


@needs_redis
def test_a_redis_without_memory_is_a_store_that_fails(redis_server):
    with redis_server.client() as client:
        store = RedisStore(client)
        assert take(store) == ()
        client.config_set("maxmemory", "1")
        try:
            with pytest.raises(StoreError):
                take(store, "b")
        finally:
            client.config_set("maxmemory", "0")
        assert take(store, "b") == ()


def test_nobody_at_the_port_is_a_store_that_fails_and_tells_no_password():
    nobody = client(1, password="hunter2")
    with pytest.raises(StoreError) as error:
        take(RedisStore(nobody))
    assert "hunter2" not in str(error.value) + repr(RedisStore(nobody))
    nobody.close()


@needs_redis
def test_an_asyncio_client_does_all_that_the_other_does(redis_server):
    async def use() -> None:
        async with redis.asyncio.Redis(port=redis_server.port) as client:
            store = RedisStore(client)
            guard = Guard(
                checks.rate_limit(limit=1, per="1h", by="recipient"),
                checks.loop(within="1h", recipients=1),
                store=store,
            )
            async with guard.aadmit(MESSAGE) as admission:
                admission.failed()
            async with guard.aadmit(MESSAGE):
                pass
            with pytest.raises(MessageHeld) as error:
                await guard.aadmit(MESSAGE)
            assert codes(error.value.decision) == ["state.loop", "state.rate-limit"]
            (latch,) = await store.alatches()
            assert await store.areset_latch(latch.key, by="Ann")
            assert codes(guard.evaluate(MESSAGE)) == ["guard.store-unavailable"]
            await client.script_flush()
            assert await store.alatches() == ()

    asyncio.run(use())


@needs_redis
def test_a_blocking_client_serves_aadmit_too(redis_server):
    async def use(guard) -> None:
        async with guard.aadmit(MESSAGE):
            pass
        with pytest.raises(MessageHeld):
            await guard.aadmit(MESSAGE)

    with redis_server.client() as client:
        check = checks.rate_limit(limit=1, per="1h", by="all")
        asyncio.run(use(Guard(check, store=RedisStore(client))))


@needs_redis
def test_the_time_is_the_servers(redis_server):
    with redis_server.client() as client:
        store = RedisStore(client)
        store.take("a" * 32, [claim("a")], now=datetime(2000, 1, 1, tzinfo=UTC))
        (refusal,) = store.peek([claim("a")], now=datetime(2100, 1, 1, tzinfo=UTC))
        seconds, _ = client.time()
        assert abs(refusal.frees_at.timestamp() - 3_600 - seconds) < PATIENCE


@needs_redis
def test_all_keys_carry_one_hash_tag_and_end_within_two_windows(redis_server):
    with redis_server.client(decode_responses=True) as client:
        store = RedisStore(client, prefix="shop:mail:")
        assert take(store) == ()
        assert take(store)  # the same with texts as with bytes
        keys = client.keys()
        assert keys
        assert all(key.startswith("shop:mail:{shop:mail}:") for key in keys)
        (entries,) = client.keys("*claim*")
        assert 3_500_000 < client.pttl(entries) <= 7_200_000  # kept for one more stretch at most


@pytest.mark.parametrize("options", [{"prefix": "a{b}"}, {"timeout": 0}, {"timeout": 61}])
def test_a_wrong_option_of_redis_is_refused(options):
    with pytest.raises(ConfigurationError):
        RedisStore(None, **options)


# -- SQLite ---------------------------------------------------------------------------------------


def test_a_file_that_is_locked_is_said_to_be_within_the_time(tmp_path):
    path = tmp_path / "claims.db"
    guard = restless(counting(SQLiteStore(path, timeout=0.1)))
    guard.admit(MESSAGE).sent()
    blocker = sqlite3.connect(path, isolation_level=None)
    blocker.execute("BEGIN EXCLUSIVE")
    assert_unavailable(guard)
    blocker.close()
    guard.admit(MESSAGE).sent()


def test_a_folder_that_is_not_there_is_a_store_that_fails(tmp_path):
    guard = restless(counting(SQLiteStore(tmp_path / "later" / "claims.db")))
    assert_unavailable(guard)
    (tmp_path / "later").mkdir()
    guard.admit(MESSAGE).sent()


@pytest.mark.parametrize(
    "content", [b"no database at all" * 100, b"SQLite format 3\0" + b"\xff" * 4_096]
)
def test_a_file_that_is_broken_is_a_store_that_fails(tmp_path, content):
    path = tmp_path / "claims.db"
    path.write_bytes(content)
    guard = restless(counting(SQLiteStore(path)))
    assert_unavailable(guard)
    path.unlink()
    guard.admit(MESSAGE).sent()


def test_a_file_that_breaks_while_in_use_is_a_store_that_fails(tmp_path):
    path = tmp_path / "claims.db"
    store = SQLiteStore(path)
    for number in range(200):
        take(store, f"{number}")
    sqlite3.connect(path).execute("PRAGMA wal_checkpoint(TRUNCATE)").connection.close()
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4_096)
        file.write(os.urandom(size - 4_096))
    assert_unavailable(counting(store))


def test_a_file_that_another_one_replaces_while_in_use_is_noticed(tmp_path):
    path, other = tmp_path / "claims.db", SQLiteStore(tmp_path / "other.db")
    store = SQLiteStore(path)
    assert take(store) == ()
    take(other, "b")
    other.close()
    (tmp_path / "other.db").replace(path)
    for name in ("claims.db-wal", "claims.db-shm"):
        (tmp_path / name).unlink()
    with pytest.raises(StoreError, match="replaced"):
        take(store)
    assert take(store, "b")


def test_a_file_that_is_moved_away_while_in_use_is_noticed(tmp_path):
    path = tmp_path / "claims.db"
    store = SQLiteStore(path)
    assert take(store) == ()
    path.rename(tmp_path / "elsewhere.db")
    with pytest.raises(StoreError):
        take(store)
    for name in ("claims.db-wal", "claims.db-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    assert take(store) == ()
    assert take(store)


@pytest.fixture
def small_disk(tmp_path):
    """A file system of its own, of 256 kB."""
    if os.geteuid() != 0:
        pytest.skip("NOT ROOT: a full disk cannot be made")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "none", tmp_path],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("NO RIGHT TO MOUNT: a full disk cannot be made")
    yield tmp_path
    subprocess.run(["umount", "--lazy", tmp_path], check=True)


def test_a_disk_that_is_full_is_a_store_that_fails_and_counts_on_when_there_is_room(small_disk):
    store = SQLiteStore(small_disk / "claims.db")
    guard = restless(counting(store))
    guard.admit(MESSAGE).sent()
    assert take(store, "kept") == ()
    ballast = small_disk / "ballast"
    with ballast.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
        while True:
            file.write(bytes(1_024))
    with pytest.raises(MessageHeld) as error:
        for _ in range(40):  # what the write-ahead file has room for already
            guard.admit(MESSAGE).sent()
    assert codes(error.value.decision) == ["guard.store-unavailable"]
    ballast.unlink()
    guard.admit(MESSAGE).sent()
    assert take(store, "kept")


def test_a_disk_that_is_read_only_is_a_store_that_fails(small_disk):
    path = small_disk / "claims.db"
    store = SQLiteStore(path)
    assert take(store) == ()
    store.close()
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    guard = restless(counting(store))
    assert_unavailable(guard)
    subprocess.run(["mount", "-o", "remount,rw", small_disk], check=True)
    guard.admit(MESSAGE).sent()
    assert take(store)


@pytest.mark.parametrize("timeout", [0, -1, 61])
def test_a_wrong_timeout_is_refused(timeout):
    with pytest.raises(ConfigurationError, match="timeout"):
        SQLiteStore("claims.db", timeout=timeout)


def rows_after(path: Path, tries: int, name: Callable[[int], str]) -> int:
    """So many rows are kept when a claim was taken every ten seconds, each for a minute."""
    store = SQLiteStore(path)
    for number in range(tries):
        now = datetime.fromtimestamp(1_800_000_000 + number * 10, UTC)
        store.take(new_token(now), [claim(name(number), limit=10, window=60)], now=now)
    with sqlite3.connect(path) as connection:
        (rows,) = connection.execute("SELECT count(*) FROM claims").fetchone()
    connection.close()
    return rows


def test_old_rows_of_many_keys_are_cleared_away(tmp_path):
    assert rows_after(tmp_path / "claims.db", 1_000, str) < 300


def test_old_rows_of_one_key_are_cleared_away(tmp_path):
    assert rows_after(tmp_path / "claims.db", 1_000, lambda _: "a") < 300


# -- the breaker ----------------------------------------------------------------------------------


def fail(breaker) -> None:
    with pytest.raises(LookupError), breaker.call():
        raise LookupError


def refuses(breaker) -> bool:
    try:
        with breaker.call():
            return False
    except StoreError:
        return True


def test_a_breaker_opens_probes_and_closes_and_logs_each_once(caplog):
    now = [100.0]
    breaker = CircuitBreaker(failures=2, rest=5, monotonic=lambda: now[0])
    with caplog.at_level(logging.INFO, "sendguard"):
        fail(breaker)
        assert not refuses(breaker)
        for _ in range(2):
            fail(breaker)
        assert refuses(breaker)
        now[0] += 5
        fail(breaker)  # the probe
        assert refuses(breaker)
        now[0] += 4.9
        assert refuses(breaker)
        now[0] += 0.1
        assert not refuses(breaker)
        assert not refuses(breaker)
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]


def test_while_a_probe_is_on_its_way_nobody_else_waits():
    now = [100.0]
    breaker = CircuitBreaker(failures=1, rest=5, monotonic=lambda: now[0])
    fail(breaker)
    now[0] += 5
    with breaker.call():
        assert refuses(breaker)
    assert not refuses(breaker)


def test_what_breaks_a_store_is_logged_without_the_words_of_strangers(caplog):
    breaker = CircuitBreaker(failures=1)
    with pytest.raises(ValueError, match="canary"), breaker.call():
        raise ValueError("canary ann@a.example")
    assert "ValueError" in caplog.text
    assert "canary" not in caplog.text


def test_a_decision_on_a_dead_store_is_the_same_every_time():
    guard = counting(RedisStore(client(1), timeout=0.1), on_store_error=Action.BLOCK)
    decisions = [guard.evaluate(MESSAGE) for _ in range(5)]
    assert decisions[0].action is Action.BLOCK
    assert len({decision.findings for decision in decisions}) == 1
