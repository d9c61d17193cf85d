"""A bar on the terminal while much is checked; it leaves nothing behind."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Final, TextIO

from sendguard.cli._screen import Screen

MANY: Final = 50
SOON: Final = 1.0  # seconds before the bar comes for fewer than MANY
_REDRAWN: Final = 0.1  # seconds
_ERASE: Final = "\r\x1b[K"


class Progress:
    """Draws on a terminal, and on nothing else.

    Args:
        stream: standard error, as a rule.
        total: how many things there are to do.
        environ: a dumb terminal (TERM) gets no bar, for it cannot erase one.
        clock: seconds from any start.
    """

    def __init__(
        self,
        stream: TextIO,
        total: int,
        environ: Mapping[str, str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stream = stream
        self._total = total
        self._clock = clock
        self._started = clock()
        self._drawn_at = self._started
        self._done = 0
        self._on_screen = False
        self._wanted = stream.isatty() and environ.get("TERM") != "dumb"
        self._screen = Screen.of(stream, environ)

    def advance(self, count: int = 1) -> None:
        """One more thing is done, or several."""
        self._done += count
        now = self._clock()
        if not self._wanted or now - self._drawn_at < _REDRAWN:
            return
        if self._total >= MANY or now - self._started > SOON:
            self._drawn_at = now
            self._draw()

    def clear(self) -> None:
        """Take the bar off, so that something else can be written."""
        if self._on_screen:
            self._stream.write(_ERASE)
            self._stream.flush()
            self._on_screen = False

    def _draw(self) -> None:
        count = f" {self._done}/{self._total}"
        room = min(40, self._screen.width - len(count) - 3)
        filled = room * self._done // self._total
        self._stream.write(f"\r[{'#' * filled}{' ' * (room - filled)}]{count}")
        self._stream.flush()
        self._on_screen = True


class Stages:
    """Names what is being done on a terminal, and how far it is, where no total is known.

    Args:
        stream: standard error, as a rule.
        environ: a dumb terminal (TERM) gets nothing, for it cannot erase.
        clock: seconds from any start.
    """

    def __init__(
        self,
        stream: TextIO,
        environ: Mapping[str, str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stream = stream
        self._clock = clock
        self._drawn_at = clock()
        self._on_screen = False
        self._wanted = stream.isatty() and environ.get("TERM") != "dumb"

    def tell(self, stage: str, done: int) -> None:
        """So many things have come to this stage."""
        now = self._clock()
        if self._wanted and now - self._drawn_at >= _REDRAWN:
            self._drawn_at = now
            self._stream.write(f"{_ERASE}{stage} {done:,}")
            self._stream.flush()
            self._on_screen = True

    def clear(self) -> None:
        """Take it off, so that something else can be written."""
        if self._on_screen:
            self._stream.write(_ERASE)
            self._stream.flush()
            self._on_screen = False
