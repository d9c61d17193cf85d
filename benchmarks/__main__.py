"""Runs every benchmark, or those named: ``python -m benchmarks [send_path near …]``."""

from __future__ import annotations

import importlib
import sys
from typing import NamedTuple


class _Benchmark(NamedTuple):
    """A module with a `main()`, and what it should show."""

    module: str
    goals: tuple[str, ...] = ()


BENCHMARKS = {
    "imports": _Benchmark("benchmarks.imports"),
    "send_path": _Benchmark("benchmarks.send_path"),
    "claims": _Benchmark(
        "benchmarks.claims",
        (
            "five limits on Redis: 1 call, at most 1.3x a fixed-window hit of limits",
            "a claim in SQLite, 8 processes: at most 3x a bare UPDATE; in memory: 1.5x limits",
        ),
    ),
    "loop": _Benchmark(
        "benchmarks.loop",
        ("each contact one copy at most, the latch early in the second minute, one alarm",),
    ),
    "near": _Benchmark(
        "benchmarks.matching.near",
        (
            "distance 1: must 100x symspellpy, 150x tantivy; aim 250x, 400x",
            "distance 2: must 75x symspellpy, 150x tantivy, p99 20x median; aim 300x, 800x, 10x",
            "bytes an entry, distance 1: must 200; aim 110",
            "pure Python, distance 1: must 200x rapidfuzz; aim 500x",
        ),
    ),
    "large": _Benchmark(
        "benchmarks.matching.large",
        (
            "ten times the size: must take 1.5x as long at most; aim 1.2x",
            "open and first query: must each take less than 1 ms; aim 100 us",
        ),
    ),
    "membership": _Benchmark(
        "benchmarks.matching.membership",
        ("must be 3x as fast and 15x as small as set[str]; aim 8x, 20x",),
    ),
    "scan": _Benchmark(
        "benchmarks.matching.scan",
        (
            "a million identifiers: must 3x flashtext2; aim 15x",
            "20,000 names: must 0.3x Hyperscan; aim parity",
        ),
    ),
    "directory": _Benchmark("benchmarks.matching.directory"),
    "replay": _Benchmark("benchmarks.replay"),
    "shadow": _Benchmark("benchmarks.shadow"),
    "scale": _Benchmark("benchmarks.scale"),
    "binding": _Benchmark(
        "benchmarks.accuracy.binding",
        ("must find 99 % of swapped fields, and object to 0.5 % of unrelated honest mail at most",),
    ),
    "accuracy": _Benchmark(
        "benchmarks.accuracy.mutations",
        (
            "recommended: at most 0.5 % of honest mail held, at most 5 % warned",
            "found: 95 % of merge fields, 80 % of missing attachments, 95 % of wrong greetings",
        ),
    ),
}


def main() -> int:
    wanted = sys.argv[1:] or list(BENCHMARKS)
    for name in wanted:
        if name not in BENCHMARKS:
            print(f"no benchmark {name!r}; there are {', '.join(BENCHMARKS)}", file=sys.stderr)
            return 2
    missing = 0
    for name in wanted:
        print(f"\n== {name}", flush=True)
        sys.argv = [name]  # each has options of its own when it is run by itself
        try:
            importlib.import_module(BENCHMARKS[name].module).main()
        except ModuleNotFoundError as error:
            print(f"it compares with {error.name}: pip install 'sendguard[bench]'")
            missing += 1
        for goal in BENCHMARKS[name].goals:
            print(f"goal: {goal}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
