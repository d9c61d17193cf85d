"""What grows when there is more of it: ``python -m benchmarks scale``.

Rounds of the sizes take turns in one run, and the best of each counts, so that what else the
machine does matters less. Directories are measured by ``benchmarks.matching.large``.
"""

from __future__ import annotations

import argparse
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sendguard import Context, Guard, Message, checks, rule
from sendguard.checks import Check
from sendguard.holds import HoldQueue
from sendguard.stores import HoldRecord
from sendguard.stores.sqlite import SQLiteStore

ROUNDS = 5
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MESSAGE = Message.email(
    sender="shop@shop.example", to="maria@customer.example", subject="Your order", text="Hello."
)


def best(task: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Seconds of the fastest round."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        task()
        times.append(time.perf_counter() - start)
    return min(times)


def rules(count: int) -> Iterator[Check]:
    """So many rules of one's own."""
    for number in range(count):

        @rule(f"scale.rule-{number}")
        def look(message: Message, context: Context) -> str | None:
            del context
            return "It is empty." if not message.text else None

        yield look


def checks_table() -> None:
    """A policy with more and more checks."""
    print("A policy with N rules of one's own: evaluate")
    one = None
    for count in (10, 100, 1_000):
        guard = Guard(*rules(count), checks.empty_body())
        each = best(lambda guard=guard: guard.evaluate(MESSAGE)) / count  # type: ignore[misc]
        one = one or each
        print(f"  {count:>9,} rules  {each * 1e6:8.2f} us a rule  {each / one:5.2f} x that of 10")


def filled(path: Path, count: int) -> SQLiteStore:
    """A store with so many held messages."""
    store = SQLiteStore(path)
    for number in range(count):
        store.add_hold(
            HoldRecord(
                id=secrets.token_hex(16),
                state="waiting",
                held_at=START + timedelta(milliseconds=number),
                due=None,
                body='{"format": 1}',
                labels=("scale.rule",),
            )
        )
    return store


def holds_table(largest: int) -> None:
    """A queue with more and more messages in it."""
    print("A queue with N messages that wait, in SQLite")
    guard = Guard(checks.needs_approval())
    first: tuple[float, float, float] | None = None
    count = 1_000
    while count <= largest:
        with tempfile.TemporaryDirectory() as folder:
            store = filled(Path(folder) / "holds.db", count)
            queue = HoldQueue(store, guard)
            decision = guard.evaluate(MESSAGE)
            held = [queue.hold(MESSAGE, Context(), decision) for _ in range(ROUNDS)]
            times = (
                best(lambda: queue.hold(MESSAGE, Context(), decision)),  # noqa: B023  (called at once)
                best(lambda: queue.get(held[0].id)),  # noqa: B023  (the same)
                best(lambda: store.page_holds(states=("waiting",), limit=50)),  # noqa: B023  (the same)
            )
        first = first or times
        ratios = "  ".join(
            f"{name} {now * 1e6:7.0f} us, {now / then:4.2f} x"
            for name, now, then in zip(("hold", "get", "page of 50"), times, first, strict=True)
        )
        print(f"  {count:>9,} waiting  {ratios}")
        count *= 10


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--holds", type=int, default=100_000, help="the largest queue")
    options, _ = parser.parse_known_args()
    checks_table()
    holds_table(options.holds)


if __name__ == "__main__":
    main()
