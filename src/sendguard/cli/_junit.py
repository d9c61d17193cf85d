"""Results as JUnit XML, for build servers: one test case a message."""

from __future__ import annotations

from typing import TextIO
from xml.sax.saxutils import escape, quoteattr

from sendguard.canonical import mask_address
from sendguard.cli._harmless import fold, xml_text
from sendguard.cli._result import Result, Summary
from sendguard.model import Action, Finding


class JunitReport:
    """Writes one test suite when all results are there.

    What is held or blocked is a failure with all its findings; the findings of what may pass are
    the output of its test case.
    """

    def __init__(self, out: TextIO, *, reveal: bool) -> None:
        self._out = out
        self._reveal = reveal
        self._cases: list[str] = []

    def add(self, result: Result) -> None:
        """Keep the test case as it will be written."""
        head = f"    <testcase classname={_attribute('sendguard')} name={_attribute(result.source)}"
        if not result.findings:
            self._cases.append(f"{head}/>\n")
            return
        lines = escape(xml_text("\n".join(map(self._line, result.findings))))
        if result.action >= Action.HOLD:
            first = result.findings[0]
            body = (
                f"<failure type={_attribute(first.code)} message={_attribute(first.message)}>"
                f"{lines}</failure>"
            )
        else:
            body = f"<system-out>{lines}</system-out>"
        self._cases.append(f"{head}>\n      {body}\n    </testcase>\n")

    def finish(self, summary: Summary) -> None:
        """Write the document."""
        allow, warn, hold, block = summary.counts
        numbers = (
            f'tests="{allow + warn + hold + block}" failures="{hold + block}" '
            f'errors="0" skipped="0"'
        )
        self._out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        self._out.write(f'<testsuites {numbers}>\n  <testsuite name="sendguard" {numbers}>\n')
        self._out.writelines(self._cases)
        self._out.write("  </testsuite>\n</testsuites>\n")

    def _line(self, finding: Finding) -> str:
        where = [] if finding.part is None else [finding.part]
        if finding.recipient is not None:
            where.append(finding.recipient if self._reveal else mask_address(finding.recipient))
        place = f" ({', '.join(where)})" if where else ""
        mend = f" {finding.suggestion}" if finding.suggestion else ""
        return fold(f"{finding.action.label} {finding.code}{place}: {finding.message}{mend}")


def _attribute(text: str) -> str:
    return quoteattr(xml_text(fold(text)))
