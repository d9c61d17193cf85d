"""Many releasers at once, and releasers that are killed: nothing leaves twice, nothing is lost."""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from tests.holds.sink import counting_sink
from tests.stores.workers import all_of, forked

from sendguard import Context, Guard, Message, checks
from sendguard.adapters import smtp
from sendguard.holds import HoldQueue
from sendguard.holds._releasing import Releaser
from sendguard.model import Envelope
from sendguard.stores import ENDED, MemoryStore
from sendguard.stores.redis import RedisStore
from sendguard.stores.sqlite import SQLiteStore

# The children of these forks do nothing but release.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")

SHOP, MARIA = "shop@shop.example", "maria@north.example"


def later(minutes: int):
    """A clock that is ahead by so much; by six, the leases of before are over."""
    return lambda: datetime.now(UTC) + timedelta(minutes=minutes)


@pytest.fixture(params=["sqlite", "redis"])
def new_store(request, tmp_path, redis_server):
    """Opens the same store in any process; `clock` is for a store with a time of its own."""
    if request.param == "sqlite":
        return lambda clock=None: SQLiteStore(tmp_path / "state.db", timeout=60)
    return lambda clock=None: RedisStore(redis_server.client(), timeout=60, clock=clock)


def queue_on(store, clock=None) -> HoldQueue:
    guard = Guard(
        checks.placeholders(),
        checks.rate_limit(limit=100_000, per="1h", by="all"),
        store=store,
        clock=clock,
    )
    return HoldQueue(store, guard)


def hold(queue: HoldQueue, name: str) -> str:
    """Put a mail into the queue, approved, whose subject is that name."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = SHOP, MARIA, name
    mail.set_content("Dear {{name}},")
    payload = bytes(mail).replace(b"\n", b"\r\n")
    message = Message.from_email(payload, Envelope(SHOP, (MARIA,)))
    context = Context(actor="ann", key=name)
    decision = queue.guard.evaluate(message)
    held = queue.hold(message, context, decision, payload=payload, transport={"adapter": "smtp"})
    queue.approve(held.id, by="bo")
    return held.id


def test_threads_that_release_at_once_send_each_message_once():
    queue, counts = queue_on(MemoryStore()), Counter()
    ids = [hold(queue, str(number)) for number in range(60)]
    gate = threading.Barrier(8)

    def release(_):
        gate.wait()
        return queue.release(lambda held: counts.update([held.id])).sent

    with ThreadPoolExecutor(8) as pool:
        reported = [id_ for sent in pool.map(release, range(8)) for id_ in sent]
    assert counts == Counter(ids)
    assert sorted(reported) == sorted(ids)


def sent_by_racing_processes(new_store, *, processes: int, threads: int, messages: int) -> None:
    ids = [hold(queue_on(new_store()), str(number)) for number in range(messages)]

    def work(pipe: int) -> None:
        queue = queue_on(new_store())

        def release(_) -> None:
            queue.release(lambda held: os.write(pipe, f"{held.id}\n".encode()))

        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(release, range(threads)))

    children = [forked(work) for _ in range(processes)]
    said = [line for _, pipe in children for line in all_of(pipe).decode().split()]
    assert [os.waitpid(child, 0)[1] for child, _ in children] == [0] * processes
    assert Counter(said) == Counter(ids)
    assert list(queue_on(new_store()).pending()) == []


def test_processes_that_release_at_once_send_each_message_once(new_store):
    sent_by_racing_processes(new_store, processes=4, threads=4, messages=40)


@pytest.mark.soak
def test_eight_processes_of_eight_threads_send_each_of_a_thousand_messages_once(new_store):
    sent_by_racing_processes(new_store, processes=8, threads=8, messages=1_000)


def books_after(new_store, *, kills: int) -> Counter[str]:
    """Kill a releaser at random, again and again; then check the books.

    Returns:
        How many messages ended how, and "left" for those in doubt that had left.
    """
    chance, names = random.Random(11), {}
    with counting_sink() as (sink, host, port):
        for kill in range(kills):
            clock = later(6 * kill)
            queue = queue_on(new_store(clock), clock)
            for _ in range(20 - len(list(queue.pending(limit=20)))):
                name = f"letter {len(names)}"
                names[hold(queue, name)] = name

            def work(pipe: int, clock=clock) -> None:
                queue_on(new_store(clock), clock).release(smtp.release_via(host, port))

            child, pipe = forked(work)
            timer = threading.Timer(chance.uniform(0.0, 0.2), os.kill, (child, signal.SIGKILL))
            timer.start()
            all_of(pipe)
            timer.cancel()
            timer.join()  # before the child is waited for, after which its id may be another's
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            assert status in (0, -signal.SIGKILL)
        end = later(6 * kills + 60)
        queue = queue_on(new_store(end), end)
        queue.release(smtp.release_via(host, port))
        states = {id_: queue.get(id_).state for id_ in names}
        times = {id_: sink.counts[name] for id_, name in names.items()}
    assert max(times.values()) == 1
    assert all(times[id_] == 1 for id_, state in states.items() if state == "sent")
    doubt = {each.id for each in queue.in_doubt()}
    assert doubt == {id_ for id_, state in states.items() if state == "in-doubt"}
    assert set(states.values()) <= {"sent", "in-doubt"}
    assert queue.release(lambda held: pytest.fail("sent again")).sent == ()
    left = sum(times[id_] for id_ in doubt)
    return Counter(states.values()) + Counter({"left": left})


def test_a_releaser_that_is_killed_sends_nothing_twice_and_loses_nothing(new_store):
    books = books_after(new_store, kills=12)
    assert books["sent"] > 0


@pytest.mark.soak
def test_a_thousand_releasers_are_killed(new_store):
    books = books_after(new_store, kills=1_000)
    assert books["in-doubt"] > 0
    sys.stderr.write(f"\n1,000 kills: {dict(books)}\n")


@pytest.mark.soak
def test_the_books_see_a_queue_that_sends_before_it_marks(new_store, monkeypatch):
    """Without the mark *sending*, a killed releaser's message is leased and sent again."""

    def careless(self, kept, leave):
        self._send(kept, leave, self.keeper.now())

    monkeypatch.setattr(Releaser, "_begin", careless)
    with pytest.raises(AssertionError):
        books_after(new_store, kills=100)


def test_a_store_that_ends_a_message_keeps_it_until_it_is_purged(new_store):
    queue = queue_on(new_store())
    id_ = hold(queue, "kept")
    queue.release(lambda held: None)
    assert new_store().get_hold(id_).state in ENDED
