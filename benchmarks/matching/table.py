"""Times competitors in turns (A, B, A, B, ...) and prints their ratios."""

from __future__ import annotations

import gc
import time
from statistics import fmean, median
from typing import TYPE_CHECKING

from attrs import define, field

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@define
class Competitor:
    """One way to answer a query, and what was measured of it.

    Attributes:
        name: how it is printed.
        ask: answers one query.
        share: which part of the queries it gets; slow ones get few.
        built: seconds that building it took.
        size: bytes for each entry.
    """

    name: str
    ask: Callable[[str], Sequence[object]]
    share: float = 1.0
    built: float = 0.0
    size: float = 0.0
    times: dict[str, int] = field(factory=dict)
    found: int = 0

    def run(self, queries: Sequence[str]) -> None:
        """Answer a round of queries, timing each."""
        for query in queries[: max(1, int(len(queries) * self.share))]:
            start = time.perf_counter_ns()
            answer = self.ask(query)
            taken = time.perf_counter_ns() - start
            self.found += len(answer) if query not in self.times else 0
            self.times[query] = min(taken, self.times.get(query, taken))


def compete(
    title: str, competitors: Sequence[Competitor], queries: Sequence[str], rounds: int = 3
) -> None:
    """Let all answer the queries in turn, several rounds, and print a table against the first.

    The best of its rounds counts for each query, so that what else runs on the machine counts less.
    """
    gc.disable()
    for _ in range(rounds):
        for competitor in competitors:
            competitor.run(queries)
    gc.enable()
    print(f"\n{title}")
    print(
        f"{'':34}{'mean':>12}{'median':>12}{'p99':>12}{'ratio':>10}{'build':>9}{'bytes':>8}{'hits':>7}"
    )
    measure = fmean(competitors[0].times.values())
    for competitor in competitors:
        times = sorted(competitor.times.values())
        mean = fmean(times)
        print(
            f"{competitor.name:34}{mean / 1e3:10.2f}us{median(times) / 1e3:10.2f}us"
            f"{times[int(len(times) * 0.99)] / 1e3:10.2f}us{mean / measure:9.1f}x"
            f"{competitor.built:8.1f}s{competitor.size:8.0f}{competitor.found / len(times):7.2f}"
        )
