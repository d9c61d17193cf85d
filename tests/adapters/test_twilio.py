from __future__ import annotations

import asyncio
import copy
import logging
import pickle
from datetime import UTC, datetime

import aiohttp
import pytest
import requests
from requests.adapters import HTTPAdapter
from tests.adapters.twilio_server import SID, AsyncInner, Inner, Recorder, Server, closed_port
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client
from urllib3.util import Retry

import sendguard
from sendguard import (
    Action,
    ConfigurationError,
    Context,
    Finding,
    Guard,
    MessageBlocked,
    MessageHeld,
    MessageNotSent,
    SendGuardError,
    rule,
)
from sendguard.adapters.twilio import GuardedAsyncHttpClient, GuardedHttpClient
from sendguard.guard import LoggingObserver

ACCOUNT = "AC0123456789abcdef0123456789abcdef"
TOKEN = "secret-token"
SHOP, ANN, QA = "+15005550006", "+447700900123", "+447700900999"
PATH = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"

# The SDK's own asynchronous client uses what aiohttp is about to drop.
pytestmark = [
    pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The 'auth' parameter is deprecated:DeprecationWarning"),
]


@rule("test.words")
def words(message, context):
    for word, action in (("block", Action.BLOCK), ("hold", Action.HOLD), ("warn", Action.WARN)):
        if word in (message.text or ""):
            yield Finding(code=f"test.{word}", action=action, message=f"It says {word}.")


@rule("test.customer")
def customer_is_known(message, context):
    if context.customer is None:
        return Finding(code="test.customer", action=Action.BLOCK, message="No customer.")
    return None


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
def seen():
    return Recorder()


@pytest.fixture
def guard(seen):
    return Guard(words, observers=[seen])


@pytest.fixture
def client(guard, inner):
    return guarded_client(guard, inner)


def guarded_client(guard, inner, **options):
    return Client(ACCOUNT, TOKEN, http_client=GuardedHttpClient(guard, inner, **options))


def run_async(guard, server, use, *, address=None, timeout=None, options=None, max_retries=None):
    """Use a real asynchronous client of the SDK, guarded, and give what `use(client)` gives."""

    async def main():
        inner = AsyncInner(address or server.address, max_retries=max_retries)
        async with GuardedAsyncHttpClient(guard, inner, **(options or {})) as http:
            return await use(Client(ACCOUNT, TOKEN, http_client=http))

    return asyncio.run(main())


# Transparent


def test_what_the_guard_allows_is_sent_and_answered_as_without_it(client, server, seen):
    message = client.messages.create(to=ANN, from_=SHOP, body="Hello")
    assert message.sid == SID
    assert server.requests == [("POST", PATH)]
    assert server.forms == [{"To": [ANN], "From": [SHOP], "Body": ["Hello"]}]
    assert seen.kinds == ["admitted", "sent"]


def test_the_async_client_sends_and_answers_as_without_a_guard(guard, server, seen):
    message = run_async(
        guard, server, lambda c: c.messages.create_async(to=ANN, from_=SHOP, body="Hello")
    )
    assert message.sid == SID
    assert server.forms == [{"To": [ANN], "From": [SHOP], "Body": ["Hello"]}]
    assert seen.kinds == ["admitted", "sent"]


def test_every_other_request_passes_unjudged(server, inner, seen):
    @rule("test.never")
    def never(message, context):
        raise AssertionError

    client = guarded_client(Guard(never, observers=[seen]), inner)
    client.messages(SID).update(body="")
    client.messages(SID).fetch()
    client.calls.create(to=ANN, from_=SHOP, url="https://shop.example/hello.xml")
    client.conversations.v1.conversations("CH1").messages.create(body="block")
    assert len(server.requests) == 4
    assert seen.kinds == []


def test_an_error_of_twilio_is_raised_as_without_a_guard(client, server):
    server.status = 400
    with pytest.raises(TwilioRestException, match="no number") as caught:
        client.messages.create(to="x", from_=SHOP, body="Hello")
    assert (caught.value.status, caught.value.code) == (400, 21211)


def test_attributes_of_the_inner_client_are_read_and_set_through_the_guard(guard, inner):
    http = GuardedHttpClient(guard, inner)
    assert http.session is inner.session
    assert http.logger is inner.logger
    assert http.is_async is False
    assert http._test_only_last_request is inner._test_only_last_request
    http.timeout = 7
    assert inner.timeout == 7
    with pytest.raises(AttributeError):
        _ = http.no_such_attribute


def test_a_guarded_client_is_copied_and_pickled_whole(inner):
    http = GuardedHttpClient(Guard(words), inner)
    for twin in (copy.copy(http), copy.deepcopy(http), pickle.loads(pickle.dumps(http))):
        with pytest.raises(MessageBlocked):
            twin.request("POST", f"https://api.twilio.com{PATH}", data={"Body": "block"})


def test_without_an_inner_client_the_sdks_own_is_used(guard):
    http = GuardedHttpClient(guard)
    assert isinstance(http.session, requests.Session)
    http.session.close()

    async def session():
        async with GuardedAsyncHttpClient(guard) as http:
            return http.session

    assert isinstance(asyncio.run(session()), aiohttp.ClientSession)


# Refused


@pytest.mark.parametrize(("word", "kind"), [("block", MessageBlocked), ("hold", MessageHeld)])
def test_a_refused_message_never_reaches_twilio(client, server, seen, word, kind):
    with pytest.raises(kind) as caught:
        client.messages.create(to=ANN, from_=SHOP, body=f"please {word}")
    assert isinstance(caught.value, TwilioException)
    assert [f.code for f in caught.value.decision.findings] == [f"test.{word}"]
    assert server.requests == []
    assert seen.kinds == [{"block": "blocked", "hold": "held"}[word]]
    client.messages.create(to=ANN, from_=SHOP, body="the client stays usable")
    assert len(server.requests) == 1


@pytest.mark.parametrize(("word", "kind"), [("block", MessageBlocked), ("hold", MessageHeld)])
def test_a_message_refused_in_a_coroutine_never_reaches_twilio(guard, server, word, kind):
    with pytest.raises(kind) as caught:
        run_async(guard, server, lambda c: c.messages.create_async(to=ANN, from_=SHOP, body=word))
    assert isinstance(caught.value, TwilioException)
    assert server.requests == []


def test_a_handler_for_the_sdks_own_errors_catches_a_refusal(client):
    try:
        client.messages.create(to=ANN, from_=SHOP, body="block")
    except TwilioException as error:
        caught = error
    assert isinstance(caught, MessageNotSent)


@pytest.mark.parametrize("word", ["block", "hold"])
def test_a_refusal_survives_pickling_and_copying(client, word):
    with pytest.raises(MessageNotSent) as caught:
        client.messages.create(to=ANN, from_=SHOP, body=word)
    for twin in (pickle.loads(pickle.dumps(caught.value)), copy.copy(caught.value)):
        assert type(twin) is type(caught.value)
        assert twin.decision == caught.value.decision
        assert getattr(twin, "held", None) is None


def test_in_observe_mode_everything_passes_and_is_recorded(server, inner, seen):
    guard = Guard(words, mode="observe", observers=[seen])
    guarded_client(guard, inner).messages.create(to=ANN, from_=SHOP, body="block")
    assert len(server.requests) == 1
    assert (seen.kinds, seen.codes) == (["admitted", "sent"], ["test.block"])


# How it ended


@pytest.mark.parametrize(
    ("status", "ending"),
    [
        *((status, "sent") for status in (200, 201)),
        *((status, "failed") for status in (400, 429)),
        *((status, "unknown") for status in (302, 500, 502, 503)),
    ],
)
def test_the_status_tells_what_became_of_the_message(guard, server, inner, seen, status, ending):
    server.status = status
    http = GuardedHttpClient(guard, inner)
    answer = http.request("POST", f"https://api.twilio.com{PATH}", data={"To": ANN, "Body": "Hi"})
    assert answer.status_code == status
    assert seen.kinds == ["admitted", ending]


@pytest.mark.parametrize(("status", "ending"), [(400, "failed"), (500, "unknown")])
def test_the_status_tells_it_in_a_coroutine_too(guard, server, seen, status, ending):
    server.status = status
    with pytest.raises(TwilioRestException):
        run_async(guard, server, lambda c: c.messages.create_async(to=ANN, body="Hi"))
    assert seen.kinds == ["admitted", ending]


def test_a_connection_that_is_lost_after_sending_leaves_it_unknown(client, guard, server, seen):
    server.behaviour = "drop"
    with pytest.raises(requests.ConnectionError):
        client.messages.create(to=ANN, from_=SHOP, body="Hi")
    with pytest.raises(aiohttp.ServerDisconnectedError):
        run_async(guard, server, lambda c: c.messages.create_async(to=ANN, body="Hi"))
    assert len(server.requests) >= 2
    assert seen.kinds == ["admitted", "unknown"] * 2


def test_a_time_out_leaves_it_unknown(guard, server, inner, seen):
    server.behaviour = "hang"
    inner.timeout = 0.05
    with pytest.raises(requests.ReadTimeout):
        guarded_client(guard, inner).messages.create(to=ANN, from_=SHOP, body="Hi")

    async def hurried(client):
        url = f"https://api.twilio.com{PATH}"
        await client.http_client.request("POST", url, data={"Body": "Hi"}, timeout=0.05)

    with pytest.raises(TimeoutError):
        run_async(guard, server, hurried)
    assert seen.kinds == ["admitted", "unknown"] * 2


def test_a_cancelled_coroutine_leaves_it_unknown(guard, server, seen):
    server.behaviour = "hang"

    async def cancelled(client):
        await asyncio.wait_for(client.messages.create_async(to=ANN, body="Hi"), 0.05)

    with pytest.raises(TimeoutError):
        run_async(guard, server, cancelled)
    assert seen.kinds == ["admitted", "unknown"]


def test_a_refused_connection_is_a_clean_failure(guard, server, seen):
    with Inner(closed_port()).session as session:
        inner = Inner(closed_port())
        inner.session.close()
        inner.session = session
        with pytest.raises(requests.ConnectionError):
            guarded_client(guard, inner).messages.create(to=ANN, from_=SHOP, body="Hi")
    with pytest.raises(aiohttp.ClientConnectorError):
        run_async(
            guard, None, lambda c: c.messages.create_async(to=ANN, body="Hi"), address=closed_port()
        )
    assert seen.kinds == ["admitted", "failed"] * 2


def test_repeated_connecting_is_still_a_clean_failure(guard, seen):
    inner = Inner(closed_port(), max_retries=1)
    inner.session.mount("http://", HTTPAdapter(max_retries=Retry(1, backoff_factor=0)))
    with inner.session, pytest.raises(requests.ConnectionError):
        guarded_client(guard, inner).messages.create(to=ANN, from_=SHOP, body="Hi")
    assert seen.kinds == ["admitted", "failed"]


def test_where_the_inner_client_repeats_what_left_no_failure_is_clean(guard, server, inner, seen):
    again = Retry(1, allowed_methods=None, status_forcelist=[502], backoff_factor=0)
    inner.session.mount("https://", HTTPAdapter(max_retries=again))
    server.status = 400
    with pytest.raises(TwilioRestException):
        guarded_client(guard, inner).messages.create(to=ANN, from_=SHOP, body="Hi")
    with pytest.raises(TwilioRestException):
        run_async(
            guard, server, lambda c: c.messages.create_async(to=ANN, body="Hi"), max_retries=1
        )
    assert seen.kinds == ["admitted", "unknown"] * 2


# Which context


def test_the_context_comes_as_a_value_a_function_or_from_around(inner, server):
    guard = Guard(customer_is_known)
    body = {"to": ANN, "from_": SHOP, "body": "Hi"}
    with pytest.raises(MessageBlocked):
        guarded_client(guard, inner).messages.create(**body)
    guarded_client(guard, inner, context=Context(customer="c")).messages.create(**body)
    of_message = guarded_client(guard, inner, context=lambda m: Context(customer=m.to[0].address))
    of_message.messages.create(**body)
    with sendguard.context(customer="c"):
        guarded_client(guard, inner).messages.create(**body)
    assert len(server.requests) == 3


def test_the_context_around_a_coroutine_counts(server):
    async def send(client):
        with sendguard.context(customer="c"):
            await client.messages.create_async(to=ANN, body="Hi")

    run_async(Guard(customer_is_known), server, send)
    assert len(server.requests) == 1


def test_a_scheduled_message_is_judged_by_the_time_it_will_leave(client, guard, inner, seen):
    night = datetime(2026, 11, 30, 3, 15, tzinfo=UTC)
    scheduled = {"to": ANN, "body": "Hi", "messaging_service_sid": "MG1", "send_at": night}
    client.messages.create(**scheduled, schedule_type="fixed")
    assert seen.events[-1].context.now == night
    client.messages.create(**scheduled)  # Twilio ignores SendAt then
    assert seen.events[-1].context.now != night
    noon = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
    own = guarded_client(guard, inner, context=Context(now=noon))
    own.messages.create(**scheduled, schedule_type="fixed")
    assert seen.events[-1].context.now == noon


# Rerouted


def test_a_rerouted_message_goes_to_the_other_address_alone(guard, inner, server, seen):
    client = guarded_client(guard, inner, reroute=QA)
    client.messages.create(to=ANN, from_=SHOP, body="Hello")
    assert server.forms == [{"To": [QA], "From": [SHOP], "Body": ["Hello"]}]
    assert [r.address for r in seen.message.recipients] == [QA]


def test_a_coroutine_is_rerouted_as_well(guard, server):
    run_async(
        guard,
        server,
        lambda c: c.messages.create_async(to=ANN, body="Hello"),
        options={"reroute": [QA]},
    )
    assert server.forms == [{"To": [QA], "Body": ["Hello"]}]


def test_rerouting_keeps_the_kind_of_address(guard, inner, server):
    client = guarded_client(guard, inner, reroute=QA)
    client.messages.create(to=f"whatsapp:{ANN}", from_=f"whatsapp:{SHOP}", body="Hello")
    assert server.forms[0]["To"] == [f"whatsapp:{QA}"]


def test_rerouting_by_a_function_may_leave_the_recipient_out(guard, inner, server, seen):
    kept = guarded_client(guard, inner, reroute=lambda r: QA if r.address == ANN else None)
    kept.messages.create(to=ANN, from_=SHOP, body="Hello")
    with pytest.raises(TwilioException, match="nothing was sent") as caught:
        kept.messages.create(to="+447700900555", from_=SHOP, body="Hello")
    assert isinstance(caught.value, SendGuardError)
    assert "900555" not in str(caught.value)
    assert [form["To"] for form in server.forms] == [[QA]]


@pytest.mark.parametrize(
    "request_",
    [
        {"url": f"https://api.twilio.com{PATH}?To=%2B447700900123", "data": {"Body": "Hi"}},
        {"url": f"https://api.twilio.com{PATH}", "params": {"To": ANN}, "data": {"Body": "Hi"}},
        {"url": f"https://api.twilio.com{PATH}", "params": {"To": ANN}, "data": {"To": ANN}},
        {"url": f"https://api.twilio.com{PATH}", "data": {"To": [ANN, ANN]}},
        {"url": f"https://api.twilio.com{PATH}", "data": f"To={ANN}&Body=Hi"},
        {"url": f"https://api.twilio.com{PATH}", "data": {"Body": "Hi"}},
    ],
)
def test_what_cannot_be_rerouted_safely_is_not_sent(guard, inner, server, request_):
    http = GuardedHttpClient(guard, inner, reroute=QA)
    with pytest.raises(TwilioException, match="nothing was sent"):
        http.request("POST", **request_)
    assert server.requests == []


def test_rerouting_does_not_change_the_form_of_the_caller(guard, inner):
    form = {"To": ANN, "Body": "Hi"}
    http = GuardedHttpClient(guard, inner, reroute=QA)
    http.request("POST", f"https://api.twilio.com{PATH}", data=form)
    assert form == {"To": ANN, "Body": "Hi"}


# Built wrongly


def test_wrong_arguments_are_named_when_the_client_is_built(guard, inner):
    with pytest.raises(TypeError, match=r"guard takes a Guard, or .* not str"):
        GuardedHttpClient("guard", inner)
    with pytest.raises(TypeError, match="context takes a Context"):
        GuardedHttpClient(guard, inner, context={"customer": "c"})
    with pytest.raises(ConfigurationError, match="2 addresses"):
        GuardedHttpClient(guard, inner, reroute=[QA, SHOP])
    with pytest.raises(ConfigurationError):
        GuardedHttpClient(guard, inner, reroute=" ")
    with pytest.raises(TypeError, match="reroute"):
        GuardedHttpClient(guard, inner, reroute=[7])
    with pytest.raises(ConfigurationError, match="use GuardedHttpClient"):
        GuardedAsyncHttpClient(guard, inner)

    async def mixed():
        async with AsyncInner("127.0.0.1:9") as other:
            with pytest.raises(ConfigurationError, match="use GuardedAsyncHttpClient"):
                GuardedHttpClient(guard, other)

    asyncio.run(mixed())


def test_a_reroute_that_answers_something_else_stops_the_message(guard, inner, server):
    client = guarded_client(guard, inner, reroute=lambda r: 7)
    with pytest.raises(TypeError, match="reroute"):
        client.messages.create(to=ANN, from_=SHOP, body="Hi")
    assert server.requests == []


# Nothing leaks


def test_nothing_that_is_written_shows_an_address_or_a_word(inner, caplog):
    caplog.set_level(logging.DEBUG, logger="sendguard")
    guard = Guard(words, observers=[LoggingObserver()])
    http = GuardedHttpClient(guard, inner, reroute=lambda r: f"+1999{r.address[-7:]}")
    canaries = {
        "to": "+12025550187",
        "from_": "+12025550188",
        "body": "canary-body hold",
        "media_url": ["https://shop.example/canary-media.png"],
        "content_variables": '{"1": "canary-variable"}',
        "content_sid": "HXcanarytemplate",
        "messaging_service_sid": "MGcanaryservice",
    }
    with pytest.raises(MessageHeld) as caught:
        Client(ACCOUNT, TOKEN, http_client=http).messages.create(**canaries)
    error = caught.value
    written = [str(error), repr(error), repr(http), caplog.text, repr(error.decision)]
    written += [error.decision.explain(audience) for audience in ("person", "agent", "log")]
    for text in written:
        assert "canary" not in text
        assert "2025550187" not in text
        assert "5550188" not in text
        assert "5550187" not in text
        assert TOKEN not in text
    assert "test.hold" in caplog.text
