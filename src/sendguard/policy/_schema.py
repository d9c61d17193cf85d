"""The JSON Schema of policy files, for editors that complete and check them."""

from __future__ import annotations

from typing import Any, Final, get_args

from sendguard.model import Mode
from sendguard.policy import _catalogue
from sendguard.policy._conditions import condition_schema
from sendguard.policy._document import shipped_names
from sendguard.policy._kinds import ACTIONS, Schema
from sendguard.policy._resources import SCHEMES

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def policy_schema() -> Schema:
    """The schema of a policy file with the built-in checks; checks of one's own pass it too."""
    texts: Schema = {"type": "array", "items": {"type": "string"}}
    action: Schema = {"enum": list(ACTIONS)}
    reference: Schema = {
        "type": "string",
        "description": "A name of [resources], or an address such as those there.",
    }
    keys: dict[str, Any] = {
        "mode": {"enum": list(get_args(Mode)), "description": "Act, or only record."},
        "on_error": {**action, "description": "For a check that fails."},
        "on_store_error": {**action, "description": "When the store does not answer."},
        "on_unevaluable": {**action, "description": "For what cannot be judged."},
        "overridable": {**texts, "description": "Codes that a person may set aside."},
        "internal_domains": {**texts, "description": "Domains of the sending organisation."},
        "default_region": {"type": "string", "pattern": "^[A-Z]{2}$"},
        "store": reference,
        "directory": reference,
        "suppression": reference,
        "resources": {
            "type": "object",
            "additionalProperties": {"type": "string", "pattern": f"^({'|'.join(SCHEMES)}):"},
            "description": "Directories, suppression lists and stores, by name.",
        },
        "without": {**texts, "description": "Codes of findings that are left out."},
        "remove": {**texts, "description": "Names of included checks that are taken out."},
        "actions": {"type": "object", "additionalProperties": action},
        "checks": {"type": "array", "items": {"$ref": "#/$defs/check"}},
    }
    return {
        "$schema": DIALECT,
        "title": "A policy of sendguard",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "include": {
                "anyOf": [{"type": "string"}, texts],
                "description": f"Policies that this one is built on: {', '.join(shipped_names())}, "
                "or paths of .toml files.",
            },
            **keys,
            "environments": {
                "type": "object",
                "additionalProperties": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": keys,
                },
                "description": "What lies on top in each environment.",
            },
        },
        "$defs": {
            "condition": {
                "type": "object",
                "minProperties": 1,
                "additionalProperties": False,
                "properties": dict(condition_schema()),
            },
            "check": {"anyOf": [*map(_of_entry, _catalogue.built_in().values()), *_others()]},
        },
    }


_MODIFIERS: Final[dict[str, Schema]] = {
    "when": {"$ref": "#/$defs/condition"},
    "unless": {"$ref": "#/$defs/condition"},
    "at": {"enum": list(ACTIONS)},
    "named": {"type": "string"},
    "on_store_error": {"enum": list(ACTIONS)},
}


def _of_entry(entry: _catalogue.Entry) -> Schema:
    options = {name: dict(option.kind.schema) for name, option in entry.options.items()}
    return {
        "type": "object",
        "description": entry.summary,
        "required": ["check", *(n for n, option in entry.options.items() if option.required)],
        "additionalProperties": False,
        "properties": {"check": {"const": entry.name}, **options, **_MODIFIERS},
    }


def _others() -> list[Schema]:
    names = list(_catalogue.built_in())
    own: Schema = {
        "type": "object",
        "required": ["check"],
        "properties": {"check": {"type": "string", "not": {"enum": names}}},
    }
    joined: list[Schema] = [
        {
            "type": "object",
            "required": [form],
            "additionalProperties": False,
            "properties": {
                form: {"type": "array", "items": {"$ref": "#/$defs/check"}, "minItems": 1},
                **_MODIFIERS,
            },
        }
        for form in ("any_of", "all_of")
    ]
    return [own, *joined]
