"""Not at once, or not alone: what every message of a kind waits for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from attrs import frozen

from sendguard.checks.algebra import Case, Check, Leaf
from sendguard.errors import ConfigurationError
from sendguard.model import Action, Duration, Finding, Terms, length_of


@frozen(repr=False)
class _CoolingOff(Leaf):
    terms: Terms
    length: str

    def find(self, case: Case) -> Iterator[Finding]:  # noqa: ARG002  (whatever the message is)
        yield Finding(
            code="timing.cooling-off",
            action=Action.HOLD,
            message=f"It leaves after {self.length}; until then it can be taken back.",
            suggestion="Read it once more.",
            terms=self.terms,
        )

    @property
    def options(self) -> dict[str, Any]:
        return {"length": self.length}

    def __repr__(self) -> str:
        return f"cooling_off({self.length!r})"


@frozen(repr=False)
class _NeedsApproval(Leaf):
    terms: Terms

    def find(self, case: Case) -> Iterator[Finding]:  # noqa: ARG002  (whatever the message is)
        people = self.terms.needed or 1
        whose = f" in the role {' or '.join(self.terms.roles)}" if self.terms.roles else ""
        yield Finding(
            code="authority.needs-approval",
            action=Action.HOLD,
            message=f"It needs the approval of {people} "
            f"{'person' if people == 1 else 'people'}{whose} other than its author.",
            suggestion="Have somebody else read it.",
            terms=self.terms,
        )

    @property
    def options(self) -> dict[str, Any]:
        return {"approvals": self.terms.approvals, "roles": self.terms.roles}


def cooling_off(length: Duration) -> Check:
    """Every message waits a while before it leaves by itself, and can be taken back until then.

    It needs a hold queue, which keeps the message meanwhile and knows from the finding how long.

    Args:
        length: how long, such as ``"1m"``.

    Codes:
        ``timing.cooling-off`` (HOLD): somebody pressed send before he thought.

    Raises:
        ConfigurationError: it is no length of time.

    >>> cooling_off("1m")
    cooling_off('1m')
    """
    terms = Terms(release_after=length)
    if terms.release_after is None:
        raise TypeError("cooling_off() takes a length of time such as '1m', not None")
    return _CoolingOff(terms, length_of(terms.release_after.total_seconds()))


def needs_approval(*, approvals: int = 1, roles: Iterable[str] = ()) -> Check:
    """A second pair of eyes, or more, for every message; narrow it with `Check.when`.

    It needs a hold queue, which keeps the message meanwhile and knows from the finding how many
    people have to approve. The author, `Context.actor`, is never one of them.

    Args:
        approvals: so many different people, at least 1.
        roles: each of them needs one of these roles; none named: anybody else will do.

    Codes:
        ``authority.needs-approval`` (HOLD): a wrong letter that nobody double-checked.

    Raises:
        ConfigurationError: an option has a value that it cannot have.

    >>> needs_approval(approvals=2)
    needs_approval(approvals=2, roles=())
    """
    terms = Terms(approvals=approvals, roles=tuple(roles))
    if not terms.needed:
        raise ConfigurationError("needs_approval(approvals=) is 0; use at least 1")
    return _NeedsApproval(terms)
