"""The two kinds of files that a ledger is kept in, and which one a path means."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Protocol

from attrs import frozen

from sendguard.errors import ConfigurationError

LINES: Final = (".jsonl",)
DATABASES: Final = (".sqlite", ".sqlite3", ".db")


@frozen
class Tail:
    """The end of a ledger, where the next record goes.

    Attributes:
        last: the last whole line, or None in an empty ledger.
        torn: what stands after it, of a line that was not written to its end; b"" almost always.
    """

    last: bytes | None = None
    torn: bytes = b""


Continue = Callable[[Tail], list[bytes]]
"""The lines to add, when the ledger ends so. Called while nobody else can write."""


class LedgerFile(Protocol):
    """Keeps the lines of a ledger. Every method raises `StoreError` when the file fails."""

    @property
    def path(self) -> Path:
        """Where it lies."""

    def append(self, continued: Continue) -> None:
        """Add lines, in one step among all threads and processes."""

    def lines(self) -> Iterator[bytes]:
        """All lines, the oldest first. A torn one at the end is given too."""

    def first(self) -> bytes | None:
        """The first line, or None in an empty ledger."""


def file_of(path: str | os.PathLike[str]) -> LedgerFile:
    """The ledger's file at that path; it need not be there yet.

    Raises:
        ConfigurationError: the name tells neither JSON Lines nor SQLite.
    """
    found = Path(path)
    if found.suffix in LINES:
        from sendguard.ledger._lines_file import LinesFile

        return LinesFile(found)
    if found.suffix in DATABASES:
        from sendguard.ledger._database import Database

        return Database(found)
    raise ConfigurationError(
        f"the ledger {found.name!r} has no ending that tells its form; use "
        f"{', '.join(LINES)} for JSON Lines or {', '.join(DATABASES)} for SQLite"
    )
