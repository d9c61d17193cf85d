"""What `send_messages` raises when the guard kept something back.

None of the classes is an OSError: mail code that swallows the failures of a server must not swallow
these.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sendguard.errors import AlreadySent, MessageBlocked, MessageHeld, MessageNotSent
from sendguard.model import Decision


class _Refusal(MessageNotSent):
    """Some of the messages that were handed over together have not left; the others have.

    Attributes:
        decision: of the first of those that were refused in the way that the exception says.
        decisions: one for each message that was refused, in the order in which they were given.
        positions: where these stood among all, counted from 0.
        queued: for each of them its place in the hold queue, or None where it is in none.
        total: how many messages were given.
        sent: what the inner backend returned for the others: as a rule, how many it sent.
    """

    decisions: tuple[Decision, ...] = ()
    positions: tuple[int, ...] = ()
    queued: tuple[object | None, ...] = ()
    total: int = 1
    sent: Any = 0

    def __str__(self) -> str:
        if self.total == 1:
            return super().__str__()
        each = "; ".join(
            f"[{position}] {decision.explain(audience='log')}"
            for position, decision in zip(self.positions, self.decisions, strict=True)
        )
        return f"{len(self.positions)} of {self.total} messages were not sent: {each}"


class _MessagesBlocked(_Refusal, MessageBlocked):
    """`MessageBlocked`, for messages that were handed over together."""


class _MessagesHeld(_Refusal, MessageHeld):
    """`MessageHeld`, for messages that were handed over together."""


class _MessagesAlreadySent(_Refusal, AlreadySent):
    """`AlreadySent`, for messages that were handed over together."""


def refusal(
    refused: Sequence[tuple[int, MessageNotSent]], *, total: int, sent: object
) -> MessageNotSent:
    """The exception for all of them: held only if none is blocked, sent already if that is all.

    Args:
        refused: position and refusal of each, at least one.
        total: how many messages were given.
        sent: what the inner backend returned for the others.
    """
    raised = _strongest([error for _, error in refused])
    raised.decisions = tuple(error.decision for _, error in refused)
    raised.positions = tuple(position for position, _ in refused)
    raised.queued = tuple(getattr(error, "held", None) for _, error in refused)
    raised.total = total
    raised.sent = sent
    return raised


def _strongest(errors: Sequence[MessageNotSent]) -> _Refusal:
    for error in errors:
        if isinstance(error, MessageBlocked):
            return _MessagesBlocked(error.decision)
    for error in errors:
        if isinstance(error, MessageHeld):
            return _MessagesHeld(error.decision, error.held)
    first = errors[0]
    outcome = first.outcome if isinstance(first, AlreadySent) else "pending"
    return _MessagesAlreadySent(first.decision, outcome)
