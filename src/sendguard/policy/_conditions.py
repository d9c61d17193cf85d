"""Conditions as tables: ``{purpose = ["marketing"], not = {channel = "sms"}}``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from operator import and_, or_
from typing import Any, Final

from sendguard import conditions
from sendguard.conditions import Condition, Form
from sendguard.model import importable_name, object_named
from sendguard.policy._document import Place
from sendguard.policy._kinds import Schema

_TEXTS: Final = (
    *("channel", "purpose", "environment", "template", "campaign", "customer_state", "language"),
    *("actor_role", "any_domain", "all_domain", "has_resource"),
)
_FLAGS: Final = ("is_reply", "has_attachments", "any_external", "all_internal")
KEYS: Final = (
    *("all", "any", "not", "extra", "recipients_at_least", "satisfies"),
    *_TEXTS,
    *_FLAGS,
)


def read_condition(table: Any, place: Place) -> Condition:
    """The condition that a table says; several keys must all hold.

    Raises:
        ConfigurationError: a key is unknown, or holds something that it cannot hold.
    """
    if not isinstance(table, dict) or not table:
        raise place.error('expected a table such as {purpose = ["marketing"]}')
    return reduce(and_, (_one(key, value, place.at(key)) for key, value in table.items()))


def _one(key: str, value: Any, place: Place) -> Condition:
    if key not in KEYS:
        raise place.unknown("condition", key, list(KEYS))
    if key == "not":
        return ~read_condition(value, place)
    if key in ("all", "any"):
        if not isinstance(value, list) or not value:
            raise place.error("expected a list of conditions")
        parts = (read_condition(each, place.item(index)) for index, each in enumerate(value))
        return reduce(and_ if key == "all" else or_, parts)
    try:
        return _plain(key, value)
    except (TypeError, ValueError) as error:
        raise place.error(str(error)) from error


def _plain(key: str, value: Any) -> Condition:
    build: Callable[..., Condition] = getattr(conditions, key)
    if key in _TEXTS:
        return build(*([value] if isinstance(value, str) else _list(value)))
    if key in _FLAGS:
        if not isinstance(value, bool):
            raise TypeError(f"expected true or false, got {value!r}")
        return build() if value else ~build()
    if key == "extra":
        if not isinstance(value, dict) or not value:
            raise TypeError("expected a table of names and values")
        return reduce(and_, (build(name, wanted) for name, wanted in value.items()))
    if key == "recipients_at_least":
        if not isinstance(value, int) or isinstance(value, bool):
            raise TypeError(f"expected a whole number, got {value!r}")
        return build(value)
    if not isinstance(value, str):
        raise TypeError(f'expected a function as "module:name", got {value!r}')
    return build(object_named(value))


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f"expected a text or a list of texts, got {value!r}")
    return value


def written(form: Form) -> Form:
    """A form as a file can hold it.

    Raises:
        ConfigurationError: it asks a function that no file can name.
    """
    ((key, value),) = form.items()
    match key:
        case "not":
            return {"not": written(value)}
        case "all" | "any":
            return {key: [written(each) for each in value]}
        case "satisfies":
            return {key: importable_name(value)}
    return {key: value}


def condition_schema() -> Mapping[str, Schema]:
    """The keys of a condition, as JSON Schema."""
    texts: Schema = {
        "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]
    }
    inner: Schema = {"$ref": "#/$defs/condition"}
    return {
        **{name: {**texts, "description": _summary(name)} for name in _TEXTS},
        **{name: {"type": "boolean", "description": _summary(name)} for name in _FLAGS},
        "all": {"type": "array", "items": inner, "description": "All of these hold."},
        "any": {"type": "array", "items": inner, "description": "One of these holds."},
        "not": inner,
        "extra": {"type": "object", "description": _summary("extra")},
        "recipients_at_least": {
            "type": "integer",
            "minimum": 1,
            "description": _summary("recipients_at_least"),
        },
        "satisfies": {"type": "string", "description": _summary("satisfies")},
    }


def _summary(name: str) -> str:
    return (getattr(conditions, name).__doc__ or "").partition("\n")[0].replace("``", "")
