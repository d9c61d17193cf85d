from __future__ import annotations

import asyncio
import contextvars
import threading

import pytest

import sendguard
from sendguard import ConfigurationError, Context, Guard, Message
from sendguard.guard import resolve

MESSAGE = Message.chat(to=["r1"], text="hello")


def customer():
    return resolve(MESSAGE).customer


def test_outside_of_any_block_nothing_is_known():
    assert resolve(MESSAGE) == Context()


def test_fields_hold_inside_of_the_block_and_nowhere_else():
    with sendguard.context(customer="north", purpose="internal") as facts:
        assert facts == Context(customer="north", purpose="internal")
        assert resolve(MESSAGE) == facts
    assert resolve(MESSAGE) == Context()


def test_the_inner_block_wins_field_by_field():
    with sendguard.context(customer="north", purpose="internal", facts={"a": 1, "b": 1}):
        with sendguard.context(customer="south", facts={"b": 2}):
            inner = resolve(MESSAGE)
            assert (inner.customer, inner.purpose) == ("south", "internal")
            assert dict(inner.facts) == {"a": 1, "b": 2}
        assert customer() == "north"


def test_an_exception_ends_the_block_like_any_other_end():
    with pytest.raises(KeyError), sendguard.context(customer="north"):
        raise KeyError
    assert customer() is None


def test_each_thread_has_its_own():
    found = {}
    inside, looked = threading.Barrier(3), threading.Barrier(3)

    def run(name):
        with sendguard.context(customer=name):
            inside.wait(10)
            found[name] = customer()
            looked.wait(10)

    threads = [threading.Thread(target=run, args=(name,)) for name in ("north", "south")]
    for thread in threads:
        thread.start()
    inside.wait(10)
    found["main"] = customer()
    looked.wait(10)
    for thread in threads:
        thread.join()
    assert found == {"north": "north", "south": "south", "main": None}


def test_a_new_thread_knows_nothing_and_one_with_a_copied_context_knows_it():
    found = []
    with sendguard.context(customer="north"):
        plain = threading.Thread(target=lambda: found.append(customer()))
        copied = contextvars.copy_context()
        told = threading.Thread(target=copied.run, args=(lambda: found.append(customer()),))
        for thread in (plain, told):
            thread.start()
            thread.join()
    assert found == [None, "north"]


def test_tasks_inherit_it_and_do_not_disturb_each_other():
    async def work(name, mine, theirs):
        before = customer()
        with sendguard.context(customer=name):
            mine.set()
            await theirs.wait()
            return before, customer()

    async def main():
        one, two = asyncio.Event(), asyncio.Event()
        with sendguard.context(customer="around"):
            return await asyncio.gather(work("north", one, two), work("south", two, one))

    assert asyncio.run(main()) == [("around", "north"), ("around", "south")]


def test_the_narrower_source_wins_field_by_field():
    own = Context(customer="own")
    by_message = Context(customer="callable", campaign="callable")
    fixed = Context(customer="fixed", campaign="fixed", language="fixed", time_zone="fixed")
    with sendguard.context(customer="ambient", campaign="ambient", language="ambient"):
        called = resolve(MESSAGE, own, lambda message: by_message)
        valued = resolve(MESSAGE, None, fixed)
        alone = resolve(MESSAGE, None, lambda message: None)
    assert (called.customer, called.campaign, called.language) == ("own", "callable", "ambient")
    assert (valued.customer, valued.campaign, valued.language) == ("ambient",) * 3
    assert valued.time_zone == "fixed"
    assert alone.customer == "ambient"
    assert resolve(MESSAGE, own, fixed).customer == "own"


def test_a_function_is_asked_about_the_message_in_hand():
    asked = []
    resolve(MESSAGE, None, lambda message: asked.append(message))
    assert asked == [MESSAGE]


def test_a_function_that_gives_something_else_is_told_so():
    with pytest.raises(TypeError, match="context= gave dict"):
        resolve(MESSAGE, None, lambda message: {"customer": "north"})


def test_the_guard_judges_with_it_in_threads_and_coroutines():
    seen = []

    class Recorder:
        def notify(self, event):
            seen.append(event.context.customer)

    guard = Guard(observers=[Recorder()])

    async def main():
        await guard.aadmit(MESSAGE)

    with sendguard.context(customer="north"):
        guard.admit(MESSAGE)
        asyncio.run(main())
        guard.admit(MESSAGE, Context(customer="own"))
    assert seen == ["north", "north", "own"]


def test_an_idempotency_key_is_refused():
    with pytest.raises(ConfigurationError, match="key"), sendguard.context(key="order-1"):
        pass


def test_an_unknown_field_and_a_wrong_value_are_refused():
    with pytest.raises(ConfigurationError, match="custmer"), sendguard.context(custmer="north"):
        pass
    with pytest.raises(ConfigurationError, match="purpose"), sendguard.context(purpose="fun"):
        pass
    assert resolve(MESSAGE) == Context()
