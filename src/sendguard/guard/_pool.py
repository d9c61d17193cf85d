"""A bounded number of threads for checks that wait for something."""

from __future__ import annotations

import contextvars
import os
import queue
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")
THREADS = 16


class IoPool:
    """Runs a function in a thread of its own and waits no longer than told.

    A thread that hangs cannot be ended; it keeps its place among the `THREADS` until it returns,
    and when all places are taken the next function has failed too once its time is over: silence
    never means yes. The threads are daemons, so that a hung one does not keep a program from
    ending (`concurrent.futures` joins its threads at exit, which is why it is not used).

    Safe to share between threads, and over a fork: a child starts with all places free.
    """

    def __init__(self) -> None:
        self._places = (os.getpid(), threading.BoundedSemaphore(THREADS))

    def run(self, function: Callable[[], T], time_out: float) -> T:
        """The function's result, or its exception; TimeoutError after `time_out` seconds."""
        deadline = time.monotonic() + time_out
        if self._places[0] != os.getpid():
            self._places = (os.getpid(), threading.BoundedSemaphore(THREADS))
        places = self._places[1]
        if not places.acquire(timeout=time_out):
            raise TimeoutError(f"no thread came free within {time_out} s")
        answer: queue.SimpleQueue[tuple[T | None, BaseException | None]] = queue.SimpleQueue()
        ambient = contextvars.copy_context()

        def work() -> None:
            try:
                answer.put((ambient.run(function), None))
            except BaseException as error:  # noqa: BLE001  (handed to the caller, who raises it)
                answer.put((None, error))
            finally:
                places.release()

        try:
            threading.Thread(target=work, name="sendguard-io", daemon=True).start()
        except RuntimeError:  # the system has no thread to give, so nobody would free the place
            places.release()
            raise
        try:
            result, error = answer.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            raise TimeoutError(f"no answer within {time_out} s") from None
        if error is not None:
            raise error
        return result  # type: ignore[return-value]  # without an error it is the function's

    def __reduce__(self) -> tuple[Any, ...]:
        return IoPool, ()
