"""Text messages that Twilio's guarded clients put into a hold queue, and their way out."""

from __future__ import annotations

import asyncio
import pickle

import pytest
from tests.adapters.twilio_server import AsyncInner, Inner, Server, closed_port
from twilio.base.exceptions import TwilioException
from twilio.rest import Client

from sendguard import AlreadySent, Context, Guard, MessageHeld, checks
from sendguard.adapters.twilio import GuardedAsyncHttpClient, GuardedHttpClient, release_via
from sendguard.errors import ConfigurationError, SendFailed
from sendguard.holds import HoldQueue
from sendguard.stores import MemoryStore

ACCOUNT = "AC0123456789abcdef0123456789abcdef"
FORM = {
    "to": "whatsapp:+447700900123",
    "from_": "whatsapp:+15005550006",
    "body": "Dear {{name}} \u20ac &=+",
    "media_url": ["https://shop.example/a.png", "https://shop.example/b.png"],
    "smart_encoded": True,
}
FIELDS = {
    "To": ["whatsapp:+447700900123"],
    "From": ["whatsapp:+15005550006"],
    "Body": ["Dear {{name}} \u20ac &=+"],
    "MediaUrl": ["https://shop.example/a.png", "https://shop.example/b.png"],
    "SmartEncoded": ["true"],
}

pytestmark = [  # the SDK's own asynchronous client uses what aiohttp is about to drop
    pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The 'auth' parameter is deprecated:DeprecationWarning"),
]


@pytest.fixture
def server():
    server = Server()
    yield server
    server.close()


@pytest.fixture
def inner(server):
    inner = Inner(server.address)
    yield inner
    inner.session.close()


@pytest.fixture
def queue():
    store = MemoryStore()
    return HoldQueue(store, Guard(checks.placeholders(), store=store))


def client_of(queue, inner, **options):
    options = {"queue": queue, **options}
    return Client(ACCOUNT, "token", http_client=GuardedHttpClient(queue.guard, inner, **options))


def approved(queue, client):
    with pytest.raises(MessageHeld) as error:
        client.messages.create(**FORM)
    assert isinstance(error.value, TwilioException)
    assert pickle.loads(pickle.dumps(error.value)).held == error.value.held
    return queue.approve(error.value.held.id, by="bo").id


@pytest.mark.parametrize("guarded", [True, False])
def test_what_was_approved_leaves_field_for_field(queue, inner, server, guarded):
    client = client_of(queue, inner)
    id_ = approved(queue, client)
    assert server.requests == []
    plain = Client(ACCOUNT, "token", http_client=inner)
    via = client if guarded else plain
    assert queue.release(release_via(via)).sent == (id_,)
    plain.messages.create(**FORM)
    assert server.requests[0] == server.requests[1]
    assert server.forms == [FIELDS, FIELDS]
    assert queue.release(release_via(via)).sent == ()


def test_the_token_is_not_kept(queue, inner):
    id_ = approved(queue, client_of(queue, inner))
    record = queue._keeper.store.get_hold(id_)
    assert b"token" not in record.payload
    assert "token" not in record.body


def test_a_subaccounts_message_leaves_for_the_subaccount(queue, inner, server):
    client = client_of(queue, inner)
    with pytest.raises(MessageHeld) as error:
        client.api.accounts("AC9").messages.create(**FORM)
    queue.approve(error.value.held.id, by="bo")
    queue.release(release_via(client))
    assert server.requests == [("POST", "/2010-04-01/Accounts/AC9/Messages.json")]


def test_the_async_client_puts_into_the_queue_what_a_sync_one_releases(queue, inner, server):
    async def send():
        async with GuardedAsyncHttpClient(
            queue.guard, AsyncInner(server.address), queue=queue
        ) as http:
            client = Client(ACCOUNT, "token", http_client=http)
            with pytest.raises(ConfigurationError, match="asynchronous"):
                release_via(client)
            await client.messages.create_async(**FORM)

    with pytest.raises(MessageHeld) as error:
        asyncio.run(send())
    queue.approve(error.value.held.id, by="bo")
    send = release_via(Client(ACCOUNT, "token", http_client=inner))
    assert queue.release(send).sent == (error.value.held.id,)
    assert server.forms == [FIELDS]


@pytest.mark.parametrize("guarded", [True, False])
@pytest.mark.parametrize(
    ("status", "behaviour", "became"),
    [(400, "answer", "waiting"), (503, "answer", "in_doubt"), (201, "drop", "in_doubt")],
)
def test_a_refusal_waits_on_and_a_cut_is_doubt(
    queue, inner, server, guarded, status, behaviour, became
):
    client = client_of(queue, inner)
    id_ = approved(queue, client)
    server.status, server.behaviour = status, behaviour
    via = client if guarded else Client(ACCOUNT, "token", http_client=inner)
    assert getattr(queue.release(release_via(via)), became) == (id_,)


def test_no_connection_is_a_clean_failure(queue, inner, server):
    id_ = approved(queue, client_of(queue, inner))
    inner.address = closed_port()
    via = Client(ACCOUNT, "token", http_client=inner)
    assert queue.release(release_via(via)).waiting == (id_,)


@pytest.mark.parametrize("guarded", [True, False])
def test_one_release_sends_once(queue, inner, server, guarded):
    client = client_of(queue, inner)
    id_ = approved(queue, client)
    send = release_via(client if guarded else Client(ACCOUNT, "token", http_client=inner))

    def twice(held):
        send(held)
        with pytest.raises(SendFailed, match="nothing else"):
            send(held)

    assert queue.release(twice).sent == (id_,)
    assert len(server.forms) == 1


def test_another_form_than_the_approved_one_is_held_again(queue, inner, server):
    client = client_of(queue, inner)
    id_ = approved(queue, client)
    other = {**FORM, "status_callback": "https://evil.example/"}
    assert queue.release(lambda held: client.messages.create(**other)).waiting == (id_,)
    assert server.forms == []


def test_a_redelivered_task_does_not_send_twice(inner, server):
    guard = Guard(store=MemoryStore())
    http = GuardedHttpClient(guard, inner, context=Context(key="order 7"))
    client = Client(ACCOUNT, "token", http_client=http)
    client.messages.create(**FORM)
    with pytest.raises(AlreadySent) as error:
        client.messages.create(**FORM)
    assert isinstance(error.value, TwilioException)
    assert pickle.loads(pickle.dumps(error.value)).outcome == "sent"
    assert len(server.forms) == 1


def test_there_is_no_answer_to_return_for_what_is_held(queue, inner):
    with pytest.raises(ConfigurationError, match="none is made up"):
        client_of(queue, inner, on_hold="return")
    with pytest.raises(ConfigurationError, match="on_hold is 'drop'"):
        client_of(queue, inner, on_hold="drop")
