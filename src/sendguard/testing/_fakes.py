"""Stand-ins for what surrounds a guard: a transport, a clock, an observer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from attrs import define, field

from sendguard.guard import Event, Guard
from sendguard.model import Context, Message


@define(eq=False)
class GuardRecorder:
    """An observer that keeps what it hears: ``Guard(…, observers=[recorder])``.

    Attributes:
        events: in the order in which they came.
    """

    events: list[Event] = field(factory=list)

    def notify(self, event: Event) -> None:
        """Keep the event."""
        self.events.append(event)

    @property
    def kinds(self) -> list[str]:
        """What happened: "admitted", "held", "blocked", "sent", "failed", "unknown"."""
        return [event.kind for event in self.events]

    @property
    def codes(self) -> set[str]:
        """The codes of all findings that were decided on."""
        return {finding.code for event in self.events for finding in event.decision.findings}


@define(eq=False)
class FakeTransport:
    """Something that sends, and only remembers.

    Attributes:
        sent: the messages that it was given, in order.
        error: raised instead of sending, while it is set.
    """

    sent: list[Message] = field(factory=list)
    error: Exception | None = None

    def __call__(self, message: Message) -> None:
        """Send a message."""
        if self.error is not None:
            raise self.error
        self.sent.append(message)

    def guarded(self, guard: Guard, context: Context | None = None) -> Callable[[Message], None]:
        """This transport behind a guard; raises what `Guard.admit` raises."""

        def send(message: Message) -> None:
            with guard.admit(message, context):
                self(message)

        return send


@define(eq=False)
class FrozenClock:
    """A clock that stands still until it is told to go on: ``Guard(…, clock=clock)``.

    Attributes:
        now: what it shows (aware).
    """

    now: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The time."""
        return self.now

    def advance(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0) -> None:
        """Go on by that much; what is negative turns it back."""
        self.now += timedelta(seconds=seconds, minutes=minutes, hours=hours)
