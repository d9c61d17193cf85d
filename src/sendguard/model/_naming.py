"""What ``"module:name"`` names, and by which such name a thing is found again."""

from __future__ import annotations

from importlib import import_module
from operator import attrgetter
from typing import Any

from sendguard.errors import ConfigurationError


def object_named(path: str) -> Any:
    """The object that ``"module:name"`` names; its module is imported if it is not yet.

    Args:
        path: the module as in an import statement, and the name in it, which may have dots.

    Raises:
        ConfigurationError: it is not of that form, the module cannot be found, or has no such name.

    >>> object_named("string:Template.delimiter")
    '$'
    """
    module, _, name = path.partition(":")
    if not module or module.startswith(".") or not name:
        raise ConfigurationError(f'{path!r} names nothing; write "module:name"')
    try:
        return attrgetter(name)(import_module(module))
    except (ImportError, AttributeError, ValueError) as error:
        raise ConfigurationError(f"{path!r} cannot be imported: {error}") from error


def name_of(thing: Any) -> str:
    """``"module:name"`` of where a function or class was defined, or else the class of the thing.

    The same in every process, so that it can be a key; `object_named` need not find it.

    >>> name_of(name_of)
    'sendguard.model._naming:name_of'
    """
    owner = thing if hasattr(thing, "__qualname__") else type(thing)
    return f"{owner.__module__}:{owner.__qualname__}"


def importable_name(thing: Any, defined: Any = None) -> str:
    """``"module:name"`` by which `object_named` finds the thing again.

    Args:
        thing: what is to be found.
        defined: the function whose place it took, if it has no name of its own.

    Raises:
        ConfigurationError: something else, or nothing, is found by that name.

    >>> importable_name(importable_name)
    'sendguard.model._naming:importable_name'
    """
    name = name_of(thing if defined is None else defined)
    try:
        found = object_named(name)
    except ConfigurationError:
        found = None
    if found != thing:
        raise ConfigurationError(
            f"{name!r} does not lead back to what it names, so it cannot be written down; give it "
            "a name of its own in a module"
        )
    return name
