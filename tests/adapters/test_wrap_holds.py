"""Calls that `wrap` has put into a hold queue, and their way out."""

from __future__ import annotations

import asyncio
import concurrent.futures
import json

import pytest
from tests.holds.conftest import LETTER

from sendguard import AlreadySent, Context, Guard, Message, MessageHeld, checks
from sendguard.adapters import release_via, wrap
from sendguard.errors import ConfigurationError
from sendguard.holds import HoldQueue
from sendguard.stores import MemoryStore

WAITS = ("orders", "Dear {{name}}")


def to_message(room, text):
    return Message.chat(to=[room], text=text)


def to_payload(room, text):
    return json.dumps([room, text]).encode()


@pytest.fixture
def queue():
    store = MemoryStore()
    return HoldQueue(store, Guard(checks.placeholders(), store=store))


@pytest.fixture
def posted():
    return []


@pytest.fixture
def post(posted):
    def post(room, text):
        posted.append((room, text))

    return post


def guarded_by(queue, post, **options):
    options = {"to_message": to_message, "to_payload": to_payload, "queue": queue, **options}
    return wrap(post, guard=queue.guard, **options)


def approved(queue, guarded, *arguments):
    with pytest.raises(MessageHeld) as error:
        guarded(*(arguments or WAITS))
    return queue.approve(error.value.held.id, by="bo").id


@pytest.mark.parametrize("way", ["the function", "the guarded function"])
def test_a_held_call_is_made_as_it_was_once_it_is_approved(queue, post, posted, way):
    guarded = guarded_by(queue, post)
    id_ = approved(queue, guarded)
    send = guarded if way == "the guarded function" else post
    assert queue.release(release_via(send, from_payload=json.loads)).sent == (id_,)
    assert posted == [WAITS]
    assert queue.release(release_via(send, from_payload=json.loads)).sent == ()


def test_without_a_payload_the_queue_keeps_the_message_alone(queue, post, posted):
    guarded = guarded_by(queue, post, to_payload=None)
    id_ = approved(queue, guarded)
    assert queue.release(release_via(post, from_payload=json.loads)).waiting == (id_,)
    assert posted == []
    assert queue.get(id_).payload is None
    assert queue.get(id_).message.text == "Dear {{name}}"


def test_another_call_than_the_approved_one_is_held_again(queue, post, posted):
    guarded = guarded_by(queue, post)
    id_ = approved(queue, guarded)
    assert queue.release(lambda held: guarded("orders", "Dear {{nobody}}")).waiting == (id_,)
    assert posted == []
    assert len(list(queue.pending())) == 1


def test_coroutine_functions_hold_too(queue, posted):
    async def post_later(room, text):
        posted.append((room, text))

    guarded = guarded_by(queue, post_later)
    with pytest.raises(MessageHeld) as error:
        asyncio.run(guarded(*WAITS))
    assert queue.get(error.value.held.id).payload == to_payload(*WAITS)
    assert posted == []


def test_what_never_began_waits_on_and_a_thread_is_waited_for(queue, post, posted):
    guarded = guarded_by(queue, post)
    id_ = approved(queue, guarded)

    async def post_later(room, text):
        raise AssertionError("nobody awaits this")

    later = release_via(lambda *call: post_later(*call), from_payload=json.loads)
    assert queue.release(later).waiting == (id_,)
    queue.approve(id_, by="bo")
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        in_a_thread = release_via(lambda *call: pool.submit(post, *call), from_payload=json.loads)
        assert queue.release(in_a_thread).sent == (id_,)
    assert posted == [WAITS]


def test_a_redelivered_call_neither_waits_nor_leaves_twice(queue, post, posted):
    guarded = guarded_by(queue, post, context=lambda message: Context(key=message.text))
    id_ = approved(queue, guarded)
    with pytest.raises(AlreadySent) as error:
        guarded(*WAITS)
    assert error.value.outcome == "pending"
    assert queue.release(release_via(post, from_payload=json.loads)).sent == (id_,)
    with pytest.raises(AlreadySent) as error:
        guarded(*WAITS)
    assert error.value.outcome == "sent"
    assert posted == [WAITS]


def test_only_what_a_queue_releases_is_sent(queue, post, posted):
    held = queue.hold(LETTER, None, queue.guard.evaluate(LETTER), payload=b'["orders", "Hi"]')
    send = release_via(post, from_payload=json.loads)
    with pytest.raises(Exception, match="nothing else"):
        send(held)
    queue.approve(held.id, by="bo")
    assert queue.release(send).waiting == (held.id,)  # another adapter's
    assert posted == []


def test_wrong_arguments_are_named(queue, post):
    async def later(*call):
        return b""

    with pytest.raises(ConfigurationError, match="to_payload= is for a queue"):
        wrap(post, guard=Guard(), to_message=to_message, to_payload=to_payload)
    with pytest.raises(ConfigurationError, match="to_payload is a coroutine function"):
        guarded_by(queue, post, to_payload=later)
    with pytest.raises(TypeError, match="queue takes a HoldQueue"):
        wrap(post, guard=Guard(), to_message=to_message, queue=MemoryStore())
    with pytest.raises(ConfigurationError, match="send is a coroutine function"):
        release_via(later, from_payload=json.loads)
    with pytest.raises(TypeError, match="from_payload takes a callable"):
        release_via(post, from_payload="json.loads")
