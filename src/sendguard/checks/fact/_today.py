"""When the message is read."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

if TYPE_CHECKING:
    from sendguard.checks.algebra import Case


def reader_now(case: Case) -> datetime:
    """The time by which the case is judged, on the reader's clock where his time zone is known."""
    now = case.context.now
    if now is None:
        raise TypeError("a case is judged at a time")
    if case.context.time_zone is None:
        return now
    try:
        return now.astimezone(ZoneInfo(case.context.time_zone))
    except (ZoneInfoNotFoundError, ValueError, OSError, OverflowError):
        return now  # a day more or less; that the zone is unknown is said by the checks on timing
