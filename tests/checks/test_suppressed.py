from __future__ import annotations

import pytest
from hypothesis import given
from tests.strategies import contexts, messages

from sendguard import (
    Action,
    Context,
    Guard,
    Message,
    MessageBlocked,
    MessageHeld,
    Override,
    checks,
)
from sendguard.matching import SuppressionList

LISTED = frozenset({"maria@customer.example", "+441632960961", "room-7"})
GUARD = Guard(checks.suppressed(LISTED), default_region="GB")


def found(message: Message, guard: Guard = GUARD, context: Context | None = None):
    findings = guard.evaluate(message, context).findings
    return [(f.code, f.action.name, f.recipient) for f in findings]


@pytest.mark.parametrize(
    "message",
    [
        Message.email(to=["maria@customer.example"], text="Hi"),
        Message.email(bcc=["Maria Lopez <MARIA@Customer.example.>"], text="Hi"),
        Message.sms(to=["01632 960961"], text="Hi"),
        Message.sms(to=["whatsapp:+44 1632 960961"], text="Hi"),
        Message.chat(to=["Room-7"], text="Hi"),
    ],
)
def test_whoever_is_listed_gets_nothing_on_any_channel(message):
    address = message.recipients[0].address
    assert found(message) == [("consent.suppressed", "BLOCK", address)]


def test_the_others_get_it():
    message = Message.email(to=["maria@customer.example", "ann@customer.example"], text="Hi")
    decision = GUARD.evaluate(message)
    assert [(r.recipient.address, r.action) for r in decision.recipients] == [
        ("ann@customer.example", Action.ALLOW),
        ("maria@customer.example", Action.BLOCK),
    ]
    with GUARD.admit(message, partial=True) as admission:
        assert [recipient.address for recipient in admission.recipients] == ["ann@customer.example"]


@pytest.mark.parametrize("purpose", [None, "transactional", "marketing", "personal", "internal"])
def test_no_other_purpose_than_a_service_notice_weakens_it(purpose):
    message = Message.email(to=["maria@customer.example"], text="Hi")
    assert found(message, context=Context(purpose=purpose))[0][1] == "BLOCK"


def test_a_service_notice_passes_with_the_word_of_a_named_person_and_the_record_says_so():
    message = Message.email(to=["maria@customer.example"], subject="Sorry", text="We are sorry.")
    notice = Context(purpose="service-notice")
    with pytest.raises(MessageHeld):
        GUARD.admit(message, notice)
    word = Override("consent.suppressed", by="Maria Lopez", reason="the apology for the loop")
    decision = GUARD.admit(message, notice, override=word).decision
    assert [finding.code for finding in decision.overridden] == ["consent.suppressed"]
    assert decision.override == word


def test_nobodys_word_sends_anything_else_to_who_unsubscribed():
    message = Message.email(to=["maria@customer.example"], subject="News", text="Spring is here")
    word = Override("consent.suppressed", by="Maria Lopez", reason="they will like it")
    with pytest.raises(MessageBlocked):
        GUARD.admit(message, Context(purpose="marketing"), override=word)


def test_an_unsubscribe_takes_effect_at_once(tmp_path):
    listed = SuppressionList.build(tmp_path / "listed", ["ann@customer.example"])
    guard = Guard(checks.suppressed(), suppression=listed)
    message = Message.email(to=["maria@customer.example"], text="Hi")
    assert found(message, guard) == []
    listed.add("maria@customer.example")
    assert [code for code, *_ in found(message, guard)] == ["consent.suppressed"]


def test_the_list_of_the_check_wins_over_the_guards():
    message = Message.email(to=["maria@customer.example"], text="Hi")
    assert found(message, Guard(checks.suppressed(frozenset()), suppression=LISTED)) == []
    assert found(message, Guard(checks.suppressed(), suppression=LISTED)) != []


def test_without_a_list_it_says_that_it_could_not_judge():
    message = Message.email(to=["maria@customer.example"], text="Hi")
    assert found(message, Guard(checks.suppressed())) == [("guard.not-evaluable", "WARN", None)]


@pytest.mark.parametrize("wrong", ["maria@customer.example", 7, iter(())])
def test_what_is_no_list_is_refused(wrong):
    with pytest.raises(TypeError, match="suppress"):
        checks.suppressed(wrong)


@pytest.mark.parametrize("wrong", [7, iter(()), object()])
def test_a_guard_refuses_what_is_no_list(wrong):
    with pytest.raises(TypeError, match="suppression"):
        Guard(suppression=wrong)


def test_a_list_that_cannot_be_read_is_a_check_that_failed():
    class Broken:
        def __contains__(self, address: object) -> bool:
            raise OSError("gone")

    message = Message.email(to=["maria@customer.example"], text="Hi")
    assert found(message, Guard(checks.suppressed(Broken())))[0][:2] == (
        "guard.check-failed",
        "HOLD",
    )


def test_its_repr_shows_nobody():
    assert repr(checks.suppressed(LISTED)) == "suppressed(frozenset)"
    assert repr(checks.suppressed()) == "suppressed()"


@given(messages(), contexts)
def test_no_message_makes_it_fail(message, context):
    codes = {finding.code for finding in GUARD.evaluate(message, context).findings}
    assert "guard.check-failed" not in codes
