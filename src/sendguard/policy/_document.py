"""Policy files as they lie on the disk: TOML, what they include, and their environments."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from attrs import field, frozen

from sendguard.errors import ConfigurationError

MAX_BYTES: Final = 1_000_000
MAX_INCLUDES: Final = 100
DEFAULT_ENVIRONMENT: Final = "production"


@frozen
class Place:
    """Where something stands: a file and a key in it, for messages."""

    file: str
    key: str = ""

    def at(self, key: str) -> Place:
        """The place of a key below this one."""
        return Place(self.file, f"{self.key}.{key}" if self.key else key)

    def item(self, index: int) -> Place:
        """The place of an item of the list that stands here; the first one is 1."""
        return Place(self.file, f"{self.key}[{index + 1}]")

    def error(self, problem: str) -> ConfigurationError:
        """The error that something is wrong here."""
        return ConfigurationError(": ".join(filter(None, (self.file, self.key, problem))))

    def unknown(self, what: str, name: str, known: Iterator[str] | list[str]) -> ConfigurationError:
        """The error that there is no such name, with the nearest one that there is."""
        names = sorted(known)
        near = get_close_matches(name, names, n=1)
        meant = f"did you mean {near[0]!r}?" if near else f"there is {', '.join(names) or 'none'}"
        return self.error(f"unknown {what} {name!r}; {meant}")


@frozen
class Layer:
    """The keys of one file or of one environment in it.

    Attributes:
        table: the keys, unread.
        place: where they stand.
        folder: where relative paths begin.
        path: the file; None for a shipped one.
    """

    table: Mapping[str, Any] = field(repr=False)
    place: Place
    folder: Path
    path: Path | None


def shipped_names() -> list[str]:
    """The names of the policies that come with sendguard."""
    folder = files("sendguard.policy") / "data"
    return sorted(
        each.name.removesuffix(".toml") for each in folder.iterdir() if each.name.endswith(".toml")
    )


def layers_of(path: Path, environment: str | None) -> list[Layer]:
    """The layers of a policy file, the most general first.

    Args:
        path: a policy file, or a pyproject.toml with a table ``[tool.sendguard]``.
        environment: whose tables lie on top; None for "production".

    Raises:
        ConfigurationError: a file cannot be read, is no TOML, or includes itself, or no file has
            that environment.
    """
    layers = list(_with_includes(_read(path), ()))
    return _with_environment(layers, environment)


def shipped_layers(name: str) -> list[Layer]:
    """The layers of a policy that comes with sendguard."""
    return _with_environment(list(_with_includes(_shipped(name), ())), None)


def layers_of_text(text: str, folder: Path) -> list[Layer]:
    """The layers of a policy that is given as text."""
    layer = Layer(_parsed(text, "policy"), Place("policy"), folder, None)
    return _with_environment(list(_with_includes(layer, ())), None)


def _with_environment(layers: list[Layer], environment: str | None) -> list[Layer]:
    wanted = environment or DEFAULT_ENVIRONMENT
    found: list[Layer] = []
    known: set[str] = set()
    for layer in layers:
        found.append(layer)
        place = layer.place.at("environments")
        tables = layer.table.get("environments", {})
        if not isinstance(tables, dict):
            raise place.error("expected a table of environments")
        known |= tables.keys()
        if wanted in tables:
            inner = place.at(wanted)
            if not isinstance(tables[wanted], dict):
                raise inner.error("expected a table")
            for key in ("include", "environments"):
                if key in tables[wanted]:
                    raise inner.at(key).error("an environment cannot have this; put it outside")
            found.append(Layer(tables[wanted], inner, layer.folder, layer.path))
    if environment is not None and wanted not in known and wanted != DEFAULT_ENVIRONMENT:
        raise layers[-1].place.at("environments").unknown("environment", wanted, sorted(known))
    return found


def _with_includes(layer: Layer, within: tuple[str, ...]) -> Iterator[Layer]:
    place = layer.place.at("include")
    within = (*within, layer.place.file)
    included = layer.table.get("include", [])
    if isinstance(included, str):
        included = [included]
    if not isinstance(included, list) or not all(isinstance(each, str) for each in included):
        raise place.error("expected the names of policies, or paths of .toml files")
    for name in included:
        inner = _read(layer.folder / name) if name.endswith(".toml") else None
        if inner is None:
            if name not in shipped_names():
                raise place.unknown("policy", name, shipped_names())
            inner = _shipped(name)
        if inner.place.file in within:
            raise place.error(f"{' includes '.join((*within, inner.place.file))}: a circle")
        if len(within) > MAX_INCLUDES:
            raise place.error(f"more than {MAX_INCLUDES} files include one another")
        yield from _with_includes(inner, within)
    yield layer


def _shipped(name: str) -> Layer:
    text = (files("sendguard.policy") / "data" / f"{name}.toml").read_text(encoding="utf-8")
    return Layer(_parsed(text, name), Place(name), Path(), None)


def _read(path: Path) -> Layer:
    shown = str(path)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        real = path.resolve()
    except OSError as error:
        raise ConfigurationError(f"{shown}: {error.strerror or type(error).__name__}") from None
    if len(data) > MAX_BYTES:
        raise ConfigurationError(f"{shown}: a policy file has at most {MAX_BYTES:,} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigurationError(
            f"{shown}: byte {error.start} is not UTF-8; save it as UTF-8"
        ) from None
    table, place = _parsed(text, shown), Place(shown)
    if path.name == "pyproject.toml":
        tool = table.get("tool")
        table = tool.get("sendguard") if isinstance(tool, dict) else None
        place = place.at("tool.sendguard")
        if not isinstance(table, dict):
            raise place.error("there is no such table; add [tool.sendguard]")
    return Layer(table, Place(str(real), place.key), real.parent, real)


def _parsed(text: str, shown: str) -> Any:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:  # says line and column
        raise ConfigurationError(f"{shown}: this is not TOML: {error}") from None
    except RecursionError:
        raise ConfigurationError(f"{shown}: it is nested too deeply to be read") from None
