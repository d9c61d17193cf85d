"""Results as a log in the Static Analysis Results Interchange Format, version 2.1.0.

For code-scanning services and editors. The sections in the comments are those of the OASIS standard
of 27 March 2020.
"""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import Any, TextIO
from urllib.parse import quote

from sendguard.canonical import mask_address
from sendguard.cli._harmless import well_formed
from sendguard.cli._result import Result, Summary
from sendguard.cli._sources import STANDARD_INPUT
from sendguard.model import Action, Finding

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {  # §3.27.10
    Action.ALLOW: "note",
    Action.WARN: "warning",
    Action.HOLD: "error",
    Action.BLOCK: "error",
}


class SarifReport:
    """Writes one log with one run when all results are there.

    A location names the file and, as a logical location, the part of the message. It has no region:
    a span counts in the decoded part, and no place in the file's bytes corresponds to it.
    """

    def __init__(self, out: TextIO, *, reveal: bool) -> None:
        self._out = out
        self._reveal = reveal
        self._rules: dict[str, int] = {}
        self._results: list[dict[str, Any]] = []

    def add(self, result: Result) -> None:
        """Keep the findings of the result."""
        for finding in result.findings:
            self._results.append(self._result(finding, result))

    def finish(self, summary: Summary) -> None:
        """Write the log."""
        driver = {
            "name": "sendguard",
            "version": version("sendguard"),
            "rules": [{"id": code} for code in self._rules],
        }
        run = {
            "tool": {"driver": driver},
            "invocations": [{"executionSuccessful": summary.complete}],  # §3.20.14
            "columnKind": "unicodeCodePoints",
            "results": self._results,
            "properties": {"summary": summary.to_dict()},
        }
        json.dump({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, self._out, indent=2)
        self._out.write("\n")

    def _result(self, finding: Finding, result: Result) -> dict[str, Any]:
        sentences = [finding.message, finding.suggestion or ""]
        properties: dict[str, Any] = {"action": finding.action.label}
        if finding.recipient is not None:
            address = finding.recipient if self._reveal else mask_address(finding.recipient)
            properties["recipient"] = well_formed(address)
        if finding.span is not None:
            properties["span"] = list(finding.span)
        if result.digest is not None:
            properties["digest"] = result.digest
        return {
            "ruleId": finding.code,
            "ruleIndex": self._rules.setdefault(finding.code, len(self._rules)),
            "level": _LEVELS[finding.action],
            "message": {"text": well_formed(" ".join(filter(None, sentences)))},
            "locations": [_location(result.source, finding.part)],
            "properties": properties,
        }


def _location(source: str, part: str | None) -> dict[str, Any]:
    location: dict[str, Any] = {}
    if source != STANDARD_INPUT:
        location["physicalLocation"] = {"artifactLocation": {"uri": _uri(source)}}  # §3.4
    if part is not None:
        location["logicalLocations"] = [{"fullyQualifiedName": well_formed(part)}]  # §3.33
    return location


def _uri(name: str) -> str:
    # A colon in the first segment of a relative reference would make it a scheme (RFC 3986 §4.2).
    return ("file://" if name.startswith("/") else "") + quote(name)
