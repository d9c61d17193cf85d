"""What every guarded transport does with a message that may not leave now."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Literal, get_args

from attrs import frozen

from sendguard.errors import ConfigurationError, MessageHeld, StoreError
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
    def read(cls, adapter: str, guard: Guard, queue: object, on_hold: object) -> Holding:
        """Read an adapter's keywords ``queue=`` and ``on_hold=``.

        A queue without a guard judges by the adapter's.

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
        return cls(None if queue is None else queue.guarded(guard), on_hold)  # type: ignore[arg-type]  # just checked

    def keep(
        self,
        error: MessageHeld,
        message: Message,
        context: Context,
        *,
        payload: bytes | None = None,
        transport: Mapping[str, Any] | None = None,
    ) -> Held | None:
        """Put a held message into the queue.

        Args:
            error: by which the guard held it.
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
            return self.queue.hold(
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
