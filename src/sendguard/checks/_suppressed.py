"""People who must not be written to."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Any

from attrs import field, frozen

from sendguard.canonical import canonical_recipient
from sendguard.checks.algebra import Case, Check, Leaf, Unevaluable
from sendguard.model import Action, Finding


def _is_list(_: object, __: object, value: Any) -> None:
    if value is not None and (isinstance(value, str) or not isinstance(value, Container)):
        raise TypeError(
            f"suppressed() takes a SuppressionList or a set of addresses, not {_kind(value)}"
        )


def _kind(value: object) -> str:
    return type(value).__name__


@frozen(repr=False)
class _Suppressed(Leaf):
    listed: Container[str] | None = field(default=None, validator=_is_list, eq=id)

    def find(self, case: Case) -> Iterator[Finding | Unevaluable]:
        listed = case.suppression if self.listed is None else self.listed
        if listed is None:
            yield Unevaluable("suppressed() has no list to ask; give it or the guard one.")
            return
        is_notice = case.context.purpose == "service-notice"
        for recipient in case.message.recipients:
            if canonical_recipient(recipient.address, case.default_region) in listed:
                yield Finding(
                    code="consent.suppressed",
                    action=Action.HOLD if is_notice else Action.BLOCK,
                    message="This recipient has asked for no more messages, or may get none.",
                    recipient=recipient,
                    suggestion="Have a person who answers for it approve the notice."
                    if is_notice
                    else "Leave this recipient out.",
                )

    def __repr__(self) -> str:
        return "suppressed()" if self.listed is None else f"suppressed({_kind(self.listed)})"


def suppressed(listed: Container[str] | None = None) -> Check:
    """Nobody who has unsubscribed, complained or may not be written to gets a message.

    It asks for each recipient by his canonical form (`sendguard.canonical.canonical_recipient`),
    on every channel.

    Args:
        listed: a `SuppressionList`, or anything that answers ``in``, such as a set of canonical
            forms; the guard's `suppression` where it is None.

    Codes:
        ``consent.suppressed`` (BLOCK, for this recipient): what he asked for, and the law in most
        places. HOLD for ``purpose="service-notice"``: such a notice may have to reach those who
        unsubscribed too, and passes with an override or approval that names who answers for it.
    """
    return _Suppressed(listed)
