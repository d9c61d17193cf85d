"""Asking the store: within its time, not at all while it is dead, and never raising."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

from attrs import Factory, field, frozen

from sendguard.guard._pool import IoPool
from sendguard.stores import AsyncClaimStore, CircuitBreaker, Claim, ClaimStore, Settled

if TYPE_CHECKING:
    import asyncio

T = TypeVar("T")
_DOUBTFUL: Final = 10_000  # sends whose claims are remembered while the store is dead


@frozen
class Request:
    """One call of the store: the name of a method of `ClaimStore`, and what to call it with.

    `late` is called when the call comes to its end after it was given up.
    """

    method: str
    arguments: tuple[Any, ...]
    options: dict[str, Any] = Factory(dict)
    late: Callable[[], None] | None = None


Steps = Generator[Request, Any, T]
"""What is to be done with the store, written once: it yields requests, is sent their answers or
thrown their errors, and returns a result. The desk carries it out, waiting or awaiting."""


@frozen(eq=False)
class Desk:
    """Where guards that share a store ask it. Safe to share between threads and over a fork.

    When a call of `take` fails, it may still be carried out once the store is back. For a message
    that was held because of it, its claims go to `doubtful` and are given back before the next
    claims are taken.
    """

    store: ClaimStore | AsyncClaimStore
    pool: IoPool
    breaker: CircuitBreaker = Factory(CircuitBreaker)
    doubtful: deque[tuple[str, Sequence[Claim]]] = field(
        factory=lambda: deque[tuple[str, Sequence[Claim]]](maxlen=_DOUBTFUL)
    )
    _background: set[asyncio.Task[None]] = Factory(set)

    def run(self, steps: Steps[T]) -> T:
        """Carry out the steps, waiting for each answer."""
        try:
            request = next(steps)
            while True:
                try:
                    answer = self._call(request)
                except Exception as error:  # noqa: BLE001  (the steps say what follows from it)
                    request = steps.throw(error)
                else:
                    request = steps.send(answer)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]  # Steps[T] returns a T
        finally:
            steps.close()  # so that they hear at once of an interruption or a cancellation

    async def arun(self, steps: Steps[T]) -> T:
        """Carry out the steps, awaiting each answer."""
        try:
            request = next(steps)
            while True:
                try:
                    answer = await self._acall(request)
                except Exception as error:  # noqa: BLE001  (the steps say what follows from it)
                    request = steps.throw(error)
                else:
                    request = steps.send(answer)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]  # Steps[T] returns a T
        finally:
            steps.close()  # so that they hear at once of an interruption or a cancellation

    def give_back_doubtful(self) -> Steps[None]:
        """Give back what a failed call may have taken."""
        while self.doubtful:
            try:
                token, claims = self.doubtful.popleft()
            except IndexError:  # another thread was quicker
                return
            try:
                yield Request("settle", (token, claims, "failed"))
            except Exception:
                self.doubtful.appendleft((token, claims))
                raise

    def settle(self, token: str, claims: Sequence[Claim], outcome: Settled) -> Steps[None]:
        """Tell the store what became of a message. A store that does not hear it keeps the claims,
        which is the safe side; what failed is told again later."""
        try:
            yield Request("settle", (token, claims, outcome))
        except Exception as error:  # noqa: BLE001  (the message has left or not, whatever is said)
            if outcome == "failed":
                self.doubtful.append((token, claims))
            logging.getLogger("sendguard").warning(
                "the store could not be told that a message was %s: %s",
                *(outcome, type(error).__name__),
            )

    def run_behind(self, steps: Steps[None]) -> asyncio.Task[None] | None:
        """Carry out the steps in a task of the running event loop; without one, at once."""
        import asyncio  # slow to load, and not every program has loops

        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self.run(steps)
            return None
        task = loop.create_task(self.arun(steps))
        self._background.add(task)  # the loop itself keeps only a weak reference
        task.add_done_callback(self._background.discard)
        return task

    def _call(self, request: Request) -> Any:
        method = getattr(self.store, request.method)
        given_up = threading.Event()

        def call() -> Any:
            answer = method(*request.arguments, **request.options)
            if given_up.is_set() and request.late is not None:
                request.late()
            return answer

        with self.breaker.call():
            if self.store.time_out is None:
                return call()
            try:
                return self.pool.run(call, self.store.time_out)
            except TimeoutError:
                given_up.set()
                raise

    async def _acall(self, request: Request) -> Any:
        import asyncio

        if not (isinstance(self.store, AsyncClaimStore) and self.store.awaits):
            return await asyncio.to_thread(self._call, request)
        method = getattr(self.store, f"a{request.method}")
        with self.breaker.call():
            return await asyncio.wait_for(
                method(*request.arguments, **request.options), self.store.time_out
            )


def finished(steps: Steps[T]) -> T:
    """The result of steps that ask for nothing, as those of a guard without a store do."""
    try:
        request = next(steps)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]  # Steps[T] returns a T
    raise TypeError(f"there is no store to {request.method} from")
