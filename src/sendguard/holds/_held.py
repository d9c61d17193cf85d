"""One held message, as people and programs see it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from attrs import Factory, field, frozen

from sendguard.canonical import redact
from sendguard.model import (
    Action,
    Context,
    Decision,
    Envelope,
    Finding,
    FrozenMap,
    Message,
)

State = Literal[
    "waiting", "approved", "sending", "in-doubt", "sent", "rejected", "undone", "expired"
]
"""Where a held message stands; *approved* waits for nothing but its timer and its release."""

What = Literal[
    "held",
    "approved",
    "lapsed",
    "edited",
    "rejected",
    "undone",
    "expired",
    "refused",
    "failed",
    "sent",
    "in-doubt",
    "resolved",
]


@frozen
class Need:
    """So many different people, each in one of these roles; no roles: in any."""

    approvals: int
    roles: tuple[str, ...] = ()


@frozen(repr=False)
class Signature:
    """One person's approval.

    Attributes:
        by: who, as written when it was given.
        at: when.
        note: what he had to say, or "".
        roles: those he had then.
    """

    by: str
    at: datetime
    note: str = ""
    roles: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Signature(by={redact(self.by)!r}, at={self.at:%Y-%m-%d %H:%M:%S})"


@frozen(repr=False)
class Entry:
    """One line of a held message's history.

    Attributes:
        at: when.
        what: what happened to it.
        by: the person who did it, or "" for the queue itself.
        note: why, or what the transport or the guard said: finding codes, the type of an error.
    """

    at: datetime
    what: What
    by: str = ""
    note: str = ""

    def __repr__(self) -> str:
        return f"Entry({self.what!r}, at={self.at:%Y-%m-%d %H:%M:%S})"


@frozen(repr=False)
class Held:
    """A message that waits in a queue, or has. A copy: it does not change when the queue does.

    Attributes:
        id: 32 hex digits.
        message, context, decision: what was held, with what, and why. They hold full addresses.
        state: where it stood when this was read.
        held_at: since when it is kept.
        release_at: when its time of waiting is over; None without a timer.
        expires_at: when it is rejected if it has not left by then, or None.
        needs: the approvals that it takes; all must be met.
        approvals: those that count now.
        history: all that happened to it, the oldest first.
        payload: the exact bytes that are to leave, or None where only the message is known.
        payload_digest: of the payload.
        transport: what the transport has to know beside the payload.
        authors: who may not approve it: the actor of its context, and whoever edited it.
        lapses_at: when the approvals stop counting; None without any.
    """

    id: str
    message: Message
    context: Context
    decision: Decision
    state: State
    held_at: datetime
    release_at: datetime | None = None
    expires_at: datetime | None = None
    needs: tuple[Need, ...] = ()
    approvals: tuple[Signature, ...] = ()
    history: tuple[Entry, ...] = ()
    payload: bytes | None = None
    payload_digest: str | None = None
    transport: Mapping[str, Any] = field(default=Factory(FrozenMap), converter=FrozenMap)
    authors: tuple[str, ...] = ()
    lapses_at: datetime | None = None

    @property
    def reasons(self) -> tuple[Finding, ...]:
        """The findings for which it waits."""
        return tuple(f for f in self.decision.findings if f.action >= Action.HOLD)

    @property
    def digest(self) -> str:
        """Of the message: what an approval is for."""
        return self.message.digest

    @property
    def envelope(self) -> Envelope | None:
        """Whom the transport is told, where the message knows it."""
        return self.message.envelope

    @property
    def missing(self) -> int:
        """How many people at least have to approve before it may leave."""
        return max((need.approvals - have(need, self.approvals) for need in self.needs), default=0)

    def __repr__(self) -> str:
        return f"<Held {self.id} {self.state}: {self.decision.explain('log')}>"


def have(need: Need, approvals: tuple[Signature, ...]) -> int:
    """How many of these approvals count for that need; each is another person's."""
    if not need.roles:
        return len(approvals)
    return sum(not set(need.roles).isdisjoint(signature.roles) for signature in approvals)
