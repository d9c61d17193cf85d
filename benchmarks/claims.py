"""What it costs to ask the store, against the nearest thing without promises.

- Five limits at once on Redis, against one fixed-window hit of `limits` on the same server, over
  messages that come again and again, so that each limit has counted up to 56 of them.
- One claim in SQLite, against a bare conditional UPDATE in write-ahead mode, 8 processes at once.
- One claim in memory, against one moving-window hit of `limits` in memory.
- Ten million recipients, or as many as are named, through a window of an hour in memory: the most
  that is kept (``python -m benchmarks.claims memory 10000000``; that takes minutes).

Store and peer take turns in one run; the ratio of each round is taken from the medians of that
round (for SQLite: from its whole time), and the median over the rounds is printed.
"""

from __future__ import annotations

import resource
import secrets
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path

from sendguard.stores import Claim, MemoryStore, new_token, opaque_key
from sendguard.stores.sqlite import SQLiteStore

ROUNDS = 7
CALLS = 400
MESSAGES = 150
PROCESSES = 8
SQLITE_CALLS = 400
MESSAGES = 150
RECIPIENTS = 10_000_000
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def claims_of(number: int, limits: int) -> list[Claim]:
    """What one message asks for: so many limits, none of which refuses."""
    return [
        Claim(opaque_key(str(kind), str(number)), 1_000_000, 3_600.0, code="state.rate-limit")
        for kind in range(limits)
    ]


def median_seconds(call: Callable[[int], object]) -> float:
    times = []
    for number in range(CALLS):
        begin = time.perf_counter()
        call(number)
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def in_turns(
    title: str,
    limit: float,
    ours: Callable[[], float],
    peers: Callable[[], float],
    rounds_of: int = ROUNDS,
) -> None:
    rounds = [(ours(), peers()) for _ in range(rounds_of)]
    own, peer = (statistics.median(each) * 1e6 for each in zip(*rounds, strict=True))
    ratio = statistics.median(one / other for one, other in rounds)
    print(f"  {title:52}{own:8.1f} us   peer {peer:8.1f} us   {ratio:5.2f} x  (at most {limit})")


@contextmanager
def redis_server() -> Iterator[int]:
    """A server on a free port, which keeps nothing; gives the port."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    process = subprocess.Popen(
        [str(program), "--port", str(port), "--bind", "127.0.0.1", "--save", ""],
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if b"Ready to accept connections" in line:
            break
    try:
        yield port
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def on_redis() -> None:
    import limits
    import redis
    from limits.storage import RedisStorage
    from limits.strategies import FixedWindowRateLimiter

    from sendguard.stores.redis import RedisStore

    with redis_server() as port:
        client = redis.Redis(port=port)
        store = RedisStore(client)
        limiter = FixedWindowRateLimiter(RedisStorage(f"redis://127.0.0.1:{port}"))
        item = limits.RateLimitItemPerHour(1_000_000)
        asked = [claims_of(number, 5) for number in range(MESSAGES)]
        tokens = iter(lambda: secrets.token_hex(16), "")

        def take(number: int) -> None:
            store.take(next(tokens), asked[number % MESSAGES], now=NOW)

        def hit(number: int) -> None:
            limiter.hit(item, str(number % MESSAGES))

        take(0)
        before = client.info("commandstats")
        take(1)
        after = client.info("commandstats")
        calls = sum(
            after[name]["calls"] - before.get(name, {"calls": 0})["calls"]
            for name in ("cmdstat_evalsha", "cmdstat_eval")
            if name in after
        )
        print(f"  five limits on Redis: {calls} call of the server")
        in_turns(
            "five limits on Redis / a fixed-window hit of limits",
            1.3,
            lambda: median_seconds(take),
            lambda: median_seconds(hit),
            rounds_of=3 * ROUNDS,  # they are short, and both wait for another process
        )


def in_memory() -> None:
    import limits
    from limits.storage import MemoryStorage
    from limits.strategies import MovingWindowRateLimiter

    store = MemoryStore()
    limiter = MovingWindowRateLimiter(MemoryStorage())
    item = limits.RateLimitItemPerHour(1_000_000)
    claims = [claims_of(number, 1) for number in range(50)]
    tokens = [secrets.token_hex(16) for _ in range(CALLS)]

    def take(number: int) -> None:
        store.take(tokens[number], claims[number % 50], now=datetime.now(UTC))

    in_turns(
        "a claim in memory / a moving-window hit of limits",
        1.5,
        lambda: median_seconds(take),
        lambda: median_seconds(lambda number: limiter.hit(item, str(number % 50))),
    )


def _claim_in(path: Path, start: Barrier) -> None:
    store = SQLiteStore(path, timeout=60)
    store.latches()
    asked = [claims_of(number, 1) for number in range(50)]
    start.wait()
    for number in range(SQLITE_CALLS):
        now = datetime.now(UTC)
        store.take(new_token(now), asked[number % 50], now=now)
    start.wait()


def _update_in(path: Path, start: Barrier) -> None:
    connection = sqlite3.connect(path, timeout=60, isolation_level=None)
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA wal_autocheckpoint = 4000")  # as the store's
    connection.execute("SELECT count(*) FROM counters").fetchone()
    update = "UPDATE counters SET n = n + 1 WHERE key = ? AND n < 1000000"
    start.wait()
    for number in range(SQLITE_CALLS):
        connection.execute(update, (str(number % 50),))
    start.wait()


def _timed(work: Callable[[Path, Barrier], None], path: Path) -> float:
    """Seconds for each call of `PROCESSES` processes at once."""
    fork = get_context("fork")
    start = fork.Barrier(PROCESSES + 1)
    workers = [fork.Process(target=work, args=(path, start)) for _ in range(PROCESSES)]
    for worker in workers:
        worker.start()
    start.wait()
    begin = time.perf_counter()
    start.wait()  # all are done; to close the file is no part of it
    seconds = time.perf_counter() - begin
    for worker in workers:
        worker.join()
    return seconds / (PROCESSES * SQLITE_CALLS)


def in_sqlite() -> None:
    with tempfile.TemporaryDirectory() as folder:
        claims, counters = Path(folder) / "claims.db", Path(folder) / "counters.db"
        connection = sqlite3.connect(counters)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE counters (key TEXT PRIMARY KEY, n INTEGER) WITHOUT ROWID")
        connection.executemany("INSERT INTO counters VALUES (?, 0)", ((str(n),) for n in range(50)))
        connection.commit()
        connection.close()
        in_turns(
            f"a claim in SQLite / a bare UPDATE, {PROCESSES} processes",
            3,
            lambda: _timed(_claim_in, claims),
            lambda: _timed(_update_in, counters),
        )


def recipients_in_memory(recipients: int) -> None:
    """Every recipient once, evenly over five hours, each counted for one."""
    store = MemoryStore()
    begin, most = time.perf_counter(), 0
    idle = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    step = timedelta(hours=5) / recipients
    for number in range(recipients):
        claim = Claim(opaque_key("limit", str(number)), 3, 3_600.0, code="state.rate-limit")
        store.take(f"{number:032x}", [claim], now=NOW + number * step)
        if number % 1_000 == 0:
            most = max(most, sum(map(len, store._counters.values())))
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - idle
    seconds = time.perf_counter() - begin
    print(
        f"  {recipients:,} recipients through a window of one hour in five: at most {most:,} keys "
        f"at once, {kilobytes / 1024:,.0f} MB at the peak, {kilobytes * 1024 / most:,.0f} bytes "
        f"for each of them; {seconds:,.0f} s, {seconds / recipients * 1e6:.1f} us a recipient"
    )


def main() -> None:
    if sys.argv[1:2] == ["memory"]:
        recipients_in_memory(int(sys.argv[2]) if sys.argv[2:] else RECIPIENTS)
        return
    print("\nClaims, store and peer in turns")
    in_memory()
    in_sqlite()
    if shutil.which("redis-server") or shutil.which("valkey-server"):
        on_redis()
    else:
        print("  NO REDIS-SERVER IS INSTALLED: nothing is measured there")


if __name__ == "__main__":
    main()
