from __future__ import annotations

import pytest
from hypothesis import given
from tests.checks.directories import DIRECTORY
from tests.strategies import contexts, messages

from sendguard import Action, Context, Guard, Message, checks

GUARD = Guard(checks.namesake(DIRECTORY), internal_domains=["shop.example"])
CARTER, BAKER = "john.carter@client.example", "john.baker@family.example"
LOPES, LOPEZ = "marta.lopes@customer.example", "maria.lopez@customer.example"


def found(context: Context | None = None, text: str = "Lunch on Sunday?", **message):
    findings = GUARD.evaluate(Message.email(text=text, **message), context).findings
    return [(f.code, f.action.name, f.recipient) for f in findings]


def thread(*addresses: str) -> Context:
    earlier = (
        Message.email(sender=each, to=["clerk@shop.example"], text="Hello") for each in addresses
    )
    return Context(thread=tuple(earlier))


@pytest.mark.parametrize(
    ("to", "context", "text"),
    [
        (CARTER, thread(BAKER), "Lunch on Sunday?"),
        (CARTER, thread("Mary Baker <mary.baker@family.example>", BAKER), "Lunch on Sunday?"),
        (CARTER, thread("Johnny Baker <jb@elsewhere.example>"), "Lunch on Sunday?"),
        (CARTER, Context(customer="baker"), "Lunch on Sunday?"),
        (LOPES, Context(customer="north"), "Your order"),
        (CARTER, None, "Dear John Baker,\n\nlunch on Sunday?"),
        (CARTER, None, "Hi John Baker,\n\nlunch on Sunday?"),
        (LOPES, None, "Dear Maria Lopez,\n\nyour order has left."),
        (LOPES, None, "Dear Ms Lopez,\n\nyour order has left."),
        (LOPEZ, None, "Sehr geehrte Frau Lopes,\n\nvielen Dank."),
        (LOPES, thread(LOPEZ), "Your order"),
    ],
)
def test_the_namesake_of_the_one_who_is_meant_is_held(to, context, text):
    assert found(context, text, to=[to]) == [("recipient.namesake", "HOLD", to)]


def test_the_other_recipients_point_to_a_namesake_as_a_warning():
    to = [CARTER, "mary.baker@family.example"]
    assert found(to=to) == [("recipient.namesake", "WARN", CARTER)]


@pytest.mark.parametrize(
    ("to", "context", "text"),
    [
        ([CARTER], None, "Lunch on Sunday?"),
        ([CARTER], None, "Dear John,\n\nthe contract is signed."),
        ([CARTER], None, "Dear Mr Carter,\n\nthe contract is signed."),
        ([CARTER], None, "Dear John Carter,\n\nthe contract is signed."),
        ([CARTER], None, "Dear J. Carter,\n\nthe contract is signed."),
        ([CARTER], None, "Dear Johnny,\n\nthe contract is signed."),
        ([CARTER], None, "Dear customer,\n\nthe contract is signed."),
        ([CARTER], None, "Dear Ann Stranger,\n\nthe contract is signed."),
        ([CARTER], None, "Dear Oliver Quist,\n\nthe contract is signed."),
        ([CARTER], thread(CARTER), "Lunch on Sunday?"),
        ([CARTER], thread(CARTER, BAKER), "Lunch on Sunday?"),
        ([CARTER], thread("oliver.quist@west.example"), "Here is what he wrote."),
        ([CARTER], thread("clerk@shop.example"), "Here is what she wrote."),
        ([CARTER], thread("John Clerk <john@shop.example>"), "Here is what he wrote."),
        ([CARTER], Context(customer="carter"), "Lunch on Sunday?"),
        ([CARTER], Context(customer="west"), "Lunch on Sunday?"),
        ([CARTER], Context(customer="nobody's"), "Lunch on Sunday?"),
        ([CARTER, BAKER], thread(BAKER), "Lunch on Sunday?"),
        ([CARTER, BAKER], Context(customer="baker"), "Lunch on Sunday?"),
        (["john.stranger@x.example"], thread(BAKER), "Lunch on Sunday?"),
        (["clerk@shop.example"], thread("ann.smith@east.example"), "Please answer him."),
        ([LOPES], None, "Dear Marta,\n\nyour order has left."),
        ([LOPES], None, "Dear Ms Lopes,\n\nyour order has left."),
        ([LOPEZ, "pablo@customer.example"], None, "Hello both,\n\nthe house is ready."),
        (["mary.baker@family.example", BAKER], None, "Hello both,\n\nthe house is ready."),
        ([LOPEZ], Context(customer="north"), "Liebe Maria,\n\nIhre Rechnung."),
        ([], thread(BAKER), "Hi"),
    ],
)
def test_who_is_meant_or_has_no_second_sign_against_him_passes(to, context, text):
    assert found(context, text, to=to) == []


def test_the_finding_names_the_likely_one_and_masks_his_address():
    message = Message.email(to=[CARTER], text="Lunch on Sunday?")
    (finding,) = GUARD.evaluate(message, thread(BAKER)).findings
    assert "John Carter" in finding.message
    assert "John Baker" in finding.message
    assert finding.suggestion is not None
    assert "j…@family.example" in finding.suggestion
    assert "john.baker@" not in finding.message + finding.suggestion


def test_the_order_of_the_recipients_makes_no_difference():
    to = [CARTER, "mary.baker@family.example", "oliver.quist@west.example"]
    assert found(to=to) == found(to=to[::-1])


def test_a_recipient_more_can_settle_it():
    assert checks.namesake().completes


@given(messages(), contexts)
def test_no_message_makes_it_fail(message, context):
    decision = GUARD.evaluate(message, context)
    assert all(finding.code != "guard.check-failed" for finding in decision.findings)
    assert decision.action in Action
