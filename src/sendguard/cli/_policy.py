"""``sendguard policy``: policy files checked, explained and compared."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from typing import Any, Final, Literal

from attrs import asdict, frozen

from sendguard.cli._fault import say
from sendguard.cli._screen import Screen
from sendguard.cli._text import wrapped
from sendguard.errors import ConfigurationError
from sendguard.guard import Firings, Guard, read_firings
from sendguard.policy import Change, Policy, changes, policy_schema, sentences

SCHEMA: Final = 1
RIGHT: Final = 0
WRONG: Final = 1
MISUSED: Final = 2

_INDENT: Final = "    "  # of what does not fit on the first line
_SIGNS: Final = {"added": "+", "removed": "-", "changed": "~"}


@frozen
class PolicyOptions:
    """What was asked for on the command line."""

    action: Literal["check", "explain", "diff", "schema"]
    policies: tuple[str, ...]
    environment: str | None = None
    format: Literal["text", "json"] = "text"
    counts: str | None = None


def policy(options: PolicyOptions) -> int:
    """Write what was asked for to standard output, and return the exit code."""
    match options.action:
        case "check":
            return _check(options)
        case "schema":
            _write_json(policy_schema())
            return RIGHT
    try:
        read = [_read(path, options.environment) for path in options.policies]
        if options.action == "explain":
            return _explain(read[0], options)
        return _diff(changes(read[0], read[1]), options)
    except ConfigurationError as error:
        say(str(error))
        return MISUSED


def _read(path: str, environment: str | None) -> Policy:
    # The guard is built too, since it has a word to say about domains and codes.
    return Guard.from_toml(path, environment=environment).policy


def _check(options: PolicyOptions) -> int:
    results: list[dict[str, Any]] = []
    for path in options.policies:
        try:
            read = _read(path, options.environment)
        except ConfigurationError as error:
            results.append({"policy": path, "problem": str(error)})
        else:
            results.append({"policy": path, "checks": len(read.checks), "problem": None})
    wrong = [each for each in results if each["problem"] is not None]
    if options.format == "json":
        _write_json({"schema": SCHEMA, "results": results})
    else:
        screen = Screen.of(sys.stdout, os.environ)
        for each in results:
            if each["problem"] is None:
                _line(screen, f"{each['policy']}: right, {each['checks']} checks")
            else:
                _line(screen, each["problem"])
    return WRONG if wrong else RIGHT


def _explain(read: Policy, options: PolicyOptions) -> int:
    said = sentences(read)
    firings = None if options.counts is None else read_firings(options.counts)
    if options.format == "json":
        document: dict[str, Any] = {"schema": SCHEMA, "sentences": said}
        if firings is not None:
            document["messages"] = firings.messages
            document["noisy"] = [asdict(each) for each in firings.noisy()]
        _write_json(document)
    else:
        screen = Screen.of(sys.stdout, os.environ)
        for sentence in (*said, *_noise(firings)):
            _line(screen, sentence)
    return RIGHT


def _noise(firings: Firings | None) -> Iterator[str]:
    if firings is None:
        return
    noisy = firings.noisy()
    for each in noisy:
        often = f"{each.code} is noisy: it fired in {each.fired:,} of {firings.messages:,} messages"
        if each.decided:
            yield f"{often}, and people let {each.passed:,} of {each.decided:,} pass."
        else:
            yield f"{often}, and nobody has decided about any."
    if noisy:
        yield "Make these warnings, narrow them with a condition, or leave them out."
    else:
        yield f"No check is noisy (messages: {firings.messages:,})."


def _diff(found: list[Change], options: PolicyOptions) -> int:
    if options.format == "json":
        rows = [
            {"sort": c.sort, "what": c.what, "before": c.before, "after": c.after} for c in found
        ]
        _write_json({"schema": SCHEMA, "changes": rows})
    else:
        screen = Screen.of(sys.stdout, os.environ)
        for change in found:
            _line(screen, f"{_SIGNS[change.sort]} {_change_words(change)}")
        if not found:
            _line(screen, "no difference")
    return WRONG if found else RIGHT


def _change_words(change: Change) -> str:
    match change.sort:
        case "added":
            return f"{change.what}: {_value(change.after)}"
        case "removed":
            return f"{change.what}: {_value(change.before)}"
    return f"{change.what}: {_value(change.before)} -> {_value(change.after)}"


def _value(value: Any) -> str:
    if isinstance(value, dict):
        said = (f"{key} = {json.dumps(inner)}" for key, inner in value.items() if key != "check")
        return ", ".join(said) or "as it comes"
    return json.dumps(value)


def _line(screen: Screen, text: str) -> None:
    indent = ""
    for line in wrapped(screen.shown(text), screen.width - len(_INDENT)):
        sys.stdout.write(f"{indent}{line}\n")
        indent = _INDENT


def _write_json(document: Any) -> None:
    json.dump(document, sys.stdout, indent=2)
    sys.stdout.write("\n")
