"""Whoever wants to hear what happens to held messages."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Protocol

from attrs import frozen

from sendguard.holds._held import Held, What


@frozen(repr=False)
class HoldEvent:
    """One thing that happened to a held message.

    Attributes:
        kind: what.
        held: the message as it is since.
        by: the person who did it, or "" for the queue itself.
    """

    kind: What
    held: Held
    by: str = ""

    def __repr__(self) -> str:
        return f"<HoldEvent {self.kind}: {self.held!r}>"


class HoldObserver(Protocol):
    """Hears what happens to held messages, after it has happened.

    It is called in the thread that did it. An exception in it is logged (its type only) and
    changes nothing for the message.
    """

    def __call__(self, event: HoldEvent, /) -> object:
        """Take note of one event."""


def only(kind: What, function: Callable[[Held], object]) -> HoldObserver:
    """An observer that hands over the messages of one kind of event."""

    def observe(event: HoldEvent, /) -> None:
        if event.kind == kind:
            function(event.held)

    return observe


def tell(observers: Iterable[HoldObserver], event: HoldEvent) -> None:
    """Tell every observer; one that fails keeps no other from hearing it."""
    for observer in observers:
        try:
            observer(event)
        except Exception as error:  # noqa: BLE001  (an observer never decides over a message)
            logging.getLogger("sendguard").error(
                "an observer of held messages failed with %s", type(error).__name__
            )
