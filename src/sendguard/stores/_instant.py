"""Instants as stores keep them: whole microseconds since 1970, which no rounding can move."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_microseconds(now: datetime) -> int:
    """The instant of an aware `datetime`; time zones and summer time make no difference.

    Raises:
        TypeError: it names no time zone.
    """
    return (now - _EPOCH) // _MICROSECOND


def from_microseconds(instant: int) -> datetime:
    """The instant as a `datetime` in UTC."""
    return _EPOCH + instant * _MICROSECOND
