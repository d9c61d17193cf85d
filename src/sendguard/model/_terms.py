"""What a held message waits for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from attrs import field, frozen

from sendguard.errors import ConfigurationError
from sendguard.model._duration import Duration, seconds_of
from sendguard.model._types import texts, tuple_of

_MOST_APPROVALS = 100


def _release_after(given: Duration | None) -> timedelta | None:
    return None if given is None else timedelta(seconds=seconds_of("Terms.release_after", given))


def _expires(given: Duration | None) -> timedelta | None:
    return None if given is None else timedelta(seconds=seconds_of("Terms.expires", given))


def _roles(values: Any) -> tuple[str, ...]:
    return tuple(sorted(set(texts(values))))


def _few(_: object, __: object, value: Any) -> None:
    if value is None:
        return
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"Terms.approvals takes an int, not {type(value).__name__}")
    if not 0 <= value <= _MOST_APPROVALS:
        raise ConfigurationError(f"Terms.approvals is {value}; use 0 to {_MOST_APPROVALS}")


@frozen(kw_only=True)
class Terms:
    """What a message has to wait for before it may leave a hold queue.

    A timer and approvals together mean both. ``Terms(approvals=0)`` asks for nothing but the new
    judgement at release.

    Args:
        release_after: how long it waits at least, such as ``"1m"``; kept as a `timedelta`.
        approvals: by so many different people; None says nothing about it, or 1 where roles are
            named.
        roles: an approver needs one of these; none named: anybody but the author will do.
        expires: how long it may wait at most; then it is rejected.

    Raises:
        ConfigurationError: an option has a value that it cannot have.

    >>> Terms(release_after="1m").needed is None
    True
    >>> Terms(roles=["editor"]).needed
    1
    """

    release_after: timedelta | None = field(default=None, converter=_release_after)
    approvals: int | None = field(default=None, validator=_few)
    roles: tuple[str, ...] = field(default=(), converter=_roles, validator=tuple_of(str))
    expires: timedelta | None = field(default=None, converter=_expires)

    @property
    def needed(self) -> int | None:
        """How many people have to approve; None where these terms do not say."""
        return 1 if self.approvals is None and self.roles else self.approvals
