from __future__ import annotations

import pytest
from hypothesis import given
from tests.checks.directories import DIRECTORY
from tests.strategies import messages

from sendguard import Guard, Message, checks

GUARD = Guard(checks.unknown_recipient(), directory=DIRECTORY, internal_domains=["shop.example"])


@pytest.mark.parametrize(
    "message",
    [
        Message.email(to=["stranger@customer.example"], text="Hi"),
        Message.email(bcc=["maria.lopze@customer.example"], text="Hi"),
        Message.email(to=["not an address@"], text="Hi"),
        Message.sms(to=["+441632961111"], text="Hi"),
    ],
)
def test_who_is_not_in_the_directory_is_a_warning(message):
    (finding,) = GUARD.evaluate(message).findings
    assert (finding.code, finding.action.name) == ("recipient.unknown", "WARN")
    assert finding.recipient == message.recipients[0].address


@pytest.mark.parametrize(
    "message",
    [
        Message.email(to=["Maria.Lopez@customer.example"], text="Hi"),
        Message.email(to=["somebody.new@shop.example"], cc=["it@mail.shop.example"], text="Hi"),
        Message.sms(to=["+44 1632 960961"], text="Hi"),
        Message.chat(to=["C0123456"], text="Hi"),
        Message.email(text="Hi"),
    ],
)
def test_who_is_in_it_or_a_colleague_passes(message):
    assert GUARD.evaluate(message).findings == ()


@given(messages())
def test_no_message_makes_it_fail(message):
    codes = {finding.code for finding in GUARD.evaluate(message).findings}
    assert "guard.check-failed" not in codes
