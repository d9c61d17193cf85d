"""What came of checking, as values; how it looks is for the reports."""

from __future__ import annotations

from collections import Counter
from typing import Protocol

from attrs import field, frozen

from sendguard.model import Action, Finding, Message


@frozen
class Result:
    """What came of one source.

    Attributes:
        source: its name, as the report shows it.
        findings: strongest first.
        digest: of the content that was judged, or None where nothing could be read.
        message: what was judged, for excerpts; None where nothing could be read.
    """

    source: str
    findings: tuple[Finding, ...] = ()
    digest: str | None = None
    message: Message | None = field(default=None, repr=False)

    @property
    def action(self) -> Action:
        """The strongest action that a finding asks for."""
        return max((finding.action for finding in self.findings), default=Action.ALLOW)


@frozen
class Summary:
    """How many sources came to which action.

    Attributes:
        counts: one number for each action, from ALLOW to BLOCK.
        skipped: files in the folders that are no messages.
        complete: whether everything that was asked for could be read and judged.
    """

    counts: tuple[int, int, int, int]
    skipped: int
    complete: bool

    @classmethod
    def of(cls, counter: Counter[Action], skipped: int, *, complete: bool) -> Summary:
        """The numbers that were counted up."""
        allow, warn, hold, block = (counter[action] for action in Action)
        return cls((allow, warn, hold, block), skipped, complete)

    def to_dict(self) -> dict[str, int]:
        """The counts by the actions' labels."""
        return {action.label: self.counts[action] for action in Action}


class Report(Protocol):
    """Shows results; gets one at a time, and keeps no message."""

    def add(self, result: Result) -> None:
        """Take the next result."""

    def finish(self, summary: Summary) -> None:
        """Say what it all comes to."""
