"""The outcomes of stories, for a person and for a program."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Protocol, TextIO

from sendguard.canonical import mask_address, redact
from sendguard.cli._harmless import fold
from sendguard.cli._loopback import Arrival
from sendguard.cli._outcome import Delivery, Outcome
from sendguard.cli._screen import Screen
from sendguard.cli._text import TextReport, wrapped
from sendguard.errors import MessageBlocked, MessageNotSent
from sendguard.model import Message
from sendguard.text import Analysis

SCHEMA = 1
_MARGIN = 9  # columns for "without" and its like
_QUOTED = 120  # code points of a mail that are shown


class Teller(Protocol):
    """Tells outcomes, one at a time."""

    def tell(self, outcome: Outcome) -> None:
        """Take the next outcome."""

    def finish(self) -> None:
        """Say what it all comes to."""


class TextTeller:
    """Tells each story as it comes."""

    def __init__(self, out: TextIO, screen: Screen) -> None:
        self._out = out
        self._screen = screen
        self._findings = TextReport(out, screen, several=False, verbose=False, reveal=False)
        self._told = 0
        self._as_told = 0

    def tell(self, outcome: Outcome) -> None:
        """Write what happened to the business, and what the server and the sender saw."""
        story = outcome.story
        self._told += 1
        self._as_told += outcome.as_told
        number = f"{story.incident} " if story.incident else ""
        self._out.write(f"{self._screen.bold(f'{number}{story.name}: {story.title}')}\n")
        self._paragraph(story.told)
        self._paragraph(_arrivals(outcome.unguarded), label="without")
        refusal = outcome.guarded.refusal
        seen = "a warning" if refusal is None else _kind(refusal)
        said = f" What the sender saw was {seen}:" if outcome.decision.findings else ""
        self._paragraph(_arrivals(outcome.guarded) + said, label="with")
        self._findings.add_findings(outcome.decision.findings, story.mail.message)
        self._paragraph(_arrivals(outcome.twin), label="twin")
        self._findings.add_findings(outcome.twin_decision.findings, story.twin.message)
        if not outcome.as_told:
            self._paragraph("This did not go as told.")
        self._out.write("\n")

    def finish(self) -> None:
        """Write how many stories went as told."""
        stories = "story" if self._told == 1 else "stories"
        self._out.write(f"{self._as_told} of {self._told} {stories} went as told\n")

    def _paragraph(self, text: str, *, label: str = "") -> None:
        margin = _MARGIN if label else 0
        for line in wrapped(self._screen.shown(text), self._screen.width - margin):
            self._out.write(f"{self._screen.bold(f'{label:<{margin}}')}{line}\n")
            label = ""


class JsonTeller:
    """Writes ``{"schema": 1, "stories": […]}`` when all are told."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._stories: list[dict[str, Any]] = []

    def tell(self, outcome: Outcome) -> None:
        """Keep the outcome as JSON can hold it."""
        story, refusal = outcome.story, outcome.guarded.refusal
        self._stories.append(
            {
                "name": story.name,
                "incident": story.incident,
                "title": story.title,
                "told": story.told,
                "without": {"arrived": len(outcome.unguarded.arrived)},
                "with": {
                    "arrived": len(outcome.guarded.arrived),
                    "raised": None if refusal is None else _kind(refusal),
                    "decision": outcome.decision.to_dict(),
                },
                "twin": {
                    "arrived": len(outcome.twin.arrived),
                    "decision": outcome.twin_decision.to_dict(),
                },
                "as_told": outcome.as_told,
            }
        )

    def finish(self) -> None:
        """Write the document."""
        json.dump({"schema": SCHEMA, "stories": self._stories}, self._out, indent=2)
        self._out.write("\n")


def _kind(refusal: MessageNotSent) -> str:
    return "MessageBlocked" if isinstance(refusal, MessageBlocked) else "MessageHeld"


def _arrivals(delivery: Delivery) -> str:
    return " ".join(map(_arrival, delivery.arrived)) or "nothing arrived."


def _arrival(arrival: Arrival) -> str:
    first, *others = arrival.recipients
    more = f" and {len(others)} others" if others else ""
    words = redact(fold(" ".join(_words(Message.from_email(arrival.data)))).strip())
    if len(words) > _QUOTED:
        words = f"{words[:_QUOTED].rpartition(' ')[0]} …"
    said = f': "{words}"' if words else ", with nothing to read in it."
    return f"it arrived at {mask_address(first)}{more}{said}"


def _words(message: Message) -> Iterator[str]:
    for place in Analysis(message).places:
        if place.part in ("subject", "text", "html") and not place.hidden:
            yield f"{place.text} /" if place.part == "subject" else place.text
