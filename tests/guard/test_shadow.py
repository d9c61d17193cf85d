from __future__ import annotations

import asyncio
import logging
import os
import pickle
import threading

import pytest

from sendguard import (
    Action,
    Context,
    Finding,
    Guard,
    Message,
    MessageHeld,
    Override,
    checks,
    rule,
)
from sendguard import context as surrounding
from sendguard.errors import ConfigurationError
from sendguard.guard import LoggingObserver, Shadow
from sendguard.stores import MemoryStore
from sendguard.testing import ClaimModel


@rule("test.words")
def words(message, context):
    for word, action in (("block", Action.BLOCK), ("hold", Action.HOLD), ("warn", Action.WARN)):
        if word in (message.text or ""):
            yield Finding(code=f"test.{word}", action=action, message=f"It says {word}.")


@rule("test.broken")
def broken(message, context):
    raise LookupError("canary")


class Recorder:
    def __init__(self):
        self.events = []

    def notify(self, event):
        self.events.append(event)


class Failing:
    def notify(self, event):
        raise LookupError("canary")


def message(text):
    return Message.email(to=["maria@x.example"], subject="s", text=text)


def shadowed(guard, candidate, **options):
    """A guard with that shadow, the shadow, and who hears of the differences."""
    heard = Recorder()
    shadow = Shadow(candidate, observers=[heard], **options)
    return Guard(*guard, observers=[shadow]), shadow, heard


def test_only_differences_are_heard_with_both_decisions():
    guard, shadow, heard = shadowed([], Guard(words))
    for text in ("fine", "hold on", "fine again"):
        with guard.admit(message(text)):
            pass
    assert shadow.flush()
    (event,) = heard.events
    assert event.kind == "differed"
    assert event.message.text == "hold on"
    assert event.decision.action is Action.ALLOW
    assert event.shadow.action is Action.HOLD
    assert not event.shadow.enforced


def test_what_the_first_guard_stops_is_judged_too():
    guard, shadow, heard = shadowed([words], Guard(checks.empty_subject()))
    with pytest.raises(MessageHeld):
        guard.admit(message("hold"))
    assert shadow.flush()
    (event,) = heard.events
    assert (event.decision.action, event.shadow.action) == (Action.HOLD, Action.ALLOW)


def test_a_message_without_an_end_is_not_judged_yet():
    guard, shadow, heard = shadowed([], Guard(words))
    admission = guard.admit(message("hold"))
    assert shadow.flush()
    assert heard.events == []
    admission.failed()
    assert shadow.flush()
    assert len(heard.events) == 1


def test_an_override_is_no_difference():
    guard, shadow, heard = shadowed([words], Guard(words))
    with guard.admit(message("hold"), override=Override("test.hold", by="Ann", reason="I know")):
        pass
    assert shadow.flush()
    assert heard.events == []


def test_asyncio_sends_are_judged():
    guard, shadow, heard = shadowed([], Guard(words))

    async def send():
        async with guard.aadmit(message("hold")):
            pass

    asyncio.run(send())
    assert shadow.flush()
    assert len(heard.events) == 1


def test_the_context_is_that_of_the_send():
    seen = []

    @rule("test.seen")
    def look(message, context):
        seen.append(context)

    guard, shadow, _ = shadowed([], Guard(look))
    given = Context(purpose="marketing")
    with guard.admit(message("fine"), given):
        pass
    assert shadow.flush()
    assert seen[0].purpose == "marketing"
    assert seen[0].now is not None


def test_it_counts_what_really_left_and_under_names_of_its_own():
    store = MemoryStore()
    limit = checks.rate_limit(limit=2, per="1h", by="recipient")
    heard = Recorder()
    shadow = Shadow(Guard(limit, store=store), observers=[heard])
    guard = Guard(limit, store=store, mode="observe", observers=[shadow])
    for _ in range(2):
        with guard.admit(message("hi")):
            pass
    guard.admit(message("hi")).failed()
    assert shadow.flush()
    assert heard.events == []  # two have left, and both guards have counted these two
    tight = checks.rate_limit(limit=1, per="1h", by="recipient")
    guard, shadow, heard = shadowed([], Guard(tight, store=MemoryStore()))
    for _ in range(2):
        with guard.admit(message("hi")):
            pass
    assert shadow.flush()
    assert [event.shadow.action for event in heard.events] == [Action.HOLD]


def test_a_candidate_that_fails_changes_nothing_for_the_message(caplog):
    guard, shadow, heard = shadowed([], Guard(broken))
    with guard.admit(message("fine")) as admission:
        pass
    assert admission.outcome == "sent"
    assert shadow.flush()
    assert [each.code for each in heard.events[0].shadow.findings] == ["guard.check-failed"]


def test_an_observer_that_fails_ends_nothing(caplog):
    heard = Recorder()
    shadow = Shadow(Guard(words), observers=[Failing(), heard])
    guard = Guard(observers=[shadow])
    for _ in range(2):
        with guard.admit(message("hold")):
            pass
    assert shadow.flush()
    assert len(heard.events) == 2
    assert "canary" not in caplog.text


def test_a_candidate_that_hangs_makes_nobody_wait(caplog):
    go_on, began = threading.Event(), threading.Event()

    @rule("test.slow")
    def slow(message, context):
        began.set()
        go_on.wait()

    guard, shadow, _ = shadowed([], Guard(slow), waiting=2)
    with guard.admit(message("0")):
        pass
    began.wait()
    for number in range(5):
        with guard.admit(message(str(number))):
            pass
    assert shadow.skipped == 3
    assert caplog.text.count("unjudged") == 1
    assert not shadow.flush(0.01)
    go_on.set()
    assert shadow.flush()


def test_the_log_line_has_codes_and_no_word_of_the_message(caplog):
    caplog.set_level(logging.DEBUG, logger="sendguard")
    shadow = Shadow(Guard(words), observers=[LoggingObserver()])
    guard = Guard(checks.empty_subject(), observers=[shadow])
    with guard.admit(message("hold the secret").replace(subject="")):
        pass
    assert shadow.flush()
    (line,) = [record.getMessage() for record in caplog.records]
    assert line.startswith(
        "differed: newly-held: warn, in the shadow hold: +test.hold -content.empty-subject [1:"
    )
    assert "secret" not in line
    assert "maria" not in line


def test_a_shadow_that_nobody_hears_is_refused():
    with pytest.raises(ConfigurationError, match="observers is empty"):
        Shadow(Guard(), observers=[])
    with pytest.raises(ConfigurationError, match="waiting is 0"):
        Shadow(Guard(), observers=[Recorder()], waiting=0)
    with pytest.raises(TypeError, match="takes a Guard"):
        Shadow(words, observers=[Recorder()])


class Awaited(ClaimModel):
    awaits = True

    async def atake(self, *args, **options):
        return super().take(*args, **options)

    async def apeek(self, *args, **options):
        return super().peek(*args, **options)

    async def asettle(self, *args, **options):
        return super().settle(*args, **options)


def test_a_store_that_a_thread_cannot_call_is_refused():
    limit = checks.rate_limit(limit=1, per="1h", by="recipient")
    with pytest.raises(ConfigurationError, match="Awaited that has to be awaited"):
        Shadow(Guard(limit, store=Awaited()), observers=[Recorder()])


def test_what_surrounds_one_send_is_not_for_the_next_ones():
    seen = []

    @rule("test.seen")
    def look(message, context):
        seen.append(context.purpose)

    guard, shadow, _ = shadowed([], Guard(look))
    with surrounding(purpose="marketing"), guard.admit(message("first")):
        pass
    with guard.admit(message("second")):
        pass
    assert shadow.flush()
    assert seen == ["marketing", None]


def test_a_child_of_a_fork_has_a_thread_of_its_own():
    guard, shadow, heard = shadowed([], Guard(words))
    with guard.admit(message("hold")):
        pass
    assert shadow.flush()
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            with guard.admit(message("block")):
                pass
            os.write(write, b"yes" if shadow.flush() and len(heard.events) == 2 else b"no")
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        assert pipe.read() == b"yes"
    os.waitpid(child, 0)
    assert len(heard.events) == 1


def test_a_shadow_goes_to_other_processes():
    copy = pickle.loads(pickle.dumps(Shadow(Guard(words), observers=[LoggingObserver()])))
    assert repr(copy) == repr(Shadow(Guard(words), observers=[LoggingObserver()]))
