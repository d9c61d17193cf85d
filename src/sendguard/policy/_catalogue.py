"""Which checks a policy file can name, and what options each takes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Container, Mapping
from functools import cache
from typing import Any, Final, get_type_hints

from attrs import frozen

from sendguard import checks
from sendguard.checks import Check
from sendguard.errors import ConfigurationError
from sendguard.model import object_named
from sendguard.policy._kinds import Kind, kind_of

GROUP: Final = "sendguard.checks"
"""The group of entry points by which an installed package offers checks of its own."""


@frozen(eq=False)
class Option:
    """One option of a check."""

    kind: Kind
    required: bool
    default: Any


@frozen(eq=False)
class Entry:
    """A check that a policy file can name.

    Attributes:
        name: as the file writes it.
        build: its factory.
        options: what the factory takes, by name.
        summary: the first line of its documentation.
    """

    name: str
    build: Callable[..., Check]
    options: Mapping[str, Option]
    summary: str


@cache
def built_in() -> Mapping[str, Entry]:
    """The checks that come with sendguard, by name."""
    named = ((name, built_in_named(name)) for name in checks.__all__)
    return {name: entry for name, entry in named if entry is not None}


@cache
def built_in_named(name: str) -> Entry | None:
    """The check of that name that comes with sendguard; no other is loaded."""
    factory = getattr(checks, name) if name in checks.__all__ else None
    if not inspect.isfunction(factory) or factory.__annotations__.get("return") != "Check":
        return None
    return _entry(name, factory)


def find(name: str) -> Entry | None:
    """The check of that name: a built-in one, a plug-in's, or ``"module:name"`` of one's own.

    Raises:
        ConfigurationError: something of that name is there, and is no check.
    """
    if (entry := built_in_named(name)) is not None:
        return entry
    if ":" in name:
        return _foreign(name, object_named(name))
    from importlib.metadata import entry_points  # slow to load

    for point in entry_points(group=GROUP, name=name):
        try:
            return _foreign(name, point.load())
        except (ImportError, AttributeError) as error:
            raise ConfigurationError(f"the plug-in {name!r} cannot be loaded: {error}") from error
    return None


def known_names() -> list[str]:
    """The names of all built-in checks and plug-ins."""
    from importlib.metadata import entry_points

    return sorted({*built_in(), *entry_points(group=GROUP).names})


def _foreign(name: str, found: object) -> Entry:
    if isinstance(found, Check):
        return Entry(name, lambda: found, {}, inspect.getdoc(found) or "")
    if callable(found):
        return _entry(name, found)
    raise ConfigurationError(f"{name!r} is no check, but a {type(found).__name__}")


def _entry(name: str, factory: Callable[..., Any]) -> Entry:
    hints = _hints(factory)
    options = {}
    for each in inspect.signature(factory).parameters.values():
        if each.kind in (each.VAR_POSITIONAL, each.VAR_KEYWORD):
            continue
        required = each.default is each.empty
        options[each.name] = Option(
            kind_of(hints.get(each.name, Any)), required, None if required else each.default
        )
    summary = (inspect.getdoc(factory) or "").partition("\n\n")[0].replace("\n", " ")
    return Entry(name, factory, options, summary)


def _hints(factory: Callable[..., Any]) -> dict[str, Any]:
    # What a factory imports for its types alone is not there when the program runs.
    known: dict[str, Any] = {"Container": Container}
    if any("DirectoryLike" in str(each) for each in factory.__annotations__.values()):
        from sendguard.matching import DirectoryLike

        known["DirectoryLike"] = DirectoryLike
    try:
        return get_type_hints(factory, localns=known)
    except NameError:
        return {}
