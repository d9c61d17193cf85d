"""What somebody who sends is granted beside the judgement: an override, an approval."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from attrs import evolve, frozen

from sendguard.checks import Ask
from sendguard.guard._claims import past_latches
from sendguard.guard._release import Release, current_release
from sendguard.model import Action, Approval, Context, Finding, Message, Override, matches_code

_AN: Final[dict[type, str]] = {Override: "an Override", Approval: "an Approval", bytes: "bytes"}
_JUDGED_AGAIN: Final = ("consent.*", "state.*", "timing.quiet-hours")


@frozen(kw_only=True)
class Leave:
    """How a message is admitted.

    Attributes:
        partial: leave out refused recipients rather than refuse it for all.
        override: a person's word that it goes although some codes objected.
        approval: what was approved while it was held; None where that is for another content, or
            no longer counts.
        held: the token under which a held message has its idempotency key, or None.
        behind: whether the event loop does not wait for the store.
        notice: whether it is a service notice that a named person approved, which latches and
            unsubscribes do not stop.
    """

    partial: bool = False
    override: Override | None = None
    approval: Approval | None = None
    held: str | None = None
    behind: bool = False
    notice: bool = False

    def for_content(self, message: Message, context: Context, now: datetime) -> Leave:
        """The same without an approval that is for another content or whose time is over."""
        approval = self.approval
        if approval is None:
            return self
        if approval.digest != message.digest or (approval.until and now >= approval.until):
            return evolve(self, approval=None)
        notice = context.purpose == "service-notice" and any(map(str.strip, approval.by))
        return evolve(self, notice=notice)

    def waives(self, finding: Finding) -> bool:
        """Whether that finding was approved. What the store answered is never asked about here."""
        if self.approval is None:
            return False
        if matches_code(finding.code, _JUDGED_AGAIN):
            return self.notice and finding.code.startswith("consent.")
        if finding.code.startswith("guard.") and not self.approval.by:
            return False
        return finding.action is Action.HOLD and any(
            finding.action <= approved.action and _same(finding, approved)
            for approved in self.approval.findings
        )

    def asked(self, ask: Ask) -> Ask:
        """What is asked of the store in place of this."""
        return past_latches(ask) if self.notice else ask


def leave_for(
    message: object,
    partial: bool,
    override: Override | None,
    approval: Approval | None,
    payload: bytes | None,
) -> tuple[Leave, Release | None]:
    """What the arguments of `Guard.admit` grant, and the release from a queue that they are of."""
    for name, value, kind in (
        ("override", override, Override),
        ("approval", approval, Approval),
        ("payload", payload, bytes),
    ):
        if value is not None and not isinstance(value, kind):
            raise TypeError(f"{name} takes {_AN[kind]}, not {type(value).__name__}")
    release = current_release()
    if release is None or not isinstance(message, Message) or not release.use(message, payload):
        return Leave(partial=partial, override=override, approval=approval), None
    approved = release.approval
    return Leave(partial=partial, override=override, approval=approved, held=release.token), release


def _same(finding: Finding, approved: Finding) -> bool:
    # Not by their sentences, which may tell the time of day.
    return (finding.code, finding.recipient, finding.part, finding.span) == (
        approved.code,
        approved.recipient,
        approved.part,
        approved.span,
    )
