"""What a ledger keeps of an event: enough to answer for it, and nothing to read in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from sendguard.canonical import canonical_recipient, redact
from sendguard.guard import Event
from sendguard.ledger._keys import Keys
from sendguard.model import Action, Context, Decision, Finding, Message


class HeldLike(Protocol):
    """What a ledger wants to know of a held message."""

    @property
    def id(self) -> str: ...
    @property
    def message(self) -> Message: ...
    @property
    def context(self) -> Context: ...
    @property
    def decision(self) -> Decision: ...
    @property
    def history(self) -> tuple[Any, ...]: ...


class HoldEventLike(Protocol):
    """What a hold queue tells its observers."""

    @property
    def kind(self) -> str: ...
    @property
    def held(self) -> HeldLike: ...
    @property
    def by(self) -> str: ...


def facts_of_event(event: Event, keys: Keys, region: str | None) -> dict[str, Any]:
    """What is kept of a guard's event."""
    decision = event.decision
    facts = _facts(event.message, event.context, decision, keys, region)
    facts["refused"] = sorted(keys.person(canonical_recipient(a, region)) for a in event.refused)
    if decision.override is not None:
        facts["override"] = {
            "by": redact(decision.override.by),
            "reason": redact(decision.override.reason),
            "codes": _codes(decision.overridden),
        }
    if decision.approval is not None:
        facts["approval"] = {
            "by": [redact(person) for person in decision.approval.by],
            "codes": _codes(decision.waived),
        }
    return _without_empty(facts)


def facts_of_hold(event: HoldEventLike, keys: Keys, region: str | None) -> dict[str, Any]:
    """What is kept of a hold queue's event."""
    held = event.held
    facts = _facts(held.message, held.context, held.decision, keys, region)
    note = held.history[-1].note if held.history else ""
    return _without_empty({**facts, "hold": held.id, "by": redact(event.by), "note": redact(note)})


def _facts(
    message: Message, context: Context, decision: Decision, keys: Keys, region: str | None
) -> dict[str, Any]:
    actor, customer = context.actor, context.customer
    to: dict[str, str] = {}
    strongest: dict[str, Action] = {}
    for each in decision.recipients:
        person = keys.person(canonical_recipient(each.recipient.address, region))
        strongest[person] = max(each.action, strongest.get(person, each.action))
        to[person] = strongest[person].label
    return {
        "digest": message.digest,
        "channel": message.channel,
        "action": decision.action.label,
        "observed": not decision.enforced,
        "findings": _codes(f for f in decision.findings if f.action >= Action.WARN),
        "to": to,
        "actor": None if actor is None else redact(actor.id),
        "customer": None if customer is None else keys.person(f"customer {customer}"),
        "purpose": context.purpose,
        "environment": context.environment,
        "campaign": None if context.campaign is None else redact(context.campaign),
    }


def _codes(findings: Iterable[Finding]) -> list[str]:
    return sorted({finding.code for finding in findings})


def _without_empty(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if value}
