"""The values that everything else speaks in."""

from __future__ import annotations

import json
import pickle
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import contexts, messages

import sendguard
from sendguard import (
    Action,
    Actor,
    Attachment,
    Context,
    Decision,
    Finding,
    Guard,
    Message,
    Recipient,
    rule,
)
from sendguard.errors import ConfigurationError
from sendguard.model import Envelope, FrozenMap, Mailbox

MESSAGE = Message.email(
    sender="Shop <shop@shop.example>",
    to=["Ann <ann@a.example>", "bob@b.example"],
    cc=["cy@c.example"],
    bcc=["dee@d.example"],
    subject="Your order",
    text="It is on its way.",
    html="<p>It is on its way.",
    headers={"Reply-To": "help@shop.example"},
    attachments=[Attachment("bill.pdf", b"%PDF", "application/pdf")],
    template="order-sent",
    date=datetime(2026, 3, 1, 9, tzinfo=UTC),
)


def test_the_front_door_names_what_users_need():
    assert sorted(sendguard.__all__) == sendguard.__all__
    for name in sendguard.__all__:
        assert getattr(sendguard, name).__doc__
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        sendguard.nothing  # noqa: B018  (the look-up is what is tested)


def test_actions_are_ordered():
    assert Action.ALLOW < Action.WARN < Action.HOLD < Action.BLOCK
    assert [Action.from_label(action.label) for action in Action] == list(Action)
    with pytest.raises(ConfigurationError, match="allow, warn, hold, block"):
        Action.from_label("stop")


def test_recipients_are_read_strictly_and_keep_their_roles():
    assert MESSAGE.to == (Recipient("ann@a.example", "Ann"), Recipient("bob@b.example"))
    assert [r.role for r in MESSAGE.recipients] == ["to", "to", "cc", "bcc"]
    assert Recipient.parse("a@a.example, b@b.example").address == "a@a.example, b@b.example"
    assert Message.email(to=Recipient("x@x.example", role="cc")).to[0].role == "to"


@pytest.mark.parametrize(
    "wrong",
    [
        {"to": b"a@a.example"},
        {"to": [None]},
        {"to": 5},
        {"sender": 5},
        {"subject": b"x"},
        {"text": 1},
        {"html": ["x"]},
        {"headers": {"X": 1}},
        {"attachments": ["bill.pdf"]},
        {"date": "today"},
        {"template": 7},
    ],
    ids=repr,
)
def test_only_a_wrong_python_type_raises(wrong):
    with pytest.raises(TypeError):
        Message.email(**wrong)


def test_a_value_that_cannot_be_is_refused_with_what_can():
    with pytest.raises(ConfigurationError, match="use one of to, cc, bcc"):
        Recipient("a@a.example", role="reply-to")
    with pytest.raises(ConfigurationError, match="email, sms, chat"):
        Message(channel="fax")
    with pytest.raises(ConfigurationError, match="did you mean 'marketing'"):
        Context(purpose="marketting")
    with pytest.raises(ConfigurationError, match="aware datetime"):
        Context(now=datetime(2026, 3, 1))  # noqa: DTZ001  (naive on purpose)
    with pytest.raises(ConfigurationError, match=r"family\.slug"):
        Finding(code="nofamily", action=Action.WARN, message="")
    with pytest.raises(ConfigurationError, match=r"\(start, end\)"):
        Finding(code="a.b", action=Action.WARN, message="", span=(3, 1))
    with pytest.raises(TypeError, match="not one str"):
        Envelope(recipients="a@a.example")


@given(messages())
def test_a_message_survives_json_and_pickling(message):
    assert Message.from_dict(json.loads(json.dumps(message.to_dict()))) == message
    copy = pickle.loads(pickle.dumps(message))
    assert copy == message
    assert copy.digest == message.digest


def test_a_nested_message_survives_json():
    nested = Message.email(attachments=[Attachment(content_type="message/rfc822", message=MESSAGE)])
    assert Message.from_dict(nested.to_dict()) == nested


@given(contexts)
def test_a_context_survives_json(context):
    assert Context.from_dict(json.loads(json.dumps(context.to_dict()))) == context


def test_a_message_written_by_hand_is_read():
    message = Message.from_dict(
        {"sender": "Shop <s@s.example>", "to": ["Ann <a@a.example>"], "headers": {"X-A": "1"}}
    )
    assert message == Message.email(
        sender="Shop <s@s.example>", to=["Ann <a@a.example>"], headers={"X-A": "1"}
    )
    assert Message.from_dict({"channel": "sms", "to": ["+447400123456"]}).channel == "sms"
    assert Context.from_dict({"actor": "u-7"}).actor == Actor("u-7")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ([], "takes an object with fields, not a list"),
        ({"subjct": "x"}, "no field 'subjct'; did you mean 'subject'"),
        ({"subject": 5}, "message.subject takes a text, not a number"),
        ({"schema": 9}, "message.schema is 9"),
        ({"to": "a@a.example"}, "message.to takes a list, not a text"),
        ({"to": [1]}, "takes texts, not a number"),
        ({"channel": "fax"}, "'fax'"),
        ({"recipients": [{"name": "Ann"}]}, "message.recipients.address is missing"),
        ({"recipients": [{"address": "a", "role": "x"}]}, "'x'"),
        ({"date": "yesterday"}, "message.date takes a date"),
        ({"attachments": [{"content": "%%"}]}, "message.attachments.content takes base64"),
        ({"attachments": [{"disposition": 1}]}, "disposition takes a text"),
        ({"headers": {"X": 1}}, "names and values that are texts"),
        ({"headers": "X: 1"}, "not a text"),
        ({"defects": [{"kind": "odd", "detail": ""}]}, "'odd'"),
        ({"envelope": 3}, "message.envelope takes an object"),
    ],
    ids=repr,
)
def test_a_wrong_field_is_named(data, said):
    with pytest.raises(ConfigurationError, match=said.replace("(", r"\(")):
        Message.from_dict(data)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"custmer": "x"}, "did you mean 'customer'"),
        ({"purpose": "spam"}, "'spam'"),
        ({"now": "2026-03-01T09:00:00"}, "names no time zone"),
        ({"facts": []}, "context.facts takes an object, not a list"),
        ({"actor": {"name": "x"}}, "context.actor.id is missing"),
        ({"actor": 5}, "not a number"),
        ({"internal_domains": "a.example"}, "takes a list"),
    ],
    ids=repr,
)
def test_a_wrong_field_of_a_context_is_named(data, said):
    with pytest.raises(ConfigurationError, match=said):
        Context.from_dict(data)


def test_the_narrower_context_wins_field_by_field():
    wide = Context(
        customer="n", purpose="marketing", facts={"a": 1, "b": 1}, internal_domains=["x"]
    )
    narrow = Context(purpose="internal", facts={"b": 2}, internal_domains=["y"])
    assert narrow.over(wide) == Context(
        customer="n", purpose="internal", facts={"a": 1, "b": 2}, internal_domains=["x", "y"]
    )


def test_values_are_frozen_all_the_way_down():
    context = Context(facts={"a": 1})
    with pytest.raises(TypeError):
        context.facts["a"] = 2
    with pytest.raises(AttributeError):
        MESSAGE.subject = "x"
    assert isinstance(context.facts, FrozenMap)
    assert hash(context) == hash(Context(facts={"a": 1}))


# -- digest --------------------------------------------------------------------------------------

CHANGES = {
    "sender": {"sender": Mailbox(name="Shop", address="other@shop.example")},
    "sender name": {"sender": Mailbox(name="Else", address="shop@shop.example")},
    "a recipient more": {"recipients": (*MESSAGE.recipients, Recipient("e@e.example"))},
    "a bcc more": {"recipients": (*MESSAGE.recipients, Recipient("e@e.example", role="bcc"))},
    "a role": {
        "recipients": (*MESSAGE.recipients[:3], Recipient("dee@d.example", role="cc")),
    },
    "a name": {"recipients": (Recipient("ann@a.example", "Anne"), *MESSAGE.recipients[1:])},
    "subject": {"subject": "Your  order"},
    "no subject": {"subject": None},
    "text": {"text": "It is on its way!"},
    "html": {"html": "<p>It is on its way!"},
    "text to html": {"text": None, "html": "It is on its way."},
    "header": {"headers": (("Reply-To", "other@shop.example"),)},
    "header name": {"headers": (("Sender", "help@shop.example"),)},
    "attachment": {"attachments": (Attachment("bill.pdf", b"%PDG", "application/pdf"),)},
    "attachment name": {"attachments": (Attachment("will.pdf", b"%PDF", "application/pdf"),)},
    "attachment type": {"attachments": (Attachment("bill.pdf", b"%PDF", "text/html"),)},
    "template": {"template": "order-lost"},
    "channel": {"channel": "chat"},
    "envelope": {"envelope": Envelope("bounce@shop.example", ("ann@a.example",))},
    "shown": {"shown": (Recipient("f@f.example"),)},
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_digest_changes_with_anything_that_a_reader_gets(change):
    assert MESSAGE.replace(**CHANGES[change]).digest != MESSAGE.digest


def test_the_digest_does_not_change_with_what_the_transports_add():
    later = MESSAGE.replace(
        date=None,
        recipients=tuple(reversed(MESSAGE.recipients)),
        headers=(
            ("Message-ID", "<1@x>"),
            ("DATE", "now"),
            ("reply-to", "help@shop.example"),
            ("Received", "by x"),
        ),
    )
    assert later.digest == MESSAGE.digest


@given(st.lists(st.text(max_size=3), min_size=2, max_size=2), st.text(max_size=3))
def test_no_two_contents_share_an_encoding(pair, text):
    a = Message.email(subject=pair[0], text=pair[1] + text)
    b = Message.email(subject=pair[0] + pair[1], text=text)
    assert (a.digest == b.digest) == (a == b)


def test_a_second_from_or_subject_is_content_too():
    twice = MESSAGE.replace(headers=(("Subject", "Your order"), ("Subject", "Our order")))
    other = MESSAGE.replace(headers=(("Subject", "Your order"), ("Subject", "Her order")))
    assert twice.digest != other.digest


# -- nothing leaks -------------------------------------------------------------------------------

CANARY = "canary.bird"
NUMBER = "+44 7400 987654"


@rule("test.tell")
def tell(message, context):
    for recipient in message.recipients:
        yield Finding(
            code="test.tell",
            action=Action.HOLD,
            message=f"{recipient.address} has {NUMBER} and key AKIA1234567890ABCDEF12",
            suggestion=f"ask {recipient.address}",
            recipient=recipient,
        )


def rendered(decision: Decision, message: Message, context: Context) -> str:
    shown = [repr(decision), str(decision.to_dict()), repr(message), repr(context)]
    shown += [decision.explain(audience) for audience in ("person", "agent", "log")]
    shown += [repr(f) + f.message + str(f.suggestion) for f in decision.findings]
    shown += [repr(x) for x in (*message.recipients, message.attachments, message.envelope)]
    shown += [repr(message.sender), repr(decision.recipients), repr(context.actor)]
    return "\n".join(shown)


def test_nothing_rendered_shows_an_address_a_number_or_a_secret():
    context = Context(
        actor=Actor(f"{CANARY}@x.example", name=CANARY),
        customer=CANARY,
        facts={CANARY: CANARY},
        extra={"a": CANARY},
        key=CANARY,
        campaign=CANARY,
    )
    message = Message.email(
        sender=f"{CANARY} <{CANARY}@x.example>",
        to=f"{CANARY} <{CANARY}@x.example>",
        subject=CANARY,
        text=f"{CANARY} {NUMBER}",
        html=CANARY,
        headers={"X": CANARY},
        attachments=[Attachment(CANARY, CANARY.encode(), content_id=CANARY)],
        template=CANARY,
    ).replace(envelope=Envelope(CANARY, (f"{CANARY}@x.example",)))
    decision = Guard(tell).evaluate(message, context)
    shown = rendered(decision, message, context)
    assert CANARY not in shown
    assert "987654" not in shown
    assert "AKIA1234567890" not in shown
    assert f"{CANARY}@x.example" in str(decision.to_dict(reveal=True))
    assert f"{CANARY}@x.example" in decision.explain(reveal=True)


def test_the_place_of_a_finding_breaks_no_line_and_shows_no_address():
    finding = Finding(
        code="a.b", action=Action.WARN, message="", part="header:X\n\ud800canary.bird@x.example"
    )
    assert finding.part.startswith("header:X")
    assert finding.part.isprintable()
    assert "canary.bird" not in finding.part


def test_undecodable_attachments_become_some_text():
    assert Attachment("a.txt", b"caf\xe9", "text/plain", charset="no-such").text == "caf\u00e9"
    assert Attachment("a.txt", b"xn--", "text/plain", charset="punycode").text == "xn--"
    assert Attachment("a.txt", b"\xff", "text/plain", charset="utf-8").text == "\ufffd"
    assert Attachment("a.pdf", b"%PDF", "application/pdf").text is None


def test_a_decision_explains_itself_to_each_audience():
    decision = Guard(tell).evaluate(Message.email(to="ann.lee@a.example", text="x"))
    assert decision.explain().startswith("Held: ")
    assert "a…@a.example" in decision.explain()
    assert "Do not retry unchanged" in decision.explain("agent")
    assert "\n" not in decision.explain("log")
    assert Guard().evaluate(MESSAGE).explain() == "Allowed."
    with pytest.raises(ConfigurationError, match="'person', 'agent' or 'log'"):
        decision.explain("boss")
