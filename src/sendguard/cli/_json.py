"""Results as one JSON document, schema 1."""

from __future__ import annotations

import json
from typing import Any, TextIO

from sendguard.cli._harmless import well_formed
from sendguard.cli._result import Result, Summary

SCHEMA = 1


class JsonReport:
    """Writes ``{"schema": 1, "results": […], "summary": {…}}`` when all results are there.

    Only ASCII is written, so that no terminal or log can take part of a message for a command.
    """

    def __init__(self, out: TextIO, *, reveal: bool) -> None:
        self._out = out
        self._reveal = reveal
        self._results: list[dict[str, Any]] = []

    def add(self, result: Result) -> None:
        """Keep the result without its message."""
        self._results.append(
            {
                "source": result.source,
                "action": result.action.label,
                "digest": result.digest,
                "findings": [
                    {
                        name: well_formed(value) if isinstance(value, str) else value
                        for name, value in finding.to_dict(reveal=self._reveal).items()
                    }
                    for finding in result.findings
                ],
            }
        )

    def finish(self, summary: Summary) -> None:
        """Write the document."""
        document = {"schema": SCHEMA, "results": self._results, "summary": summary.to_dict()}
        json.dump(document, self._out, indent=2)
        self._out.write("\n")
