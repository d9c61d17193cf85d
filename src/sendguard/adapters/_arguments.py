"""What every adapter is given: wrong arguments are found when it is built."""

from __future__ import annotations

from sendguard.guard import ContextSource, Guard
from sendguard.model import Context


def check_arguments(adapter: str, guard: Guard, context: ContextSource) -> None:
    """Raise TypeError, naming the adapter, unless these are a guard and a source of contexts."""
    if not isinstance(guard, Guard):
        raise TypeError(f"{adapter}: guard takes a Guard, not {type(guard).__name__}")
    if context is not None and not isinstance(context, Context) and not callable(context):
        raise TypeError(
            f"{adapter}: context takes a Context or a function of the message, "
            f"not {type(context).__name__}"
        )
