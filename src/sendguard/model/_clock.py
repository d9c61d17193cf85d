"""Where the time comes from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Gives the present time as an aware `datetime`. Passed in, so that tests never sleep."""


def system_clock() -> datetime:
    """The computer's time, in UTC."""
    return datetime.now(UTC)
