"""A message that may leave, until it is known what became of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Mapping
from contextvars import ContextVar
from types import TracebackType
from typing import TYPE_CHECKING, Literal
from weakref import ref

from sendguard.errors import SendGuardError
from sendguard.guard._claims import Booking
from sendguard.guard._observers import Event, Observer, notify_all
from sendguard.model import Action, Context, Decision, Message, Recipient, RecipientDecision

if TYPE_CHECKING:
    import asyncio
    from typing import Self

Outcome = Literal["sent", "failed", "unknown"]


class Admission:
    """Leave to send one message. Settle it once: `sent`, `failed` or `unknown`.

    As a context manager (``with`` or ``async with``) it settles itself: leaving the block cleanly
    is *sent*, leaving it by an exception is *unknown*, unless it was settled inside. Belongs to
    one send; not for sharing between threads. Of an admission by `Guard.aadmit` the store hears in
    the background; leaving ``async with`` waits for it.

    Attributes:
        message, context, decision: what was judged, with what, and how.
        recipients: to whom it may go, in the message's order.
        refused: those to whom it may not; empty unless a partial send was asked for.
        outcome: "sent", "failed", "unknown", or None until it is settled.
    """

    def __init__(
        self,
        message: Message,
        context: Context,
        decision: Decision,
        *,
        recipients: tuple[Recipient, ...],
        refused: tuple[RecipientDecision, ...] = (),
        observers: tuple[Observer, ...] = (),
        booking: Booking | None = None,
        behind: bool = False,
    ) -> None:
        self.message = message
        self.context = context
        self.decision = decision
        self.recipients = recipients
        self.refused = refused
        self.outcome: Outcome | None = None
        self._observers = observers
        self._booking = booking
        self._behind = behind  # the event loop of an `aadmit` does not wait for the store
        self._task: asyncio.Task[None] | None = None
        self._outer = _nearest_open(_innermost.get())
        _innermost.set(ref(self))

    def sent(self, refused: Mapping[str, object] | None = None) -> None:
        """It was handed over.

        Args:
            refused: by address, what the transport said about recipients that it refused, as
                `smtplib.SMTP.sendmail` returns it.
        """
        self._settle("sent", refused)

    def failed(self) -> None:
        """It certainly reached nobody; it may be sent again."""
        self._settle("failed")

    def unknown(self) -> None:
        """Nobody can say whether it left; it counts as sent."""
        self._settle("unknown")

    def _settle(self, outcome: Outcome, refused: Mapping[str, object] | None = None) -> None:
        if self.outcome == outcome:
            return
        if self.outcome is not None:
            raise SendGuardError(f"this admission was settled as {self.outcome!r} already")
        self.outcome = outcome
        _innermost.set(_nearest_open(_innermost.get()))
        if self._booking is not None:
            steps = self._booking.settle(outcome, refused or {})
            if self._behind:
                self._task = self._booking.desk.run_behind(steps)
            else:
                self._booking.desk.run(steps)
        event = Event(outcome, self.decision, self.message, self.context, refused or {})
        notify_all(self._observers, event)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self.outcome is None:
            self._settle("sent" if kind is None else "unknown")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.__exit__(kind, error, traceback)
        if self._task is not None:
            await self._task

    def __repr__(self) -> str:
        return f"<Admission {self.outcome or 'open'}: {self.decision.explain('log')}>"


# Weak, so that what is forgotten counts as closed, and no message is kept.
_innermost: ContextVar[ref[Admission] | None] = ContextVar("sendguard.admission", default=None)


def is_admitted() -> bool:
    """Whether this thread or task has leave to send now: an admission that is not settled yet.

    >>> from sendguard import Guard, Message
    >>> with Guard().admit(Message.sms(to="+447700900123", text="Hello")):
    ...     is_admitted()
    True
    >>> is_admitted()
    False
    """
    return _nearest_open(_innermost.get()) is not None


def _nearest_open(found: ref[Admission] | None) -> ref[Admission] | None:
    while found is not None and (admission := found()) is not None:
        if admission.outcome is None:
            return found
        found = admission._outer
    return None


class AsyncAdmission:
    """What `Guard.aadmit` gives: await it, or enter it with ``async with``."""

    def __init__(self, admit: Callable[[], Awaitable[Admission]]) -> None:
        self._admit = admit
        self._admission: Admission | None = None

    def __await__(self) -> Generator[object, None, Admission]:
        return self._admit().__await__()

    async def __aenter__(self) -> Admission:
        self._admission = await self._admit()
        return self._admission

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._admission is not None:
            await self._admission.__aexit__(kind, error, traceback)


def refused_by(decision: Decision) -> frozenset[Recipient]:
    """The recipients to whom the message may not go."""
    return frozenset(each.recipient for each in decision.recipients if each.action > Action.WARN)
