"""What the options of checks may hold in a policy file, told from the types of their factories."""

from __future__ import annotations

import types
from collections.abc import Callable, Container, Iterable, Mapping
from datetime import timedelta
from enum import Enum
from functools import cache
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from attrs import NOTHING, field, fields, frozen, has

from sendguard.model import Action

Resource = Literal["store", "directory", "suppression"]
Schema = dict[str, Any]

ACTIONS: Final = tuple(action.label for action in Action)


@frozen
class Kind:
    """What an option takes.

    Attributes:
        schema: of its values in a file (JSON Schema 2020-12); empty where anything may stand.
        words: what it takes, for a message.
        resource: what a name there refers to, or None.
        is_action: whether its values name actions.
        items: what each item of a list is, or None.
        parts: what the keys of a table are, where it describes an object, or None.
        build: makes the object of such a table.
    """

    schema: Schema = field(factory=dict)
    words: str = "a value"
    resource: Resource | None = None
    is_action: bool = False
    items: Kind | None = None
    parts: Mapping[str, Kind] | None = None
    build: Callable[..., Any] | None = None

    def accepts(self, value: object) -> bool:
        """Whether the value is of this kind, as far as its type tells."""
        return _fits(value, self.schema)

    def loaded(self, value: Any) -> Any:
        """The value as the factory takes it."""
        return Action[value.upper()] if self.is_action else value


def _fits(value: object, schema: Schema) -> bool:
    if "anyOf" in schema:
        return any(_fits(value, each) for each in schema["anyOf"])
    if "enum" in schema:
        return value in schema["enum"]
    match schema.get("type"):
        case "array":
            return isinstance(value, list) and all(_fits(each, schema["items"]) for each in value)
        case "object":
            inner = schema.get("additionalProperties", {})
            if not isinstance(value, dict) or "properties" in schema:
                return isinstance(value, dict)  # its keys are looked at one by one
            return all(_fits(each, inner) for each in value.values())
        case None:
            return True
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case name:
            return isinstance(value, {"string": str, "boolean": bool}[name])


TEXT: Final = Kind({"type": "string"}, "a text")
_PLAIN: Final[dict[Any, Kind]] = {
    bool: Kind({"type": "boolean"}, "true or false"),
    int: Kind({"type": "integer"}, "a whole number"),
    float: Kind({"type": "number"}, "a number"),
    str: TEXT,
    timedelta: Kind({"type": "string"}, 'a length of time such as "1h30m"'),
    Action: Kind({"enum": list(ACTIONS)}, f"one of {', '.join(ACTIONS)}", is_action=True),
}


@cache
def kind_of(annotation: Any) -> Kind:
    """The kind that an annotation of a factory asks for.

    >>> kind_of(int | None).words
    'a whole number'
    """
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        return _either([each for each in arguments if each is not type(None)])
    if origin is Literal:
        return Kind({"enum": list(arguments)}, f"one of {', '.join(map(str, arguments))}")
    if origin is Container:
        return Kind(TEXT.schema, "the name of a suppression list", "suppression")
    if getattr(annotation, "__name__", None) == "DirectoryLike":
        return Kind(TEXT.schema, "the name of a directory", "directory")
    if _is_a(origin, Mapping):
        inner = kind_of(arguments[-1]) if arguments else Kind()
        return Kind(
            {"type": "object", "additionalProperties": inner.schema},
            f"a table, each of its values {inner.words}",
        )
    if _is_a(origin, Iterable) and arguments:
        inner = kind_of(arguments[0])
        words = f"a list, each item {inner.words}"
        return Kind({"type": "array", "items": inner.schema}, words, items=inner)
    if isinstance(annotation, type) and has(annotation):
        return _table(annotation)
    return Kind()


def _table(described: type) -> Kind:
    """The kind of a table with the arguments of an attrs class."""
    hints = get_type_hints(described)
    given = [each for each in fields(described) if each.init]
    parts = {each.alias: kind_of(hints[each.name]) for each in given}
    schema: Schema = {
        "type": "object",
        "required": [each.alias for each in given if each.default is NOTHING],
        "additionalProperties": False,
        "properties": {name: kind.schema for name, kind in parts.items()},
    }
    return Kind(schema, "a table", parts=parts, build=described)


def _is_a(origin: Any, kind: type) -> bool:
    return isinstance(origin, type) and not issubclass(origin, Enum) and issubclass(origin, kind)


def _either(annotations: list[Any]) -> Kind:
    if timedelta in annotations:
        return _PLAIN[timedelta]
    kinds = [kind_of(each) for each in annotations if get_origin(each) is not Callable]
    # What only Python can hold, such as a function, says nothing of what a file holds.
    plain = [kind for kind in kinds if kind.schema]
    if len(plain) == 1:
        return plain[0]
    if not plain:
        return Kind()
    return Kind(
        {"anyOf": [kind.schema for kind in plain]},
        " or ".join(kind.words for kind in plain),
        resource=next((kind.resource for kind in plain if kind.resource is not None), None),
    )
