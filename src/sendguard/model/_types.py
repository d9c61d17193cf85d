"""Validators for the types of fields: only a wrong Python type raises, content never does."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, cast

from sendguard.errors import ConfigurationError


def instance_of(*kinds: type) -> Callable[[Any, Any, Any], None]:
    """A validator that raises TypeError, without showing the value, unless it is one of `kinds`."""
    names = " or ".join("None" if kind is type(None) else kind.__name__ for kind in kinds)

    def validate(instance: Any, attribute: Any, value: Any) -> None:
        if not isinstance(value, kinds):
            raise TypeError(
                f"{type(instance).__name__}.{attribute.name} takes {names}, "
                f"not {type(value).__name__}"
            )

    return validate


def tuple_of(kind: type) -> Callable[[Any, Any, Any], None]:
    """A validator for a tuple all of whose members are of `kind`."""

    def validate(instance: Any, attribute: Any, value: Any) -> None:
        for member in cast("tuple[object, ...]", value):
            if not isinstance(member, kind):
                raise TypeError(
                    f"{type(instance).__name__}.{attribute.name} takes {kind.__name__} objects, "
                    f"not {type(member).__name__}"
                )

    return validate


def aware(instance: Any, attribute: Any, value: Any) -> None:
    """A validator for None or a `datetime` that knows its time zone."""
    if value is None:
        return
    name = f"{type(instance).__name__}.{attribute.name}"
    if not isinstance(value, datetime):
        raise TypeError(f"{name} takes a datetime, not {type(value).__name__}")
    if value.utcoffset() is None:
        raise ConfigurationError(
            f"{name} is {value.isoformat()}, which names no time zone; "
            "use an aware datetime such as datetime.now(timezone.utc)"
        )


def texts(values: Iterable[str]) -> tuple[str, ...]:
    """A converter to a tuple, which does not take one text for several."""
    if isinstance(values, str):
        raise TypeError("several texts are expected, not one str")
    return tuple(values)
