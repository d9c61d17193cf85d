from __future__ import annotations

import contextvars
import multiprocessing
import os
import pickle
import threading

import pytest

from sendguard import Action, Guard, Message, rule
from sendguard.guard._pool import THREADS, IoPool

SHORT = 0.01  # seconds, for what is to run out
LONG = 30.0  # seconds, for what is not

MESSAGE = Message.chat(to=["r1"], text="hello")


@pytest.fixture
def never():
    """An event on which hung functions wait; the end of the test lets them go."""
    event = threading.Event()
    yield event
    event.set()


def occupy(pool, never, count):
    """Take that many places, and give the threads that hold them."""
    threads = []
    for _ in range(count):
        started = threading.Event()

        def hang(started=started):
            threads.append(threading.current_thread())
            started.set()
            never.wait()

        with pytest.raises(TimeoutError):
            pool.run(hang, SHORT)
        started.wait(LONG)
    return threads


def test_the_result_is_handed_over():
    assert IoPool().run(lambda: 7, LONG) == 7
    assert IoPool().run(lambda: None, LONG) is None


def test_it_runs_in_a_thread_of_its_own_that_does_not_keep_the_program():
    thread = IoPool().run(threading.current_thread, LONG)
    assert thread is not threading.current_thread()
    assert thread.daemon


@pytest.mark.parametrize("error", [LookupError("why"), SystemExit(3)])
def test_an_exception_is_handed_over(error):
    def fail():
        raise error

    with pytest.raises(type(error)) as caught:
        IoPool().run(fail, LONG)
    assert caught.value is error


def test_a_failed_function_gives_its_place_back():
    pool = IoPool()

    def fail():
        raise LookupError

    for _ in range(2 * THREADS):
        with pytest.raises(LookupError):
            pool.run(fail, LONG)
    assert pool.run(lambda: 7, LONG) == 7


def test_a_thread_that_cannot_be_started_costs_no_place(monkeypatch):
    pool = IoPool()

    def refused(thread):
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refused)
        for _ in range(THREADS):
            with pytest.raises(RuntimeError):
                pool.run(lambda: 7, LONG)
    assert pool.run(lambda: 7, SHORT * 100) == 7


def test_what_takes_too_long_is_not_waited_for(never):
    with pytest.raises(TimeoutError, match="no answer"):
        IoPool().run(never.wait, SHORT)


def test_hung_functions_keep_their_places_and_then_nothing_runs(never):
    pool = IoPool()
    threads = occupy(pool, never, THREADS)
    ran = threading.Event()
    with pytest.raises(TimeoutError, match="no thread came free"):
        pool.run(ran.set, SHORT)
    assert not ran.is_set()
    never.set()
    for thread in threads:
        thread.join(LONG)
    assert pool.run(lambda: 7, LONG) == 7


def test_one_free_place_is_enough(never):
    pool = IoPool()
    occupy(pool, never, THREADS - 1)
    assert [pool.run(lambda: 7, LONG) for _ in range(3)] == [7, 7, 7]


def test_no_more_threads_run_at_once_than_there_are_places():
    pool, lock, release = IoPool(), threading.Lock(), threading.Event()
    running, most, full = 0, 0, threading.Event()

    def work():
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
            if running == THREADS:
                full.set()
        release.wait(LONG)
        with lock:
            running -= 1

    callers = [threading.Thread(target=pool.run, args=(work, LONG)) for _ in range(2 * THREADS)]
    for caller in callers:
        caller.start()
    assert full.wait(LONG)
    release.set()
    for caller in callers:
        caller.join(LONG)
    assert most == THREADS


def test_the_function_sees_the_context_variables_of_its_caller():
    variable = contextvars.ContextVar("variable", default="nothing")
    variable.set("mine")

    def read_and_change():
        seen = variable.get()
        variable.set("changed")
        return seen

    assert IoPool().run(read_and_change, LONG) == "mine"
    assert variable.get() == "mine"


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # forking is the subject
def test_a_forked_child_starts_with_all_places_free(never):
    pool = IoPool()
    occupy(pool, never, THREADS)
    reader, writer = multiprocessing.Pipe(duplex=False)
    child = os.fork()
    if child == 0:
        try:
            writer.send(pool.run(lambda: 7, LONG))
        finally:
            os._exit(0)
    writer.close()
    with reader:
        assert reader.poll(LONG)
        assert reader.recv() == 7
    os.waitpid(child, 0)
    with pytest.raises(TimeoutError):  # and the parent's are still taken
        pool.run(lambda: 7, SHORT)


def test_a_pickled_pool_starts_with_all_places_free(never):
    pool = IoPool()
    occupy(pool, never, THREADS)
    assert pickle.loads(pickle.dumps(pool)).run(lambda: 7, LONG) == 7


def test_a_check_that_runs_out_of_time_has_failed(never):
    @rule("test.slow", time_out=SHORT)
    def slow(message, context):
        never.wait()

    @rule("test.quick")
    def quick(message, context):
        return "seen"

    for action in (Action.HOLD, Action.BLOCK, Action.WARN):
        decision = Guard(slow, quick, on_error=action).evaluate(MESSAGE)
        found = {finding.code: finding.action for finding in decision.findings}
        assert found == {"guard.check-failed": action, "test.quick": Action.WARN}
        failed = next(f for f in decision.findings if f.code == "guard.check-failed")
        assert "TimeoutError" in failed.message


def test_a_check_that_finds_no_free_place_has_failed_too(never):
    @rule("test.slow", time_out=SHORT)
    def slow(message, context):
        never.wait()

    @rule("test.quick", time_out=SHORT)
    def quick(message, context):
        return None

    guard = Guard(quick)
    pool = guard._pool
    occupy(pool, never, THREADS)
    decision = guard.evaluate(MESSAGE)
    assert [f.code for f in decision.findings] == ["guard.check-failed"]
    assert not decision.allowed


def test_a_guard_made_from_another_shares_its_places(never):
    @rule("test.quick", time_out=SHORT)
    def quick(message, context):
        return None

    guard = Guard(quick)
    occupy(guard._pool, never, THREADS)
    for other in (guard.extended(), guard.without("tone.*")):
        assert not other.evaluate(MESSAGE).allowed
