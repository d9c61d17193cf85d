"""What was sent, written down so that another policy can be tried on it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Final

from sendguard.guard._observers import Event

_SCHEMA: Final = 1
_OWNER_ONLY: Final = 0o600


class RecordingObserver:
    """Appends each message that was judged to a file of JSON lines, for ``sendguard replay``.

    A line has the message, its context and the decision, **unmasked**: keep the file as you keep
    the mail itself. It is made readable for its owner alone, and opened anew for each line, so a
    program that rotates logs may move it away. Lines of several threads and processes do not mix on
    a local disk.

    Args:
        path: of the file; its folder must exist.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)

    def notify(self, event: Event) -> None:
        """Write the line of a message that was admitted, held or blocked."""
        if event.kind not in ("admitted", "held", "blocked"):
            return
        row = {
            "schema": _SCHEMA,
            "message": event.message.to_dict(),
            "context": event.context.to_dict(),
            "decision": event.decision.to_dict(reveal=True),
        }
        line = f"{json.dumps(row)}\n".encode("ascii")
        file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, _OWNER_ONLY)
        try:
            while line:  # once, but for a full disk or an interruption
                line = line[os.write(file, line) :]
        finally:
            os.close(file)

    def __repr__(self) -> str:
        return f"RecordingObserver({os.fspath(self.path)!r})"
