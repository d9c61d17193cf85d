"""What the stream that is written to can show."""

from __future__ import annotations

import codecs
import os
import shutil
from collections.abc import Mapping
from typing import TextIO

from attrs import frozen

from sendguard.cli._harmless import harmless
from sendguard.model import Action

WIDTH_OF_A_FILE = 80
_NARROWEST = 20

_RESET = "\x1b[0m"
_STYLES = {Action.ALLOW: "32", Action.WARN: "33", Action.HOLD: "31", Action.BLOCK: "1;31"}


@frozen
class Screen:
    """A terminal or a file.

    Attributes:
        width: columns.
        styled: whether it shows colours and underlining.
        encoding: what its characters are written in; what that lacks is shown as an escape.
        dots: what stands for text that was left out.
    """

    width: int = WIDTH_OF_A_FILE
    styled: bool = False
    encoding: str = "utf-8"

    @classmethod
    def of(cls, stream: TextIO, environ: Mapping[str, str]) -> Screen:
        """What a stream can show, as the environment (NO_COLOR, FORCE_COLOR, TERM) has it."""
        width = shutil.get_terminal_size((WIDTH_OF_A_FILE, 24)).columns
        return cls(
            width=max(width if stream.isatty() else WIDTH_OF_A_FILE, _NARROWEST),
            styled=_styled(stream, environ),
            encoding=codecs.lookup(stream.encoding or "utf-8").name,
        )

    @property
    def dots(self) -> str:
        """An ellipsis that the encoding has."""
        return "..." if harmless("…", self.encoding) != "…" else "…"

    def shown(self, text: str) -> str:
        """The text as this screen can show it, doing nothing to it."""
        if self.dots != "…":
            text = text.replace("…", "...")  # masks have it, and an escape would hide the word
        return harmless(text, self.encoding)

    def coloured(self, text: str, action: Action) -> str:
        """The text in the colour of an action."""
        return f"\x1b[{_STYLES[action]}m{text}{_RESET}" if self.styled else text

    def underlined(self, text: str, action: Action) -> str:
        """The text underlined, in the colour of an action."""
        return f"\x1b[4;{_STYLES[action]}m{text}{_RESET}" if self.styled else text

    def bold(self, text: str) -> str:
        """The text brighter than the rest."""
        return f"\x1b[1m{text}{_RESET}" if self.styled else text

    def faint(self, text: str) -> str:
        """The text less bright than the rest."""
        return f"\x1b[2m{text}{_RESET}" if self.styled else text


def _styled(stream: TextIO, environ: Mapping[str, str]) -> bool:
    # In the order of precedence that CPython's own command line has.
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return True
    if environ.get("TERM") == "dumb":
        return False
    if os.name == "nt" and "WT_SESSION" not in environ:
        return False  # the old console prints escape sequences instead of obeying them
    return stream.isatty()
