"""``sendguard holds``: what waits, and what is decided about it."""

from __future__ import annotations

import os
import re
import sys
from itertools import chain
from typing import Final, Literal

from attrs import frozen

from sendguard.cli._fault import say
from sendguard.cli._hold_reports import HoldReport, JsonHolds, TextHolds
from sendguard.cli._hold_source import queue_of, sender_of
from sendguard.cli._screen import Screen
from sendguard.errors import ConfigurationError, HoldError, StoreError
from sendguard.holds import Held, HoldQueue
from sendguard.model import Actor, system_clock

DONE: Final = 0
REFUSED: Final = 1
MISUSED: Final = 2

_ID = re.compile(r"[0-9a-f]{32}")
_PREFIX = re.compile(r"[0-9a-f]{4,31}")


@frozen(kw_only=True)
class HoldsOptions:
    """What was asked for on the command line."""

    action: Literal["list", "show", "approve", "reject", "undo", "release", "doubt", "purge"]
    ids: tuple[str, ...] = ()
    store: str | None = None
    policy: str | None = None
    environment: str | None = None
    format: Literal["text", "json"] = "text"
    show_addresses: bool = False
    code: str | None = None
    limit: int | None = None
    full: bool = False
    by: str | None = None
    roles: tuple[str, ...] = ()
    note: str = ""
    reason: str = ""
    via: str | None = None
    sent: bool | None = None
    older_than: str = ""


def holds(options: HoldsOptions) -> int:
    """Do it, say what came of it, and return the exit code."""
    reveal = options.show_addresses
    report: HoldReport = (
        JsonHolds(sys.stdout, reveal=reveal)
        if options.format == "json"
        else TextHolds(
            sys.stdout,
            Screen.of(sys.stdout, os.environ),
            now=system_clock(),
            reveal=reveal,
            full=options.full,
        )
    )
    try:
        _check(options)
        queue = queue_of(options.store, options.policy, options.environment)
        code = _do(options, queue, report)
    except (ConfigurationError, StoreError) as error:
        say(str(error))
        return MISUSED
    report.finish()
    return code


def _check(options: HoldsOptions) -> None:
    if options.limit is not None and options.limit < 1:
        raise ConfigurationError(f"--limit is {options.limit}; use a number above 0")
    if options.action == "doubt" and options.ids and (options.sent is None or not options.by):
        raise ConfigurationError("doubt ID: say --sent or --not-sent, and --by NAME")
    if options.action == "doubt" and not options.ids and options.sent is not None:
        raise ConfigurationError("doubt: name the messages of which you know")
    if options.action == "release" and options.policy is None:
        raise ConfigurationError(
            "release: give --policy FILE; suppressed people, limits and quiet hours are judged "
            "again before a message leaves"
        )


def _do(options: HoldsOptions, queue: HoldQueue, report: HoldReport) -> int:
    match options.action:
        case "list":
            for held in queue.pending(code=options.code, limit=options.limit):
                report.line(held)
            report.doubt(sum(1 for _ in queue.in_doubt()))
            return DONE
        case "doubt" if not options.ids:
            listed = 0
            for listed, held in enumerate(queue.in_doubt(), start=1):  # noqa: B007  (the last is the count)
                report.line(held)
            if not listed:
                report.nothing("nothing is in doubt")
            return DONE
        case "release":
            return _release(options, queue, report)
        case "purge":
            report.purged(queue.purge(options.older_than))
            return DONE
    return _decide(options, queue, report)


def _decide(options: HoldsOptions, queue: HoldQueue, report: HoldReport) -> int:
    code = DONE
    for given in options.ids:
        try:
            held = _decided(options, queue, _found(given, queue))
        except HoldError as error:
            say(str(error))
            code = REFUSED
            continue
        if options.action == "show":
            report.whole(held)
        else:
            report.line(held)
    return code


def _decided(options: HoldsOptions, queue: HoldQueue, id_: str) -> Held:
    by = options.by or ""
    match options.action:
        case "approve":
            return queue.approve(id_, by=Actor(by, roles=options.roles), note=options.note)
        case "reject":
            return queue.reject(id_, by=by, reason=options.reason)
        case "undo":
            return queue.undo(id_, by=by)
        case "doubt":
            return queue.resolve(id_, sent=bool(options.sent), by=by, note=options.note)
    return queue.get(id_)


def _found(given: str, queue: HoldQueue) -> str:
    """The id that begins so, among those that are open."""
    if _ID.fullmatch(given):
        return given
    if not _PREFIX.fullmatch(given):
        raise HoldError(given, "that is no id; give at least its first 4 digits, as `list` does")
    found = {
        held.id for held in chain(queue.pending(), queue.in_doubt()) if held.id.startswith(given)
    }
    if len(found) == 1:
        return found.pop()
    problem = f"{len(found)} ids begin so; give more digits" if found else "no open one begins so"
    raise HoldError(given, problem)


def _release(options: HoldsOptions, queue: HoldQueue, report: HoldReport) -> int:
    if options.via is None:
        raise ConfigurationError("release: --via is missing")
    done = queue.release(sender_of(options.via, os.environ), limit=options.limit)
    report.released(done)
    return REFUSED if done.in_doubt else DONE
