"""What every adapter is given: wrong arguments are found when it is built."""

from __future__ import annotations

from collections.abc import Callable

from sendguard.guard import ContextSource, Guard
from sendguard.model import Context

GuardSource = Guard | Callable[[], Guard]
"""A guard, or a function that says which one judges now, such as a `GuardFile`; it is called for
each message."""


def check_arguments(adapter: str, guard: object, context: ContextSource) -> None:
    """Raise TypeError, naming the adapter, unless these are a guard and a source of contexts."""
    # A class is there by mistake: Guard() judges nothing at all.
    if isinstance(guard, type) or not (isinstance(guard, Guard) or callable(guard)):
        given = f"the class {guard.__name__}" if isinstance(guard, type) else type(guard).__name__
        raise TypeError(
            f"{adapter}: guard takes a Guard, or a function that returns one, not {given}"
        )
    if context is not None and not isinstance(context, Context) and not callable(context):
        raise TypeError(
            f"{adapter}: context takes a Context or a function of the message, "
            f"not {type(context).__name__}"
        )


def guard_now(guard: GuardSource) -> Guard:
    """The guard that judges this message.

    Raises:
        TypeError: the function returned something else.
    """
    if isinstance(guard, Guard):
        return guard
    found = guard()
    if not isinstance(found, Guard):
        raise TypeError(f"guard= gave {type(found).__name__}; give a Guard")
    return found
