"""Who may get a message, and who sees whom."""

from __future__ import annotations

import pytest

from sendguard import Action, Context, Guard, Message, checks
from sendguard.errors import ConfigurationError

STAGING = Context(environment="staging")


def strangers(count: int) -> list[str]:
    return [f"someone@company{number}.example" for number in range(count)]


def actions(check, message, context=None) -> dict[str, Action]:
    decision = Guard(check).evaluate(message, context)
    return {each.recipient.address: each.action for each in decision.recipients}


# -- allowed_recipients --------------------------------------------------------------------------


def test_outside_production_only_the_list_gets_mail_bcc_included():
    check = checks.allowed_recipients(["QA@Shop.Example", "@test.example", "+44 7400 123456"])
    message = Message.email(
        to=["qa@shop.example", "maria@shop.example"],
        cc=["any@sub.test.example"],
        bcc=["eve@nottest.example"],
    )
    assert actions(check, message, STAGING) == {
        "qa@shop.example": Action.ALLOW,
        "maria@shop.example": Action.BLOCK,
        "any@sub.test.example": Action.ALLOW,
        "eve@nottest.example": Action.BLOCK,
    }
    assert actions(check, Message.sms(to="whatsapp:+447400123456"), STAGING) == {
        "whatsapp:+447400123456": Action.ALLOW
    }


def test_an_empty_list_allows_nobody():
    assert actions(checks.allowed_recipients([]), Message.email(to="a@a.example"), STAGING) == {
        "a@a.example": Action.BLOCK
    }


@pytest.mark.parametrize("context", [None, Context(environment="production")])
def test_in_production_the_list_is_asked_only_where_it_was_told_to(context):
    message = Message.email(to="a@a.example")
    assert actions(checks.allowed_recipients([]), message, context) == {"a@a.example": Action.ALLOW}
    everywhere = checks.allowed_recipients([], everywhere=True)
    assert actions(everywhere, message, context) == {"a@a.example": Action.BLOCK}


def test_a_look_alike_of_an_allowed_domain_is_not_allowed():
    check = checks.allowed_recipients(["shop.example"])
    for address in ("a@shop.example.evil.example", "a@xshop.example", "shop.example@evil.example"):
        assert actions(check, Message.email(to=address), STAGING) == {address: Action.BLOCK}


def test_the_list_is_validated_when_it_is_built():
    with pytest.raises(TypeError, match="not one str"):
        checks.allowed_recipients("qa@shop.example")
    with pytest.raises(ConfigurationError, match="empty entry"):
        checks.allowed_recipients([" "])


# -- visible_recipients --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "action"),
    [(10, Action.ALLOW), (11, Action.WARN), (30, Action.WARN), (31, Action.HOLD)],
)
def test_strangers_in_to_and_cc_are_counted(count, action):
    everyone = strangers(count)
    message = Message.email(to=everyone[: count // 2], cc=everyone[count // 2 :])
    assert Guard(checks.visible_recipients()).evaluate(message).action is action


def test_those_whom_nobody_sees_do_not_count():
    message = Message.email(to=strangers(1), bcc=strangers(200))
    assert Guard(checks.visible_recipients()).evaluate(message).findings == ()


def test_colleagues_are_one_party_and_freemail_customers_are_not():
    check = Guard(checks.visible_recipients())
    colleagues = [f"person{number}@mail{number}.company.example" for number in range(40)]
    customers = [f"person{number}@gmail.com" for number in range(40)]
    assert check.evaluate(Message.email(to=colleagues)).findings == ()
    assert check.evaluate(Message.email(to=customers)).action is Action.HOLD


def test_those_of_the_thread_and_of_the_house_are_no_strangers():
    guard = Guard(checks.visible_recipients(), internal_domains=["shop.example"])
    house = [f"person{number}@shop.example" for number in range(40)]
    assert guard.evaluate(Message.email(to=[*house, *strangers(40)])).action is Action.HOLD
    thread = Context(thread=[Message.email(sender=strangers(1)[0], to=strangers(40)[1:])])
    assert guard.evaluate(Message.email(to=[*house, *strangers(40)]), thread).findings == ()


def test_the_limits_are_validated():
    with pytest.raises(ConfigurationError, match="0 < warn_above <= hold_above"):
        checks.visible_recipients(warn_above=5, hold_above=4)


# -- repeated_recipients -------------------------------------------------------------------------


def test_the_same_mailbox_twice_is_a_warning_for_it_alone():
    message = Message.email(to=["Maria@Shop.Example", "ann@a.example"], bcc=["maria@shop.example"])
    assert actions(checks.repeated_recipients(), message) == {
        "Maria@Shop.Example": Action.WARN,
        "ann@a.example": Action.ALLOW,
        "maria@shop.example": Action.WARN,
    }


def test_two_spellings_of_a_number_are_one():
    message = Message.sms(to=["+44 7400 123456", "+447400123456"])
    assert set(actions(checks.repeated_recipients(), message).values()) == {Action.WARN}
