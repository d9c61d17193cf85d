"""The outcome of a replay for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, TextIO

from sendguard.cli._harmless import columns
from sendguard.cli._screen import Screen
from sendguard.cli.replay._budget import share
from sendguard.cli.replay._outcome import Outcome
from sendguard.cli.replay._tally import CHANGES, KINDS, Sample
from sendguard.cli.replay._words import WORDS
from sendguard.model import Action

_EXAMPLES: Final = 5  # of each kind
_CODES: Final = 30


def write_text(outcome: Outcome, out: TextIO, screen: Screen) -> None:
    """Write counts, codes, a few messages of each kind, and the budgets."""
    out.writelines(f"{line}\n" for line in _lines(outcome, screen))


def _lines(outcome: Outcome, screen: Screen) -> Iterator[str]:
    tally = outcome.tally
    messages = "message" if tally.judged == 1 else "messages"
    yield screen.bold(screen.shown(f"{tally.judged:,} {messages}: {outcome.title}"))
    rows = [("after", tally.after)]
    if outcome.has_before:
        rows.insert(0, ("before", tally.before))
    yield ""
    yield from _table(
        [
            ["", *(action.label for action in Action)],
            *([name, *(f"{counts[action]:,}" for action in Action)] for name, counts in rows),
        ]
    )
    if outcome.has_before:
        yield ""
        yield from _table(
            [
                [
                    WORDS[change],
                    f"{tally.changes[change]:,}",
                    share(tally.changes[change], tally.judged),
                ]
                for change in CHANGES
            ]
        )
    yield from _codes(outcome, screen)
    yield from _examples(tally.distinct_samples(), screen)
    if outcome.spendings:
        yield ""
    for spending in outcome.spendings:
        worst = Action.BLOCK if spending.over else Action.ALLOW
        yield screen.coloured(str(spending), worst)


def _codes(outcome: Outcome, screen: Screen) -> Iterator[str]:
    rows = outcome.codes()
    if not rows:
        return
    head = (
        ["code", "before", "after", "gained", "lost"]
        if outcome.has_before
        else ["code", "messages"]
    )
    table = [head]
    for row in rows[:_CODES]:
        counts = (
            (row.before, row.after, row.gained, row.lost) if outcome.has_before else (row.after,)
        )
        table.append([screen.shown(row.code), *(f"{count:,}" for count in counts)])
    yield ""
    yield from _table(table)
    if (more := len(rows) - _CODES) > 0:
        yield f"and {more} more codes; --format json has them all"


def _examples(samples: Sequence[Sample], screen: Screen) -> Iterator[str]:
    for kind in KINDS:
        own = [sample for sample in samples if sample.kind == kind]
        if own:
            yield ""
            yield f"for example {WORDS[kind]}:"
        for sample in own[:_EXAMPLES]:
            codes = ", ".join(sample.codes)
            yield f"  {screen.shown(sample.source)}: {screen.coloured(codes, sample.after)}"


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows in columns: the first to the left, the others to the right."""
    widths = [max(columns(row[at]) for row in rows) for at in range(len(rows[0]))]
    for row in rows:
        cells = [
            f"{'' if at == 0 else _gap(width, cell)}{cell}{_gap(width, cell) if at == 0 else ''}"
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()


def _gap(width: int, cell: str) -> str:
    """The spaces that fill a cell up."""
    return " " * (width - columns(cell))
