"""From the keys of policy files to a policy: everything is checked before anything counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from pathlib import Path
from typing import Any, Final, get_args

from attrs import evolve, field, frozen

from sendguard.checks import Check, all_of, any_of
from sendguard.errors import ConfigurationError
from sendguard.model import Action, Mode
from sendguard.policy import _catalogue
from sendguard.policy._conditions import read_condition
from sendguard.policy._document import Layer, Place
from sendguard.policy._kinds import ACTIONS, Kind, Resource
from sendguard.policy._policy import Policy
from sendguard.policy._resources import SCHEMES, Opened, open_resource

LISTS: Final = ("without", "internal_domains", "overridable", "remove")
ACTION_KEYS: Final = ("on_error", "on_store_error", "on_unevaluable")
RESOURCE_KEYS: Final[tuple[Resource, ...]] = ("store", "directory", "suppression")
KEYS: Final = (
    *("include", "environments", "resources", "checks", "actions", "mode", "default_region"),
    *LISTS,
    *ACTION_KEYS,
    *RESOURCE_KEYS,
)
Addresses = Mapping[str, tuple[str, Path, Place]]
"""Of each resource: its address, where relative paths begin, and where that stands."""

_MODIFIERS: Final = ("when", "unless", "at", "named", "on_store_error")
_NO_RESOURCES: Final[Addresses] = {}
_FORMS: Final = ("check", "any_of", "all_of")


@frozen(eq=False)
class _Known:
    """The resources that can be named, and where relative paths begin."""

    addresses: Addresses
    region: str | None
    opened: dict[str, Opened] = field(factory=dict)

    def named(self, name: str, kind: Resource, place: Place, folder: Path) -> Any:
        """The resource of that name, or at that address."""
        if name in self.addresses:
            address, folder, place = self.addresses[name]
        elif ":" in name:
            address = name
        else:
            raise place.unknown("resource", name, sorted(self.addresses))
        found = SCHEMES.get(address.partition(":")[0])
        if found is not None and found != kind:
            raise place.error(f"{name!r} is a {found}, but a {kind} is wanted here")
        key = f"{folder}\0{address}"  # one file is opened once, whoever names it
        if key not in self.opened:
            try:
                self.opened[key] = open_resource(address, folder, self.region)
            except ConfigurationError as error:
                raise place.error(str(error)) from error
        return self.opened[key].value


def read_policy(layers: list[Layer]) -> Policy:
    """The policy that the layers make together, the later ones over the earlier ones.

    Raises:
        ConfigurationError: something is wrong in one of them; the message says where and what was
            expected.
    """
    for layer in layers:
        for key in layer.table:
            if key not in KEYS:
                raise layer.place.unknown("key", key, list(KEYS))
    region = next((r for layer in reversed(layers) if (r := _region(layer)) is not None), None)
    known = _Known(reduce(_add_resources, layers, _NO_RESOURCES), region)
    policy = Policy(default_region=region)
    for layer in layers:
        policy = _with_layer(policy, layer, known)
    paths = dict.fromkeys(layer.path for layer in layers if layer.path is not None)
    return evolve(policy, sources=tuple(paths))


def _region(layer: Layer) -> str | None:
    region = layer.table.get("default_region")
    if region is not None and not (isinstance(region, str) and len(region) == 2):
        place = layer.place.at("default_region")
        raise place.error(f"expected an ISO 3166 code such as 'GB', got {region!r}")
    return region


def _add_resources(found: Addresses, layer: Layer) -> Addresses:
    place, table = layer.place.at("resources"), layer.table.get("resources", {})
    if not isinstance(table, dict):
        raise place.error('expected a table such as people = "csv:people.csv"')
    for name, address in table.items():
        if not isinstance(address, str) or address.partition(":")[0] not in SCHEMES:
            raise place.at(name).error(
                f"expected an address that begins with one of "
                f"{', '.join(f'{scheme}:' for scheme in SCHEMES)}"
            )
        found = {**found, name: (address, layer.folder, place.at(name))}
    return found


def _with_layer(policy: Policy, layer: Layer, known: _Known) -> Policy:
    table, place = layer.table, layer.place
    changes: dict[str, Any] = {}
    lists = {key: _texts(table[key], place.at(key)) for key in LISTS if key in table}
    checks = policy.checks
    for name in lists.get("remove", ()):
        kept = tuple(check for check in checks if _name_of(check) != name)
        if len(kept) == len(checks):
            names = sorted({_name_of(check) for check in checks} - {""})
            raise place.at("remove").unknown("check", name, names)
        checks = kept
    rows = table.get("checks", [])
    if not isinstance(rows, list):
        raise place.at("checks").error("expected [[checks]], one for each check")
    added = [_check(row, place.at("checks").item(n), layer, known) for n, row in enumerate(rows)]
    changes["checks"] = (*checks, *added)
    changes["without"] = policy.without + lists.get("without", ())
    changes["internal_domains"] = tuple(
        dict.fromkeys(policy.internal_domains + lists.get("internal_domains", ()))
    )
    if "overridable" in lists:
        changes["overridable"] = lists["overridable"]
    changes["actions"] = _actions(policy, table, place.at("actions"))
    for key in ACTION_KEYS:
        if key in table:
            changes[key] = _action(table[key], place.at(key))
    if "mode" in table:
        if table["mode"] not in get_args(Mode):
            raise place.at("mode").error(f"expected enforce or observe, got {table['mode']!r}")
        changes["mode"] = table["mode"]
    for resource in RESOURCE_KEYS:
        if resource in table:
            inner = place.at(resource)
            name = _text(table[resource], inner)
            changes[resource] = known.named(name, resource, inner, layer.folder)
    return evolve(policy, **changes)


def _name_of(check: Check) -> str:
    while not hasattr(check, "options") and hasattr(check, "check"):
        check = check.check
    return str(getattr(check, "name", ""))


def _actions(
    policy: Policy, table: Mapping[str, Any], place: Place
) -> tuple[tuple[str, Action], ...]:
    given = table.get("actions", {})
    if not isinstance(given, dict):
        raise place.error('expected a table such as "tone.*" = "warn"')
    own = {code: _action(value, place.at(f'"{code}"')) for code, value in given.items()}
    return tuple({**dict(policy.actions), **own}.items())


def _check(row: Any, place: Place, layer: Layer, known: _Known) -> Check:
    if not isinstance(row, dict):
        raise place.error('expected a table such as {check = "placeholders"}')
    forms = [form for form in _FORMS if form in row]
    if len(forms) != 1:
        raise place.error("expected exactly one of check, any_of, all_of")
    if forms == ["check"]:
        built = _named_check(row, place, layer, known)
    else:
        built = _joined(row, forms[0], place, layer, known)
    for modifier in ("when", "unless"):
        if modifier in row:
            condition = read_condition(row[modifier], place.at(modifier))
            built = built.when(condition if modifier == "when" else ~condition)
    if "at" in row:
        built = built.at(_action(row["at"], place.at("at")))
    if "named" in row:
        try:
            built = built.named(_text(row["named"], place.at("named")))
        except ConfigurationError as error:
            raise place.at("named").error(str(error)) from error
    if "on_store_error" in row:
        inner = place.at("on_store_error")
        action = _action(row["on_store_error"], inner)
        try:
            built = built.on_store_error(action)
        except ConfigurationError as error:
            raise inner.error(str(error)) from error
    return built


def _joined(row: Mapping[str, Any], form: str, place: Place, layer: Layer, known: _Known) -> Check:
    for key in row:
        if key not in (form, *_MODIFIERS):
            raise place.unknown("key", key, [form, *_MODIFIERS])
    inner = row[form]
    if not isinstance(inner, list):
        raise place.at(form).error("expected a list of checks")
    parts = [_check(each, place.at(form).item(n), layer, known) for n, each in enumerate(inner)]
    if len(parts) == 1:
        return parts[0]
    join: Callable[..., Check] = any_of if form == "any_of" else all_of
    try:
        return join(*parts)
    except ConfigurationError as error:
        raise place.at(form).error(str(error)) from error


def _named_check(row: Mapping[str, Any], place: Place, layer: Layer, known: _Known) -> Check:
    name = _text(row["check"], place.at("check"))
    try:
        entry = _catalogue.find(name)
    except ConfigurationError as error:
        raise place.at("check").error(str(error)) from error
    if entry is None:
        raise place.at("check").unknown("check", name, _catalogue.known_names())
    given: dict[str, Any] = {}
    for key, value in row.items():
        if key == "check" or key in _MODIFIERS:
            continue
        if key not in entry.options:
            raise place.unknown(f"option of {name}", key, [*entry.options, *_MODIFIERS])
        kind = entry.options[key].kind
        given[key] = _value(value, kind, place.at(key), layer, known)
    missing = [key for key, option in entry.options.items() if option.required and key not in given]
    if missing:
        kind = entry.options[missing[0]].kind
        raise place.error(f"{name} needs {missing[0]!r}, {kind.words}")
    try:
        built = entry.build(**given)
    except (ConfigurationError, TypeError, ValueError) as error:
        raise place.error(str(error)) from error
    if not isinstance(built, Check):
        raise place.at("check").error(f"{name!r} gave a {type(built).__name__} and no check")
    return built


def _value(value: Any, kind: Kind, place: Place, layer: Layer, known: _Known) -> Any:
    if not kind.accepts(value):
        raise place.error(f"expected {kind.words}, got {value!r}")
    if kind.resource is not None and isinstance(value, str):
        return known.named(value, kind.resource, place, layer.folder)
    if kind.build is not None:
        return _built(value, kind.build, kind.parts or {}, place, layer, known)
    if kind.items is not None:
        rows = enumerate(value)
        return [_value(each, kind.items, place.item(n), layer, known) for n, each in rows]
    return kind.loaded(value)


def _built(
    row: Mapping[str, Any],
    build: Callable[..., Any],
    parts: Mapping[str, Kind],
    place: Place,
    layer: Layer,
    known: _Known,
) -> Any:
    for key in row:
        if key not in parts:
            raise place.unknown("key", key, list(parts))
    given = {
        key: _value(value, parts[key], place.at(key), layer, known) for key, value in row.items()
    }
    try:
        return build(**given)
    except (ConfigurationError, TypeError, ValueError) as error:
        raise place.error(str(error)) from error


def _action(value: Any, place: Place) -> Action:
    if value not in ACTIONS:
        raise place.error(f"expected one of {', '.join(ACTIONS)}, got {value!r}")
    return Action[value.upper()]


def _text(value: Any, place: Place) -> str:
    if not isinstance(value, str):
        raise place.error(f"expected a text, got {value!r}")
    return value


def _texts(value: Any, place: Place) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise place.error(f"expected a list of texts, got {value!r}")
    return tuple(value)
