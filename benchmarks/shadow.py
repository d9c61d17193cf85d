"""What a shadow guard adds to a send.

Both sides send the same mail by a guarded smtplib connection to a sink on loopback, which runs in a
process of its own; the one guard has a shadow with the same checks, the other has none. They take
turns, and the ratio is that of the two medians of each round. Beside it stands what `admit` and
`sent` alone take of the sender's time while the shadow is idle, and what the shadow works for each
message in its own thread, which is processor time that a busy machine has to have.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from benchmarks.send_path import CARD, build, html_mail, made, running, sinks, text_mail
from sendguard import Guard
from sendguard.adapters.smtp import SMTP
from sendguard.guard import Event, Shadow

ROUNDS = 9
CALLS = 30


class Silent:
    """Hears of nothing here, since the two guards agree."""

    def notify(self, event: Event) -> None:
        raise AssertionError(f"the guards differ: {event!r}")


def send(guard: Guard, parts: dict[str, str], port: int) -> None:
    with SMTP("127.0.0.1", port, local_hostname="bench.example", guard=guard) as smtp:
        smtp.send_message(build(parts))


def median_seconds(call: Callable[[], object]) -> float:
    times = []
    for _ in range(CALLS):
        begin = time.perf_counter()
        call()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def admitted(guard: Guard, parts: dict[str, str], shadow: Shadow) -> float:
    """Seconds that the sender waits for `admit` and `sent`, the shadow being idle before."""
    times = []
    for _ in range(CALLS):
        message = made(parts)
        begin = time.perf_counter()
        guard.admit(message).sent()
        times.append(time.perf_counter() - begin)
        shadow.flush()
    return statistics.median(times)


def main() -> None:
    shadow = Shadow(Guard.recommended(), observers=[Silent()])
    plain, shadowed = Guard.recommended(), Guard.recommended(observers=[shadow])
    name, command = next(iter(sinks()))
    print(f"\nA shadow guard, {ROUNDS} rounds of {CALLS} calls each in turn, to {name}")
    with running(name, command) as port:
        for title, parts in (("2 kB text", text_mail()), ("20 kB HTML", html_mail(CARD))):
            measure(title, parts, port, plain, shadowed, shadow)
    print(f"  passed by unjudged: {shadow.skipped}")


def measure(
    title: str, parts: dict[str, str], port: int, plain: Guard, shadowed: Guard, shadow: Shadow
) -> None:
    for guard in (plain, shadowed):
        send(guard, parts, port)
    sends, admits, works = [], [], []
    for _ in range(ROUNDS):
        without = median_seconds(lambda: send(plain, parts, port))
        sends.append((without, median_seconds(lambda: send(shadowed, parts, port))))
        shadow.flush()
        admits.append((admitted(plain, parts, shadow), admitted(shadowed, parts, shadow)))
        works.append(median_seconds(lambda: plain.evaluate(made(parts))))
    print(f"  {title}")
    for what, rows in (("a send", sends), ("admit and sent", admits)):
        alone, both = (statistics.median(side) for side in zip(*rows, strict=True))
        ratio = statistics.median(b / a for a, b in rows)
        print(
            f"    {what:16}{alone * 1e6:9.0f} us alone{both * 1e6:9.0f} us shadowed   x {ratio:.3f}"
        )
    print(f"    {'work aside':16}{statistics.median(works) * 1e6:9.0f} us of the shadow's thread")


if __name__ == "__main__":
    main()
