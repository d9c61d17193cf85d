from __future__ import annotations

import asyncio
import concurrent.futures
import functools
import inspect
import threading
from unittest.mock import AsyncMock

import pytest

import sendguard
from sendguard import (
    Action,
    ConfigurationError,
    Context,
    Finding,
    Guard,
    Message,
    MessageBlocked,
    MessageHeld,
    rule,
)
from sendguard.adapters import wrap


@rule("test.words")
def words(message, context):
    for word, action in (("block", Action.BLOCK), ("hold", Action.HOLD)):
        if word in (message.text or ""):
            yield Finding(code=f"test.{word}", action=action, message=f"It says {word}.")


class Recorder:
    def __init__(self):
        self.events = []

    def notify(self, event):
        self.events.append(event)

    @property
    def kinds(self):
        return [event.kind for event in self.events]


@pytest.fixture
def seen():
    return Recorder()


@pytest.fixture
def guard(seen):
    return Guard(words, observers=[seen])


@pytest.fixture
def post():
    """A transport that remembers what it sent, and answers with a receipt."""
    posted = []

    def post(room: str, text: str, *, loud: bool = False) -> str:
        """Post to a room."""
        if text == "refused":
            raise ConnectionRefusedError
        if text == "lost":
            raise TimeoutError
        posted.append((room, text, loud))
        return f"receipt {len(posted)}"

    post.posted = posted
    return post


def to_message(room, text, *, loud=False):
    return Message.chat(to=[room], text=text)


class Room:
    """Something with a method that sends."""

    def __init__(self):
        self.posted = []

    def post(self, text):
        self.posted.append(text)
        return self

    def __call__(self, text):
        return self.post(text)


class AsyncRoom:
    def __init__(self):
        self.posted = []

    async def __call__(self, text):
        self.posted.append(text)
        return "receipt"


def just_text(text):
    return Message.chat(text=text)


def test_an_allowed_call_passes_its_arguments_and_gives_its_result(guard, post, seen):
    guarded = wrap(post, guard=guard, to_message=to_message)
    assert guarded("r1", "hello", loud=True) == "receipt 1"
    assert post.posted == [("r1", "hello", True)]
    assert seen.kinds == ["admitted", "sent"]
    assert seen.events[0].message == Message.chat(to=["r1"], text="hello")


@pytest.mark.parametrize(("text", "error"), [("block", MessageBlocked), ("hold", MessageHeld)])
def test_a_refused_call_sends_nothing(guard, post, seen, text, error):
    guarded = wrap(post, guard=guard, to_message=to_message)
    with pytest.raises(error) as caught:
        guarded("r1", text)
    assert caught.value.decision.findings[0].code == f"test.{text}"
    assert post.posted == []
    assert guarded("r1", "hello") == "receipt 1"


def test_in_observe_mode_everything_passes(post, seen):
    guard = Guard(words, mode="observe", observers=[seen])
    assert wrap(post, guard=guard, to_message=to_message)("r1", "block") == "receipt 1"
    assert seen.kinds == ["admitted", "sent"]


def test_an_exception_leaves_it_unknown_unless_it_is_named_a_failure(guard, post, seen):
    guarded = wrap(post, guard=guard, to_message=to_message, failed_on=ConnectionRefusedError)
    with pytest.raises(TimeoutError):
        guarded("r1", "lost")
    with pytest.raises(ConnectionRefusedError):
        guarded("r1", "refused")
    assert seen.kinds == ["admitted", "unknown", "admitted", "failed"]
    several = wrap(post, guard=guard, to_message=to_message, failed_on=(KeyError, TimeoutError))
    with pytest.raises(TimeoutError):
        several("r1", "lost")
    assert seen.kinds[-1] == "failed"


def test_a_refusal_by_a_guard_inside_is_a_clean_failure(guard, post, seen):
    strict = wrap(post, guard=Guard(words), to_message=to_message)
    outer = wrap(strict, guard=guard.without("test.*"), to_message=to_message)
    with pytest.raises(MessageBlocked):
        outer("r1", "block")
    assert seen.kinds == ["admitted", "failed"]


def test_an_error_of_to_message_is_raised_before_anything_is_sent(guard, post, seen):
    def broken(room, text):
        raise LookupError(room)

    with pytest.raises(LookupError, match="r1"):
        wrap(post, guard=guard, to_message=broken)("r1", "hello")
    with pytest.raises(TypeError, match="Message"):
        wrap(post, guard=guard, to_message=lambda room, text: text)("r1", "hello")
    assert (post.posted, seen.kinds) == ([], [])


def test_the_context_comes_as_a_value_a_function_or_from_around(guard, post, seen):
    fixed = wrap(post, guard=guard, to_message=to_message, context=Context(customer="fixed"))
    fixed("r1", "hello")
    computed = wrap(
        post,
        guard=guard,
        to_message=to_message,
        context=lambda m: Context(customer=m.to[0].address),
    )
    with sendguard.context(customer="around"):
        fixed("r1", "hello")
        computed("r1", "hello")
    found = [event.context.customer for event in seen.events if event.kind == "sent"]
    assert found == ["fixed", "around", "r1"]


def test_a_coroutine_function_stays_one(guard, seen):
    async def send(text: str) -> str:
        if text == "lost":
            raise TimeoutError
        return text.upper()

    guarded = wrap(send, guard=guard, to_message=just_text)
    assert inspect.iscoroutinefunction(guarded)
    assert asyncio.run(guarded("hello")) == "HELLO"
    with pytest.raises(MessageBlocked):
        asyncio.run(guarded("block"))
    with pytest.raises(TimeoutError):
        asyncio.run(guarded("lost"))
    assert seen.kinds == ["admitted", "sent", "blocked", "admitted", "unknown"]


def test_a_cancelled_coroutine_leaves_it_unknown(guard, seen):
    async def main():
        started = asyncio.Event()

        async def send(text):
            started.set()
            await asyncio.Event().wait()

        task = asyncio.create_task(wrap(send, guard=guard, to_message=just_text)("hello"))
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert seen.kinds == ["admitted", "unknown"]


@pytest.mark.parametrize("partial", [False, True])
def test_an_object_with_an_asynchronous_call_is_awaited(guard, seen, partial):
    room = AsyncRoom()
    send = functools.partial(room) if partial else room
    guarded = wrap(send, guard=guard, to_message=just_text)
    assert inspect.iscoroutinefunction(guarded)
    assert asyncio.run(guarded("hello")) == "receipt"
    with pytest.raises(MessageBlocked):
        asyncio.run(guarded("block"))
    assert room.posted == ["hello"]


def test_what_a_plain_function_gives_to_await_is_settled_when_it_is_done(guard, seen):
    async def send(text):
        return text.upper()

    guarded = wrap(lambda text: send(text), guard=guard, to_message=just_text)
    waiting = guarded("hello")
    assert seen.kinds == ["admitted"]
    assert asyncio.run(waiting) == "HELLO"
    assert seen.kinds == ["admitted", "sent"]
    mock = wrap(AsyncMock(side_effect=KeyError), guard=guard, to_message=just_text)
    with pytest.raises(KeyError):
        asyncio.run(mock("hello"))
    assert seen.kinds[2:] == ["admitted", "unknown"]


@pytest.mark.parametrize(
    ("end", "kind"),
    [
        (lambda future: future.set_result(1), "sent"),
        (lambda future: future.set_exception(ValueError()), "unknown"),
        (lambda future: future.set_exception(KeyError()), "failed"),
        (lambda future: future.cancel(), "unknown"),
    ],
)
def test_a_future_is_given_as_it_is_and_settled_when_it_is_done(guard, seen, end, kind):
    future = concurrent.futures.Future()
    send = wrap(lambda text: future, guard=guard, to_message=just_text, failed_on=KeyError)
    assert send("hello") is future
    assert seen.kinds == ["admitted"]
    end(future)
    assert seen.kinds == ["admitted", kind]


def test_a_task_is_given_as_it_is(guard, seen):
    async def main():
        async def work():
            return 7

        send = wrap(lambda text: asyncio.create_task(work()), guard=guard, to_message=just_text)
        task = send("hello")
        assert isinstance(task, asyncio.Task)
        assert await task == 7

    asyncio.run(main())
    assert seen.kinds == ["admitted", "sent"]


def test_a_bound_method_and_a_partial_are_wrapped(guard):
    room = Room()
    assert wrap(room.post, guard=guard, to_message=just_text)("hello") is room
    always = wrap(functools.partial(room.post, "partial"), guard=guard, to_message=Message.chat)
    assert always() is room
    assert wrap(room, guard=guard, to_message=just_text)("called") is room
    assert room.posted == ["hello", "partial", "called"]


def test_it_decorates_functions_and_methods(guard):
    class Chat:
        def __init__(self):
            self.posted = []

        @wrap(guard=guard, to_message=lambda self, text: Message.chat(text=text))
        def post(self, text):
            self.posted.append(text)

    chat = Chat()
    chat.post("hello")
    with pytest.raises(MessageHeld):
        chat.post("hold")
    assert chat.posted == ["hello"]


def test_the_name_the_words_and_the_signature_stay(guard, post):
    guarded = wrap(post, guard=guard, to_message=to_message)
    assert (guarded.__name__, guarded.__doc__) == ("post", "Post to a room.")
    assert inspect.signature(guarded) == inspect.signature(post)
    assert guarded.posted is post.posted
    assert wrap(post, guard=guard, to_message=to_message, name="p").__name__ == "p"
    assert wrap(Room(), guard=guard, to_message=just_text).__name__ == "Room"
    assert wrap(functools.partial(post), guard=guard, to_message=to_message).__name__ == "post"
    assert not hasattr(wrap(Room(), guard=guard, to_message=just_text), "posted")


def test_generators_are_refused(guard):
    def generator(text):
        yield text

    async def asynchronous(text):
        yield text

    class Generator:
        def __call__(self, text):
            yield text

    for send in (generator, asynchronous, Generator(), functools.partial(generator, "x")):
        with pytest.raises(ConfigurationError, match="generator"):
            wrap(send, guard=guard, to_message=just_text)


def test_wrong_arguments_are_named_when_it_is_wrapped(guard, post):
    async def later(text):
        return Message.chat(text=text)

    with pytest.raises(TypeError, match="guard takes a Guard"):
        wrap(post, guard=None, to_message=to_message)
    with pytest.raises(TypeError, match="to_message"):
        wrap(post, guard=guard, to_message=Message.chat())
    with pytest.raises(ConfigurationError, match="coroutine"):
        wrap(post, guard=guard, to_message=later)
    with pytest.raises(TypeError, match="context"):
        wrap(post, guard=guard, to_message=to_message, context="north")
    with pytest.raises(TypeError, match="failed_on"):
        wrap(post, guard=guard, to_message=to_message, failed_on=("TimeoutError",))
    with pytest.raises(TypeError, match="send takes a callable, not int"):
        wrap(7, guard=guard, to_message=to_message)
    for kind in (staticmethod, classmethod):
        with pytest.raises(ConfigurationError, match=f"@{kind.__name__} above"):
            wrap(kind(post), guard=guard, to_message=to_message)


def test_threads_may_share_a_wrapped_function(guard, post, seen):
    guarded = wrap(post, guard=guard, to_message=to_message)
    barrier = threading.Barrier(8)

    def run():
        barrier.wait()
        for _ in range(20):
            guarded("r1", "hello")

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(post.posted) == 160
    assert sorted(seen.kinds) == ["admitted"] * 160 + ["sent"] * 160


def test_a_refusal_shows_no_word_of_the_message(guard):
    guarded = wrap(print, guard=guard, to_message=lambda to, text: Message.sms(to=to, text=text))
    with pytest.raises(MessageBlocked) as caught:
        guarded("+12025550187", "canary block")
    for text in (str(caught.value), repr(caught.value)):
        assert "canary" not in text
        assert "5550187" not in text
