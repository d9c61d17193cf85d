"""From a policy back to a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from attrs import fields, has

from sendguard.checks import AllOf, AnyOf, At, Check, Leaf, Named, OnStoreError, StatefulLeaf, When
from sendguard.errors import ConfigurationError
from sendguard.model import Action, importable_name
from sendguard.policy import _catalogue
from sendguard.policy._conditions import written
from sendguard.policy._policy import Policy
from sendguard.policy._resources import address_of

_LISTS: Final = ("without", "internal_domains")
_RESOURCES: Final = ("store", "directory", "suppression")


def to_table(policy: Policy) -> dict[str, Any]:
    """The policy as the keys of a policy file, without includes and environments.

    Raises:
        ConfigurationError: a part of it is known to Python alone; the message says which.
    """
    table: dict[str, Any] = {}
    if policy.mode is not None:
        table["mode"] = policy.mode
    for key in ("on_error", "on_store_error", "on_unevaluable"):
        action: Action | None = getattr(policy, key)
        if action is not None:
            table[key] = action.label
    if policy.overridable is not None:
        table["overridable"] = list(policy.overridable)
    for key in _LISTS:
        if getattr(policy, key):
            table[key] = list(getattr(policy, key))
    if policy.default_region is not None:
        table["default_region"] = policy.default_region
    for key in _RESOURCES:
        if getattr(policy, key) is not None:
            table[key] = address_of(getattr(policy, key))
    if policy.actions:
        table["actions"] = {code: action.label for code, action in policy.actions}
    table["checks"] = [check_table(check) for check in policy.checks]
    return table


def to_toml(policy: Policy) -> str:
    """The policy as the text of a policy file; read again, it gives an equal policy.

    Raises:
        ConfigurationError: a part of it is known to Python alone; the message says which.
    """
    import tomli_w

    return tomli_w.dumps(to_table(policy))


def check_table(check: Check) -> dict[str, Any]:
    """One check, as an item of ``[[checks]]``."""
    match check:
        case At():
            return _modified(check.check, "at", check.action.label)
        case OnStoreError():
            return _modified(check.check, "on_store_error", check.action.label)
        case Named():
            return _modified(check.check, "named", check.code)
        case When():
            return _modified(check.check, "when", written(check.condition.form))
        case AllOf():
            return {"all_of": [check_table(each) for each in check.checks]}
        case AnyOf():
            return {"any_of": [check_table(each) for each in check.checks]}
        case Leaf() | StatefulLeaf():
            return _leaf_table(check)
    raise ConfigurationError(f"{check!r} cannot be written to a policy file")


def _modified(check: Check, modifier: str, value: Any) -> dict[str, Any]:
    # A file's modifiers apply in this order; another order needs a table around.
    order = ("when", "at", "named", "on_store_error")
    inner = check_table(check)
    later = order[order.index(modifier) :]
    if any(name in inner for name in later):
        inner = {"all_of": [inner]}
    return {**inner, modifier: value}


def _leaf_table(check: Leaf | StatefulLeaf) -> dict[str, Any]:
    entry = _catalogue.built_in_named(check.name)
    if entry is None:
        function = getattr(check, "function", None)
        if function is None:
            raise ConfigurationError(f"{check!r} is built by no factory that a file can name")
        # A rule takes the place of its function, so that its name leads to the rule.
        return {"check": importable_name(check, function)}
    table: dict[str, Any] = {"check": check.name}
    for name, value in check.options.items():
        option = entry.options[name]
        if option.required or value != option.default:
            try:
                table[name] = _plain(value)
            except ConfigurationError as error:
                raise ConfigurationError(f"{check.name}({name}=): {error}") from error
    return table


def _plain(value: Any) -> Any:
    if isinstance(value, Action):
        return value.label
    if isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(map(_plain, value))
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if has(type(value)):
        given = [each for each in fields(type(value)) if each.init]
        rows = {each.alias: (getattr(value, each.name), each.default) for each in given}
        return {name: _plain(inner) for name, (inner, usual) in rows.items() if inner != usual}
    if callable(value):
        return importable_name(value)
    return address_of(value)
