"""``sendguard ledger``: whether a ledger is as it was written, and what it says."""

from __future__ import annotations

import json
import os
import re
import sys
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, Literal

from attrs import frozen

from sendguard.cli._fault import say
from sendguard.cli._screen import Screen
from sendguard.errors import ConfigurationError, SendGuardError
from sendguard.ledger import Ledger, Record, entries, verify

SCHEMA: Final = 1
DONE: Final = 0
OTHERWISE: Final = 1
MISUSED: Final = 2

_HEX: Final = re.compile(rb"\s*+((?:[0-9a-fA-F]{2}){16,64})\s*+")
_MOST: Final = 4_096  # bytes of a key file


@frozen
class LedgerOptions:
    """What was asked for on the command line."""

    action: Literal["verify", "show", "got"]
    path: str
    head: str | None = None
    last: int | None = None
    address: str | None = None
    key_file: str | None = None
    region: str | None = None
    format: Literal["text", "json"] = "text"


def ledger(options: LedgerOptions) -> int:
    """Write what was asked for to standard output, and return the exit code."""
    try:
        match options.action:
            case "verify":
                return _verify(options)
            case "show":
                return _show(options)
        return _got(options)
    except SendGuardError as error:
        say(str(error))
        return MISUSED


def _verify(options: LedgerOptions) -> int:
    found = verify(options.path, key=_key(options.key_file), head=options.head)
    if options.format == "json":
        problem = found.problem and {"record": found.problem.number, "what": found.problem.what}
        _write_json({"records": found.records, "head": found.head, "problem": problem})
    elif found.problem is None:
        _line(f"{found.records} records are as they were written; the head is {found.head}")
    else:
        _line(f"{found.problem} ({found.records} before it are as they were written)")
    return DONE if found.intact else OTHERWISE


def _show(options: LedgerOptions) -> int:
    if options.last is not None and options.last < 1:
        say("--last takes 1 or more")
        return MISUSED
    records: Iterable[Record] = entries(options.path)
    if options.last is not None:
        records = deque(records, maxlen=options.last)
    if options.format == "json":
        _write_json({"records": [record.to_dict() for record in records]})
        return DONE
    screen = Screen.of(sys.stdout, os.environ)
    for record in records:
        head = f"{record.number} {record.at:%Y-%m-%d %H:%M:%S} {record.kind}"
        told = " ".join(f"{name}={_short(value)}" for name, value in record.facts.items())
        _line(f"{screen.bold(head)} {screen.shown(told)}")
    return DONE


def _got(options: LedgerOptions) -> int:
    key = _key(options.key_file)
    if key is None or options.address is None:
        raise TypeError("LedgerOptions needs a key and an address to say what somebody got")
    if not Path(options.path).is_file():
        say(f"{options.path}: there is no such file")
        return MISUSED
    found = Ledger(options.path, key=key, default_region=options.region).got(options.address)
    if options.format == "json":
        rows = [
            {"at": r.at.isoformat(), "digest": r.digest, "outcome": r.outcome, "record": r.number}
            for r in found
        ]
        _write_json({"receipts": rows})
        return DONE if found else OTHERWISE
    for receipt in found:
        _line(f"{receipt.at:%Y-%m-%d %H:%M:%S} {receipt.outcome} {receipt.digest}")
    if not found:
        _line("nothing, as far as this ledger goes")
    return DONE if found else OTHERWISE


def _key(path: str | None) -> bytes | None:
    if path is None:
        return None
    try:
        with Path(path).open("rb") as file:
            data = file.read(_MOST)
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}") from error
    written = _HEX.fullmatch(data)
    return bytes.fromhex(written[1].decode()) if written else data


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
    return text if " " not in text else json.dumps(text)


def _line(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _write_json(document: dict[str, Any]) -> None:
    json.dump({"schema": SCHEMA, **document}, sys.stdout, indent=2)
    sys.stdout.write("\n")
