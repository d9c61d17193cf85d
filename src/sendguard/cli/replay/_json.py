"""The outcome of a replay as one JSON document, schema 1."""

from __future__ import annotations

import json
from typing import Any, Final, TextIO

from sendguard.cli._harmless import well_formed
from sendguard.cli.replay._outcome import Outcome
from sendguard.cli.replay._tally import CHANGES, Sample, Shown
from sendguard.model import Action

SCHEMA: Final = 1


def write_json(outcome: Outcome, out: TextIO) -> None:
    """Write ``{"schema": 1, …}``. Only ASCII, so that no terminal or log can take part of a
    message for a command."""
    tally = outcome.tally
    before = {action.label: tally.before[action] for action in Action}
    document = {
        "schema": SCHEMA,
        "policy": well_formed(outcome.policy),
        "against": None if outcome.against is None else well_formed(outcome.against),
        "messages": tally.judged,
        "compared": tally.compared,
        "before": before if outcome.has_before else None,
        "after": {action.label: tally.after[action] for action in Action},
        "changes": {change: tally.changes[change] for change in (*CHANGES, "unchanged")},
        "codes": [
            {
                "code": row.code,
                "before": row.before if outcome.has_before else None,
                "after": row.after,
                "gained": row.gained,
                "lost": row.lost,
            }
            for row in outcome.codes()
        ],
        "budgets": [
            {
                "what": each.budget.what,
                "at_most_percent": float(each.budget.percent),
                "messages": each.count,
                "of": each.of,
                "over": each.over,
            }
            for each in outcome.spendings
        ],
        "samples": [_sample(sample) for sample in tally.distinct_samples()],
    }
    json.dump(document, out, indent=2)
    out.write("\n")


def _sample(sample: Sample) -> dict[str, Any]:
    return {
        "source": sample.source,
        "kind": sample.kind,
        "sender": sample.sender or None,
        "recipients": list(sample.recipients),
        "other_recipients": sample.others,
        "subject": sample.subject,
        "date": sample.date or None,
        "before": None if sample.before is None else sample.before.label,
        "after": sample.after.label,
        "findings": [_finding(shown) for shown in sample.findings],
        "other_findings": sample.more,
    }


def _finding(shown: Shown) -> dict[str, Any]:
    words = shown.excerpt
    return {
        "code": shown.code,
        "action": shown.action.label,
        "side": shown.side,
        "message": shown.message,
        "recipient": shown.recipient,
        "part": shown.part,
        "excerpt": None if words is None else [words.before, words.marked, words.after],
        "suggestion": shown.suggestion,
    }
