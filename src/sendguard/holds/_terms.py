"""From findings to what a message has to wait for: of several terms the strictest wins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from attrs import frozen

from sendguard.guard import code_patterns
from sendguard.holds._held import Need
from sendguard.model import Action, Decision, Finding, Terms, matches_code


@frozen
class Waiting:
    """What one message waits for; nothing, if nothing is said."""

    release_after: timedelta | None = None
    needs: tuple[Need, ...] = ()
    expires: timedelta | None = None


_ByCode = tuple[tuple[str, Terms], ...]


def check_terms(terms: Mapping[str, Terms]) -> _ByCode:
    """The terms of a queue by finding code or pattern.

    Raises:
        ConfigurationError: a key is neither.
        TypeError: a value is no `Terms`.
    """
    for value in terms.values():
        if not isinstance(value, Terms):
            raise TypeError(f"HoldQueue.terms takes Terms, not {type(value).__name__}")
    return tuple(zip(code_patterns("terms", terms), terms.values(), strict=True))


def waiting_for(decision: Decision, terms: _ByCode) -> Waiting:
    """What a message waits for that was held by this decision.

    Each finding asks for the strictest of its own terms and those of the queue, and for one
    approval where none of them says anything; the message waits for what any of its findings asks
    for. Nothing of ``guard.*`` leaves without somebody who has looked at it, whatever the terms
    say.
    """
    reasons = [finding for finding in decision.findings if finding.action >= Action.HOLD]
    if not reasons:  # somebody has it held although no check objects
        return Waiting(needs=(Need(1),))
    asked = [(finding, _terms_of(finding, terms)) for finding in reasons]
    every = [each for _, own in asked for each in own]
    needs: dict[tuple[str, ...], int] = {}
    for finding, own in asked:
        for roles, number in _needs(finding, own):
            needs[roles] = max(number, needs.get(roles, 0))
    return Waiting(
        max((each.release_after for each in every if each.release_after), default=None),
        tuple(Need(number, roles) for roles, number in sorted(needs.items()) if number),
        min((each.expires for each in every if each.expires), default=None),
    )


def overridden(
    decision: Decision,
    terms: _ByCode,
    release_after: timedelta | None,
    approvals: int,
    expires: timedelta | None,
) -> Waiting:
    """What it waits for when it was said as it was held; `waiting_for` where nothing was."""
    found = waiting_for(decision, terms)
    if release_after is not None or approvals:
        if any(_is_unread(finding) for finding in decision.findings):
            approvals = max(1, approvals)
        needs = (Need(approvals),) if approvals else ()
        found = Waiting(release_after, needs, found.expires)
    return Waiting(found.release_after, found.needs, expires or found.expires)


def _terms_of(finding: Finding, terms: _ByCode) -> list[Terms]:
    own = [each for pattern, each in terms if matches_code(finding.code, (pattern,))]
    return own if finding.terms is None else [*own, finding.terms]


def _needs(finding: Finding, own: list[Terms]) -> Iterable[tuple[tuple[str, ...], int]]:
    stated = [(each.roles, each.needed) for each in own if each.needed is not None]
    yield from stated
    said = stated or any(each.release_after is not None for each in own)
    if not said or _is_unread(finding):
        yield (), 1


def _is_unread(finding: Finding) -> bool:
    """Whether it says that something could not be judged."""
    return finding.action >= Action.HOLD and finding.code.startswith("guard.")
