"""Processes that use one store at once: to race, and to be killed."""

from __future__ import annotations

import os
import secrets
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from sendguard.stores import Claim, ClaimStore, opaque_key

NewStore = Callable[[], ClaimStore]


def claim(name: str, limit: int = 1, window: float = 3_600.0) -> Claim:
    return Claim(opaque_key(name), limit, window, code="state.test")


def forked(work: Callable[[int], None]) -> tuple[int, int]:
    """A child process that does the work, writing to a pipe: its id, and the pipe's other end."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    status = 1
    try:
        os.close(reading)
        work(writing)
        status = 0
    except BaseException as error:  # noqa: BLE001  (a child never returns into the tests)
        sys.stderr.write(f"worker: {error!r}\n")
        sys.stderr.flush()
    finally:
        os._exit(status)


def all_of(pipe: int) -> bytes:
    with os.fdopen(pipe, "rb") as stream:
        return stream.read()


def race(new_store: NewStore, *, processes: int, threads: int, tries: int, limit: int) -> int:
    """How many of all tries at one key were admitted."""
    contested = claim("contested", limit)
    go, release = os.pipe()

    def work(pipe: int) -> None:
        store = new_store()
        gate = threading.Barrier(threads)
        os.close(release)
        os.read(go, 1)  # all processes begin when the other end is closed

        def one(_: int) -> int:
            gate.wait()
            tokens = [secrets.token_hex(16) for _ in range(tries)]
            return sum(not store.take(t, [contested], now=datetime.now(UTC)) for t in tokens)

        with ThreadPoolExecutor(threads) as pool:
            admitted = sum(pool.map(one, range(threads)))
        os.write(pipe, b"x" * admitted)

    children = [forked(work) for _ in range(processes)]
    os.close(go)
    os.close(release)
    counts = [len(all_of(pipe)) for _, pipe in children]
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child, _ in children]
    assert codes == [0] * processes
    return sum(counts)


def killed_between_take_and_settle(new_store: NewStore, after: float) -> list[str]:
    """The keys that a process had said it would send, when it was killed `after` so many seconds.

    It takes a claim, says so, settles it, and takes the next.
    """

    def work(pipe: int) -> None:
        store = new_store()
        run = secrets.token_hex(4)
        for number in range(1_000_000):
            key = f"{run}-{number}"
            token = secrets.token_hex(16)
            if store.take(token, [claim(key)], now=datetime.now(UTC)):
                raise AssertionError("a fresh key was refused")
            os.write(pipe, f"{key}\n".encode())
            store.settle(token, [claim(key)], "sent")

    child, pipe = forked(work)
    threading.Timer(after, os.kill, (child, signal.SIGKILL)).start()
    said = all_of(pipe).decode()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    return said.split("\n")[:-1]
