"""Decisions as tests expect them: ``assert decision == blocked("placeholder.unreplaced")``."""

from __future__ import annotations

from attrs import frozen

from sendguard.model import Action, Decision, check_code, matches_code


@frozen(eq=False)
class Expected:
    """Equal to every decision of this action whose findings have these codes.

    Attributes:
        action: the strongest action of the decision.
        codes: codes or patterns, each of which a finding must have; others may be there too.
    """

    action: Action
    codes: tuple[str, ...] = ()

    def misses(self, decision: Decision) -> list[str]:
        """What is missing in the decision, in sentences."""
        missing = []
        if decision.action is not self.action:
            missing.append(f"the action is {decision.action.name} and not {self.action.name}")
        found = [finding.code for finding in decision.findings]
        there = ", ".join(found) or "none"
        missing += [
            f"no finding is a {code}; there are {there}"
            for code in self.codes
            if not any(matches_code(each, (code,)) for each in found)
        ]
        return missing

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Decision):
            return NotImplemented
        return not self.misses(other)

    __hash__ = None  # type: ignore[assignment]  # equal to many things that are not equal

    def __repr__(self) -> str:
        names = {"ALLOW": "allowed", "WARN": "warned", "HOLD": "held", "BLOCK": "blocked"}
        return f"{names[self.action.name]}({', '.join(map(repr, self.codes))})"


def _expected(action: Action, codes: tuple[str, ...]) -> Expected:
    for code in codes:
        check_code(f"{code[:-1]}x" if code.endswith(".*") else code)
    return Expected(action, codes)


def allowed() -> Expected:
    """Equal to a decision without a finding of WARN or stronger."""
    return _expected(Action.ALLOW, ())


def warned(*codes: str) -> Expected:
    """Equal to a decision that warns, with findings of these codes or patterns."""
    return _expected(Action.WARN, codes)


def held(*codes: str) -> Expected:
    """Equal to a decision that holds, with findings of these codes or patterns."""
    return _expected(Action.HOLD, codes)


def blocked(*codes: str) -> Expected:
    """Equal to a decision that blocks, with findings of these codes or patterns.

    >>> from sendguard import Guard, Message
    >>> message = Message.email(to="a@x.example", subject="Hi", text="Dear {{name}},")
    >>> Guard.recommended().evaluate(message) == held("placeholder.unreplaced")
    True
    """
    return _expected(Action.BLOCK, codes)
