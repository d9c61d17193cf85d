from __future__ import annotations

import logging
from datetime import UTC, datetime

import pytest

from sendguard import (
    Action,
    Actor,
    Attachment,
    Context,
    Finding,
    Guard,
    Message,
    MessageNotSent,
    Override,
    Recipient,
    rule,
)
from sendguard.guard import Event, LoggingObserver


@rule("test.words")
def words(message, context):
    for word, action in (("block", Action.BLOCK), ("hold", Action.HOLD), ("warn", Action.WARN)):
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


class Failing:
    def notify(self, event):
        raise LookupError(f"canary {event.message.text} {event.message.to[0].address}")


def message(text):
    return Message.email(to=["m@x.example"], text=text)


@pytest.fixture
def log(caplog):
    caplog.set_level(logging.DEBUG, logger="sendguard")
    return caplog


def records(log):
    return [(r.levelname, r.getMessage().split(" [")[0]) for r in log.records]


# The record of a message


@pytest.mark.parametrize(
    ("text", "settle", "record"),
    [
        ("hello", lambda a: a.sent(), ("INFO", "sent: allow: nothing found")),
        ("warn", lambda a: a.sent(), ("WARNING", "sent: warn: warn test.warn")),
        (
            "hello",
            lambda a: a.sent({"m@x.example": (550, b"no")}),
            ("WARNING", "sent (transport refused 1): allow: nothing found"),
        ),
        ("hello", lambda a: a.failed(), ("WARNING", "failed: allow: nothing found")),
        ("hello", lambda a: a.unknown(), ("WARNING", "unknown: allow: nothing found")),
    ],
)
def test_an_admitted_message_gets_one_record_when_its_sending_ends(log, text, settle, record):
    admission = Guard(words, observers=[LoggingObserver()]).admit(message(text))
    assert records(log) == []
    settle(admission)
    assert records(log) == [record]


@pytest.mark.parametrize(
    ("text", "record"),
    [
        ("block", ("WARNING", "blocked: block: block test.block")),
        ("hold", ("WARNING", "held: hold: hold test.hold")),
    ],
)
def test_a_refused_message_gets_one_record_at_once(log, text, record):
    with pytest.raises(MessageNotSent):
        Guard(words, observers=[LoggingObserver()]).admit(message(text))
    assert records(log) == [record]


def test_what_is_only_observed_is_recorded_as_such(log):
    guard = Guard(words, mode="observe", observers=[LoggingObserver()])
    with guard.admit(message("block")):
        pass
    assert records(log) == [("WARNING", "sent: block (observed): block test.block")]


def test_the_record_goes_to_the_logger_that_was_given(log):
    log.set_level(logging.DEBUG, logger="shop.mail")
    observer = LoggingObserver(logging.getLogger("shop.mail"))
    with Guard(observers=[observer]).admit(message("hello")):
        pass
    assert [record.name for record in log.records] == ["shop.mail"]


@pytest.mark.parametrize("text", ["canary-text", "canary-text warn", "canary-text hold"])
def test_no_record_shows_an_address_or_a_word(log, text):
    @rule("test.recipient")
    def about(message, context):
        return Finding(
            code="test.recipient",
            action=Action.WARN,
            message=f"{message.text} to {message.to[0].address}",
            recipient=message.to[0],
            suggestion=f"Ask {message.to[0].name}.",
        )

    whole = Message.email(
        sender="canary-sender@shop.example",
        to=[Recipient("canary-to@x.example", "canary-name")],
        cc=["canary-cc@x.example"],
        bcc=["canary-bcc@x.example"],
        subject="canary-subject",
        text=text,
        html="<p>canary-html</p>",
        headers={"X-Canary": "canary-header"},
        attachments=[Attachment("canary-file.txt", b"canary-content", "text/plain")],
        template="canary-template",
    )
    facts = Context(
        actor=Actor("canary-actor", name="canary-person"),
        customer="canary-customer",
        thread=[whole],
        facts={"canary-fact": "canary-value"},
        campaign="canary-campaign",
        key="canary-key",
        extra={"canary-extra": "canary-extra"},
        now=datetime(2026, 1, 1, tzinfo=UTC),
    )
    guard = Guard(words, about, observers=[LoggingObserver(), Failing()])
    override = Override("test.hold", by="canary-chief", reason="canary-reason")
    admission = guard.admit(whole, facts, override=override)
    admission.sent({"canary-to@x.example": (550, b"canary-answer")})
    assert len(log.records) == 3  # one of the message, two of the observer that fails
    assert "test.recipient" in log.text
    event = Event("sent", admission.decision, whole, facts, {"canary-to@x.example": b"canary"})
    for written in (log.text, repr(event), repr(admission)):
        assert "canary" not in written


# Observers never decide


@pytest.mark.parametrize("text", ["hello", "hold", "block"])
def test_an_observer_that_raises_changes_nothing(log, text):
    def run(*observers):
        try:
            with Guard(words, observers=observers).admit(message(text)) as admission:
                pass
        except MessageNotSent as refusal:
            return type(refusal), refusal.decision
        return admission.outcome, admission.decision

    before, after = Recorder(), Recorder()
    assert run(before, Failing(), after) == run()
    assert before.kinds == after.kinds
    assert after.kinds
    assert {r.getMessage() for r in log.records} == {"observer Failing failed with LookupError"}
    assert all(r.exc_info is None for r in log.records)  # a traceback would quote the message


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_an_observer_can_still_be_interrupted(error):
    class Interrupted:
        def notify(self, event):
            raise error

    with pytest.raises(error):
        Guard(observers=[Interrupted()]).admit(message("hello"))


def test_evaluate_tells_no_observer():
    seen = Recorder()
    Guard(words, observers=[seen]).evaluate(message("block"))
    assert seen.events == []


def test_an_event_carries_what_was_judged_and_what_the_transport_refused():
    seen = Recorder()
    facts = Context(customer="north", now=datetime(2026, 1, 1, tzinfo=UTC))
    admission = Guard(observers=[seen]).admit(message("hello"), facts)
    refused = {"m@x.example": (550, b"no")}
    admission.sent(refused)
    refused.clear()
    assert [e.kind for e in seen.events] == ["admitted", "sent"]
    sent = seen.events[1]
    assert (sent.message, sent.context, sent.decision) == (
        message("hello"),
        facts,
        admission.decision,
    )
    assert dict(sent.refused) == {"m@x.example": (550, b"no")}
