"""What was found, and what should happen."""

from __future__ import annotations

from typing import Any, Literal

from attrs import field, frozen

from sendguard.model._action import Action
from sendguard.model._approval import Approval
from sendguard.model._commitment import Commitment
from sendguard.model._finding import Finding
from sendguard.model._override import Override
from sendguard.model._recipient import Recipient

Mode = Literal["enforce", "observe"]
Audience = Literal["person", "agent", "log"]


@frozen
class RecipientDecision:
    """The strongest action for one recipient: of the findings about him and about the message."""

    recipient: Recipient
    action: Action


@frozen(repr=False)
class Decision:
    """The findings together, and what they add up to.

    Attributes:
        findings: strongest first, in an order that does not depend on the order of checks,
            recipients or keys.
        recipients: each recipient's own action, To before Cc before Bcc, by address.
        digest: of the content that was judged (see `Message.digest`).
        mode: "enforce", or "observe" when the guard only records.
        override: the override that was applied, or None.
        overridden: the findings that it set aside.
        commitments: what the message promises for a day, the earliest first; they change no
            action. Found by `checks.promises`.
        approval: the approval that was applied, or None.
        waived: the findings that it had approved, and which therefore do not count.
    """

    findings: tuple[Finding, ...]
    recipients: tuple[RecipientDecision, ...]
    digest: str
    mode: Mode = "enforce"
    override: Override | None = field(default=None, kw_only=True)
    overridden: tuple[Finding, ...] = field(default=(), kw_only=True)
    commitments: tuple[Commitment, ...] = field(default=(), kw_only=True)
    approval: Approval | None = field(default=None, kw_only=True)
    waived: tuple[Finding, ...] = field(default=(), kw_only=True)

    @property
    def action(self) -> Action:
        """The strongest action that a finding asks for; ALLOW when there is none."""
        return max((finding.action for finding in self.findings), default=Action.ALLOW)

    @property
    def allowed(self) -> bool:
        """Whether the action is at most WARN. The same in either mode."""
        return self.action <= Action.WARN

    @property
    def enforced(self) -> bool:
        """Whether the guard acts on it; False in observe mode."""
        return self.mode == "enforce"

    def explain(self, audience: Audience = "person", *, reveal: bool = False) -> str:
        """Say why.

        Args:
            audience: "person" for whoever wrote the message; "agent" for a program that can mend
                it and call again; "log" for one line without a word of the message.
            reveal: show recipients' addresses in full.
        """
        from sendguard.model._explain import explain

        return explain(self, audience, reveal=reveal)

    def to_dict(self, *, reveal: bool = False) -> dict[str, Any]:
        """The fields as JSON can hold them; recipients are masked unless `reveal`."""
        from sendguard.model._explain import decision_to_dict

        return decision_to_dict(self, reveal=reveal)

    def __repr__(self) -> str:
        return f"<Decision {self.action.name}: {self.explain('log')}>"
