"""A message read once, for all checks."""

from __future__ import annotations

from sendguard.model import Message


class Analysis:
    """What can be read from one message, computed when first asked for."""

    def __init__(self, message: Message) -> None:
        self.message = message
