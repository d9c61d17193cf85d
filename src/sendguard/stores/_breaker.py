"""Not waiting for a store that is dead."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sendguard.errors import StoreError


class CircuitBreaker:
    """Refuses calls at once while a store is dead, and finds out by itself when it is back.

    After `failures` calls in a row have failed it opens: for `rest` seconds nobody waits for the
    store. Then one call at a time is let through as a probe (half-open); one that succeeds closes
    it. One line is logged when it opens, one when it closes.

    Safe to share between threads and over a fork, and without locks, which a fork could leave
    closed: threads that meet at the same instant may both probe.

    Args:
        failures: calls in a row.
        rest: seconds.
        monotonic: gives seconds that never run backwards.
    """

    def __init__(
        self,
        *,
        failures: int = 3,
        rest: float = 5.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._threshold = failures
        self._rest = rest
        self._monotonic = monotonic
        self._failed = 0
        self._closed_until_probe = 0.0

    @contextmanager
    def call(self) -> Iterator[None]:
        """One call of the store; whatever `Exception` leaves the block is a failure.

        Raises:
            StoreError: the breaker is open; the block does not run.
        """
        tripped = self._failed >= self._threshold
        if tripped:
            now = self._monotonic()
            if now < self._closed_until_probe:
                raise StoreError("the store did not answer lately; it is asked again soon")
            self._closed_until_probe = now + self._rest  # the others wait for this probe
        try:
            yield
        except Exception as error:
            self._failure(error)
            raise
        if tripped:
            logging.getLogger("sendguard").warning("the store answers again")
        self._failed = 0

    def _failure(self, error: Exception) -> None:
        self._failed += 1
        self._closed_until_probe = self._monotonic() + self._rest
        if self._failed == self._threshold:
            logging.getLogger("sendguard").error(
                "the store failed %d times in a row, at last with %s; "
                "it is left alone for %g s at a time",
                self._failed,
                # The words of other errors may quote what they were given.
                error if isinstance(error, StoreError) else type(error).__name__,
                self._rest,
            )
