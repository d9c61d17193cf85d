"""For whom something is counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from difflib import get_close_matches
from typing import Final, cast

from attrs import frozen

from sendguard.canonical import canonical_recipient
from sendguard.checks.algebra import Case
from sendguard.errors import ConfigurationError
from sendguard.model import Context, Message, name_of, object_named

Function = Callable[[Message, Context], str | None]
By = str | Function
"""A name, ``"module:function"``, or a function of message and context that gives a text."""

NAMES: Final = ("recipient", "actor", "customer", "campaign", "template", "all")


@frozen
class Subject:
    """One for whom is counted.

    Attributes:
        value: who it is, or None when the message does not say.
        recipient: the address, where each recipient is counted for himself.
    """

    value: str | None
    recipient: str | None = None


def function_of(where: str, by: By) -> Function | None:
    """The function that `by` names; None for one of `NAMES`.

    Raises:
        ConfigurationError: it names nothing that can be called.
    """
    if not isinstance(by, str):
        if not callable(by):
            raise TypeError(f"{where} takes a name or a function, not {type(by).__name__}")
        return by
    if by in NAMES:
        return None
    if ":" not in by:
        near = get_close_matches(by, NAMES, n=1)
        meant = f"; did you mean {near[0]!r}?" if near else ""
        raise ConfigurationError(
            f'{where} is {by!r}; use one of {", ".join(NAMES)}, "module:function" or a '
            f"function{meant}"
        )
    try:
        found = object_named(by)
    except ConfigurationError as error:
        raise ConfigurationError(f"{where}: {error}") from error
    if not callable(found):
        raise ConfigurationError(f"{where} is {by!r}, which cannot be called")
    return cast("Function", found)


def label_of(by: By) -> str:
    """How a store, a label and a `repr` name it; the same in every worker."""
    return by if isinstance(by, str) else name_of(by)


def subjects(by: By, function: Function | None, case: Case) -> Iterator[Subject]:
    """For whom this message counts.

    Raises:
        TypeError: the function gave something else than a text or None.
    """
    if function is not None:
        found = function(case.message, case.context)
        if found is not None and not isinstance(found, str):
            raise TypeError(f"{label_of(by)} gave {type(found).__name__}; give a str or None")
        yield Subject(found)
    elif by == "recipient":
        for address in dict.fromkeys(r.address for r in case.message.recipients):
            yield Subject(canonical_recipient(address, case.default_region), address)
    elif by == "all":
        yield Subject("")
    elif by == "actor":
        yield Subject(case.context.actor.id if case.context.actor is not None else None)
    elif by == "template":
        yield Subject(case.message.template)
    else:
        yield Subject(case.context.customer if by == "customer" else case.context.campaign)
