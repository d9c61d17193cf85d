"""What became of a story, as values."""

from __future__ import annotations

from attrs import frozen

from sendguard.cli._loopback import Arrival
from sendguard.cli._stories import Story
from sendguard.errors import MessageNotSent
from sendguard.model import Decision


@frozen
class Delivery:
    """One mail handed to the server.

    Attributes:
        arrived: what the server took.
        refusal: what the guard raised instead, or None.
    """

    arrived: tuple[Arrival, ...]
    refusal: MessageNotSent | None = None


@frozen
class Outcome:
    """What became of one story."""

    story: Story
    unguarded: Delivery
    guarded: Delivery
    twin: Delivery
    twin_decision: Decision

    @property
    def as_told(self) -> bool:
        """Whether the mail arrived without the guard only, and its twin arrived untouched."""
        return (
            len(self.unguarded.arrived) == 1
            and self.guarded.refusal is not None
            and not self.guarded.arrived
            and any(
                finding.code.startswith(f"{self.story.family}.")
                for finding in self.guarded.refusal.decision.findings
            )
            and len(self.twin.arrived) == 1
            and not self.twin_decision.findings
        )
