"""Lengths of time as people write them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from sendguard.errors import ConfigurationError

Duration = str | timedelta
"""``"90s"``, ``"15m"``, ``"1h30m"``, ``"1d"``, ``"2w"``, or a `timedelta`."""

LONGEST: Final = 10 * 366 * 86_400
"""The longest length of time that an option takes, in seconds."""

_UNITS = ("weeks", "days", "hours", "minutes", "seconds")
_FORM = re.compile(
    r"(?:(\d{1,6})w)?+(?:(\d{1,6})d)?+(?:(\d{1,6})h)?+(?:(\d{1,6})m)?+(?:(\d{1,9})s)?+"
)
_LONGEST = timedelta(seconds=LONGEST)


def seconds_of(where: str, given: Duration) -> float:
    """The length in seconds.

    A day is 24 hours and a week 168, also where clocks change.

    Args:
        where: the option, for the error.
        given: what it was set to.

    Raises:
        ConfigurationError: it is no length of time, or not above 0 and at most ten years.

    >>> seconds_of("per", "1h30m")
    5400.0
    """
    if isinstance(given, timedelta):
        length = given
    elif isinstance(given, str):
        match = _FORM.fullmatch(given)
        if not given or match is None:
            raise ConfigurationError(
                f"{where} is {given!r}; use weeks, days, hours, minutes and seconds in that order, "
                'such as "90s", "15m", "1h30m", "1d", "2w"'
            )
        numbers = (int(number or 0) for number in match.groups())
        length = timedelta(**dict(zip(_UNITS, numbers, strict=True)))
    else:
        raise TypeError(f'{where} takes a str such as "1h" or a timedelta, not {_kind(given)}')
    if not timedelta(milliseconds=1) <= length <= _LONGEST:
        raise ConfigurationError(f"{where} is {given!r}; use above 0, at most ten years")
    return length.total_seconds()


def length_of(seconds: float) -> str:
    """The length as people write it, in the largest unit that fits.

    >>> length_of(5400.0)
    '90m'
    """
    for unit, size in (("w", 604_800), ("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds % size == 0:
            return f"{seconds / size:.0f}{unit}"
    return f"{seconds:g}s"


def _kind(value: object) -> str:
    return type(value).__name__
