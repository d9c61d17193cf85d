"""A guard that follows its policy file."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from sendguard.errors import ConfigurationError
from sendguard.guard._guard import Guard
from sendguard.policy import load

_log: Final = logging.getLogger("sendguard")
_Stamps = tuple[tuple[int, int, int] | None, ...]


class GuardFile:
    """The guard that a policy file describes, read again when the file has changed.

    Call it for the guard to use now: ``follow().admit(message)``. When the changed file is wrong,
    the guard that was there stays, and one log line says what is wrong. Safe to share between
    threads; each process follows for itself.

    Args:
        path: as for `Guard.from_toml`; files that it includes are followed too.
        environment: as there.
        every: seconds at least between two looks at the files.
        options: of `Guard`, over those of the file. Give the store here: one that the file names
            is opened anew with each reading.

    Raises:
        ConfigurationError: the file is wrong when it is read for the first time.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        environment: str | None = None,
        every: float = 1.0,
        timer: Callable[[], float] = time.monotonic,
        **options: Any,
    ) -> None:
        if every < 0:
            raise ConfigurationError(f"GuardFile.every is {every!r}; use seconds from 0 up")
        self._path = path
        self._environment = environment
        self._every = every
        self._timer = timer
        self._options = options
        self._lock = threading.Lock()
        self._guard, self._files = self._read()
        self._stamps = _stamps(self._files)
        self._looked = timer()

    def __call__(self) -> Guard:
        """The guard of the file as it was when last found right."""
        now = self._timer()
        if now - self._looked >= self._every and self._lock.acquire(blocking=False):
            try:
                self._looked = now
                self._follow()
            finally:
                self._lock.release()
        return self._guard

    def _follow(self) -> None:
        stamps = _stamps(self._files)
        if stamps == self._stamps:
            return
        self._stamps = stamps
        try:
            self._guard, self._files = self._read()
        except ConfigurationError as error:
            _log.error("the changed policy is wrong, so the old one stays: %s", error)
        else:
            self._stamps = _stamps(self._files)
            _log.info("the policy was read again: %s", os.fspath(self._path))

    def _read(self) -> tuple[Guard, tuple[Path, ...]]:
        policy = load(self._path, environment=self._environment)
        return Guard.from_policy(policy, **self._options), policy.sources


def _stamps(files: tuple[Path, ...]) -> _Stamps:
    return tuple(map(_stamp, files))


def _stamp(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
