"""Recipients and senders that nothing can be delivered to."""

from __future__ import annotations

import pytest

from sendguard import Action, Guard, Message, checks
from sendguard.model import Envelope

GUARD = Guard(checks.addresses(), default_region="GB")


def codes(message: Message) -> list[str]:
    return [finding.code for finding in GUARD.evaluate(message).findings]


@pytest.mark.parametrize(
    "address",
    [
        "maria@shop.example",
        "Maria López <maria@shop.example>",
        '"Last, First" <first.last+tag@mail.shop.example>',
        "o'brien@shop.example",
        "maría@shop.example",
        "info@bücher.example",
    ],
)
def test_sound_addresses_are_no_finding(address):
    assert codes(Message.email(sender=address, to=address)) == []


@pytest.mark.parametrize(
    "address",
    [
        "maria",
        "maria@",
        "@shop.example",
        "maria@shop..example",
        "maria@-shop.example",
        "maria @shop.example",
        "maria@shop.example bob@b.example",
        "maria@shop.example, bob@b.example",
        "alice@example.org(<bob@example.net>",
        "user@good.example(x)evil.example",
        "maria@shop.example\r\nRCPT TO:<bob@b.example>",
        "m" * 65 + "@shop.example",
        "",
    ],
)
def test_a_recipient_that_cannot_be_is_held_and_named(address):
    decision = GUARD.evaluate(Message.email(to=["ann@a.example", address]))
    (finding,) = decision.findings
    assert (finding.code, finding.action) == ("address.invalid", Action.HOLD)
    assert finding.recipient == address
    assert {
        each.action for each in decision.recipients if each.recipient.address == "ann@a.example"
    } == {Action.ALLOW}


def test_a_sender_whom_nobody_can_answer_is_a_warning():
    assert codes(Message.email(sender="no reply", to="ann@a.example")) == ["address.invalid-sender"]
    assert codes(Message.email(to="ann@a.example")) == []


def test_a_message_to_nobody_is_held_where_the_transport_was_told_so():
    stored = Message.email(text="an archived mail has lost its recipients")
    assert codes(stored) == []
    assert codes(stored.replace(envelope=Envelope("shop@shop.example", ()))) == ["address.missing"]
    assert codes(Message.sms(text="hello")) == ["address.missing"]


@pytest.mark.parametrize("number", ["+447400123456", "07400 123456", "whatsapp:+447400123456"])
def test_sound_numbers_are_no_finding(number):
    assert codes(Message.sms(sender="SHOP", to=number, text="hi")) == []


@pytest.mark.parametrize("number", ["+4474001234567890123", "12", "call me", "+44 7400 12", ""])
def test_a_number_that_cannot_be_is_held(number):
    assert codes(Message.sms(sender="+447400123456", to=number, text="hi")) == [
        "address.invalid-phone"
    ]


@pytest.mark.parametrize("sender", ["A sender id that is too long", "+44 12"])
def test_an_sms_sender_that_carriers_refuse_is_a_warning(sender):
    assert codes(Message.sms(sender=sender, to="+447400123456")) == ["address.invalid-sender"]


def test_chat_ids_are_the_channels_own():
    assert codes(Message.chat(sender="bot", to=["#general", "U024BE7LH"], text="hi")) == []
