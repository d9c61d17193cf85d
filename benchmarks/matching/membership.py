"""Membership in batches against `set`: `python -m benchmarks.matching.membership`."""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from random import Random
from statistics import fmean

import psutil

from sendguard.matching import SuppressionList


def main() -> None:
    """Print the cost of a look-up and the bytes an entry, and both ratios."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=200_000)
    options = parser.parse_args()
    random = Random(5)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "listed"
        start = time.perf_counter()
        listed = SuppressionList.build(path, (_address(n) for n in range(options.size)))
        built = time.perf_counter() - start
        listed.verify()
        before = psutil.Process().memory_info().rss
        known = {_address(n) for n in range(options.size)}
        set_size = (psutil.Process().memory_info().rss - before) / options.size
        ours: list[float] = []
        theirs: list[float] = []
        for _ in range(6):
            # New str objects each round, as a sender has them: their hash is not yet known.
            numbers = [random.randrange(options.size * 2) for _ in range(options.queries)]
            asked = [_address(number) for number in numbers]
            again = [_address(number) for number in numbers]
            start = time.perf_counter()
            answers = listed.contains_batch(asked)
            middle = time.perf_counter()
            expected = [address in known for address in again]
            end = time.perf_counter()
            assert answers == expected
            ours.append((middle - start) / options.queries * 1e9)
            theirs.append((end - middle) / options.queries * 1e9)
        size = path.stat().st_size / options.size
    mine, others = fmean(ours[1:]), fmean(theirs[1:])
    print(f"{options.size:,} addresses, batches of {options.queries:,}; built in {built:.1f} s")
    print(f"sendguard {mine:8.0f} ns {size:8.1f} bytes an entry")
    print(f"set[str]  {others:8.0f} ns {set_size:8.1f} bytes an entry")
    print(f"ratio     {others / mine:8.1f} x  {set_size / size:7.1f} x")


def _address(number: int) -> str:
    return f"user.{number * 2_654_435_761 % 4_294_967_296:x}@example-{number % 977}.com"


if __name__ == "__main__":
    main()
