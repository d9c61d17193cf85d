"""From a message to findings and claims: the checks, and what the guard's settings make of them."""

from __future__ import annotations

from attrs import evolve, frozen

from sendguard.checks import AllOf, AnyOf, Ask, At, Case, Check, Leaf, Named, OnStoreError, When
from sendguard.guard._claims import key_ask
from sendguard.guard._judge import Judge, not_evaluable
from sendguard.guard._pool import IoPool
from sendguard.guard._settings import Settings, canonical_domains
from sendguard.model import (
    Action,
    Commitment,
    Context,
    Defect,
    Finding,
    Message,
    matches_code,
)
from sendguard.text import Analysis


@frozen
class Judged:
    """What the checks found, what they ask of the store, and what the message promises."""

    findings: tuple[Finding, ...]
    asks: tuple[Ask, ...]
    commitments: tuple[Commitment, ...]


def judge_message(settings: Settings, pool: IoPool, message: Message, context: Context) -> Judged:
    """What the checks of a guard say of a message, as its settings have it."""
    internal = settings.internal_domains
    if context.internal_domains:
        internal |= canonical_domains(context.internal_domains)
    analysis = Analysis(message)
    judge = Judge(
        case=Case(
            message,
            context,
            analysis,
            internal,
            settings.default_region,
            settings.directory,
            settings.suppression,
            settings.store is not None,
        ),
        on_error=settings.on_error,
        on_unevaluable=settings.on_unevaluable,
        pool=pool,
        recipients=tuple(dict.fromkeys(r.address for r in message.recipients)) or (None,),
    )
    verdict = judge.judge(settings.check)
    findings = [kept for f in verdict.findings if (kept := _acted(settings, f))]
    findings += [
        _defect(settings, defect) for defect in analysis.defects if defect.kind != "malformed"
    ]
    asks = [wanted for ask in verdict.asks if (wanted := _asked(settings, ask))]
    if context.key is not None:
        asks.append(key_ask(context.key, message.digest))
    if asks and settings.store is None:
        reason = "The guard has no store, so limits, repeats and keys could not be judged."
        findings.append(not_evaluable(reason, None, settings.on_unevaluable))
        asks = []
    if (scope := settings.scope) is not None:
        asks = [evolve(ask, claim=ask.claim.scoped(scope)) for ask in asks]
    return Judged(tuple(findings), tuple(asks), verdict.commitments)


def _asked(settings: Settings, ask: Ask) -> Ask | None:
    claim = ask.claim
    acted = _acted(settings, Finding(code=claim.code, action=claim.action, message=ask.message))
    if acted is None:
        return None
    return evolve(ask, claim=evolve(claim, code=acted.code, action=acted.action))


def _acted(settings: Settings, finding: Finding) -> Finding | None:
    if finding.code.startswith("guard."):
        return finding
    if matches_code(finding.code, settings.dropped):
        return None
    for pattern, action in settings.actions:
        if matches_code(finding.code, (pattern,)):
            return finding.replace(action=action)
    return finding


def _defect(settings: Settings, defect: Defect) -> Finding:
    if defect.kind == "unreadable":
        return not_evaluable(defect.detail, defect.part, settings.on_unevaluable)
    limited = defect.kind == "limit"
    return Finding(
        code="guard.limit-exceeded" if limited else "guard.unreadable",
        action=Action.HOLD,
        message=defect.detail,
        part=defect.part,
        suggestion="Have a person look at it; only a part of it could be judged."
        if limited
        else "Have a person look at it; it could not be read as a message.",
    )


def does_io(check: Check) -> bool:
    """Whether a check in it waits for something, and runs in the pool."""
    match check:
        case Leaf():
            return check.time_out is not None
        case AllOf() | AnyOf():
            return any(map(does_io, check.checks))
        case When() | At() | Named() | OnStoreError():
            return does_io(check.check)
    return False
