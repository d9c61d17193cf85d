"""A plain function becomes a check."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from attrs import field, frozen

from sendguard.checks.algebra._case import Case
from sendguard.checks.algebra._checks import Leaf, Unevaluable
from sendguard.errors import ConfigurationError
from sendguard.model import Action, Context, Finding, Message, check_code, name_of, object_named

Result = Finding | str | None | Iterable[Finding | str]
Function = Callable[[Message, Context], Result]


@frozen(repr=False)
class _Rule(Leaf):
    code: str
    function: Function
    time_out: float | None = field(default=None)
    completes: bool = field(default=False)

    def find(self, case: Case) -> Iterable[Finding | Unevaluable]:
        result = self.function(case.message, case.context)
        if result is None:
            return
        rows = (result,) if isinstance(result, Finding | str) else result
        for row in rows:
            if isinstance(row, Finding):
                yield row
            elif isinstance(row, str):
                yield Finding(code=self.code, action=Action.WARN, message=row)
            else:
                raise TypeError(
                    f"rule {self.code!r} gave {type(row).__name__}; "
                    "give Finding, str, None, or an iterable of them"
                )

    def __call__(self, message: Message, context: Context) -> Result:
        """Call the function itself, as its own tests do."""
        return self.function(message, context)

    def __reduce__(self) -> tuple[Any, ...]:
        # The function's name now means this check, so it is pickled by that name.
        return object_named, (name_of(self.function),)

    def __repr__(self) -> str:
        return f"rule({self.code!r})({self.function.__qualname__})"


def rule(
    code: str, *, time_out: float | None = None, completes: bool = False
) -> Callable[[Function], _Rule]:
    """Make a check of a function ``(message, context) -> Finding | str | None | iterable of them``.

    Args:
        code: the code of findings that the function gives as a plain text (a WARN).
        time_out: seconds. Name it when the function does I/O: it then runs in a bounded pool, and
            one that takes longer has failed. A function without one runs in the caller's thread.
        completes: whether a recipient more can satisfy it ("Bob was forgotten").

    Raises:
        ConfigurationError: the code or the time-out is unusable.

    >>> from sendguard import rule
    >>> @rule("billing.no-vat")
    ... def no_vat(message, context):
    ...     if "invoice" in (message.subject or "").lower() and "VAT" not in (message.text or ""):
    ...         return "An invoice should name the VAT."
    """
    check_code(code)
    if code.startswith("guard."):
        raise ConfigurationError(f"{code!r} is one of the guard's own codes; use another family")
    if time_out is not None and not 0 < time_out <= 60:
        raise ConfigurationError(f"time_out is {time_out!r}; use seconds above 0, at most 60")

    def decorate(function: Function) -> _Rule:
        if not callable(function):
            raise TypeError(f"@rule goes on a function, not {type(function).__name__}")
        return _Rule(code, function, time_out, completes)

    return decorate
