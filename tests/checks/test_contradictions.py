"""What the message says against what it says elsewhere."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from tests.strategies import contexts, hostile_text, messages

from sendguard import Context, Finding, Guard, Message, checks
from sendguard.text import Analysis

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)  # a Monday
GUARD = Guard(checks.contradictions())


def found(
    text: str | None,
    *,
    subject: str = "Hello",
    html: str | None = None,
    thread: tuple[Message, ...] = (),
) -> list[Finding]:
    message = Message.email(to="m@x.example", subject=subject, text=text, html=html)
    return list(GUARD.evaluate(message, Context(now=NOW, thread=thread)).findings)


SUBJECTS = [
    ("Your order 4711", "Dear Maria,\n\norder 4712 has left our house.", "HOLD"),
    ("Ihre Bestellung 4711-22", "Ihre Bestellung Nr. 4711-23 ist unterwegs.", "HOLD"),
    ("Re: Ticket #88123", "Ticket #88132 has been closed.", "HOLD"),
    ("Votre facture 2026-118", "Veuillez trouver la facture n° 2026-119.", "HOLD"),
    ("Order A-1042", "Order A-1043 and order A-1044 were joined.", "WARN"),
    ("Your order 4711", "It replaces order 4710.", "WARN"),
    ("Ticket 88123", "Closed as a duplicate of ticket 87001.", "WARN"),
    ("Your appointment on 5 May", "we confirm your appointment on 6 May at 10 am.", "WARN"),
    ("Invoice of EUR 120.00", "Please pay the invoice of EUR 210.00 soon.", "WARN"),
]


@pytest.mark.parametrize(("subject", "text", "action"), SUBJECTS)
def test_a_subject_that_belongs_to_another_matter_is_found(subject, text, action):
    (finding,) = found(text, subject=subject)
    assert (finding.code, finding.action.name) == ("fact.subject-body", action)
    assert finding.part == "text"


HONEST_SUBJECTS = [
    ("Your order 4711", "Your order 4711 has left our house."),
    ("Your order 4711", "Order 4711 replaces order 4710."),
    ("Your order 4711", "Your order has left our house."),
    ("Your order 4711", "Invoice 99812 is enclosed."),
    ("Your order A-1042", "Order a1042 has left."),
    ("Your order 4711", "(4711) The old order 4600 is closed."),
    ("Order A-1042", "Purchase order 99812 was yours, A-1042 ours."),
    ("Ticket 4711", "See case A-99-1 of the library."),
    ("Ihre Bestellung 4711", "Zu Ihrer Bestellung Nr. 4711 haben wir eine Frage."),
    ("Fix the login (#4711)", "This closes #4599."),
    ("Minutes of 5 May", "We meet again on 12 May and on 19 May."),
    ("Minutes of 5 May", "Next time we meet on 12 May."),
    ("Your appointment on 12 March is cancelled", "Our next free appointment is on 19 March."),
    ("Webinar 12 March", "Register for the webinar until 10 March."),
    ("Payment of 50 EUR received", "Thank you. Your open payment is now 120 EUR."),
    ("Newsletter 3/2026", "On 5 May we open at 9, on 6 May at 10."),
    ("Save $20 today", "The kettle is $99."),
    ("Free shipping over $50", "Our shipping is $5."),
    ("20 % off: now $49", "Only $59 for members, $49 for you"),
    ("Invoice of EUR 120.00", "The invoice of EUR 120,00 is enclosed."),
    ("Invoice of EUR 120.00", "The invoice has EUR 100.00 net and EUR 20.00 VAT."),
    ("Invoice of EUR 120.00", "Bring 5 EUR for the coffee."),
    ("Re: Order 4711", "Thanks!\n\nOn 1 March 2026, Ann <a@x.example> wrote:\n> order 4712\n"),
]


@pytest.mark.parametrize(("subject", "text"), HONEST_SUBJECTS)
def test_a_subject_that_fits_or_says_nothing_of_the_kind_is_no_finding(subject, text):
    assert found(text, subject=subject) == []


def earlier(subject: str, text: str) -> Message:
    return Message.email(sender="m@x.example", to="shop@shop.example", subject=subject, text=text)


def test_a_subject_of_another_conversation_is_found():
    thread = (earlier("Order 4711", "Where is my order 4711?"),)
    (finding,) = found("It is on its way.", subject="Re: Order 4712", thread=thread)
    assert (finding.code, finding.part) == ("fact.subject-thread", "subject")


@pytest.mark.parametrize("subject", ["Re: Order 4711", "Re: Your question", "Re: Invoice 99812"])
def test_a_subject_of_this_conversation_is_no_finding(subject):
    thread = (earlier("Order 4711", "Where is my order 4711?"),)
    assert found("It is on its way.", subject=subject, thread=thread) == []


SIDES = [
    ("Total: 29.90 EUR", "<p>Total: 92.90 EUR</p>", "HOLD"),
    ("Your order 4711 is ready.", "<p>Your order <b>4712</b> is ready.</p>", "HOLD"),
    ("Fällig am 5. Mai 2026", "<p>Fällig am 6. Mai 2026</p>", "HOLD"),
    ("Please pay 29.90 EUR", "<p>Amount: 92.90 EUR</p>", "WARN"),
]


@pytest.mark.parametrize(("text", "html", "action"), SIDES)
def test_a_plain_text_that_says_otherwise_than_the_html_is_found(text, html, action):
    (finding,) = found(text, html=html)
    assert (finding.code, finding.action.name, finding.part) == ("fact.text-html", action, "html")


HONEST_SIDES = [
    ("Total: 29.90 EUR", "<p>Total: 29,90 &euro;</p>"),
    ("Total: 29.90 EUR", "<p>Total: 29.90 EUR</p><p>Also for you: 10 EUR, 20 EUR</p>"),
    ("See the HTML.", "<p>Total: 29.90 EUR</p>"),
    ("On 05/06/2026", "<p>On 5 June 2026</p>"),
    ("On 6 May, order 4711", "<p>Order 4711, on 6 May 2026</p>"),
    ("A: 1 EUR\nB: 2 EUR", "<p>B: 2 EUR</p><p>A: 1 EUR</p>"),
    ("$5", "<p>USD 5.00</p>"),
]


@pytest.mark.parametrize(("text", "html"), HONEST_SIDES)
def test_a_plain_text_that_is_laid_out_otherwise_is_no_finding(text, html):
    assert found(text, html=html) == []


WRONG_SUMS = [
    "Kettle 20.00 EUR\nCup 5.00 EUR\nTotal 26.00 EUR",
    "Kettle: €20.00\nCup: €5.00\nShipping: €4.90\n\nTotal: €29.80",
    "Kessel 20,00 €\nTasse 5,00 €\nVersand 4,90 €\nGesamtbetrag 39,90 €",
    "Bouilloire 20,00 €\nTasse 5,00 €\nTotal à payer 35,00 €",
    "Hervidor 20,00 €\nTaza 5,00 €\nTotal 24,00 €",
    "Bollitore 20,00 €\nTazza 5,00 €\nTotale 24,00 €",
    "A 20.00 USD\nB 5.00 USD\nSubtotal 25.00 USD\nTax 2.00 USD\nTotal 28.00 USD",
    "A 20.00 USD\nB 5.00 USD\nDiscount -5.00 USD\nTotal 19.00 USD",
    "The usual fee of 20 USD:\n\nis waived.\n\nA 20.00 USD\nB 5.00 USD\nTotal 26.00 USD",
    "Gift 1 EUR\n" * 150 + "Total 151 EUR",
]


@pytest.mark.parametrize("text", WRONG_SUMS)
def test_lines_that_do_not_come_to_their_total_are_found(text):
    (finding,) = found(f"Dear Maria,\n\n{text}\n\nKind regards\nThe Shop\n")
    assert (finding.code, finding.action.name) == ("fact.sum", "WARN")


HONEST_SUMS = [
    "Kettle 20.00 EUR\nCup 5.00 EUR\nTotal 25.00 EUR",
    "Kettle: €20.00\nCup: €5.00\nShipping: €4.90\n\nTotal: €29.90",
    "Kessel 1.020,00 €\nTasse 5,00 €\nGesamtbetrag 1.025,00 €",
    "A 20.00 USD\nB 5.00 USD\nSubtotal 25.00 USD\nTax 2.00 USD\nTotal 27.00 USD",
    "A 20.00 USD\nB 5.00 USD\nTotal 25.00 USD\nincl. VAT 4.00 USD",
    "A 20.00 USD\nB 5.00 USD\nincl. VAT 4.00 USD\nTotal 25.00 USD",
    "A 20.00 USD\nB 5.00 USD\nDiscount -5.00 USD\nTotal 20.00 USD",
    "A 20.00 USD\nB 5.00 USD\nDiscount 5.00 USD\nTotal 20.00 USD",
    "A 20.00 USD\nB 5.00 USD\nAlready paid 5.00 USD\nAmount due 20.00 USD",
    "Zwischensumme 25,00 €\nVersand 5,00 €\nGesamt 30,00 €",
    "Kettle 20 EUR\nCup 5 EUR\nSubtotal of all 40 EUR\nDelivery 5 EUR\nTotal 45 EUR",
    "Ann 20 EUR\nBob 15 EUR\n... and others\nTotal 80 EUR",
    "Ann 20 EUR\n... and others\nBob 15 EUR\nCy 10 EUR\nTotal 80 EUR",
    "Ann 20 EUR\nBob 5 USD\nCy 10 EUR\nDee 10 EUR\nTotal 45 EUR",
    "Gift 1 EUR\n" * 250 + "Total 250 EUR",
    "Opening 10 EUR\nIn 5 EUR\nOut 3 EUR\nTotal 12 EUR",
    "Net 100.00 EUR\nVAT 19.00 EUR\nTotal 119.00 EUR",
    "2 x 10.00 EUR\n3 x 5.00 EUR\nTotal 35.00 EUR",
    "Kettle 2 à 10.00 EUR 20.00 EUR\nCup 5.00 EUR\nTotal 25.00 EUR",
    "Kettle 10.00 EUR each\nCup 5.00 EUR\nTotal 25.00 EUR",
    "January 20.00 EUR\nFebruary 30.00 EUR\n\nIn the year before you paid a total of 400 EUR.",
    "A total of 100 EUR is open.",
    "Revenue 2.0 million EUR\nCosts 1.5 million EUR\nTotal headcount costs 0.5 million EUR",
    "Rent 900 EUR\nTotal 950 EUR",
    "A 20 EUR\nB 5 USD\nTotal 23 EUR",
    "We have spent 20 EUR on tea and 5 EUR on milk, in total 30 EUR.",
    "Book A 10 EUR\n\n\n\n\n\nBook B 20 EUR\n\n\n\n\n\nTotal 90 EUR",
    "Total 25.00 EUR\nKettle 20.00 EUR\nCup 5.00 EUR",
]


@pytest.mark.parametrize("text", HONEST_SUMS)
def test_lines_that_can_be_explained_are_no_finding(text):
    assert found(f"Dear Maria,\n\n{text}\n\nKind regards\nThe Shop\n") == []


WEEKDAYS = [
    "We meet on Tuesday, 12 March 2026.",
    "Wir treffen uns am Dienstag, den 12. März 2026.",
    "Rendez-vous mardi 12 mars 2026.",
    "Nos vemos el martes 12 de marzo de 2026.",
    "Ci vediamo martedì 12 marzo 2026.",
    "We meet on Tuesday, 12 March.",
    "We zien elkaar dinsdag 12 maart.",
]


@pytest.mark.parametrize("text", WEEKDAYS)
def test_a_weekday_that_is_not_that_of_its_date_is_found(text):
    (finding,) = found(text)
    assert (finding.code, finding.action.name) == ("fact.weekday", "WARN")
    assert "2026-03-12 is a Thursday" in finding.message


HONEST_WEEKDAYS = [
    "We meet on Thursday, 12 March 2026.",
    "Wir treffen uns am Donnerstag, den 12.3.",
    "We meet on Monday, 3/2/2026.",  # 2 March; 3 February is a Tuesday
    "We meet on Tuesday, 3/2/2026.",
    "We meet on Tuesday or on 12 March.",
    "Closed on Mondays. 12 March 2026 is the day.",
]


@pytest.mark.parametrize("text", HONEST_WEEKDAYS)
def test_a_weekday_that_is_right_or_elsewhere_is_no_finding(text):
    assert found(text) == []


def test_a_date_far_from_now_may_be_of_another_year():
    assert found("We meet on Friday, 11 September.") == []  # 2026
    assert found("We met on Thursday, 11 September.") == []  # 2025
    assert [f.code for f in found("We meet on Monday, 11 September.")] == ["fact.weekday"]


def test_the_year_may_be_that_in_which_the_mail_was_written():
    text = "We meet on Tuesday, 12 March."
    mail = Message.email(to="m@x.example", text=text, date=datetime(2024, 3, 2, tzinfo=UTC))
    assert GUARD.evaluate(mail, Context(now=NOW)).findings == ()  # the 12th was a Tuesday in 2024
    other = mail.replace(text=text.replace("Tuesday", "Friday"))
    assert [f.code for f in GUARD.evaluate(other, Context(now=NOW)).findings] == ["fact.weekday"]


@given(hostile_text.map(lambda text: re.sub(r"\d", "", f"Order no {text} EUR Tuesday, May st")))
def test_what_is_compared_with_the_subject_has_digits(text):
    analysis = Analysis(Message.email(text=text))
    assert analysis.references == analysis.amounts == ()
    assert not any(each.days for each in analysis.dates)


@given(messages(), contexts)
def test_no_message_makes_it_fail(message, context):
    decision = GUARD.evaluate(message, context)
    assert all(each.code != "guard.check-failed" for each in decision.findings)
