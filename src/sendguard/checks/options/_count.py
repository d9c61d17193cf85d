"""Numbers of messages and people that an option names."""

from __future__ import annotations

from sendguard.errors import ConfigurationError
from sendguard.stores import MOST


def count_of(where: str, given: object) -> int:
    """The number, when it can be counted to.

    Args:
        where: the option, for the error.
        given: what it was set to.

    Raises:
        ConfigurationError: it is below 1, or more than any store counts.
    """
    if not isinstance(given, int) or isinstance(given, bool):
        raise TypeError(f"{where} takes an int, not {type(given).__name__}")
    if not 1 <= given <= MOST:
        raise ConfigurationError(f"{where} is {given}; use 1 to {MOST}")
    return given
