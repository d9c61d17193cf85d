"""``sendguard directory build | info | near | whose``."""

from __future__ import annotations

import argparse

SUMMARY = "build a directory of contacts, and ask it"

_EXIT_CODES = """\
exit codes:
  0  done; nothing that was asked about looks wrong
  1  for `near`: an address that nobody has is nearly one that somebody has;
     for `whose`: a text has what belongs to more than one customer
  2  wrong usage, or something could not be opened, read or written
  3  sendguard itself is at fault
The highest of those that apply is given."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.description = (
        "Work on directories. CSV has the columns id, customer, name, emails, phones and "
        "identifiers; DIRECTORY is a file that `build` wrote, or such a CSV."
    )
    parser.epilog = _EXIT_CODES
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    build = actions.add_parser("build", help="write a directory of the contacts in a CSV file")
    build.add_argument("csv", metavar="CSV")
    build.add_argument("directory", metavar="DIRECTORY")
    info = actions.add_parser("info", help="say how much a directory knows")
    info.add_argument("directory", metavar="DIRECTORY")
    info.add_argument("--verify", action="store_true", help="read the whole file and check it")
    near = actions.add_parser("near", help="say who has addresses, or nearly has them")
    near.add_argument("directory", metavar="DIRECTORY")
    near.add_argument("subjects", nargs="+", metavar="ADDRESS")
    near.add_argument(
        "--distance", type=int, choices=(1, 2), default=2, help="edits at most (default: 2)"
    )
    whose = actions.add_parser("whose", help="say whose data is in mails and texts")
    whose.add_argument("directory", metavar="DIRECTORY")
    whose.add_argument(
        "subjects", nargs="+", metavar="FILE", help="an .eml or .json message, a text, or -"
    )
    for each in (build, info, near, whose):
        each.add_argument("--format", choices=("text", "json"), default="text")
    for each in (build, near, whose):
        each.add_argument(
            "--region", metavar="CC", help="where numbers without a country code are dialled"
        )
    for each in (near, whose):
        each.add_argument(
            "--show-addresses", action="store_true", help="do not mask what people are known by"
        )


def run(options: argparse.Namespace) -> int:
    """Do what was asked for."""
    from sendguard.cli._directory import DirectoryOptions, directory

    return directory(
        DirectoryOptions(
            action=options.action,
            directory=options.directory,
            csv=getattr(options, "csv", None),
            subjects=tuple(getattr(options, "subjects", ())),
            distance=getattr(options, "distance", 2),
            verify=getattr(options, "verify", False),
            region=getattr(options, "region", None),
            format=options.format,
            show_addresses=getattr(options, "show_addresses", False),
        )
    )
