"""What a policy will do, in sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from sendguard.canonical import mask_address, redact
from sendguard.checks import AllOf, AnyOf, At, Check, Leaf, Named, OnStoreError, StatefulLeaf, When
from sendguard.conditions import Form
from sendguard.errors import ConfigurationError
from sendguard.policy import _catalogue
from sendguard.policy._policy import Policy
from sendguard.policy._writing import check_table

_MARKUP: Final = re.compile(r"``?([^`]*)``?")
_SHOWN: Final = 8  # values of a list that are shown


def sentences(policy: Policy) -> list[str]:
    """What the policy does: how it acts first, then a line for each check. Addresses are masked.

    >>> from sendguard.policy import loads
    >>> for line in sentences(loads('[[checks]]\\ncheck = "empty_subject"\\nat = "block"')):
    ...     print(line)
    Acts on what it finds: a message that is held or blocked does not leave.
    empty_subject: An e-mail has a subject that can be seen. It blocks.
    """
    return [*_manner(policy), *map(_check, policy.checks), *_afterwards(policy)]


def _manner(policy: Policy) -> Iterator[str]:
    if policy.mode == "observe":
        yield "Only records what it finds: every message leaves."
    else:
        yield "Acts on what it finds: a message that is held or blocked does not leave."
    for action, occasion in (
        (policy.on_error, "a check fails"),
        (policy.on_store_error, "the store does not answer"),
        (policy.on_unevaluable, "something cannot be judged"),
    ):
        if action is not None:
            yield f"When {occasion}, it {_VERBS[action.label]}."
    if policy.store is not None:
        yield f"Counts in a {type(policy.store).__name__}."
    if policy.directory is not None:
        yield f"Looks people up in a {type(policy.directory).__name__}."
    if policy.suppression is not None:
        yield "Knows a list of addresses that must not be written to."
    if policy.internal_domains:
        yield f"Inside the organisation: {_listed(policy.internal_domains)}."
    if policy.overridable is not None:
        codes = _listed(policy.overridable) or "nothing"
        yield f"A person may set aside: {codes}."


_VERBS: Final = {"allow": "lets pass", "warn": "warns", "hold": "holds", "block": "blocks"}


def _check(check: Check) -> str:
    said = []
    while isinstance(check, At | Named | OnStoreError | When):
        match check:
            case At():
                said.append(f"It {_VERBS[check.action.label]}.")
            case Named():
                said.append(f"Its findings are called {check.code}.")
            case OnStoreError():
                said.append(f"While the store does not answer it {_VERBS[check.action.label]}.")
            case When():
                said.append(f"Only {condition_words(check.condition.form)}.")
        check = check.check
    return " ".join((_bare(check), *reversed(said)))


def _bare(check: Check) -> str:
    match check:
        case AllOf():
            return f"All of: {_several(check.checks)}"
        case AnyOf():
            return f"One of these is enough: {_several(check.checks)}"
        case Leaf() | StatefulLeaf():
            entry = _catalogue.built_in_named(check.name)
            if entry is None:
                return f"{_own_name(check)}: a rule of your own."
            options = _options(check, entry)
            summary = _MARKUP.sub(r"\1", entry.summary)
            return f"{check.name}: {summary}" + (f" Set: {options}." if options else "")
    return f"{check!r}."


def _several(checks: Iterable[Check]) -> str:
    return " ".join(f"({_check(each)})" for each in checks)


def _own_name(check: Check) -> str:
    try:
        return str(check_table(check)["check"])
    except ConfigurationError:
        return repr(check)


def _options(check: Leaf | StatefulLeaf, entry: _catalogue.Entry) -> str:
    changed = {
        name: value
        for name, value in check.options.items()
        if entry.options[name].required or value != entry.options[name].default
    }
    return ", ".join(f"{name} {_value(value)}" for name, value in changed.items())


def _value(value: Any) -> str:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Mapping):
        return f"{len(value)} entries"
    if isinstance(value, list | tuple | set | frozenset):
        return _listed(sorted(map(str, value)))
    if isinstance(value, bool | int | float):
        return str(value).lower()
    return f"a {type(value).__name__}"


def _listed(values: Any) -> str:
    shown = [mask_address(each) if "@" in each else each for each in values]
    more = len(shown) - _SHOWN
    return ", ".join(shown[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def condition_words(form: Form) -> str:
    """A condition in words.

    >>> condition_words({"all": [{"purpose": ["marketing"]}, {"not": {"is_reply": True}}]})
    'when purpose is marketing and not when is reply'
    """
    ((key, value),) = form.items()
    match key:
        case "not":
            return f"not {condition_words(value)}"
        case "all" | "any":
            joined = " and " if key == "all" else " or "
            return joined.join(map(condition_words, value))
        case "extra":
            pairs = (f"{name} is {wanted!r}" for name, wanted in value.items())
            return f"when extra {' and '.join(pairs)}"
        case "has_resource":
            return f"when the guard has a {' or a '.join(value)}"
        case "satisfies":
            return f"when {getattr(value, '__qualname__', 'a function')} says so"
    words = key.replace("_", " ")
    if value is True:
        return f"when {words}"
    return f"when {words} is {' or '.join(map(str, value)) if isinstance(value, list) else value}"


def _afterwards(policy: Policy) -> Iterator[str]:
    if policy.without:
        yield f"Findings left out: {', '.join(policy.without)}."
    for code, action in policy.actions:
        yield f"{code}: {_VERBS[action.label]}, whatever the check says."
