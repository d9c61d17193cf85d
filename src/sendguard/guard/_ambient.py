"""The context that travels with the code that sends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sendguard.errors import ConfigurationError
from sendguard.model import Context, Message

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


@contextmanager
def without_ambient() -> Iterator[None]:
    """Inside, no surrounding `context` counts: what is sent there has its own facts with it."""
    token = _ambient.set(_NOTHING)
    try:
        yield
    finally:
        _ambient.reset(token)


ContextSource = Context | Callable[[Message], Context | None] | None
"""How an adapter is told the context: a fixed value, or a function of each message."""


def resolve(message: Message, own: Context | None = None, source: ContextSource = None) -> Context:
    """The context of one send, the narrower winning field by field.

    Args:
        message: what is about to be sent.
        own: what was given for this message.
        source: the transport's. What a function says of this message is narrower than the
            surrounding ``with context(...)``; a fixed value holds for all sends and is wider.

    Raises:
        TypeError: the function gave something that is no `Context`.
    """
    found = _ambient.get()
    if isinstance(source, Context):
        found = found.over(source)
    elif source is not None and (computed := source(message)) is not None:
        if not isinstance(computed, Context):
            raise TypeError(f"context= gave {type(computed).__name__}; give a Context or None")
        found = computed.over(found)
    return found if own is None else own.over(found)
