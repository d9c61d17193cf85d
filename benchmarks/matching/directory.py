"""What asking a directory costs: ``python -m benchmarks.matching.directory [--customers 20000]``.

One of invented customers is built, or, with ``--file``, the one that lies there is asked.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from statistics import median

from benchmarks.accuracy.binding import TEMPLATES, fields_of, honest
from benchmarks.accuracy.people import contacts
from sendguard import Guard, Message, checks
from sendguard.matching import Contact, Directory

SEED = 20_260_301
_ASKED = 300
_LONG = 20_000  # code points


def built(path: Path, customers: int) -> Directory:
    """Build one, and say what it cost."""
    start, busy = time.perf_counter(), time.process_time()
    directory = Directory.build(path, contacts(customers, SEED), default_region="GB")
    taken, cpu = time.perf_counter() - start, time.process_time() - busy
    print(f"built in {taken:.1f} s ({cpu / len(directory) * 1e6:.0f} us of CPU a contact)")
    return directory


def timed(called: str, ask: Callable[[int], object], rounds: int = _ASKED) -> None:
    """Print the median of single calls, of each the best of three, in microseconds of CPU."""
    best: dict[int, int] = {}
    for _ in range(3):
        for number in range(rounds):
            start = time.process_time_ns()
            ask(number)
            taken = time.process_time_ns() - start
            best[number] = min(taken, best.get(number, taken))
    print(f"{called:48}{median(best.values()) / 1e3:12.1f} us")


def timed_first(called: str, path: Path, long: list[str]) -> None:
    """Print the median for texts that are read once, after others that taught the common words."""
    directory = Directory.open(path)
    taken = []
    for number, text in enumerate(long):
        start = time.process_time_ns()
        directory.whose(text)
        if number >= len(long) // 2:
            taken.append(time.process_time_ns() - start)
    print(f"{called:48}{median(taken) / 1e3:12.1f} us")


def texts(people: list[Contact], mail: str | None) -> list[str]:
    """Mails of twenty thousand code points: of a folder, or of the shop's letters."""
    if mail is not None:
        pieces = (message.text or "" for message in honest(mail))
    else:
        pieces = (text.format_map(fields_of(each)) for each in people for _, text in TEMPLATES)
    whole = "\n".join(islice(pieces, 2_000))
    return [whole[at : at + _LONG] for at in range(0, len(whole) - _LONG, _LONG)][:30]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument("--file", type=Path, help="a directory that was built of such customers")
    parser.add_argument("--mail", default=os.environ.get("SENDGUARD_SAMPLE_MAIL"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = options.file or Path(folder) / "people"
        directory = Directory.open(path) if options.file else built(path, options.customers)
        print(f"{len(directory):,} contacts, {path.stat().st_size / len(directory):.0f} bytes each")
        timed("open", lambda _: Directory.open(path))
        people = [each for each in islice(directory, 20 * _ASKED) if each.identifiers][:_ASKED]
        slips = [each.emails[0][1::-1] + each.emails[0][2:] for each in people]
        size = len(people)
        timed("who has an address", lambda n: directory.who(people[n % size].emails[0]))
        timed("who nearly has it, distance 1", lambda n: directory.near(slips[n % size], 1))
        timed("who nearly has it, distance 2", lambda n: directory.near(slips[n % size], 2))
        timed("who bears a name", lambda n: directory.named(people[n % size].name))
        long = texts(people, options.mail)
        timed(
            f"whose is what, {_LONG:,} code points", lambda n: directory.whose(long[n]), len(long)
        )
        timed_first("the same, of a new text soon after opening", path, long)
        guard = Guard(checks.customer_binding(directory))
        mails = [
            Message.email(sender="shop@shop.example", to=people[0].emails[0], text=text)
            for text in long
        ]
        timed("customer_binding on such a mail", lambda n: guard.evaluate(mails[n]), len(mails))


if __name__ == "__main__":
    main()
