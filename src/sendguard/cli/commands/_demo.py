"""``sendguard demo``."""

from __future__ import annotations

import argparse

SUMMARY = "tell the stories of mails that should not have gone out"

_DESCRIPTION = """\
Send mails that did harm, without and with the guard, to an SMTP server on the loopback interface
that lives as long as the demo does. Nothing leaves this machine. It needs the extra `demo`."""

_EXIT_CODES = """\
exit codes:
  0  every story went as told
  1  one did not
  2  wrong usage, or the extra is missing
  3  sendguard itself is at fault"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.description, parser.epilog = _DESCRIPTION, _EXIT_CODES
    parser.add_argument("--story", metavar="NAME", help="only this story, or those of an incident")
    parser.add_argument("--list", action="store_true", help="name the stories and send nothing")
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="how to tell (default: text)"
    )


def run(options: argparse.Namespace) -> int:
    """Tell the stories that were asked for."""
    from sendguard.cli._demo import DemoOptions, demo

    return demo(DemoOptions(story=options.story, list=options.list, format=options.format))
