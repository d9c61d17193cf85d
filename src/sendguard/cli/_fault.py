"""What the command line says when sendguard itself is at fault."""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import PurePath

from sendguard.cli._harmless import harmless

DEBUG = "SENDGUARD_DEBUG"


def place_of(error: BaseException) -> str:
    """The kind of an error and where it arose; its own words may quote the message."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return type(error).__name__
    return (
        f"{type(error).__name__} in {PurePath(frames[-1].filename).name}, line {frames[-1].lineno}"
    )


def say(sentence: str) -> None:
    """Write one line to standard error."""
    sys.stderr.write(f"sendguard: {harmless(sentence)}\n")


def report_fault(error: BaseException) -> None:
    """Say that sendguard failed, and how to report it; with SENDGUARD_DEBUG=1, show all."""
    if os.environ.get(DEBUG) == "1":
        traceback.print_exception(error)
    say(
        f"this is a fault of sendguard: {place_of(error)}. Please report it with the output of "
        f"`sendguard --version` and the traceback that {DEBUG}=1 shows (read it first: it may "
        "quote the message)."
    )
