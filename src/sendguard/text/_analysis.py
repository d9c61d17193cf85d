"""A message read once, for all checks."""

from __future__ import annotations

from sendguard.model import Defect, Message


class Analysis:
    """What can be read from one message, computed when first asked for."""

    def __init__(self, message: Message) -> None:
        self.message = message

    @property
    def defects(self) -> tuple[Defect, ...]:
        """What reading the message met and could not make good, its own defects included."""
        return self.message.defects
