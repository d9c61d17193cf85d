from __future__ import annotations

import pickle

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from sendguard import Action, Attachment, Context, Guard, Message, Recipient
from sendguard.matching import MemoryDirectory
from sendguard.testing import (
    Send,
    attachments,
    contexts,
    directories,
    messages,
    recipients,
    sends,
)
from sendguard.testing._letters import languages

RECOMMENDED = Guard.recommended()
# Of a search the first that is found, as large as it is: the same one in every run.
FIRST = settings(max_examples=1_000, derandomize=True, database=None, phases=[Phase.generate])


@given(messages(hostile=False))
def test_letters_are_honest_and_nothing_is_found_in_them(message):
    assert RECOMMENDED.evaluate(message).findings == ()


@given(messages(hostile=False), contexts())
def test_letters_and_contexts_go_through_json_and_pickle(message, context):
    assert Message.from_dict(message.to_dict()) == message
    assert pickle.loads(pickle.dumps(context)) == context
    assert context.now is not None


@pytest.mark.parametrize("channel", ["email", "sms", "chat"])
def test_every_channel_is_drawn(channel):
    message = find(messages(hostile=False), lambda m: m.channel == channel, settings=FIRST)
    assert message.recipients


def test_hostile_messages_hold_what_breaks_mailers():
    for wanted in (
        lambda m: "\r" in (m.subject or ""),
        lambda m: "\ud800" in (m.text or ""),
        lambda m: not m.recipients,
        lambda m: any("@" not in r.address for r in m.recipients),
        lambda m: len(m.recipients) == 4,
    ):
        find(messages(hostile=True), wanted, settings=FIRST)


@given(st.data())
def test_hypothesis_builds_the_types_by_themselves(data):
    for kind in (Message, Recipient, Attachment, Context, MemoryDirectory, Send):
        assert isinstance(data.draw(st.from_type(kind)), kind)


@given(recipients(hostile=False), recipients(), attachments())
def test_recipients_and_attachments_are_what_they_say(honest, other, attachment):
    assert honest.address.endswith("@customer.example")
    assert honest.name
    assert isinstance(other, Recipient)
    assert isinstance(attachment, Attachment)


def test_there_are_letters_in_several_languages():
    assert {"de", "en", "es", "fr"} <= set(languages())


@given(contexts(hostile=True), contexts(hostile=False))
def test_contexts_are_judged_by_a_fixed_time(hostile, honest):
    assert hostile.now is not None
    assert honest.now is not None
    message = Message.email(to="a@x.example", subject="s", text="t")
    assert RECOMMENDED.evaluate(message, honest).action is Action.ALLOW


@given(sends())
def test_a_send_is_to_somebody_whom_the_directory_knows_as_the_customer_of_the_context(send):
    (recipient,) = send.message.recipients
    if send.message.channel != "chat":
        (contact,) = send.directory.who(recipient.address)
        assert contact.customer == send.context.customer
    assert send.context.customer not in {other.customer for other in send.others()}


def test_sends_can_be_of_one_channel_and_directories_small():
    send = find(sends(channels=("sms",)), lambda send: True, settings=FIRST)
    assert send.message.channel == "sms"
    assert len(find(directories(max_size=3), lambda known: len(known) == 3, settings=FIRST)) == 3
    assert len(find(directories(), lambda known: len(known) == 0, settings=FIRST)) == 0
