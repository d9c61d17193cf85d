"""A near look-up at ten times the size: `python -m benchmarks.matching.large`.

Builds an index for distance 1 from a generator, in a process of its own so that its memory can be
told, and compares look-up with an index of a tenth of the addresses in turns: the median over
rounds of the mean over the mix of queries.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import tempfile
import time
from itertools import chain, islice
from pathlib import Path
from statistics import fmean, median
from typing import TYPE_CHECKING

from benchmarks.matching.data import SEED, emails, queries
from sendguard.matching import StringIndex

if TYPE_CHECKING:
    from collections.abc import Iterator

_PART = 250_000
_SAMPLE = 20_000
_ROUNDS = 21


def addresses(count: int) -> Iterator[str]:
    """So many addresses in parts of a seed of their own, of which memory holds one at a time."""
    parts = range(-(-count // _PART))
    return islice(chain.from_iterable(emails(_PART, SEED + 7 * part) for part in parts), count)


def build(path: str, count: int, results: multiprocessing.Queue[tuple[float, float]]) -> None:
    """Build an index; tells the seconds and the peak of memory in bytes, generator included."""
    start = time.perf_counter()
    StringIndex.build(path, addresses(count), max_distance=1)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    results.put((time.perf_counter() - start, peak))


def built(path: Path, count: int) -> None:
    """Build in a new process, and print what it cost."""
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    child = context.Process(target=build, args=(str(path), count, results))
    child.start()
    seconds, peak = results.get()
    child.join()
    print(
        f"{count:,} addresses: built in {seconds:.0f} s with {peak / 2**30:.2f} GiB at most, "
        f"{path.stat().st_size / count:.0f} bytes an entry"
    )


def opened(path: Path) -> StringIndex:
    """Open it, and print what that and the first query take; the file is in the page cache."""
    start = time.perf_counter_ns()
    index = StringIndex.open(path)
    middle = time.perf_counter_ns()
    index.near("marai.lopez@gmail.com")
    end = time.perf_counter_ns()
    print(
        f"  opened in {(middle - start) / 1e3:.0f} us, first query {(end - middle) / 1e3:.0f} us",
        flush=True,
    )
    index.verify()
    return index


def asked(index: StringIndex, mix: list[str]) -> list[int]:
    """What each single call took in one round, in nanoseconds."""
    taken = []
    for query in mix:
        start = time.perf_counter_ns()
        index.near(query)
        taken.append(time.perf_counter_ns() - start)
    return taken


def main() -> None:
    """Print what building and opening cost, and how much slower the larger index is."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=int, default=10_000_000)
    parser.add_argument("--folder", help="where to put some four times the size of the index")
    options = parser.parse_args()
    indexes: list[tuple[StringIndex, list[str], list[list[int]]]] = []
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        for size in (options.size // 10, options.size):
            path = Path(folder) / str(size)
            built(path, size)
            opened(path)
            index = opened(path)
            known = [index[number] for number in range(0, size, max(1, size // _SAMPLE))]
            indexes.append((index, queries(known, _SAMPLE), []))
        for _ in range(_ROUNDS):
            for index, mix, rounds in indexes:
                rounds.append(asked(index, mix))
    means = [median(map(fmean, rounds)) for _, _, rounds in indexes]
    for (index, _, rounds), mean in zip(indexes, means, strict=True):
        print(f"{len(index):,}: mean {mean:.0f} ns, median {median(map(median, rounds)):.0f} ns")
    print(f"ratio {means[1] / means[0]:.2f}")


if __name__ == "__main__":
    main()
