"""What to do with a message, from the mildest to the strongest."""

from __future__ import annotations

import enum

from sendguard.errors import ConfigurationError


class Action(enum.IntEnum):
    """ALLOW < WARN < HOLD < BLOCK.

    ALLOW lets the message pass, WARN passes it with a remark, HOLD says "not now: a person or a
    timer decides", BLOCK says "never like this".

    >>> max(Action.WARN, Action.HOLD)
    <Action.HOLD: 2>
    >>> Action.HOLD.label
    'hold'
    """

    ALLOW = 0
    WARN = 1
    HOLD = 2
    BLOCK = 3

    @property
    def label(self) -> str:
        """The name as files and JSON write it: "allow", "warn", "hold", "block"."""
        return self.name.lower()

    @classmethod
    def from_label(cls, label: str) -> Action:
        """The action of that name, in any case; ConfigurationError for another word."""
        try:
            return cls[label.upper()]
        except KeyError:
            raise ConfigurationError(
                f"{label!r} is no action; use one of {', '.join(a.label for a in cls)}"
            ) from None
