"""Checks as values that compose.

A check is a small tree: leaves look at a message (`Leaf.find`), the nodes here say how what they
find adds up. The tree is pure data; `sendguard.guard` walks it, catches what fails, and knows the
actions of the guard. On pass < unknown < object the operators are Kleene's strong three-valued
logic (Kleene 1952, §64), so ``&`` and ``|`` are commutative, associative, idempotent and
distribute over each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, cast

from attrs import field, fields, frozen

from sendguard.checks.algebra._case import Case
from sendguard.conditions import Condition
from sendguard.errors import ConfigurationError
from sendguard.model import Action, Commitment, Finding, check_code, name_of
from sendguard.stores import Claim


class Check:
    """One rule, or several composed. Frozen; compare by value; safe to share and, when its parts
    are, to pickle.

    Attributes:
        completes: whether a recipient more can satisfy it ("Bob was forgotten"). Such a check is
            exempt from the law that a stranger never weakens another recipient's action.
    """

    __slots__ = ()

    @property
    def completes(self) -> bool:
        return False

    def __and__(self, other: object) -> Check:
        return all_of(self, other) if isinstance(other, Check) else NotImplemented

    def __or__(self, other: object) -> Check:
        return any_of(self, other) if isinstance(other, Check) else NotImplemented

    def when(self, condition: Condition) -> Check:
        """This check where the condition holds; elsewhere it passes."""
        return When(self, _condition("when", condition))

    def unless(self, condition: Condition) -> Check:
        """This check where the condition does not hold; elsewhere it passes."""
        return When(self, ~_condition("unless", condition))

    def at(self, action: Action) -> Check:
        """This check with exactly that action for what it finds, up or down.

        What could not be judged (``guard.*``) keeps the guard's own action.
        """
        return At(self, action)

    def on_store_error(self, action: Action) -> Check:
        """This check with that action when the store does not answer, in place of the guard's.

        The message goes or stays by the strictest of all that could not be asked.
        """
        return OnStoreError(self, action)

    def named(self, code: str) -> Check:
        """This check with that code for what it finds, ``guard.*`` excepted."""
        return Named(self, code)


def all_of(*checks: Check) -> AllOf:
    """Every check looks; the findings of all, once each. Nothing given: passes always."""
    return AllOf(_flattened(AllOf, checks))


def any_of(*checks: Check) -> AnyOf:
    """Decided for each recipient: one check that passes is enough, else the findings of all.

    Nothing given: ConfigurationError, since it could only object without a reason.
    """
    if not checks:
        raise ConfigurationError("any_of() needs at least one check")
    return AnyOf(_flattened(AnyOf, checks))


_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@frozen
class Unevaluable:
    """What a leaf yields for something that it could not judge.

    The guard turns it into ``guard.not-evaluable`` with its own action.

    Args:
        reason: one sentence for people.
        part: where it stands, as in `Finding.part`.
    """

    reason: str
    part: str | None = None


class _Built(Check):
    """What is built by a factory with options; its class is private."""

    __slots__ = ()

    @property
    def options(self) -> dict[str, Any]:
        """What the factory was given, by name: called with it, it builds an equal check."""
        given = (each for each in fields(cast("Any", type(self))) if each.init)
        return {each.alias: getattr(self, each.name) for each in given}

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={_shown(value)}" for name, value in self.options.items())
        return f"{self.name}({shown})"

    @property
    def name(self) -> str:
        """The factory's: ``_VisibleRecipients`` is built by ``visible_recipients()``."""
        return _WORD_START.sub("_", type(self).__name__.strip("_")).lower()


class Leaf(_Built):
    """A check that looks for itself. Built by a factory; its class is private.

    Attributes:
        time_out: seconds that it may take when it does I/O, else None.
    """

    __slots__ = ()

    @property
    def time_out(self) -> float | None:
        """Described in the class."""
        return None

    def time_out_for(self, case: Case) -> float | None:  # noqa: ARG002  (for those that override it)
        """The same for one case, whose directory may be one that does I/O."""
        return self.time_out

    def find(self, case: Case) -> Iterable[Finding | Unevaluable | Commitment]:
        """What it notices, and what the message promises.

        May raise; the guard then reports that the check failed.
        """
        raise NotImplementedError  # not an abstract base class: those are slow to recognise


@frozen
class Ask:
    """A claim that a check makes for one message, and how its refusal is told.

    Args:
        claim: what the store is asked for.
        message: one sentence for people, as in `Finding.message`.
        recipient: the address it is about, or None for the message.
        on_store_error: the action when the store does not answer; None for the guard's.
    """

    claim: Claim
    message: str
    recipient: str | None = None
    on_store_error: Action | None = None


class StatefulLeaf(_Built):
    """A check that counts together with all workers. Built by a factory; its class is private.

    It touches no store: it says what it asks for, and the guard asks for everything at once.
    """

    __slots__ = ()

    def time_out_for(self, case: Case) -> float | None:  # noqa: ARG002  (for those that override it)
        """Seconds that it may take for this case when it does I/O, else None."""
        return None

    def claims(self, case: Case) -> Iterable[Ask | Unevaluable]:
        """What it asks of the store: a pure function. May raise, as `Leaf.find` may."""
        raise NotImplementedError


def is_stateful(check: Check) -> bool:
    """Whether a check that counts is in it."""
    match check:
        case AllOf() | AnyOf():
            return any(map(is_stateful, check.checks))
        case When() | At() | Named() | OnStoreError():
            return is_stateful(check.check)
    return isinstance(check, StatefulLeaf)


@frozen(repr=False)
class AllOf(Check):
    """``a & b``."""

    checks: tuple[Check, ...]

    @property
    def completes(self) -> bool:
        return any(check.completes for check in self.checks)

    def __repr__(self) -> str:
        return " & ".join(_inner(check, AnyOf) for check in self.checks) or "all_of()"


@frozen(repr=False)
class AnyOf(Check):
    """``a | b``."""

    checks: tuple[Check, ...] = field()

    @checks.validator
    def _counts_nothing(self, _: object, value: tuple[Check, ...]) -> None:
        for check in value:
            if is_stateful(check):
                raise ConfigurationError(
                    f"{check!r} counts what is sent, which cannot depend on what another check "
                    "finds; join it with & instead of |"
                )

    @property
    def completes(self) -> bool:
        return any(check.completes for check in self.checks)

    def __repr__(self) -> str:
        return " | ".join(_inner(check, AllOf) for check in self.checks)


@frozen(repr=False)
class When(Check):
    """``a.when(condition)``."""

    check: Check
    condition: Condition

    @property
    def completes(self) -> bool:
        return self.check.completes or self.condition.stranger_turns_off

    def __repr__(self) -> str:
        return f"{_inner(self.check, AllOf, AnyOf)}.when({self.condition!r})"


@frozen(repr=False)
class At(Check):
    """``a.at(action)``."""

    check: Check
    action: Action = field()

    @action.validator
    def _is_action(self, _: object, value: object) -> None:
        if not isinstance(value, Action):
            raise TypeError(f"at() takes an Action, not {type(value).__name__}")

    @property
    def completes(self) -> bool:
        return self.check.completes

    def __repr__(self) -> str:
        return f"{_inner(self.check, AllOf, AnyOf)}.at(Action.{self.action.name})"


@frozen(repr=False)
class Named(Check):
    """``a.named(code)``."""

    check: Check
    code: str = field()

    @code.validator
    def _is_code(self, _: object, value: str) -> None:
        check_code(value)
        if value.startswith("guard."):
            raise ConfigurationError(
                f"{value!r} is one of the guard's own codes; use another family"
            )

    @property
    def completes(self) -> bool:
        return self.check.completes

    def __repr__(self) -> str:
        return f"{_inner(self.check, AllOf, AnyOf)}.named({self.code!r})"


@frozen(repr=False)
class OnStoreError(Check):
    """``a.on_store_error(action)``."""

    check: Check = field()
    action: Action = field()

    @check.validator
    def _counts(self, _: object, value: Check) -> None:
        if not is_stateful(value):
            raise ConfigurationError(
                f"{value!r} asks nothing of a store, so on_store_error() would mean nothing there"
            )

    @action.validator
    def _is_action(self, _: object, value: object) -> None:
        if not isinstance(value, Action):
            raise TypeError(f"on_store_error() takes an Action, not {type(value).__name__}")

    @property
    def completes(self) -> bool:
        return self.check.completes

    def __repr__(self) -> str:
        inner = _inner(self.check, AllOf, AnyOf)
        return f"{inner}.on_store_error(Action.{self.action.name})"


def _shown(value: object) -> str:
    if callable(value) and hasattr(value, "__qualname__"):
        return name_of(value)  # its own repr tells where it lies
    return repr(value)


def _inner(check: Check, *looser: type[Check]) -> str:
    return f"({check!r})" if isinstance(check, looser) else repr(check)


def _flattened(kind: type[AllOf | AnyOf], checks: Iterable[Check]) -> tuple[Check, ...]:
    flat: list[Check] = []
    for check in checks:
        if not isinstance(check, Check):
            raise TypeError(
                f"a check is built by sendguard.checks or @rule, not {type(check).__name__}"
            )
        flat.extend(check.checks if isinstance(check, kind) else (check,))
    return tuple(flat)


def _condition(where: str, condition: object) -> Condition:
    if not isinstance(condition, Condition):
        raise TypeError(
            f"{where}() takes a condition from sendguard.conditions "
            f"(your own: conditions.satisfies(function)), not {type(condition).__name__}"
        )
    return condition
