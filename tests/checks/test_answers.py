from __future__ import annotations

import pytest
from hypothesis import given
from tests.checks import tone_examples as said
from tests.checks.test_tone import CUSTOMER, US, expect, expect_silence, found, mail, wrote
from tests.strategies import contexts, messages

from sendguard import Attachment, Check, Context, Guard, Message, checks

PROBLEM = wrote("The kettle arrived broken.")
EVERY = (checks.apology(), checks.answer(), checks.unattended_sender())


def test_an_apology_without_a_plan_is_warned_about() -> None:
    expect(checks.apology(), said.APOLOGY_NO_PLAN, "content.apology-no-plan", "warn")


def test_an_apology_that_blames_somebody_is_warned_about() -> None:
    expect(checks.apology(), said.APOLOGY_BLAME, "content.apology-blame", "warn")


def test_an_apology_that_nobody_owns_is_warned_about() -> None:
    expect(checks.apology(), said.APOLOGY_DISOWNED, "content.apology-not-owned", "warn")


def test_good_apologies_and_courtesies_pass() -> None:
    assert len(said.APOLOGY_HONEST) >= 40
    expect_silence(checks.apology(), said.APOLOGY_HONEST)


@pytest.mark.parametrize(
    "plan",
    [
        "A new one is yours on 3 May 2027.",
        "We will send a new one.",
        "We have refunded the price.",
        "Your money will be with you soon.",
        "Here: https://shop.example/return",
    ],
)
def test_what_happens_next_is_a_plan(plan: str) -> None:
    text = "We are very sorry that your parcel was lost."
    html = f"<p>{text}</p><p>{plan.replace('Here:', '<a href=https://shop.example/return>Here</a>')}</p>"
    assert found(checks.apology(), Message.email(html=html)) == {}


def test_an_attachment_is_a_plan() -> None:
    sorry = mail("We apologise for the mistake.", attachments=[Attachment("new.pdf")])
    assert found(checks.apology(), sorry) == {}


def test_blame_outside_an_apology_is_none_of_its_business() -> None:
    assert found(checks.apology(), "My colleague forgot his umbrella.") == {}


def test_a_plan_that_is_quoted_does_not_count() -> None:
    text = (
        "We are very sorry that your parcel was lost.\n\n"
        "On 3 May 2027, Maria <maria@customer.example> wrote:\n> I will call on 4 May 2027.\n"
    )
    assert "content.apology-no-plan" in found(checks.apology(), text)


@pytest.mark.parametrize(
    "text",
    [
        "That is a pity.",
        "We have read your mail with interest.",
        "Our kettles are of the best quality.",
        "Das ist schade.",
        "C'est dommage.",
        "Es una lástima.",
        "È un peccato.",
        "É uma pena.",
        "Dat is jammer.",
    ],
)
def test_an_answer_that_leads_nowhere_is_warned_about(text: str) -> None:
    got = found(checks.answer(), text, PROBLEM)
    assert got == {"content.no-next-step": "warn", "content.no-contact": "warn"}
    assert found(checks.answer(), text) == {}
    assert found(checks.answer(), text, wrote("Thank you, it is lovely.")) == {}


@pytest.mark.parametrize(
    "text",
    [
        "We will send a new one. Just reply to this mail if you need it sooner.",
        "Please send it back. You can call us on +44 20 7946 0958.",
        "Try the other socket, and write to help@shop.example if that fails.",
        "We have refunded the price.\n\nKind regards\nAnn Long",
        "Go to https://shop.example/return, please.",
        "A new one leaves tomorrow.\n\n-- \nAnn Long, The Shop, 020 7946 0958",
        "Wir schicken Ihnen einen neuen. Antworten Sie einfach auf diese Mail.",
        "Nous allons vous envoyer un nouveau colis. Appelez-nous si besoin.",
        "Le enviaremos otro. Llámenos si tiene dudas.",
        "Le invieremo un nuovo pacco. Ci contatti pure.",
        "Vamos enviar outro. Contacte-nos se precisar.",
        "Wij sturen een nieuwe. Bel ons gerust.",
    ],
)
def test_an_answer_that_leads_on_passes(text: str) -> None:
    assert found(checks.answer(), text, PROBLEM) == {}


def test_a_question_needs_a_way_back_but_no_step() -> None:
    question = wrote("Is the red one in stock?")
    assert found(checks.answer(), "It is in stock.", question) == {"content.no-contact": "warn"}
    assert found(checks.answer(), "It is in stock.\n\nKind regards\nAnn Long", question) == {}


def test_a_name_under_a_mail_that_nobody_can_answer_is_no_way_back() -> None:
    text = "It is in stock.\n\nKind regards\nAnn Long"
    question = wrote("Is the red one in stock?")
    dead = mail(text, sender="noreply@shop.example")
    assert found(checks.answer(), dead, question) == {"content.no-contact": "warn"}


def test_a_problem_that_is_quoted_counts() -> None:
    quoted = "\n\nOn 3 May 2027, Maria <maria@customer.example> wrote:\n> It arrived broken.\n"
    assert "content.no-next-step" in found(checks.answer(), f"That is a pity.{quoted}")


@pytest.mark.parametrize(
    "sender",
    [
        "noreply@shop.example",
        "no-reply@shop.example",
        "No_Reply@shop.example",
        "bounces+lopez@shop.example",
        "do.not.reply@shop.example",
        "donotreply2@shop.example",
        "noreply-orders@shop.example",
        "keine-antwort@shop.example",
        "ne-pas-repondre@shop.example",
        "no-responder@shop.example",
        "non-rispondere@shop.example",
        "nao-responda@shop.example",
        "niet-beantwoorden@shop.example",
        "mailer-daemon@shop.example",
    ],
)
def test_an_answer_from_an_address_that_nobody_reads_is_warned_about(sender: str) -> None:
    check = checks.unattended_sender()
    answer = mail("It has left.", sender=sender)
    assert found(check, answer, PROBLEM) == {"header.no-reply": "warn"}
    assert found(check, answer.replace(headers=(("In-Reply-To", "<1@c.example>"),)))
    assert found(check, answer) == {}


@pytest.mark.parametrize(
    "sender",
    [
        US,
        "reply@shop.example",
        "noreen@shop.example",
        "bounceback.castle@shop.example",
        "no@x.example",
    ],
)
def test_an_address_that_somebody_reads_passes(sender: str) -> None:
    assert found(checks.unattended_sender(), mail("It has left.", sender=sender), PROBLEM) == {}


@pytest.mark.parametrize(
    ("sender", "reply_to", "warned"),
    [
        ("noreply@shop.example", "Ann <ann@shop.example>", False),
        (US, "noreply@shop.example", True),
        (US, "noreply@shop.example, help@shop.example", False),
        ("noreply@shop.example", "", True),
        ("noreply@shop.example", ",,,", True),
    ],
)
def test_where_answers_go_decides(sender: str, reply_to: str, warned: bool) -> None:
    message = mail("It has left.", sender=sender, headers={"Reply-To": reply_to})
    assert bool(found(checks.unattended_sender(), message, PROBLEM)) is warned


def test_a_text_message_has_no_such_address() -> None:
    sms = Message.sms(sender="noreply", to=[CUSTOMER], text="It has left.")
    assert found(checks.unattended_sender(), sms, PROBLEM) == {}


@pytest.mark.parametrize("check", EVERY, ids=repr)
@pytest.mark.parametrize("context", [Context(), PROBLEM, wrote("Hi?")])
def test_whole_honest_mails_of_many_kinds_pass(check: Check, context: Context) -> None:
    expect_silence(check, said.HONEST, context)


@given(messages(), contexts)
def test_any_message_is_judged(message: Message, context: Context) -> None:
    codes = {f.code for f in Guard(*EVERY).evaluate(message, context).findings}
    assert "guard.check-failed" not in codes
