"""``sendguard ledger verify | show | got``."""

from __future__ import annotations

import argparse

SUMMARY = "verify a ledger, and read in it"

_DESCRIPTION = """\
A ledger is the record of what was decided, overridden, approved and sent: a .jsonl or .sqlite file.
The key is the one it was written with; a file that begins with 32 or more hexadecimal digits is
taken for their bytes, any other for its own."""

_EXIT_CODES = """\
exit codes:
  0  everything is as it was written; for `got`: something was sent to that address
  1  something is not; for `got`: nothing was
  2  wrong usage, or a ledger that cannot be read
  3  sendguard itself is at fault"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.description, parser.epilog = _DESCRIPTION, _EXIT_CODES
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    verify = actions.add_parser("verify", help="say whether it is as it was written")
    verify.add_argument("--head", metavar="HEX", help="a head seen earlier, which must be in it")
    show = actions.add_parser("show", help="write its records")
    show.add_argument("--last", type=int, metavar="N", help="only so many, the newest")
    got = actions.add_parser("got", help="say what somebody was sent")
    got.add_argument("address", metavar="ADDRESS")
    for each in (verify, show, got):
        each.add_argument("path", metavar="PATH")
        each.add_argument("--format", choices=("text", "json"), default="text")
    verify.add_argument("--key-file", metavar="FILE", help="see that its owner wrote it, too")
    got.add_argument("--key-file", metavar="FILE", required=True)
    got.add_argument("--region", metavar="XX", help="for phone numbers without a country code")
    parser.set_defaults(head=None, last=None, address=None, key_file=None, region=None)


def run(options: argparse.Namespace) -> int:
    """Do what was asked for."""
    from sendguard.cli._ledger import LedgerOptions, ledger

    return ledger(
        LedgerOptions(
            action=options.action,
            path=options.path,
            head=options.head,
            last=options.last,
            address=options.address,
            key_file=options.key_file,
            region=options.region,
            format=options.format,
        )
    )
