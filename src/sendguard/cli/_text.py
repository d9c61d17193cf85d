"""Results for a person at a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from sendguard.canonical import mask_address
from sendguard.cli._excerpt import Excerpt, excerpt
from sendguard.cli._harmless import columns, fold
from sendguard.cli._result import Result, Summary
from sendguard.cli._screen import Screen
from sendguard.model import Action, Finding, Message
from sendguard.text import Analysis, part_text

MOST_FINDINGS = 20
_INDENT = "  "


class TextReport:
    """Writes each result as it comes.

    Args:
        out: where to.
        screen: what that can show.
        several: leave out messages without findings, and end with a summary.
        verbose: leave out nothing.
        reveal: show addresses, numbers and secrets in full.
    """

    def __init__(
        self, out: TextIO, screen: Screen, *, several: bool, verbose: bool, reveal: bool
    ) -> None:
        self._out = out
        self._screen = screen
        self._several = several
        self._verbose = verbose
        self._reveal = reveal

    def add(self, result: Result) -> None:
        """Write one result; the words in question are underlined, or marked on a line below."""
        if not result.findings and self._several and not self._verbose:
            return
        screen = self._screen
        action = screen.coloured(result.action.label, result.action)
        self._line(f"{screen.shown(result.source)}: {action}")
        self.add_findings(result.findings, result.message)
        if result.findings:
            self._line("")

    def add_findings(self, findings: Sequence[Finding], message: Message | None) -> None:
        """Write findings about a message, without its name."""
        shown = findings if self._verbose else findings[:MOST_FINDINGS]
        analysis = None if message is None else Analysis(message)
        for finding in shown:
            self._finding(finding, analysis)
        if more := len(findings) - len(shown):
            self._line(f"{_INDENT}and {more} more; --verbose shows them all")

    def finish(self, summary: Summary) -> None:
        """Write how many messages came to what."""
        if not self._several:
            return
        total = sum(summary.counts)
        counts = ", ".join(
            self._screen.coloured(f"{count} {action.label}", action)
            if count
            else f"{count} {action.label}"
            for action, count in zip(Action, summary.counts, strict=True)
        )
        skipped = ""
        if summary.skipped:
            files = "1 file" if summary.skipped == 1 else f"{summary.skipped} files"
            skipped = f" ({files} skipped: no mail)"
        self._line(f"{total} {'message' if total == 1 else 'messages'}: {counts}{skipped}")

    def _finding(self, finding: Finding, analysis: Analysis | None) -> None:
        screen = self._screen
        where = [] if finding.part is None else [f"in {screen.shown(finding.part)}"]
        if finding.recipient is not None:
            address = finding.recipient if self._reveal else mask_address(finding.recipient)
            where.append(f"for {screen.shown(address)}")
        place = screen.faint(f"  {', '.join(where)}") if where else ""
        label = screen.coloured(f"{finding.action.label:<5}", finding.action)
        self._line(f"{_INDENT}{label} {finding.code}{place}")
        self._sentence(finding.message)
        for line in self._excerpt(finding, analysis):
            self._line(f"{_INDENT * 2}| {line}")
        if finding.suggestion:
            self._sentence(f"-> {finding.suggestion}")

    def _sentence(self, sentence: str) -> None:
        for line in wrapped(
            self._screen.shown(fold(sentence)), self._screen.width - 2 * len(_INDENT)
        ):
            self._line(f"{_INDENT * 2}{line}")

    def _excerpt(self, finding: Finding, analysis: Analysis | None) -> list[str]:
        if analysis is None or finding.part is None or finding.span is None:
            return []
        text = part_text(analysis, finding.part)
        if not text:
            return []
        room = self._screen.width - 2 * len(_INDENT) - len("| ")
        line = excerpt(text, finding.span, self._screen, room, reveal=self._reveal)
        return _marked_lines(line, self._screen, finding.action)

    def _line(self, text: str) -> None:
        self._out.write(f"{text}\n")


def _marked_lines(line: Excerpt, screen: Screen, action: Action) -> list[str]:
    size = columns(line.marked)
    if screen.styled and size:
        return [line.before + screen.underlined(line.marked, action) + line.after]
    marks = " " * columns(line.before) + "^" * max(size, 1)
    return [line.before + line.marked + line.after, marks]


def wrapped(text: str, width: int) -> list[str]:
    """The words of a text on lines of at most so many columns; a longer word has its own line.

    >>> wrapped("the merge field was not filled", 12)
    ['the merge', 'field was', 'not filled']
    """
    lines: list[list[str]] = [[]]
    used = 0
    for word in text.split(" "):
        size = columns(word)
        if lines[-1] and used + 1 + size > width:
            lines.append([])
            used = 0
        used += size + bool(lines[-1])
        lines[-1].append(word)
    return [" ".join(words) for words in lines]
