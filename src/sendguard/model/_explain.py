"""A decision in words and in JSON. Nothing here shows a full address unless told to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sendguard.canonical import mask_address, redact
from sendguard.errors import ConfigurationError
from sendguard.model._action import Action

if TYPE_CHECKING:
    from sendguard.model._commitment import Commitment
    from sendguard.model._decision import Audience, Decision
    from sendguard.model._finding import Finding
    from sendguard.model._override import Override

_VERDICT = {
    Action.ALLOW: "Allowed",
    Action.WARN: "Allowed, with a warning",
    Action.HOLD: "Held: it must not leave before somebody has looked at it",
    Action.BLOCK: "Blocked: it must not leave",
}


def explain(decision: Decision, audience: Audience, *, reveal: bool = False) -> str:
    """The decision for that audience; ConfigurationError for an unknown one."""
    match audience:
        case "person":
            return _for_person(decision, reveal=reveal)
        case "agent":
            return _for_agent(decision, reveal=reveal)
        case "log":
            return _for_log(decision, reveal=reveal)
    raise ConfigurationError(f"audience is {audience!r}; use 'person', 'agent' or 'log'")


def _shown(address: str, *, reveal: bool) -> str:
    return address if reveal else mask_address(address)


def _where(finding: Finding, *, reveal: bool) -> str:
    places = [] if finding.part is None else [finding.part]
    if finding.recipient is not None:
        places.append(_shown(finding.recipient, reveal=reveal))
    return f" ({', '.join(places)})" if places else ""


def _promised(commitment: Commitment, *, reveal: bool) -> str:
    words = " ".join(commitment.text.split())
    day = "a day that it leaves open" if commitment.due is None else commitment.due.isoformat()
    return f"Promised for {day}: {words if reveal else redact(words)}"


def _for_person(decision: Decision, *, reveal: bool) -> str:
    head = _VERDICT[decision.action]
    if not decision.enforced:
        head = f"Only observed; it would be: {head[0].lower()}{head[1:]}"
    lines = [f"{head}."]
    for finding in decision.findings:
        where = _where(finding, reveal=reveal)
        lines.append(f"- {finding.action.label} {finding.code}{where}: {finding.message}")
        if finding.suggestion:
            lines.append(f"  {finding.suggestion}")
    if decision.override is not None and decision.overridden:
        codes = ", ".join(sorted({finding.code for finding in decision.overridden}))
        lines.append(
            f"Sent anyway by {redact(decision.override.by)}, who set aside {codes}: "
            f"{redact(decision.override.reason)}"
        )
    lines += [f"- {_promised(each, reveal=reveal)}" for each in decision.commitments]
    if decision.approval is not None and decision.waived:
        codes = ", ".join(sorted({finding.code for finding in decision.waived}))
        people = ", ".join(map(redact, decision.approval.by))
        lines.append(
            f"Approved by {people}: {codes}."
            if people
            else f"Its time of waiting is over: {codes}."
        )
    return "\n".join(lines)


def _for_agent(decision: Decision, *, reveal: bool) -> str:
    if decision.allowed:
        head = "The message may be sent."
    elif decision.action is Action.HOLD:
        head = (
            "The message was NOT sent: a person has to look at it, or you mend what is named here. "
            "Do not retry unchanged."
        )
    else:
        head = "The message was NOT sent and never will be as it is. Do not retry unchanged."
    lines = [head]
    for number, finding in enumerate(decision.findings, 1):
        where = _where(finding, reveal=reveal)
        mend = f" {finding.suggestion}" if finding.suggestion else ""
        lines.append(f"{number}. {finding.code}{where}: {finding.message}{mend}")
    lines += [_promised(each, reveal=reveal) for each in decision.commitments]
    return "\n".join(lines)


def _for_log(decision: Decision, *, reveal: bool) -> str:
    found = "; ".join(
        f"{finding.action.label} {finding.code}{_where(finding, reveal=reveal)}"
        for finding in decision.findings
    )
    mode = "" if decision.enforced else " (observed)"
    return f"{decision.action.label}{mode}: {found or 'nothing found'} [{decision.digest[:14]}]"


def decision_to_dict(decision: Decision, *, reveal: bool = False) -> dict[str, Any]:
    """The decision as JSON can hold it."""
    override = decision.override
    return {
        "action": decision.action.label,
        "allowed": decision.allowed,
        "mode": decision.mode,
        "enforced": decision.enforced,
        "digest": decision.digest,
        "findings": [finding.to_dict(reveal=reveal) for finding in decision.findings],
        "recipients": [
            {
                "address": _shown(each.recipient.address, reveal=reveal),
                "role": each.recipient.role,
                "action": each.action.label,
            }
            for each in decision.recipients
        ],
        "override": None if override is None else _override_to_dict(override, reveal=reveal),
        "overridden": [finding.to_dict(reveal=reveal) for finding in decision.overridden],
        "commitments": [each.to_dict(reveal=reveal) for each in decision.commitments],
        "approved_by": _people(decision, reveal=reveal),
        "waived": [finding.to_dict(reveal=reveal) for finding in decision.waived],
    }


def _people(decision: Decision, *, reveal: bool) -> list[str]:
    by = () if decision.approval is None else decision.approval.by
    return list(by) if reveal else [redact(person) for person in by]


def _override_to_dict(override: Override, *, reveal: bool) -> dict[str, Any]:
    shown = str if reveal else redact
    return {
        "codes": list(override.codes),
        "by": shown(override.by),
        "reason": shown(override.reason),
    }
