"""Leave for one content, given by people or by the end of a timer."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from sendguard.canonical import redact
from sendguard.model._finding import Finding
from sendguard.model._types import aware, instance_of, texts, tuple_of


def _findings(values: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return tuple(values)


@frozen(kw_only=True, repr=False)
class Approval:
    """These findings have been looked at, for this content, and it may leave all the same.

    What may have changed meanwhile is never waived: limits, consent and quiet hours are judged
    again, and so is whatever was not found before.

    Args:
        digest: of the message that was approved (`Message.digest`); for no other it counts.
        findings: those that were approved, as they stood in the `Decision`.
        by: who approved; nobody, when only a timer ran out, which waives nothing of ``guard.*``.
        until: the time (aware) from which it no longer counts, or None where the caller sees to it.
    """

    digest: str = field(validator=instance_of(str))
    findings: tuple[Finding, ...] = field(converter=_findings, validator=tuple_of(Finding))
    by: tuple[str, ...] = field(default=(), converter=texts, validator=tuple_of(str))
    until: datetime | None = field(default=None, validator=aware)

    def __repr__(self) -> str:
        codes = sorted({finding.code for finding in self.findings})
        return f"Approval({codes!r}, by={[redact(person) for person in self.by]!r})"
