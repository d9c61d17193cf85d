"""What `send_messages` raises when the guard kept something back.

Neither class is an OSError: mail code that swallows the failures of a server must not swallow
these.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sendguard.errors import MessageBlocked, MessageHeld, MessageNotSent
from sendguard.model import Decision


class _Refusal(MessageNotSent):
    """Some of the messages that were handed over together have not left; the others have.

    Attributes:
        decision: of the first of those that were refused most strongly.
        decisions: one for each message that was refused, in the order in which they were given.
        positions: where these stood among all, counted from 0.
        total: how many messages were given.
        sent: what the inner backend returned for the others: as a rule, how many it sent.
    """

    def __init__(
        self,
        decisions: Sequence[Decision],
        positions: Sequence[int],
        *,
        total: int = 1,
        sent: Any = 0,
    ) -> None:
        super().__init__(max(decisions, key=lambda decision: decision.action))
        self.decisions = tuple(decisions)
        self.positions = tuple(positions)
        self.total = total
        self.sent = sent

    def __str__(self) -> str:
        if self.total == 1:
            return super().__str__()
        each = "; ".join(
            f"[{position}] {decision.explain(audience='log')}"
            for position, decision in zip(self.positions, self.decisions, strict=True)
        )
        return f"{len(self.positions)} of {self.total} messages were not sent: {each}"

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuilt, (type(self), self.decisions, self.positions, self.total, self.sent)


class _MessagesBlocked(_Refusal, MessageBlocked):
    """`MessageBlocked`, for messages that were handed over together."""


class _MessagesHeld(_Refusal, MessageHeld):
    """`MessageHeld`, for messages that were handed over together."""


def refusal(
    refused: Sequence[tuple[int, MessageNotSent]], *, total: int, sent: object
) -> MessageNotSent:
    """The exception for all of them: held only if none is blocked.

    Args:
        refused: position and refusal of each, at least one.
        total: how many messages were given.
        sent: what the inner backend returned for the others.
    """
    blocked = any(isinstance(error, MessageBlocked) for _, error in refused)
    kind = _MessagesBlocked if blocked else _MessagesHeld
    return kind(
        [error.decision for _, error in refused],
        [position for position, _ in refused],
        total=total,
        sent=sent,
    )


def _rebuilt(
    kind: type[_Refusal],
    decisions: Sequence[Decision],
    positions: Sequence[int],
    total: int,
    sent: object,
) -> _Refusal:
    return kind(decisions, positions, total=total, sent=sent)
