"""``sendguard check``."""

from __future__ import annotations

import argparse

SUMMARY = "judge messages that lie in files"

_DESCRIPTION = """\
Judge messages by a policy. Nothing is sent.

PATH is an .eml file, a message as .json, a folder that is gone through with all below it, or - for
standard input. In a folder, .eml and .json files are taken, and files that begin with a mail
header, such as those of a Maildir."""

_EXIT_CODES = """\
exit codes:
  0  nothing is worse than a warning
  1  a message is held or blocked
  2  wrong usage, or something could not be opened or written
  3  sendguard itself is at fault
The highest of those that apply is given."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.description, parser.epilog = _DESCRIPTION, _EXIT_CODES
    parser.add_argument("paths", nargs="+", metavar="PATH")
    parser.add_argument(
        "--policy",
        metavar="FILE",
        help="a policy file, or the name of a shipped policy (default: recommended)",
    )
    parser.add_argument(
        "--directory",
        metavar="FILE",
        help="whom you know: a CSV file, or what `sendguard directory build` wrote; without "
        "--policy, also look for near misses, namesakes and other customers' data",
    )
    parser.add_argument(
        "--environment", metavar="NAME", help="whose tables of the policy file lie on top"
    )
    parser.add_argument("--context", metavar="FILE", help="the facts of the send, as JSON or TOML")
    parser.add_argument(
        "--format",
        choices=("text", "json", "sarif", "junit"),
        default="text",
        help="how to report (default: text)",
    )
    parser.add_argument(
        "--show-addresses", action="store_true", help="do not mask addresses and numbers"
    )
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="show messages without findings too"
    )


def run(options: argparse.Namespace) -> int:
    """Judge what was named."""
    from sendguard.cli._check import CheckOptions, check

    return check(
        CheckOptions(
            paths=tuple(options.paths),
            policy=options.policy,
            directory=options.directory,
            environment=options.environment,
            context=options.context,
            format=options.format,
            show_addresses=options.show_addresses,
            verbose=options.verbose,
        )
    )
