"""``sendguard latch list | reset``."""

from __future__ import annotations

import argparse

SUMMARY = "list the latches that stop sending, and reset them"

_DESCRIPTION = """\
A latch is set when repeats have reached too many people; from then on nothing leaves that its check
is about, in no process, until a person has found the cause and resets it."""

_EXIT_CODES = """\
exit codes:
  0  for `list`: no latch is set; for `reset`: it was reset
  1  for `list`: one is set; for `reset`: no such latch was set
  2  wrong usage, or the store cannot be reached
  3  sendguard itself is at fault"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.description, parser.epilog = _DESCRIPTION, _EXIT_CODES
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listed = actions.add_parser("list", help="say which latches are set")
    reset = actions.add_parser("reset", help="open a latch, so that messages leave again")
    reset.add_argument("key", metavar="KEY", help="of the latch, or its first letters")
    reset.add_argument("--by", required=True, metavar="NAME", help="who decided it")
    reset.add_argument("--reason", required=True, metavar="TEXT", help="why; both are logged")
    for each in (listed, reset):
        where = each.add_mutually_exclusive_group(required=True)
        where.add_argument(
            "--store", metavar="ADDRESS", help="sqlite:PATH, redis://…, rediss://… or unix://…"
        )
        where.add_argument("--policy", metavar="FILE", help="a policy file that names the store")
        each.add_argument("--environment", metavar="NAME", help="whose tables lie on top")
        each.add_argument("--format", choices=("text", "json"), default="text")
    listed.set_defaults(key="", by="", reason="")


def run(options: argparse.Namespace) -> int:
    """Do what was asked for."""
    from sendguard.cli._latch import LatchOptions, latch

    return latch(
        LatchOptions(
            action=options.action,
            store=options.store,
            policy=options.policy,
            environment=options.environment,
            key=options.key,
            by=options.by,
            reason=options.reason,
            format=options.format,
        )
    )
