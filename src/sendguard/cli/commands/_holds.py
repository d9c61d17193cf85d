"""``sendguard holds list | show | approve | reject | undo | release | doubt | purge``."""

from __future__ import annotations

import argparse

SUMMARY = "look at held messages, decide about them, and send what may leave"

_DESCRIPTION = """\
Work on the messages that wait in a hold queue. ID is the beginning of a message's id, as `list`
shows it."""

_EXIT_CODES = """\
exit codes:
  0  done
  1  a message does not allow that, or some are in doubt after `release`
  2  wrong usage, or a store, policy or function that cannot be opened
  3  sendguard itself is at fault"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.description, parser.epilog = _DESCRIPTION, _EXIT_CODES
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")

    def action(name: str, summary: str, *, ids: str = "") -> argparse.ArgumentParser:
        added = actions.add_parser(name, help=summary, description=f"{summary.capitalize()}.")
        if ids:
            added.add_argument("ids", nargs=ids, metavar="ID")
        added.add_argument(
            "--store", metavar="ADDRESS", help="where they lie: sqlite:PATH or redis://HOST:PORT"
        )
        added.add_argument("--policy", metavar="FILE", help="a policy file; its store is taken")
        added.add_argument(
            "--environment", metavar="NAME", help="whose tables of the policy file lie on top"
        )
        added.add_argument("--format", choices=("text", "json"), default="text")
        added.add_argument(
            "--show-addresses", action="store_true", help="do not mask addresses and numbers"
        )
        return added

    listed = action("list", "say who is waiting, why and how long")
    listed.add_argument("--code", metavar="CODE", help="only those that wait for this finding")
    listed.add_argument("--limit", type=int, default=50, metavar="N", help="(default: 50)")
    shown = action("show", "show one message as its reader will see it", ids="+")
    shown.add_argument("--full", action="store_true", help="show long messages to their end")
    approve = action("approve", "let messages leave", ids="+")
    approve.add_argument("--note", default="", help="why, for the record")
    approve.add_argument(
        "--role", action="append", default=[], dest="roles", help="of who decides; may be repeated"
    )
    reject = action("reject", "stop messages for good", ids="+")
    reject.add_argument("--reason", required=True, help="why, for the record")
    undo = action("undo", "take messages back, as their author does", ids="+")
    release = action("release", "send what may leave now")
    release.add_argument(
        "--via",
        required=True,
        metavar="WAY",
        help="smtp://[USER@]HOST[:PORT], smtps://…, smtp+starttls://…, or module:function that "
        "sends a held message; the password of USER is taken from SENDGUARD_SMTP_PASSWORD",
    )
    release.add_argument("--limit", type=int, metavar="N", help="at most so many")
    doubt = action("doubt", "list what may or may not have left, or say what became of it", ids="*")
    became = doubt.add_mutually_exclusive_group()
    became.add_argument("--sent", action="store_true", default=None, help="it has left")
    became.add_argument("--not-sent", dest="sent", action="store_false", help="it waits on")
    doubt.add_argument("--note", default="", help="how you know, for the record")
    doubt.add_argument("--by", metavar="NAME", help="who says so; needed with an ID")
    for deciding in (approve, reject, undo):
        deciding.add_argument("--by", required=True, metavar="NAME", help="who decides")
    purge = action("purge", "forget messages that have ended")
    purge.add_argument("--older-than", required=True, metavar="TIME", help="such as 90d")


def run(options: argparse.Namespace) -> int:
    """Do what was asked for."""
    from attrs import fields

    from sendguard.cli._holds import HoldsOptions, holds

    # Each action has its own options, and `version` and `command` are the parser's.
    known = (each.name for each in fields(HoldsOptions))
    given = {name: getattr(options, name) for name in known if hasattr(options, name)}
    several = {name: tuple(given.get(name, ())) for name in ("ids", "roles")}
    return holds(HoldsOptions(**{**given, **several}))
