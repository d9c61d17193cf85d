"""Promises with a day, and rash ones."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from tests.strategies import contexts, messages

from sendguard import Action, Context, Guard, Message, checks, conditions
from sendguard.model import Commitment

NOW = datetime(2026, 3, 2, 22, tzinfo=UTC)  # a Monday
GUARD = Guard(checks.promises())


def letter(text: str) -> Message:
    return Message.email(to="m@x.example", subject="Hello", text=text)


def promised(text: str, **context: str) -> list[date | None]:
    decision = GUARD.evaluate(letter(text), Context(now=NOW, **context))
    return [each.due for each in decision.commitments]


def rash(text: str) -> list[str]:
    return [f.code for f in GUARD.evaluate(letter(text), Context(now=NOW)).findings]


DATED = [
    ("Someone will call you on Tuesday.", date(2026, 3, 3)),
    ("A colleague will get back to you by Friday.", date(2026, 3, 6)),
    ("We will refund you by 5 May.", date(2026, 5, 5)),
    ("We'll send the parcel tomorrow.", date(2026, 3, 3)),
    ("You will receive it within 3 days.", date(2026, 3, 5)),
    ("I'll let you know within two working days.", date(2026, 3, 4)),
    ("Your refund will arrive in 3-5 working days.", date(2026, 3, 9)),
    ("We will reply within 24 hours.", date(2026, 3, 3)),
    ("On Friday we will send you the invoice.", date(2026, 3, 6)),
    ("Your refund will be paid in 2 weeks.", date(2026, 3, 16)),
    ("We will have it repaired, and send it back, next week.", None),
    ("You will hear from us by 31/03/2026.", date(2026, 3, 31)),
    ("Wir melden uns bis Freitag.", date(2026, 3, 6)),
    ("Wir werden Ihnen den Betrag bis zum 5. Mai erstatten.", date(2026, 5, 5)),
    ("Sie erhalten die Ware innerhalb von drei Tagen.", date(2026, 3, 5)),
    ("Morgen ruft Sie jemand an: ein Kollege wird Sie anrufen.", date(2026, 3, 3)),
    ("Wenn Sie bis Freitag zahlen, liefern wir am Montag.", date(2026, 3, 9)),
    ("Nous vous rappellerons mardi.", date(2026, 3, 3)),
    ("Vous serez remboursé d'ici le 5 mai.", date(2026, 5, 5)),
    ("Vous recevrez le colis sous 3 jours.", date(2026, 3, 5)),
    ("Le llamaremos el martes.", date(2026, 3, 3)),
    ("Recibirá el reembolso en cinco días.", date(2026, 3, 7)),
    ("La richiameremo martedì.", date(2026, 3, 3)),
    ("Riceverà il rimborso entro 5 giorni.", date(2026, 3, 7)),
    ("Ligaremos para si na terça-feira, 10 de março.", date(2026, 3, 10)),
    ("Enviaremos o reembolso no prazo de três dias.", date(2026, 3, 5)),
    ("We bellen u dinsdag terug.", date(2026, 3, 3)),
    ("U ontvangt het pakket binnen 2 dagen.", date(2026, 3, 4)),
]


@pytest.mark.parametrize(("text", "due"), DATED)
def test_a_promise_with_a_day_is_handed_to_the_caller(text, due):
    assert promised(f"Dear Maria,\n\n{text}\n\nKind regards\nThe Shop\n") == [due]


NO_PROMISES = [
    "Please send it by Friday.",
    "If you pay by Friday, we will ship it.",
    "We will ship it once you have paid by Friday.",
    "We will send it as soon as we have your answer of Tuesday.",
    "Will someone call me on Tuesday?",
    "We will not call you on Tuesday.",
    "We'll never send you anything on a Friday.",
    "We will be closed on Monday.",
    "Thank you for your mail of 1 March.",
    "We received your order on 1 March 2026 and will process it.",
    "You will get what we sent on 1 March 2025.",
    "We will get back to you.",
    "I talked to her on Tuesday.",
    "He was there on Friday, and we sent it.",
    "Bitte zahlen Sie bis Freitag.",
    "Wenn Sie bis Freitag zahlen, liefern wir.",
    "Wir haben Ihre Bestellung vom 1. März erhalten.",
    "Wir rufen Sie nicht am Montag an.",
    "Veuillez payer avant vendredi.",
    "Nous ne vous rappellerons pas mardi.",
    "Por favor, pague antes del viernes.",
    "Si paga antes del viernes, le enviaremos el pedido.",
    "No le llamaremos el martes: no podemos.",
    "Se paga entro venerdì, riceverà la merce.",
    "Gelieve te betalen voor vrijdag.",
    "We kunnen u helpen op vrijdag.",
    "The shop opens on Tuesday.",
    "You will find the minutes of Tuesday below.",
    "> Someone will call you on Tuesday.",
]


@pytest.mark.parametrize("text", NO_PROMISES)
def test_a_wish_a_condition_a_question_or_a_report_is_no_promise(text):
    assert promised(f"Dear Maria,\n\n{text}\n\nKind regards\nThe Shop\n") == []


def test_the_day_is_counted_where_the_reader_lives():
    text = "We will refund you within 3 days."
    assert promised(text) == [date(2026, 3, 5)]
    assert promised(text, time_zone="Asia/Tokyo") == [date(2026, 3, 6)]
    assert promised(text, time_zone="No/Where") == [date(2026, 3, 5)]


def test_working_days_end_on_no_weekend():
    assert promised("We will reply within 5 working days.") == [date(2026, 3, 9)]
    friday = Context(now=datetime(2026, 3, 6, 9, tzinfo=UTC))
    message = letter("We will reply within 1 working day.")
    (promise,) = GUARD.evaluate(message, friday).commitments
    assert promise.due == date(2026, 3, 9)


def test_promises_come_in_the_order_of_their_days_and_change_no_action():
    text = "We will send it by Friday. Someone will call you on Tuesday."
    decision = GUARD.evaluate(letter(text), Context(now=NOW))
    assert decision.action is Action.ALLOW
    assert [each.due for each in decision.commitments] == [date(2026, 3, 3), date(2026, 3, 6)]
    first = decision.commitments[0]
    assert first.span is not None
    assert text[slice(*first.span)] == first.text == "Someone will call you on Tuesday."
    assert first.part == "text"


RASH = [
    "It will never happen again.",
    "This won't happen again.",
    "We guarantee that it arrives.",
    "I guarantee you a reply.",
    "I promise you that it works now.",
    "You have my word.",
    "I am 100 % sure that it is repaired.",
    "We will refund you immediately.",
    "We'll send a new one at once.",
    "You will get your money back right away.",
    "Das wird nie wieder vorkommen.",
    "Wir garantieren Ihnen, dass es klappt.",
    "Wir erstatten Ihnen das Geld sofort.",
    "Cela ne se reproduira plus.",
    "Nous vous enverrons immédiatement un autre colis.",
    "No volverá a ocurrir.",
    "Le garantizamos la entrega.",
    "Non accadrà più.",
    "Le invieremo subito un nuovo pacco.",
    "Não voltará a acontecer.",
    "Garantimos-lhe uma resposta.",
    "Het zal niet meer gebeuren.",
    "Ik beloof het u.",
]


@pytest.mark.parametrize("text", RASH)
def test_a_rash_promise_is_warned_about(text):
    assert rash(f"Dear Maria,\n\n{text}\n\nKind regards\nThe Shop\n") == ["fact.rash-promise"]


NOT_RASH = [
    "All our kettles have a money-back guarantee.",
    "The guarantee is valid for two years.",
    "Choose Guaranteed Delivery at the checkout.",
    "We guarantee our kettles for 2 years.",
    "We cannot guarantee that it arrives.",
    "We can't promise you a day.",
    "Please let us know immediately.",
    "You can unsubscribe immediately below.",
    "Immediately after installing it, restart the computer.",
    "You will get a mail immediately after the payment.",
    "We will call you immediately when it is here.",
    "Stop using it at once.",
    "As promised, here is the invoice.",
    "100 % cotton",
    "It is a compromise.",
    "Can you promise that it will never happen again?",
    "It happened again.",
    "What can we do so that it happens less often?",
    "Bitte melden Sie sich sofort.",
    "Es gilt die Geld-zurück-Garantie.",
    "Wir können Ihnen das nicht versprechen.",
    "Sofort lieferbar",
    "Wir werden Ihre Anfrage umgehend bearbeiten.",
    "Die Garantie beträgt zwei Jahre.",
    "La garantie est de deux ans.",
    "Appelez-nous immédiatement.",
    "Nous ne pouvons pas le garantir.",
    "La garantía cubre dos años.",
    "Llámenos inmediatamente.",
    "La garanzia vale due anni.",
    "Chiamateci subito.",
    "A garantia é de dois anos.",
    "Ligue-nos imediatamente.",
    "De garantie geldt twee jaar.",
    "Bel ons meteen.",
    "> It will never happen again.",
    "The offer is valid immediately.",
    "The meeting will begin at once.",
    "The server restarts instantly.",
    "She was 100 % right.",
    "The warranty: we guarantee that parts are replaced.",
]


@pytest.mark.parametrize("text", NOT_RASH)
def test_terms_requests_and_reports_are_no_rash_promises(text):
    assert rash(f"Dear Maria,\n\n{text}\n\nKind regards\nThe Shop\n") == []


def test_a_commitment_shows_no_address_unless_it_is_told_to():
    text = "We will write to ann@customer.example by Friday."
    decision = GUARD.evaluate(letter(text), Context(now=NOW))
    (promise,) = decision.commitments
    assert promise.text == text
    for shown in (repr(promise), decision.explain(), decision.explain("agent"), repr(decision)):
        assert "ann@" not in shown
    assert decision.to_dict()["commitments"] == [
        {
            "text": "We will write to a…@customer.example by Friday.",
            "part": "text",
            "span": [0, len(text)],
            "due": "2026-03-06",
        }
    ]
    assert decision.to_dict(reveal=True)["commitments"][0]["text"] == text
    assert "Promised for 2026-03-06: We will write" in decision.explain()
    assert text in decision.explain("agent", reveal=True)


CALL = "Someone will call you on Tuesday."


@pytest.mark.parametrize(
    "check",
    [
        checks.promises() & checks.promises(),
        checks.promises().at(Action.HOLD),
        checks.promises().named("shop.promise"),
        checks.promises() | checks.empty_body(),
        checks.empty_body() | checks.promises(),
        (checks.promises() | checks.empty_body()) & checks.malformed(),
        (checks.promises() | checks.empty_body()).at(Action.WARN),
        (checks.allowed_recipients(["y.example"]) | checks.promises()) & checks.promises(),
    ],
    ids=repr,
)
def test_promises_pass_through_the_algebra_once_each(check):
    decision = Guard(check).evaluate(letter(CALL), Context(now=NOW))
    assert decision.commitments == (Commitment(CALL, "text", (0, len(CALL)), date(2026, 3, 3)),)


def test_a_promise_of_the_plain_text_and_the_html_is_handed_over_once():
    message = Message.email(to="m@x.example", text=CALL, html=f"<p>{CALL[:12]}\n{CALL[12:]}</p>")
    (promise,) = GUARD.evaluate(message, Context(now=NOW)).commitments
    assert promise.part == "text"


def test_a_condition_that_does_not_hold_hides_the_promises():
    check = checks.promises().when(conditions.purpose("marketing"))
    assert Guard(check).evaluate(letter(CALL), Context(now=NOW)).commitments == ()


def test_an_admission_and_a_guard_without_the_code_still_hand_over_the_promises():
    guard = Guard(checks.promises()).without("fact.*")
    message = letter("It will never happen again. " + CALL)
    with guard.admit(message, Context(now=NOW)) as admission:
        pass
    assert admission.decision.findings == ()
    assert [each.due for each in admission.decision.commitments] == [date(2026, 3, 3)]


@given(messages(), contexts)
def test_no_message_makes_it_fail(message, context):
    decision = GUARD.evaluate(message, context)
    assert all(each.code != "guard.check-failed" for each in decision.findings)
