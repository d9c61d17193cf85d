"""What became of a story, as values."""

from __future__ import annotations

from attrs import frozen

from sendguard.cli._loopback import Arrival
from sendguard.cli.stories import Story
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
    decision: Decision
    twin_decision: Decision

    @property
    def as_told(self) -> bool:
        """Whether only the guard kept the mail back, or warned, and its twin arrived untouched."""
        warned = self.guarded.refusal is None and len(self.guarded.arrived) == 1
        stopped = self.guarded.refusal is not None and not self.guarded.arrived
        return (
            len(self.unguarded.arrived) == 1
            and (warned if self.story.warns else stopped)
            and any(f.code.startswith(f"{self.story.family}.") for f in self.decision.findings)
            and len(self.twin.arrived) == 1
            and not self.twin_decision.findings
        )
