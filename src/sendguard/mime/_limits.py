"""How much of a hostile message is read."""

from __future__ import annotations

from typing import Any

from attrs import field, frozen

from sendguard.errors import ConfigurationError


def _within(lowest: int, highest: int | None = None) -> Any:
    def validate(_: object, attribute: Any, value: object) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            raise TypeError(f"Limits.{attribute.name} takes an int, not {type(value).__name__}")
        if value < lowest or (highest is not None and value > highest):
            most = f" and at most {highest}" if highest is not None else ""
            raise ConfigurationError(
                f"Limits.{attribute.name} is {value}; use a number of at least {lowest}{most}"
            )

    return validate


@frozen(kw_only=True)
class Limits:
    """Caps on reading; reaching one gives a `Defect` of kind "limit" and what was read before it.

    Args:
        bytes: of the source that are read.
        parts: of all multiparts and nested messages together.
        depth: of multiparts and messages inside each other.
        header_bytes: of one header block.
        headers: header fields of the message and all nested ones together.
    """

    bytes: int = field(default=50 * 2**20, validator=_within(1))
    parts: int = field(default=1000, validator=_within(1))
    # What was read is walked by recursion elsewhere, and copied once a nested message.
    depth: int = field(default=32, validator=_within(1, 100))
    header_bytes: int = field(default=2**20, validator=_within(100))
    headers: int = field(default=5000, validator=_within(1))
