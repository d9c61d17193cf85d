"""``sendguard replay``."""

from __future__ import annotations

import argparse

SUMMARY = "judge yesterday's messages by tomorrow's policy"

_DESCRIPTION = """\
Judge messages that were sent, by a policy or by two, and say what is different. Nothing is sent,
and nothing is counted.

PATH is an mbox, a Maildir or a folder of .eml and .json files, one such file, or a file of JSON
lines (.jsonl), each a message or what was recorded of a send: {"message": …, "context": …,
"decision": …}. Without --against, a message is compared with the decision that was recorded with
it, if there is one."""

_EXIT_CODES = """\
exit codes:
  0  within the budgets
  1  over a budget: without anything to compare with, all that is held or warned of counts;
     otherwise only what is newly so
  2  wrong usage, a wrong policy, or something could not be opened or written
  3  sendguard itself is at fault
The highest of those that apply is given."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.description, parser.epilog = _DESCRIPTION, _EXIT_CODES
    parser.add_argument("paths", nargs="+", metavar="PATH")
    parser.add_argument(
        "--policy",
        metavar="FILE",
        required=True,
        help="a policy file, or the name of a shipped policy",
    )
    parser.add_argument(
        "--against", metavar="FILE", help="the policy to compare with, as for --policy"
    )
    parser.add_argument(
        "--environment", metavar="NAME", help="whose tables of the policy files lie on top"
    )
    parser.add_argument("--context", metavar="FILE", help="the facts of the sends, as JSON or TOML")
    parser.add_argument(
        "--max-held", metavar="SHARE", help="how many may be held or blocked, such as 0.5%%"
    )
    parser.add_argument(
        "--max-warned", metavar="SHARE", help="how many may be warned of, such as 5%%"
    )
    parser.add_argument(
        "--format",
        choices=("text", "json", "html"),
        default="text",
        help="how to report (default: text)",
    )
    parser.add_argument(
        "--output", metavar="FILE", help="where to write the report (default: standard output)"
    )
    parser.add_argument(
        "--jobs", metavar="N", type=int, help="processes (default: as many as there are processors)"
    )


def run(options: argparse.Namespace) -> int:
    """Judge what was named."""
    from sendguard.cli.replay import ReplayOptions, replay

    return replay(
        ReplayOptions(
            paths=tuple(options.paths),
            policy=options.policy,
            against=options.against,
            environment=options.environment,
            context=options.context,
            max_held=options.max_held,
            max_warned=options.max_warned,
            format=options.format,
            output=options.output,
            jobs=options.jobs,
        )
    )
