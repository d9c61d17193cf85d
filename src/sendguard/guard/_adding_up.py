"""From findings to one decision."""

from __future__ import annotations

from collections.abc import Iterable

from sendguard.model import (
    ROLES,
    Action,
    Commitment,
    Decision,
    Finding,
    Message,
    Mode,
    RecipientDecision,
)


def decision_of(
    message: Message,
    findings: Iterable[Finding],
    mode: Mode,
    commitments: Iterable[Commitment] = (),
) -> Decision:
    """The findings in order, and the strongest action for each recipient."""
    ordered = sorted(dict.fromkeys(findings), key=lambda finding: finding.sort_key)
    addresses = {recipient.address for recipient in message.recipients}
    everyone = max(
        (f.action for f in ordered if f.recipient not in addresses), default=Action.ALLOW
    )
    actions: dict[str, Action] = {}
    for finding in ordered:
        if finding.recipient in addresses:
            own = actions.get(finding.recipient, Action.ALLOW)
            actions[finding.recipient] = max(own, finding.action)
    recipients = sorted(message.recipients, key=lambda r: (ROLES.index(r.role), r.address, r.name))
    return Decision(
        findings=tuple(ordered),
        recipients=tuple(
            RecipientDecision(r, max(everyone, actions.get(r.address, Action.ALLOW)))
            for r in recipients
        ),
        digest=message.digest,
        mode=mode,
        commitments=tuple(sorted(dict.fromkeys(commitments), key=lambda each: each.sort_key)),
    )
