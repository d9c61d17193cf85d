"""Whoever wants to hear what was decided and what became of it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Literal, Protocol

from attrs import Factory, field, frozen

from sendguard.guard._difference import difference, noticed
from sendguard.model import Action, Context, Decision, FrozenMap, Message

Kind = Literal["admitted", "held", "blocked", "sent", "failed", "unknown", "latched", "differed"]


def _frozen(values: Mapping[str, object]) -> Mapping[str, object]:
    return FrozenMap(values)


@frozen(repr=False)
class Event:
    """One thing that happened to a message on its way out.

    Attributes:
        kind: "admitted", "held" or "blocked" when it was decided; "sent", "failed" (cleanly) or
            "unknown" when its sending ended; "latched", once among all workers, when it was the
            repeat that set a latch, so that nothing of its kind leaves until a person resets it;
            "differed" when a `Shadow` has judged it otherwise.
        decision: the guard's.
        message, context: what was judged. They hold full addresses and text: mind what you keep.
        refused: by address, what the transport said about recipients that it refused.
        shadow: the decision of the shadow, where the kind is "differed"; else None.
    """

    kind: Kind
    decision: Decision
    message: Message
    context: Context
    refused: Mapping[str, object] = field(default=Factory(FrozenMap), converter=_frozen)
    shadow: Decision | None = None

    def __repr__(self) -> str:
        return f"<Event {self.kind}: {self.decision.explain('log')}>"


class Observer(Protocol):
    """Hears of what `Guard.admit` does, never of `Guard.evaluate`.

    It is called in the thread that sends, so it should be quick. An exception in it is logged
    (its type only) and changes nothing for the message.
    """

    def notify(self, event: Event) -> None:
        """Take note of one event."""


class LoggingObserver:
    """Writes one record for each message: what was refused at once, the rest when it was sent.

    Records carry codes, masked recipients and the digest; never a word of the message.

    Args:
        logger: where to; by default the logger "sendguard".
    """

    def __init__(self, logger: logging.Logger | None = None) -> None:
        self._logger = logger or logging.getLogger("sendguard")

    def notify(self, event: Event) -> None:
        """Write the record."""
        if event.kind == "admitted":
            return
        if event.shadow is not None:
            self._logger.info("differed: %s", _told_apart(event.decision, event.shadow))
            return
        calm = event.kind == "sent" and event.decision.action < Action.WARN and not event.refused
        self._logger.log(
            logging.INFO if calm else logging.WARNING,
            "%s%s: %s",
            event.kind,
            f" (transport refused {len(event.refused)})" if event.refused else "",
            event.decision.explain(audience="log"),
        )


def _told_apart(decision: Decision, shadow: Decision) -> str:
    found = difference(noticed(decision), noticed(shadow))
    signs = [f"+{finding.code}" for finding in found.gained]
    signs += [f"-{finding.code}" for finding in found.lost]
    actions = f"{found.before.label}, in the shadow {found.after.label}"
    return f"{found.change}: {actions}: {' '.join(dict.fromkeys(signs))} [{decision.digest[:14]}]"


def notify_all(observers: Iterable[Observer], event: Event) -> None:
    """Tell every observer; one that fails keeps no other from hearing it."""
    for observer in observers:
        try:
            observer.notify(event)
        except Exception as error:  # noqa: BLE001  (an observer never decides over a message)
            logging.getLogger("sendguard").error(
                "observer %s failed with %s", type(observer).__name__, type(error).__name__
            )
