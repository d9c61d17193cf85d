from __future__ import annotations

import os
import pickle
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from sendguard import Action, Finding, Guard, Message, MessageNotSent, Override, checks, rule
from sendguard.errors import ConfigurationError
from sendguard.guard import Firing, FiringCounts, Firings, read_firings
from sendguard.holds import HoldQueue
from sendguard.stores import MemoryStore


@rule("test.words")
def words(message, context):
    for word, action in (("block", Action.BLOCK), ("hold", Action.HOLD), ("warn", Action.WARN)):
        for _ in range((message.text or "").count(word)):
            yield Finding(code=f"test.{word}", action=action, message=f"It says {word}.")


def message(text):
    return Message.email(to=["maria@x.example"], subject="s", text=text)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "firings.db"


@pytest.fixture
def counts(path):
    return FiringCounts(path, every=0)


def by_code(path):
    return {each.code: each for each in read_firings(path).codes}


def test_each_code_counts_once_a_message(counts, path):
    guard = Guard(words, observers=[counts])
    for text in ("fine", "warn warn", "warn"):
        with guard.admit(message(text)):
            pass
    for text in ("hold", "block"):
        with pytest.raises(MessageNotSent):
            guard.admit(message(text))
    assert read_firings(path).messages == 5
    assert by_code(path) == {
        "test.warn": Firing("test.warn", 2),
        "test.hold": Firing("test.hold", 1),
        "test.block": Firing("test.block", 1),
    }


def test_an_override_counts_for_the_code_that_it_set_aside(counts, path):
    guard = Guard(words, observers=[counts])
    with guard.admit(message("hold warn"), override=Override("test.hold", by="Ann", reason="ok")):
        pass
    assert by_code(path)["test.hold"] == Firing("test.hold", 1, overridden=1)
    assert by_code(path)["test.warn"] == Firing("test.warn", 1)


def test_the_queue_tells_what_people_decided(counts, path):
    guard = Guard(words, observers=[counts])
    queue = HoldQueue(MemoryStore(), guard, notify=counts.heard)
    decision = guard.evaluate(message("hold"))
    first, second, third = (
        queue.hold(message("hold"), None, decision, approvals=2) for _ in range(3)
    )
    queue.approve(first.id, by="ann")
    assert not path.exists()  # a second person has yet to say so
    queue.approve(first.id, by="bob")
    queue.reject(second.id, by="ann", reason="no")
    queue.reject(third.id, by="ann", reason="no")
    assert by_code(path) == {"test.hold": Firing("test.hold", approved=1, rejected=2)}


def test_processes_and_threads_add_to_one_file(path):
    program = (
        "import sys; from sendguard.guard import FiringCounts; from sendguard import Guard, Message, checks\n"
        "guard = Guard(checks.empty_subject(), observers=[FiringCounts(sys.argv[1], every=3600)])\n"
        "for _ in range(50):\n"
        "    with guard.admit(Message.email(to='m@x.example', text='t')): pass\n"
    )
    others = [subprocess.Popen([sys.executable, "-c", program, str(path)]) for _ in range(2)]
    guard = Guard(checks.empty_subject(), observers=[FiringCounts(path, every=0)])

    def send(_):
        with guard.admit(Message.email(to="m@x.example", text="t")):
            pass

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(send, range(50)))
    assert [other.wait() for other in others] == [0, 0]
    assert read_firings(path).messages == 150  # theirs were written when they ended
    assert by_code(path)["content.empty-subject"].fired == 150


def test_it_writes_now_and_then(path):
    now = [0.0]
    counts = FiringCounts(path, every=5, timer=lambda: now[0])
    guard = Guard(words, observers=[counts])

    def send():
        with guard.admit(message("warn")):
            pass

    send()
    assert not path.exists()
    now[0] = 5.0
    send()
    assert by_code(path)["test.warn"].fired == 2
    send()
    assert by_code(path)["test.warn"].fired == 2
    counts.save()
    assert by_code(path)["test.warn"].fired == 3


def test_a_file_that_cannot_be_written_loses_nothing_and_stops_nothing(tmp_path, caplog):
    path = tmp_path / "later" / "firings.db"
    counts = FiringCounts(path, every=0)
    guard = Guard(words, observers=[counts])
    with guard.admit(message("warn")) as admission:
        pass
    assert admission.outcome == "sent"
    assert "FiringCounts failed with OperationalError" in caplog.text
    path.parent.mkdir()
    counts.save()
    assert by_code(path)["test.warn"].fired == 1


def test_what_a_fork_brings_along_is_counted_once(path):
    counts = FiringCounts(path, every=3600)
    guard = Guard(words, observers=[counts])
    with guard.admit(message("warn")):
        pass
    child = os.fork()
    if child == 0:
        try:
            with guard.admit(message("warn")):
                pass
            counts.save()
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert by_code(path)["test.warn"].fired == 1
    counts.save()
    assert by_code(path)["test.warn"].fired == 2


def test_no_other_file_is_touched_or_read(tmp_path):
    path = tmp_path / "shop.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE orders (id)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(ConfigurationError, match="another program's"):
        FiringCounts(path, every=0)._count([("test.a", "fired")])
    assert path.read_bytes() == before
    for wrong in (path, tmp_path / "none.db"):
        with pytest.raises(ConfigurationError, match="no file of counts"):
            read_firings(wrong)
    assert not (tmp_path / "none.db").exists()


def test_a_later_format_is_refused(counts, path):
    counts._count([("test.a", "fired")])
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 2")
    connection.close()
    with pytest.raises(ConfigurationError, match="format 2; this version of sendguard reads 1"):
        read_firings(path)


@pytest.mark.parametrize(
    ("firing", "noisy"),
    [
        (Firing("a.b", 20, overridden=3, approved=2, rejected=1), True),
        (Firing("a.b", 20, overridden=3, rejected=3), False),  # right every other time
        (Firing("a.b", 9, approved=9), False),  # too few to tell
        (Firing("a.b", 20, approved=4), False),  # too few decisions, and it is rare
        (Firing("a.b", 51), True),  # more than one message in twenty
        (Firing("a.b", 50), False),
    ],
)
def test_noisy_is_what_people_let_pass_or_never_look_at(firing, noisy):
    assert bool(Firings(1_000, (firing,)).noisy()) is noisy


def test_counts_go_to_other_processes(counts):
    assert repr(pickle.loads(pickle.dumps(counts))) == repr(counts)


def test_seconds_below_nought_are_refused(path):
    with pytest.raises(ConfigurationError, match=r"every is -1"):
        FiringCounts(path, every=-1)
