"""Reading the command line, and the exit codes."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from typing import Final

from sendguard.cli.commands import COMMANDS

MISUSED: Final = 2
FAULT: Final = 3
INTERRUPTED: Final = 130  # 128 + SIGINT, as a shell has it
PIPE_CLOSED: Final = 141  # 128 + SIGPIPE


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

        from sendguard.matching import engine

        sys.stdout.write(
            f"sendguard {version('sendguard')}, Python {sys.version.split()[0]}, "
            f"{'native' if engine() == 'native' else 'pure-Python'} matching\n"
        )
        parser.exit()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sendguard", description="Judge messages before they are sent."
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="say which version this is")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        command.configure(
            commands.add_parser(
                name,
                help=command.SUMMARY,
                formatter_class=argparse.RawDescriptionHelpFormatter,
            )
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
        code: int = COMMANDS[options.command].run(options)
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
