"""A loop at full size (I-10): ``python -m benchmarks loop``.

2,000 contacts get the same mailing every minute for 75 minutes, from four workers that share a
store; the clock is injected. Printed are how many copies left, how many of those were a second one,
in which minute the latch was set, how often observers heard of it, and how many messages a second
were judged.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path

from benchmarks.claims import redis_server
from sendguard import Guard, Message, MessageHeld, checks
from sendguard.stores import ClaimStore
from sendguard.stores.sqlite import SQLiteStore

CONTACTS, MINUTES, WORKERS = 2_000, 75, 4
BEGAN = datetime(2026, 3, 1, 12, tzinfo=UTC)
NewStore = Callable[[Callable[[], datetime]], ClaimStore]


class Told:
    """An observer that keeps the minutes in which it heard of a latch."""

    def __init__(self, minute: Callable[[], int]) -> None:
        self.minutes: list[int] = []
        self._minute = minute

    def notify(self, event: object) -> None:
        if getattr(event, "kind", "") == "latched":
            self.minutes.append(self._minute())


def work(number: int, new_store: NewStore, start: Barrier, out: Connection) -> None:
    minute = 0

    def clock() -> datetime:
        return BEGAN + timedelta(minutes=minute)

    told = Told(lambda: minute)
    guard = Guard(checks.loop(within="1d"), store=new_store(clock), clock=clock, observers=[told])
    mailings = [
        Message.email(
            sender="shop@shop.example",
            to=f"contact{each}@customer.example",
            subject="News",
            text="Spring is here.",
        )
        for each in range(number, CONTACTS, WORKERS)
    ]
    sent: Counter[str] = Counter()
    start.wait()
    for minute in range(MINUTES):  # noqa: B007  (the clock reads it)
        for mailing in mailings:
            try:
                guard.admit(mailing).sent()
            except MessageHeld:
                continue
            sent[mailing.to[0].address] += 1
        start.wait()  # the next minute begins for all
    out.send((sent, told.minutes))


def tell(name: str, new_store: NewStore) -> None:
    fork = get_context("fork")
    start = fork.Barrier(WORKERS + 1)
    pipes = [fork.Pipe(duplex=False) for _ in range(WORKERS)]
    workers = [
        fork.Process(target=work, args=(number, new_store, start, out))
        for number, (_, out) in enumerate(pipes)
    ]
    for worker in workers:
        worker.start()
    start.wait()
    begin = time.perf_counter()
    for _ in range(MINUTES):
        start.wait()
    seconds = time.perf_counter() - begin
    copies: Counter[str] = Counter()
    minutes: list[int] = []
    for heard, _ in pipes:
        sent, latched = heard.recv()
        copies += sent
        minutes += latched
    for worker in workers:
        worker.join()
    twice = sum(1 for count in copies.values() if count > 1)
    print(
        f"  {name:8}{CONTACTS * MINUTES:,} tries: {copies.total():,} copies left, {twice} contacts "
        f"got two; the latch was set in minute {', '.join(map(str, minutes))} "
        f"({len(minutes)} alarm); {CONTACTS * MINUTES / seconds:,.0f} messages a second"
    )


def main() -> None:
    print(f"\nA loop over {CONTACTS:,} contacts for {MINUTES} minutes, {WORKERS} workers")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "claims.db"
        tell("SQLite", lambda _: SQLiteStore(path, timeout=60))
    if shutil.which("redis-server") or shutil.which("valkey-server"):
        import redis

        from sendguard.stores.redis import RedisStore

        with redis_server() as port:
            tell("Redis", lambda clock: RedisStore(redis.Redis(port=port), clock=clock))
    else:
        print("  NO REDIS-SERVER IS INSTALLED: nothing is measured there")


if __name__ == "__main__":
    main()
