"""What the parts of a queue share: its store and options, and one careful step at a time."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from attrs import evolve, frozen

from sendguard.errors import HoldError, StoreError
from sendguard.guard import Guard, free_key
from sendguard.holds._held import Held, What
from sendguard.holds._kept import Kept
from sendguard.holds._notices import HoldEvent, HoldObserver, tell
from sendguard.model import Clock, Context, Message, Terms
from sendguard.stores import HoldRecord, HoldState, HoldStore

_PAGE = 100
_TRIES = 100  # at a record that somebody else changes at the same time

Step = Callable[[Kept, datetime], tuple[Kept, HoldRecord]]
"""From what is kept, and the time, to what it says then and the record of it; raises to leave it
as it is."""


@frozen(eq=False)
class Keeper:
    """See `HoldQueue` for the meaning of each."""

    store: HoldStore
    guard: Guard | None
    terms: tuple[tuple[str, Terms], ...]
    clock: Clock
    lasting: timedelta
    lease: timedelta
    retry: timedelta
    observers: tuple[HoldObserver, ...]

    def now(self) -> datetime:
        """The time, by the store where it has one of its own."""
        return self.store.hold_clock(now=self.given()).now

    def given(self) -> datetime:
        """The time by the clock. In UTC, since Python adds up wall-clock time elsewhere."""
        return self.clock().astimezone(UTC)

    def read(self, record: HoldRecord) -> Kept:
        """What the record says; StoreError where it cannot be read."""
        return Kept.read(record, self.lasting)

    def kept(self, id_: str) -> Kept:
        """What is kept under that id; HoldError where nothing is."""
        record = self.store.get_hold(id_)
        if record is None:
            raise HoldError(id_, "there is no such message in this queue")
        return self.read(record)

    def listed(
        self, states: Sequence[HoldState], code: str | None, after: Held | None
    ) -> Iterator[Kept]:
        """What is kept in these states, page by page; what cannot be read is logged."""
        place = None if after is None else (after.held_at, after.id)
        unreadable = 0
        while page := self.store.page_holds(states, after=place, limit=_PAGE, label=code):
            for record in page:
                try:
                    kept = self.read(record)
                except StoreError:
                    unreadable += 1
                    continue
                yield kept
            place = (page[-1].held_at, page[-1].id)
        if unreadable:
            logging.getLogger("sendguard").warning(
                "%d held messages are not listed: a newer version wrote them, or they are damaged",
                unreadable,
            )

    def step(self, id_: str, what: What, step: Step, by: str = "") -> Held:
        """Change one message in one atomic step, and tell of it."""
        for _ in range(_TRIES):
            kept, now = self.kept(id_), self.now()
            kept, record = step(kept, now)
            if self.store.swap_hold(record):
                return self.told(what, evolve(kept, record=record), now, by)
        raise StoreError(f"held message {id_} was changed by others {_TRIES} times in a row")

    def told(self, what: What, kept: Kept, now: datetime, by: str = "") -> Held:
        """The message as it is now, of which the observers have heard."""
        held = kept.held(now)
        tell(self.observers, HoldEvent(what, held, by))
        return held

    def free_key(self, message: Message, context: Context, id_: str) -> None:
        """Give back the idempotency key of a message that will never leave."""
        if self.guard is not None:
            free_key(self.guard, message, context, id_)


def need_waiting(kept: Kept, now: datetime) -> None:
    """Raise HoldError unless it waits."""
    state = kept.state(now)
    if state not in ("waiting", "approved"):
        raise HoldError(kept.record.id, f"it does not wait any more but is {state}")
    if kept.has_expired(now):
        raise HoldError(kept.record.id, "it has expired")
