"""What is different between two judgements of the same message."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from attrs import frozen

from sendguard.model import Action, Decision, Finding

Change = Literal[
    "newly-blocked", "newly-held", "newly-allowed", "newly-warned", "changed", "unchanged"
]
"""What becomes of the message: it is blocked now, held now, leaves now, leaves with its first
warning; its fate is the same and other findings are made; nothing is different."""


@frozen
class Difference:
    """What a second judgement has that the first has not.

    Attributes:
        change: what it means for the message.
        before, after: what the findings of each add up to.
        gained: findings of the second alone.
        lost: findings of the first alone.
    """

    change: Change
    before: Action
    after: Action
    gained: tuple[Finding, ...] = ()
    lost: tuple[Finding, ...] = ()


def difference(before: Iterable[Finding], after: Iterable[Finding]) -> Difference:
    """Compare the findings of two judgements of one message.

    A finding is the same when its code, action, part and recipient are; its words and its place
    within the part may differ.

    >>> from sendguard import Action, Finding
    >>> warned = Finding(code="tone.shouting", action=Action.WARN, message="It shouts.")
    >>> difference([warned], [warned.replace(action=Action.HOLD)]).change
    'newly-held'
    """
    before, after = tuple(before), tuple(after)
    old, new = _strongest(before), _strongest(after)
    first, second = set(map(_key, before)), set(map(_key, after))
    return Difference(
        _change(old, new, first == second),
        old,
        new,
        tuple(finding for finding in after if _key(finding) not in first),
        tuple(finding for finding in before if _key(finding) not in second),
    )


def noticed(decision: Decision) -> tuple[Finding, ...]:
    """All that was found, whether or not a person has set it aside or approved it."""
    return decision.findings + decision.overridden + decision.waived


_Key = tuple[str, Action, str | None, str | None]


def _key(finding: Finding) -> _Key:
    return finding.code, finding.action, finding.part, finding.recipient


def _strongest(findings: Iterable[Finding]) -> Action:
    return max((finding.action for finding in findings), default=Action.ALLOW)


def _change(before: Action, after: Action, same: bool) -> Change:
    if after is Action.BLOCK and before < Action.BLOCK:
        return "newly-blocked"
    if after is Action.HOLD and before < Action.HOLD:
        return "newly-held"
    if after <= Action.WARN < before:
        return "newly-allowed"
    if after is Action.WARN and before is Action.ALLOW:
        return "newly-warned"
    return "unchanged" if same else "changed"
