"""``sendguard latch``: what stops sending, and letting it go on."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any, Final, Literal

from attrs import frozen

from sendguard.cli._fault import say
from sendguard.cli._screen import Screen
from sendguard.errors import SendGuardError
from sendguard.policy import load, open_store
from sendguard.stores import ClaimStore, LatchRecord

SCHEMA: Final = 1
DONE: Final = 0
OTHERWISE: Final = 1
MISUSED: Final = 2


@frozen
class LatchOptions:
    """What was asked for on the command line."""

    action: Literal["list", "reset"]
    store: str | None = None
    policy: str | None = None
    environment: str | None = None
    key: str = ""
    by: str = ""
    reason: str = ""
    format: Literal["text", "json"] = "text"


def latch(options: LatchOptions) -> int:
    """Write what was asked for to standard output, and return the exit code."""
    try:
        store = _opened(options)
        if store is None:
            say("the policy names no store, so there are no latches; give --store")
            return MISUSED
        found = store.latches()
        if options.action == "list":
            return _list(found, options)
        return _reset(store, found, options)
    except SendGuardError as error:
        say(str(error))
        return MISUSED


def _opened(options: LatchOptions) -> ClaimStore | None:
    if options.store is not None:
        return open_store(options.store, Path())
    if options.policy is None:
        raise TypeError("LatchOptions needs a store or a policy")
    found = load(options.policy, environment=options.environment).store
    return found if isinstance(found, ClaimStore) else None


def _list(found: tuple[LatchRecord, ...], options: LatchOptions) -> int:
    if options.format == "json":
        _write_json({"latches": [_row(each) for each in found]})
    else:
        screen = Screen.of(sys.stdout, os.environ)
        for each in found:
            _line(screen.bold(each.key) + screen.shown(f"  since {_when(each)}  {each.label}"))
        if not found:
            _line("no latch is set")
    return OTHERWISE if found else DONE


def _reset(store: ClaimStore, found: tuple[LatchRecord, ...], options: LatchOptions) -> int:
    if not options.by.strip() or not options.reason.strip():
        say("--by and --reason must say who decided it and why")
        return MISUSED
    meant = [each for each in found if options.key and each.key.startswith(options.key)]
    if len(meant) > 1:
        say(f"{options.key!r} begins the keys of {len(meant)} latches; give more letters")
        return MISUSED
    was_set = bool(meant) and store.reset_latch(meant[0].key, by=f"{options.by} ({options.reason})")
    if options.format == "json":
        _write_json({"reset": [_row(each) for each in meant] if was_set else []})
    elif was_set:
        screen = Screen.of(sys.stdout, os.environ)
        _line(screen.shown(f"reset: {meant[0].label}, since {_when(meant[0])}"))
    else:
        say(f"no latch {options.key!r} is set; `sendguard latch list` names those that are")
    return DONE if was_set else OTHERWISE


def _row(record: LatchRecord) -> dict[str, Any]:
    return {"key": record.key, "label": record.label, "since": record.since.isoformat()}


def _when(record: LatchRecord) -> str:
    return f"{record.since:%Y-%m-%d %H:%M:%S} UTC"


def _line(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _write_json(document: dict[str, Any]) -> None:
    json.dump({"schema": SCHEMA, **document}, sys.stdout, indent=2)
    sys.stdout.write("\n")
