"""Names of attempts to send, which tell when the attempt was made."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Final

from sendguard.stores._instant import to_microseconds

# In between the time and what is drawn by lot; other tokens hardly ever have it there.
_TIMED: Final = b"\xa7\x17e"
_TIME_BYTES: Final = 7


def new_token(now: datetime) -> str:
    """A token for `ClaimStore.take`, never given before: 32 hex digits.

    The instant stands in it (as in RFC 9562's UUIDs of version 7, to the microsecond), so that a
    store in which the rows of a key stand in the order of time need not search all of them for it.

    Args:
        now: the time (aware) with which it is first taken.
    """
    at = to_microseconds(now)
    if not 0 <= at < 1 << 8 * _TIME_BYTES:
        return secrets.token_hex(16)
    drawn = 16 - _TIME_BYTES - len(_TIMED)
    return (at.to_bytes(_TIME_BYTES) + _TIMED + secrets.token_bytes(drawn)).hex()


def made_at(token: bytes) -> int | None:
    """The instant in a token of `new_token`, in microseconds since 1970; None in any other."""
    if token[_TIME_BYTES : _TIME_BYTES + len(_TIMED)] != _TIMED:
        return None
    return int.from_bytes(token[:_TIME_BYTES])
