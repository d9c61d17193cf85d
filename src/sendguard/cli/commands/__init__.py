"""The commands of `sendguard`, one file each: its options, and what runs when it is called.

Each file has `SUMMARY` (one line for the list of commands), `configure(parser)` and
`run(options)`, which returns the exit code. They are all imported whenever the command line is
read, so what is heavy is imported in `run`.
"""

from types import ModuleType

from sendguard.cli.commands import (
    _check,
    _demo,
    _directory,
    _holds,
    _latch,
    _ledger,
    _policy,
    _replay,
)

COMMANDS: dict[str, ModuleType] = {
    "check": _check,
    "demo": _demo,
    "directory": _directory,
    "holds": _holds,
    "latch": _latch,
    "ledger": _ledger,
    "policy": _policy,
    "replay": _replay,
}

__all__ = ["COMMANDS"]
