"""What every guarded transport does with a message that may not leave now."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Literal, get_args

from attrs import frozen

from sendguard.errors import ConfigurationError, MessageHeld, SendFailed, StoreError
from sendguard.guard import Guard, current_release
from sendguard.holds import Held, HoldQueue
from sendguard.model import Context, Message

OnHold = Literal["raise", "return"]
"""Whether a held message raises `MessageHeld`, or gets the transport's own "not sent" answer."""


@frozen
class Holding:
    """Where held messages go.

    Attributes:
        queue: what keeps them; without one they stay with the caller.
        on_hold: how the caller hears of it.
    """

    queue: HoldQueue | None
    on_hold: OnHold

    @classmethod
    def read(cls, adapter: str, queue: object, on_hold: object = "raise") -> Holding:
        """Read an adapter's keywords ``queue=`` and ``on_hold=``.

        Raises:
            TypeError, ConfigurationError: naming the adapter, they cannot be used.
        """
        if queue is not None and not isinstance(queue, HoldQueue):
            raise TypeError(f"{adapter}: queue takes a HoldQueue, not {type(queue).__name__}")
        if on_hold not in get_args(OnHold):
            raise ConfigurationError(
                f"{adapter}: on_hold is {on_hold!r}; use {' or '.join(map(repr, get_args(OnHold)))}"
            )
        if on_hold == "return" and queue is None:
            raise ConfigurationError(
                f"{adapter}: on_hold='return' needs a queue=, or the message would be lost"
            )
        return cls(queue, on_hold)  # type: ignore[arg-type]  # just checked

    def keep(
        self,
        guard: Guard,
        error: MessageHeld,
        message: Message,
        context: Context,
        *,
        payload: bytes | None = None,
        transport: Mapping[str, Any] | None = None,
    ) -> Held | None:
        """Put a held message into the queue.

        Args:
            guard: who held it; a queue that has none judges by this one.
            error: by which it did.
            message, context: what it judged.
            payload, transport: as for `HoldQueue.hold`.

        Returns:
            Its place there; None, and the message stays with the caller, where there is no queue
            or its store does not answer, or where it comes out of a queue just now.

        Raises:
            AlreadySent, MessageBlocked: its idempotency key was used meanwhile.
        """
        if self.queue is None or current_release() is not None:
            return None
        try:
            return self.queue.guarded(guard).hold(
                message, context, error.decision, payload=payload, transport=transport
            )
        except StoreError as failure:
            logging.getLogger("sendguard").error(
                "a held message could not be kept and stays with its sender: %s", failure
            )
            return None

    def answers(self, held: object) -> bool:
        """Whether the caller gets an answer, not an exception; never where nothing was kept."""
        return held is not None and self.on_hold == "return"


def released(held: Held, adapter: str) -> bytes:
    """The payload of a message that a queue is releasing just now, and that nobody has sent by it.

    Args:
        held: the message.
        adapter: who must have put it into the queue.

    Raises:
        SendFailed: it is another message, or came from another adapter or without a payload.
    """
    release = current_release()
    if release is None or release.token != held.id or release.is_used:
        raise SendFailed(
            "release_via sends what HoldQueue.release gives it, once, and nothing else"
        )
    if held.payload is None or held.transport.get("adapter") != adapter:
        raise SendFailed(
            f"it was not held with its payload by the adapter of {adapter}, so what is to leave "
            "is not known"
        )
    return held.payload
