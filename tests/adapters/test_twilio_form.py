from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import hostile_text

from sendguard import Action, Guard
from sendguard.adapters._twilio_form import due, is_send, read_fields, read_message

URL = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json"
SHOP, ANN = "+15005550006", "+447700900123"


def read(data=None, *, url=URL, params=None):
    return read_message(read_fields(url, params, data))


def codes(message):
    return [finding.code for finding in Guard().evaluate(message).findings]


@pytest.mark.parametrize(
    "url",
    [
        URL,
        "https://api.dublin.ie1.twilio.com/2010-04-01/Accounts/AC1/Messages.json",
        "https://proxy.shop.example/2010-04-01/Accounts/AC1/Messages.json",
        "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages",
        "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.xml",
        "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json?x=1#y",
        "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json/",
        "https://api.twilio.com/2010-04-01/Accounts/AC1//Messages%2Ejson",
        "https://api.twilio.com/2010-04-01/Accounts/AC1/Calls/../Messages.json",
        "https://api.twilio.com/2010-04-01/accounts/AC1/messages.JSON",
        "https://api.twilio.com/2010-04-01/Accounts/AC1/SMS/Messages.json",
    ],
)
def test_every_spelling_of_the_messages_resource_is_a_send(url):
    assert is_send("POST", url)
    assert is_send("post", url)
    assert not is_send("GET", url)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/SM1.json",
        "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/SM1/Feedback.json",
        "https://api.twilio.com/2010-04-01/Accounts/AC1/Calls.json",
        "https://conversations.twilio.com/v1/Conversations/CH1/Messages",
        "https://api.twilio.com/",
        "",
    ],
)
def test_other_resources_are_no_sends(url):
    assert not is_send("POST", url)


def test_a_text_message_is_read_with_its_people_and_its_text():
    message = read({"To": f" {ANN} ", "From": SHOP, "Body": "Hello"})
    assert message.channel == "sms"
    assert message.sender.address == SHOP
    assert [r.address for r in message.to] == [ANN]
    assert message.text == "Hello"
    assert codes(message) == []


@pytest.mark.parametrize("kind", ["whatsapp", "messenger", "rcs"])
def test_an_address_with_the_name_of_a_channel_makes_a_chat_message(kind):
    message = read({"To": f"{kind}:{ANN}", "From": f"{kind}:{SHOP}", "Body": "Hello"})
    assert message.channel == "chat"
    assert [r.address for r in message.to] == [f"{kind}:{ANN}"]


def test_a_messaging_service_may_stand_in_place_of_a_sender():
    message = read({"To": ANN, "MessagingServiceSid": "MG1", "Body": "Hello"})
    assert message.sender is None
    assert message.header("MessagingServiceSid") == "MG1"


def test_media_are_judged_by_their_links():
    links = ["https://cdn.example/a.png", "https://cdn.example/b.pdf"]
    message = read({"To": ANN, "Body": "See", "MediaUrl": links})
    assert [a.text for a in message.attachments] == links
    assert codes(message) == []
    assert codes(read({"To": ANN, "MediaUrl": links[0]})) == ["guard.not-evaluable"]
    assert message.digest != read({"To": ANN, "Body": "See", "MediaUrl": links[:1]}).digest


@pytest.mark.parametrize("body", [{}, {"Body": "a text that Twilio ignores"}])
def test_a_template_of_twilio_is_never_judged_as_passed(body):
    message = read({"To": ANN, "ContentSid": "HX1", **body})
    assert message.template == "HX1"
    decision = Guard(on_unevaluable=Action.HOLD).evaluate(message)
    assert [f.code for f in decision.findings] == ["guard.not-evaluable"]
    assert decision.action is Action.HOLD


@pytest.mark.parametrize(
    ("variables", "text"),
    [
        ('{"1": "Ann", "2": "None"}', "Ann\nNone"),
        ('{"1": 7, "2": null}', "7\nNone"),
        ("{broken", "{broken"),
        ('["Ann"]', '["Ann"]'),
        ("[" * 100_000, "[" * 100_000),
    ],
)
def test_what_a_template_is_filled_in_with_is_judged(variables, text):
    message = read({"To": ANN, "ContentSid": "HX1", "ContentVariables": variables})
    assert message.text == text
    assert "guard.not-evaluable" in codes(message)


def test_a_location_is_part_of_what_is_judged():
    message = read({"To": ANN, "Body": "We are here", "PersistentAction": ["geo:1,2|Shop"]})
    assert [a.text for a in message.attachments] == ["geo:1,2|Shop"]


@pytest.mark.parametrize(
    "request_",
    [
        {"data": {"to": ANN, "body": "Hello"}},
        {"data": [("To", ANN), ("Body", "Hello")]},
        {"data": f"To=%2B{ANN[1:]}&Body=Hello"},
        {"data": f"To=%2B{ANN[1:]}&Body=Hello".encode()},
        {"params": {"To": ANN}, "data": {"Body": b"Hello"}},
        {"url": f"{URL}?To=%2B{ANN[1:]}", "data": {"Body": "Hello"}},
    ],
)
def test_fields_are_found_wherever_the_request_carries_them(request_):
    message = read(**request_)
    assert ([r.address for r in message.to], message.text) == ([ANN], "Hello")


@pytest.mark.parametrize("data", [7, object(), [1], [("To",)], iter([("To", ANN)])])
def test_a_form_of_an_unknown_kind_is_held(data):
    decision = Guard().evaluate(read(data))
    assert (decision.findings[0].code, decision.action) == ("guard.unreadable", Action.HOLD)


@pytest.mark.parametrize(
    ("fields", "moment"),
    [
        (
            {"ScheduleType": "fixed", "SendAt": "2026-11-30T20:36:27Z"},
            datetime(2026, 11, 30, 20, 36, 27, tzinfo=UTC),
        ),
        ({"ScheduleType": "fixed", "SendAt": "2026-11-30T20:36:27"}, None),
        ({"ScheduleType": "fixed", "SendAt": "tomorrow"}, None),
        ({"ScheduleType": "fixed"}, None),
        ({"SendAt": "2026-11-30T20:36:27Z"}, None),
    ],
)
def test_the_time_of_a_scheduled_message_is_read(fields, moment):
    assert due(read_fields(URL, None, fields)) == moment


names = st.sampled_from(
    ["To", "From", "Body", "MediaUrl", "ContentSid", "ContentVariables", "SendAt", "ScheduleType"]
)
values = st.one_of(hostile_text, st.lists(hostile_text, max_size=3), st.integers(), st.binary())


@given(st.dictionaries(st.one_of(names, hostile_text), values))
def test_any_form_is_read_without_an_exception(form):
    fields = read_fields(URL, None, form)
    due(fields)
    message = read_message(fields)
    assert message.digest
    if form.get("Body") and isinstance(form["Body"], str):
        assert form["Body"] in (message.text or "")
