"""What the message says against `Context.facts`."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import contexts, hostile_text, messages

from sendguard import Action, Context, Finding, Guard, Message, Money, checks

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
PRICE = Money("299.90", "USD", per=10)
TOTAL = Money("1234.56", "EUR")
KETTLE = Money("39.90", "EUR")
GUARD = Guard(checks.facts())


def found(
    text: str | None, facts: dict[str, object], *, subject: str = "Hello", html: str | None = None
) -> list[Finding]:
    message = Message.email(to="m@x.example", subject=subject, text=text, html=html)
    return list(GUARD.evaluate(message, Context(now=NOW, facts=facts)).findings)


WRONG = [
    # The story: a hundredfold difference a piece.
    ("Our price is $29.99 per 100.", {"unit_price": PRICE}, "fact.unit-price", "HOLD"),
    ("We can offer $299.90 for 100.", {"unit_price": PRICE}, "fact.unit-price", "HOLD"),
    ("The filters are $29.90 each.", {"unit_price": PRICE}, "fact.unit-price", "WARN"),
    ("Der Preis beträgt 30,99 USD pro Stück.", {"price": PRICE}, "fact.unit-price", "HOLD"),
    ("Rent: 900 EUR per month", {"rent": Money(950, "EUR", unit="month")}, "fact.unit-price", "HOLD"),
    ("Total: 1.243,56 EUR", {"total": TOTAL}, "fact.amount", "HOLD"),
    ("Total: EUR 1,243.56", {"total": TOTAL}, "fact.amount", "HOLD"),
    ("Der Gesamtbetrag ist 1.234,65 €.", {"total": TOTAL}, "fact.amount", "HOLD"),
    ("Le montant total est de 123,45 €.", {"total": TOTAL}, "fact.amount", "HOLD"),
    ("El importe total es 1.334,56 €.", {"total_amount": TOTAL}, "fact.amount", "HOLD"),
    ("L'importo totale è 1.334,56 €.", {"total": TOTAL}, "fact.amount", "HOLD"),
    ("O valor total é 1.334,56 €.", {"total": TOTAL}, "fact.amount", "HOLD"),
    ("Het totaalbedrag is € 1.334,56.", {"total": TOTAL}, "fact.amount", "HOLD"),
    ("We have sent you 12,345.60 EUR.", {"refund": TOTAL}, "fact.amount", "WARN"),
    ("You get 1,243.56 EUR back.", {"refund": TOTAL}, "fact.amount", "WARN"),
    ("Your refund of EUR 20.00 is on its way.", {"refund": "29.90 EUR"}, "fact.amount", "HOLD"),
    ("Payment is due on 6 May 2026.", {"due": date(2026, 5, 5)}, "fact.date", "HOLD"),
    ("Zahlbar bis 06.05.2026.", {"due": date(2026, 5, 5)}, "fact.date", "HOLD"),
    ("Zahlbar bis zum 6. Mai 2026.", {"due": date(2026, 5, 5)}, "fact.date", "HOLD"),
    ("Please pay by 5 June.", {"due_date": "2026-05-05"}, "fact.date", "HOLD"),
    ("It will be delivered on Friday.", {"delivery": date(2026, 5, 5)}, "fact.date", "WARN"),
    ("See you on 5 May 2025.", {"visit": date(2026, 5, 5)}, "fact.date", "WARN"),
    ("Your appointment is on 13/14/26 or 12.3.2026.", {"appointment": date(2026, 3, 11)}, "fact.date", "HOLD"),
    ("Your order A-1043 has been shipped.", {"order": "A-1042"}, "fact.reference", "HOLD"),
    ("Ihre Bestellung Nr. 98765 ist da.", {"order": "A-1042"}, "fact.reference", "HOLD"),
    ("Facture n° 2026-118", {"invoice_number": "2026-117"}, "fact.reference", "HOLD"),
    ("Ticket #48812 is solved.", {"ticket": "48821"}, "fact.reference", "HOLD"),
    ("#48812 is solved.", {"ticket": "48821"}, "fact.reference", "WARN"),
    ("You booked 3 nights.", {"nights": 2}, "fact.quantity", "WARN"),
    ("Quantity: 100", {"quantity": 10}, "fact.quantity", "HOLD"),
    ("Menge: 12", {"qty": Decimal(10)}, "fact.quantity", "HOLD"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "facts", "code", "action"), WRONG)
def test_a_value_that_differs_from_the_fact_is_found(text, facts, code, action):
    (finding,) = found(text, facts)
    assert (finding.code, finding.action.name, finding.part) == (code, action, "text")


RIGHT = [
    ("Our price is $299.90 per 10.", {"unit_price": PRICE}),
    ("Our price is $29.99 each.", {"unit_price": PRICE}),
    ("Our price is $2,999.00 per 100.", {"unit_price": PRICE}),
    ("10 pieces for $299.90", {"unit_price": PRICE}),
    ("The price: 299,90 USD pro 10 Stück", {"unit_price": PRICE}),
    ("A box of ten is $299.90.", {"unit_price": PRICE}),
    ("Our price is $299.90 per 10; delivery is $5 per parcel.", {"unit_price": PRICE}),
    ("Nothing about money.", {"unit_price": PRICE}),
    ("Total: 1.234,56 EUR", {"total": TOTAL}),
    ("Total: €1,234.56", {"total": TOTAL}),
    ("Total: 1 234,56 €", {"total": TOTAL}),
    ("Total: EUR 1'234.56", {"total": TOTAL}),
    ("Subtotal: EUR 1,000.00, shipping EUR 20, total EUR 1,234.56", {"total": TOTAL}),
    ("Subtotal: EUR 1,000.00", {"total": TOTAL}),
    ("Zwischensumme: 1.000,00 EUR", {"total": TOTAL}),
    ("The total in dollars is $1,400.00.", {"total": TOTAL}),
    ("The kettle costs 39.90 EUR. Orders above 50 EUR are sent free.", {"price": KETTLE}),
    ("Free delivery from 50 EUR.", {"price": KETTLE}),
    ("Save 10 EUR on your next order.", {"price": KETTLE}),
    ("The total without delivery is 30 EUR.", {"total": KETTLE}),
    ("The price was 49.90 EUR until last week.", {"price": KETTLE}),
    ("Your credit is 12 EUR.", {"price": KETTLE}),
    ("Our price is 39,90 EUR, the price of others 59 EUR.", {"price": KETTLE}),
    ("Price: 12 EUR", {"net_price": "10 EUR", "gross_price": "12 EUR"}),
    ("Total savings: 10 EUR", {"total": TOTAL}),
    ("Our shop opens from 9 to 5 until 24 December.", {"end": date(2026, 12, 1)}),
    ("Unsere Kontakte gelten bis zum 24.12.2026.", {"due": date(2026, 12, 1)}),
    ("Due on 5 May 2026 (the first part: due on 5 April).", {"due": date(2026, 5, 5)}),
    ("Price 39,90 EUR, delivery 4,90 EUR", {"price": KETTLE, "delivery": Money("4.90", "EUR")}),
    ("Delivery 4,90 EUR", {"price": KETTLE, "delivery": Money("4.90", "EUR")}),
    ("Payment is due on 5 May 2026.", {"due": date(2026, 5, 5)}),
    ("Payment is due on 05/05/2026.", {"due": date(2026, 5, 5)}),
    ("Payment is due on 03/04/2026.", {"due": date(2026, 4, 3)}),
    ("Payment is due on 03/04/2026.", {"due": date(2026, 3, 4)}),
    ("Payment is due on Tuesday.", {"due": date(2026, 3, 3)}),
    ("Payment is due tomorrow.", {"due": datetime(2026, 3, 3, 12, tzinfo=UTC)}),
    ("Zahlbar bis 5.5.2026, Rechnung vom 2.3.2026", {"due": date(2026, 5, 5)}),
    ("Invoice of 2 March 2026", {"due": date(2026, 5, 5)}),
    ("We are closed on 6 May.", {"due": date(2026, 5, 5)}),
    ("Your order A-1042 has been shipped.", {"order": "A-1042"}),
    ("Your order a1042 has been shipped.", {"order": "A-1042"}),
    ("Order A-1042 replaces order A-1041.", {"order": "A-1042"}),
    ("Invoice 2026-118 for order A-1042", {"order": "A-1042"}),
    ("Invoice 2026-118", {"order": "A-1042"}),
    ("Item 4711-2 is back.", {"order": "A-1042"}),
    ("You booked 2 nights.", {"nights": 2}),
    ("You booked 2 nights; cancel up to 3 nights before.", {"nights": 2}),
    ("Quantity: 10", {"quantity": 10}),
    ("Quantity: 5 + 5. Quantity: 5", {"quantity": 10}),
    ("We open at 9.", {"quantity": 10}),
    ("5 kg of flour", {"nights": 2}),
    ("Order A-1043 is shipped.", {"greeting": "Dear Maria"}),
    ("> Total: 1.00 EUR\n\nTotal: 1.234,56 EUR", {"total": TOTAL}),
    ("5 nights, quantity: 5", {"nights": Decimal("sNaN"), "quantity": Decimal("Infinity")}),
    ("Anything", {"flag": True, "list": [1], "nothing": None}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "facts"), RIGHT)
def test_a_value_that_is_right_or_about_something_else_is_no_finding(text, facts):
    assert found(text, facts) == []


def test_both_values_are_shown_and_the_place_is_pointed_to():
    text = "Dear Maria, our price is $29.99 per 100."
    (finding,) = found(text, {"unit_price": PRICE})
    assert '"$29.99 per 100"' in finding.message
    assert "USD 299.90 per 10" in finding.message
    assert finding.span is not None
    assert text[slice(*finding.span)] == "$29.99 per 100"


def test_a_fact_that_is_right_in_one_part_and_wrong_in_another_is_found():
    facts = {"order": "A-1042", "total": TOTAL}
    (subject,) = found("Order A-1042", facts, subject="Your order A-1041")
    assert (subject.code, subject.part) == ("fact.reference", "subject")
    (html,) = found("Total: 1234.56 EUR", facts, html="<p>Total: <b>1324.56 EUR</b></p>")
    assert (html.code, html.part) == ("fact.amount", "html")


def test_quoted_history_may_say_anything():
    quoted = "Yes.\n\nOn 1 March 2026, Ann <ann@x.example> wrote:\n> Total: 99.00 EUR\n"
    assert found(quoted, {"total": TOTAL}) == []


def test_facts_that_were_not_compared_are_said_to_be_so():
    facts = {f"order{n:03}": f"A-{n:04}" for n in range(101)}
    (finding,) = found("Hello", facts)
    assert finding.code == "guard.not-evaluable"


def test_the_order_of_the_facts_changes_nothing():
    text = "Order A-1043. Total: 12 EUR. Price: 5 EUR each."
    facts = {"order": "A-1042", "total": TOTAL, "price": Money(6, "EUR", per=1), "nights": 2}
    backwards = dict(reversed(facts.items()))
    assert found(text, facts) == found(text, backwards)
    assert len(found(text, facts)) == 3


def test_without_facts_there_is_nothing_to_compare():
    assert found("Total: 1 EUR", {}) == []


@given(messages(), contexts, st.dictionaries(hostile_text, st.one_of(
    st.builds(Money, st.integers(-(10**9), 10**9), st.sampled_from(("EUR", "USD"))),
    st.dates(), st.integers(), st.decimals(), hostile_text), max_size=4))  # fmt: skip
def test_no_message_and_no_fact_makes_it_fail(message, context, facts):
    decision = GUARD.evaluate(message, attrs.evolve(context, facts=facts))
    assert all(each.code != "guard.check-failed" for each in decision.findings)


@given(st.integers(1, 10**6), st.integers(1, 1000))
def test_the_same_price_in_any_quantity_is_right(cents, quantity):
    one = Decimal(cents) / 100
    text = f"The price is EUR {one * quantity:f} per {quantity}."
    price = Money(one, "EUR", per=1)
    assert found(text, {"price": price}) == []
    assert all(
        f.action is Action.HOLD for f in found(text, {"price": Money(one + 1, "EUR", per=1)})
    )
    assert found(text, {"price": Money(one + 1, "EUR", per=1)}) != []
