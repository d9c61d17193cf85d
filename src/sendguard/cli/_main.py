"""Reading the command line, and the exit codes."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from typing import Final

MISUSED: Final = 2
FAULT: Final = 3
INTERRUPTED: Final = 130  # 128 + SIGINT, as a shell has it
PIPE_CLOSED: Final = 141  # 128 + SIGPIPE

_CHECK = """\
Judge messages by the recommended policy. Nothing is sent.

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

_DEMO = """\
Send mails that did harm, without and with the guard, to an SMTP server on the loopback interface
that lives as long as the demo does. Nothing leaves this machine. It needs the extra `demo`."""

_DEMO_EXIT_CODES = """\
exit codes:
  0  every story went as told
  1  one did not
  2  wrong usage, or the extra is missing
  3  sendguard itself is at fault"""


class _Version(argparse.Action):
    """Looks the version up only when it is asked for."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,  # noqa: ARG002  (argparse gives it)
        values: object,  # noqa: ARG002  (argparse gives it)
        option_string: str | None = None,  # noqa: ARG002  (argparse gives it)
    ) -> None:
        from importlib.metadata import version

        sys.stdout.write(f"sendguard {version('sendguard')}, Python {sys.version.split()[0]}\n")
        parser.exit()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sendguard", description="Judge messages before they are sent."
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="say which version this is")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    check = commands.add_parser(
        "check",
        help="judge messages that lie in files",
        description=_CHECK,
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    check.add_argument("paths", nargs="+", metavar="PATH")
    check.add_argument("--context", metavar="FILE", help="the facts of the send, as JSON or TOML")
    check.add_argument(
        "--format",
        choices=("text", "json", "sarif", "junit"),
        default="text",
        help="how to report (default: text)",
    )
    check.add_argument(
        "--show-addresses", action="store_true", help="do not mask addresses and numbers"
    )
    check.add_argument(
        "-v", "--verbose", action="store_true", help="show messages without findings too"
    )
    demo = commands.add_parser(
        "demo",
        help="tell the stories of mails that should not have gone out",
        description=_DEMO,
        epilog=_DEMO_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    demo.add_argument("--story", metavar="NAME", help="only this story, or those of an incident")
    demo.add_argument("--list", action="store_true", help="name the stories and send nothing")
    demo.add_argument(
        "--format", choices=("text", "json"), default="text", help="how to tell (default: text)"
    )
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Args:
        arguments: those of the command line, without the program's name; None for `sys.argv`.

    Raises:
        SystemExit: argparse had its say: 0 after help, 2 after wrong usage.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    options = _parser().parse_args(arguments)
    try:
        code = _run(options)
        sys.stdout.flush()
    except BrokenPipeError:
        _let_go_of_output()
        return PIPE_CLOSED
    except OSError as error:  # of what is read, each failure has been dealt with in its place
        from sendguard.cli._fault import say

        _let_go_of_output()
        say(f"the report could not be written: {error.strerror or type(error).__name__}")
        return MISUSED
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001  (the boundary of the command line, exit 3)
        from sendguard.cli._fault import report_fault

        report_fault(error)
        return FAULT
    return code


def _let_go_of_output() -> None:
    """Give what the interpreter still flushes at its exit a place to go."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(options: argparse.Namespace) -> int:
    if options.command == "demo":
        from sendguard.cli._demo import DemoOptions, demo

        return demo(DemoOptions(story=options.story, list=options.list, format=options.format))
    from sendguard.cli._check import CheckOptions, check

    return check(
        CheckOptions(
            paths=tuple(options.paths),
            context=options.context,
            format=options.format,
            show_addresses=options.show_addresses,
            verbose=options.verbose,
        )
    )
