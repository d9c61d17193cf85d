"""A second guard in the shadow of the first: it judges the same, and only differences are heard."""

from __future__ import annotations

import contextvars
import logging
import os
import queue
import threading
from collections.abc import Iterable
from typing import Any, Final

from attrs import field, frozen

from sendguard.errors import ConfigurationError
from sendguard.guard._difference import difference, noticed
from sendguard.guard._guard import Guard
from sendguard.guard._observers import Event, Observer, notify_all
from sendguard.model import Decision
from sendguard.stores import AsyncClaimStore

_log: Final = logging.getLogger("sendguard")


@frozen(eq=False)
class _Line:
    """The messages that wait in one process, and who goes through them."""

    process: int
    waiting: queue.Queue[Event | threading.Event]
    thread: threading.Thread = field(repr=False)


class Shadow:
    """An observer that lets another guard judge the same messages, and tells where they differ.

    Give it to the guard that acts: ``Guard(…, observers=[Shadow(candidate, observers=[…])])``. For
    each message whose fate is decided (held, blocked, or its sending ended) the candidate judges
    the same message and context in observe mode. Where its findings are others, the shadow's own
    observers hear one `Event` of kind "differed" with both decisions.

    It changes nothing for a message and does not make it wait: the candidate judges in a thread of
    its own, so that its slow store or rule, or its failure, is no one else's. When more messages
    wait than allowed, the next ones are not judged by it; `skipped` counts them. Messages that
    still wait when the program ends are lost to it, unless `flush` was called.

    Where the candidate counts (limits, repeats, keys), it counts under names of its own what really
    left, once that is known, and a partial send as a whole; several messages on their way at once
    it does not hold against each other.

    Safe to share between threads and over a fork: a child goes on with a thread of its own.

    Args:
        guard: the candidate; its mode and its own observers do not matter here.
        observers: who hears of the differences.
        waiting: messages that may wait at most; they are held in memory.

    Raises:
        ConfigurationError: nobody would hear of the differences, or an option has a wrong value.
    """

    def __init__(
        self, guard: Guard, *, observers: Iterable[Observer], waiting: int = 1_000
    ) -> None:
        if not isinstance(guard, Guard):
            raise TypeError(f"Shadow.guard takes a Guard, not {type(guard).__name__}")
        if waiting < 1:
            raise ConfigurationError(f"Shadow.waiting is {waiting!r}; use a number from 1 up")
        store = guard.policy.store
        if isinstance(store, AsyncClaimStore) and store.awaits:
            raise ConfigurationError(
                f"Shadow.guard counts in a {type(store).__name__} that has to be awaited; give it "
                "one that a thread can call"
            )
        self._observers = tuple(observers)
        if not self._observers:
            raise ConfigurationError("Shadow.observers is empty; name who hears of the differences")
        self._guard = guard._changed(mode="observe", shadow=True, observers=())
        self._waiting = waiting
        self._line: _Line | None = None
        self._starting = (os.getpid(), threading.Lock())
        self.skipped = 0

    def notify(self, event: Event) -> None:
        """Take a message to be judged, if its fate is decided now."""
        if event.kind in ("admitted", "differed"):
            return
        try:
            self._own_line().waiting.put_nowait(event)
        except queue.Full:
            with self._starting[1]:
                self.skipped += 1
                first = self.skipped == 1
            if first:
                _log.warning("the shadow guard is behind, and messages pass it by unjudged")

    def flush(self, timeout: float = 10.0) -> bool:
        """Wait until what was sent so far is judged.

        Args:
            timeout: seconds to wait at most.

        Returns:
            Whether it was, within that time.
        """
        done = threading.Event()
        try:
            self._own_line().waiting.put(done, timeout=timeout)
        except queue.Full:
            return False
        return done.wait(timeout)

    def _own_line(self) -> _Line:
        line, process = self._line, os.getpid()
        if line is not None and line.process == process:
            return line
        if self._starting[0] != process:  # a lock that crossed a fork may never be given back
            self._starting = (process, threading.Lock())
        with self._starting[1]:
            if self._line is None or self._line.process != process:
                waiting: queue.Queue[Event | threading.Event] = queue.Queue(self._waiting)
                # In a context of its own: what surrounds this one send is not for the next ones.
                thread = threading.Thread(
                    target=contextvars.Context().run,
                    args=(self._work, waiting),
                    name="sendguard-shadow",
                    daemon=True,
                )
                thread.start()
                self._line = _Line(process, waiting, thread)
            return self._line

    def _work(self, waiting: queue.Queue[Event | threading.Event]) -> None:
        while True:
            event = waiting.get()
            if isinstance(event, threading.Event):
                event.set()
                continue
            try:
                self._judge(event)
            except Exception as error:  # noqa: BLE001  (an observer never decides over a message)
                _log.error("the shadow guard failed with %s", type(error).__name__)

    def _judge(self, event: Event) -> None:
        decision = self._decision(event)
        if difference(noticed(event.decision), noticed(decision)).change != "unchanged":
            differed = Event(
                "differed", event.decision, event.message, event.context, shadow=decision
            )
            notify_all(self._observers, differed)

    def _decision(self, event: Event) -> Decision:
        if event.kind not in ("sent", "unknown"):
            return self._guard.evaluate(event.message, event.context)
        admission = self._guard.admit(event.message, event.context)
        if event.kind == "sent":
            admission.sent(event.refused)
        else:
            admission.unknown()
        return admission.decision

    def __repr__(self) -> str:
        return f"Shadow({self._guard!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuilt, (self._guard, self._observers, self._waiting)


def _rebuilt(guard: Guard, observers: tuple[Observer, ...], waiting: int) -> Shadow:
    return Shadow(guard, observers=observers, waiting=waiting)
