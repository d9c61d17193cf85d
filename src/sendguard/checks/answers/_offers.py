"""What a message offers to its reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendguard.checks.dialogue import phrases_of

if TYPE_CHECKING:
    from sendguard.checks.algebra import Case


def says(case: Case, name: str, label: str) -> bool:
    """Whether the new text has one of the phrases of that list."""
    phrases = phrases_of(name, label)
    return any(True for words in case.analysis.words for _ in phrases.find(words))


def tells_when(case: Case) -> bool:
    """Whether the new text names a day or a time, or brings something along."""
    analysis = case.analysis
    return bool(
        analysis.dates
        or analysis.times
        or analysis.links
        or analysis.attachments_named
        or case.message.attachments
    )
