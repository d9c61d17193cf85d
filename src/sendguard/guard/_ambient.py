"""The context that travels with the code that sends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sendguard.errors import ConfigurationError
from sendguard.model import Context

_NOTHING = Context()
_ambient: ContextVar[Context] = ContextVar("sendguard.context", default=_NOTHING)


@contextmanager
def context(**fields: Any) -> Iterator[Context]:
    """Set fields of the `Context` for all sends inside; an inner block wins over an outer one.

    A context variable (PEP 567): right for threads and asyncio. An idempotency key belongs to one
    message and is never ambient.

    Raises:
        ConfigurationError: a field is unknown or has a wrong value, or is ``key``.

    >>> import sendguard
    >>> with sendguard.context(customer="north", purpose="transactional") as facts:
    ...     facts.purpose
    'transactional'
    """
    if "key" in fields:
        raise ConfigurationError(
            "context(key=…): an idempotency key belongs to one message; pass it with that message"
        )
    try:
        inner = Context(**fields)
    except TypeError as error:
        raise ConfigurationError(f"context(): {error}") from error
    token = _ambient.set(inner.over(_ambient.get()))
    try:
        yield _ambient.get()
    finally:
        _ambient.reset(token)


def resolve(own: Context | None, fixed: Context | None = None) -> Context:
    """The context of one send, the narrower winning field by field.

    Args:
        own: what was given for this message.
        fixed: what holds for all sends of a transport; the surrounding ``with context(...)`` is
            narrower than it and wider than `own`.
    """
    found = _ambient.get()
    if fixed is not None:
        found = found.over(fixed)
    return found if own is None else own.over(found)
