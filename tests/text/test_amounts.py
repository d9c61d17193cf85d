from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import hostile_text
from tests.text.hostile import hostile, units
from tests.text.sample_mail import sample_analyses

from sendguard import Message
from sendguard.text import Amount, Analysis, Passage, Place, read_amounts, read_quantities


def whole(text: str) -> Passage:
    place = Place.of("text", text)
    return Passage(place, 0, len(place.plain))


def of_text(text: str) -> tuple[Amount, ...]:
    return read_amounts(whole(text))


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("$29.99", "29.99", "USD"),
        ("US$1,000.00", "1000.00", "USD"),
        ("$5 USD", "5", "USD"),
        ("$5 CAD", "5", "CAD"),
        ("A$5", "5", "AUD"),
        ("$ 5", "5", "USD"),
        ("-$5", "-5", "USD"),
        ("$-5", "-5", "USD"),
        ("$5k", "5000", "USD"),
        ("£1.5m", "1500000", "GBP"),
        ("€3 million", "3000000", "EUR"),
        ("2 Mio. EUR", "2000000", "EUR"),
        ("1.234,50 €", "1234.50", "EUR"),
        ("€ 1.234.567", "1234567", "EUR"),
        ("1 000,50 €", "1000.50", "EUR"),
        ("1\u202f000 €", "1000", "EUR"),
        ("12,5 Euro", "12.5", "EUR"),
        ("EUR5", "5", "EUR"),
        ("5,- €", "5", "EUR"),
        ("€ 5,-", "5", "EUR"),
        ("5.– CHF", "5", "CHF"),
        ("CHF 1'234.50", "1234.50", "CHF"),
        ("₹1,23,456.50", "123456.50", "INR"),
        ("¥1,000", "1000", "JPY"),
        ("KWD 1.234", "1.234", "KWD"),
        ("100 kr", "100", "SEK"),
        ("5 TRY", "5", "TRY"),
        ("20 dollars", "20", "USD"),
        ("20 POUNDS", "20", "GBP"),
        ("50 cents", "0.50", "USD"),
        ("99p", "0.99", "GBP"),
        ("50 Rappen", "0.50", "CHF"),
    ],
)
@pytest.mark.parametrize("around", ["{}", "It costs {}, now.", "({})", "cost:{};", "a\n{}\nb"])
def test_reads_money_in_many_notations(text: str, value: str, currency: str, around: str) -> None:
    (amount,) = of_text(around.format(text))
    assert (amount.value, amount.currency) == (Decimal(value), currency)
    assert amount.where.text == text


@pytest.mark.parametrize(
    "text",
    [
        "5", "1080p", "A5 EUR", "TRY 5", "ALL 5", "$", "EUR", "$1.2.3", "12.5.2027", "zł", "2/5 EUR",
        "€" + "1" * 40, "10 pounder", "US5", "5 centimetres",
    ],
)  # fmt: skip
def test_a_number_without_a_currency_is_no_money(text: str) -> None:
    assert of_text(text) == ()


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("€1,234", ("1234", "1.234")),
        ("1.234 €", ("1234", "1.234")),
        ("€0.123", ("0.123",)),
        ("€12.34", ("12.34",)),
        ("€1234.567", ("1234.567",)),
    ],
)
def test_keeps_both_readings_of_one_separator(text: str, values: tuple[str, ...]) -> None:
    (amount,) = of_text(text)
    assert amount.values == tuple(map(Decimal, values))


def test_keeps_the_currencies_that_a_sign_may_mean() -> None:
    assert "CAD" in of_text("$5")[0].currencies
    assert of_text("£5")[0].currencies == ("GBP",)


@pytest.mark.parametrize(
    ("text", "quantity", "unit", "said"),
    [
        ("$29.99 per 100", "100", "", "per 100"),
        ("$299.90 for 10", "10", "", "for 10"),
        ("10 for $299.90", "10", "", "10 for"),
        ("10 Stück für 5 €", "10", "piece", "10 Stück für"),
        ("€5/month", "1", "month", "/month"),
        ("€5 / month", "1", "month", "/ month"),
        ("5 € pro Monat", "1", "month", "pro Monat"),
        ("5 € monatlich", "1", "month", "monatlich"),
        ("20 euros par mois", "1", "month", "par mois"),
        ("5 € al mese", "1", "month", "al mese"),
        ("€5 per maand", "1", "month", "per maand"),
        ("5 EUR/Stk.", "1", "piece", "/Stk."),
        ("$3 each", "1", "piece", "each"),
        ("£1.50 a piece", "1", "piece", "a piece"),
        ("$4 a day", "1", "day", "a day"),
        ("€2 per 100 g", "100", "g", "per 100 g"),
        ("$90 p.a.", "1", "year", "p.a."),
    ],
)
def test_reads_what_a_price_is_for(text: str, quantity: str, unit: str, said: str) -> None:
    (amount,) = of_text(f"Only {text}, today")
    assert amount.rate is not None
    assert (amount.rate.quantity, amount.rate.unit) == (Decimal(quantity), unit)
    assert amount.rate.where.text == said


@pytest.mark.parametrize(
    "text",
    [
        "$5 for you",
        "$5 a lot",
        "$5 per 0",
        "$50 for 2027",
        "$50 for 10 May",
        "5 € für 10. Mai",
        "A-10 for $5",
        "$5 the other day",
        "$5 or 10",
    ],
)
def test_other_words_after_a_price_are_no_rate(text: str) -> None:
    assert of_text(text)[0].rate is None


def test_unit_prices_show_a_hundredfold_difference() -> None:
    typed, meant = of_text("$29.99 per 100, not $299.90 for 10")
    assert meant.unit_price / typed.unit_price == 100


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("12-15 €", ["12", "15"]),
        ("€12–15", ["12", "15"]),
        ("5 EUR 10 EUR", ["5", "10"]),
        ("EUR 5 EUR 10", ["5", "10"]),
        ("Invoice 2024 EUR 15,00", ["15.00"]),
        ("2 x $5 = $10", ["5", "10"]),
    ],
)
def test_reads_amounts_beside_each_other(text: str, values: list[str]) -> None:
    amounts = of_text(text)
    assert [each.value for each in amounts] == list(map(Decimal, values))
    assert len({each.currency for each in amounts}) == 1


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("1,5 kg", "1.5", "kg"),
        ("3 Stück", "3", "piece"),
        ("10 working days", "10", "working-day"),
        ("20%", "20", "percent"),
        ("20 %", "20", "percent"),
        ("30 m²", "30", "m2"),
        ("2 nights", "2", "night"),
    ],
)
def test_reads_quantities(text: str, value: str, unit: str) -> None:
    (quantity,) = read_quantities(whole(f"about {text}."))
    assert (quantity.value, quantity.unit, quantity.where.text) == (Decimal(value), unit, text)


def test_units_end_where_their_word_ends() -> None:
    assert read_quantities(whole("5 kgs, 5 moons, x5 kg, 7 many")) != ()
    assert [q.where.text for q in read_quantities(whole("5 moons, x5 kg, 7 many"))] == []


def test_an_analysis_reads_the_subject_and_the_new_text() -> None:
    message = Message.email(
        subject="Your offer: $5",
        text="It is $6 for 3 days.\n\nAnn wrote:\n> It is $7 for 9 days.\n",
    )
    analysis = Analysis(message)
    assert [(a.where.part, a.value) for a in analysis.amounts] == [("subject", 5), ("text", 6)]
    assert [each.value for each in analysis.quantities] == [3]


def test_spans_point_into_the_part() -> None:
    text = "\u200b$\u200b5"
    assert of_text(text)[0].where.span == (1, 4)


_SIGNS = st.sampled_from(("$", "€", "EUR", " ", ".", ",", "-", "1", "234", "per", "for", "/", "k"))


@given(st.lists(st.one_of(_SIGNS, hostile_text), max_size=12).map("".join))
def test_amounts_follow_each_other_and_have_values(text: str) -> None:
    at = 0
    for amount in of_text(text):
        assert at <= amount.where.start < amount.where.end
        at = amount.where.end
        assert amount.values
        assert all(value.is_finite() for value in amount.values)
        assert amount.unit_price is not None


@given(st.decimals(min_value="0.01", max_value="9999999", places=2))
def test_what_is_written_in_either_notation_is_read_back(value: Decimal) -> None:
    english = f"{value:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert of_text(f"${english}")[0].values == (value,)
    assert of_text(f"{german} EUR")[0].values == (value,)


@pytest.mark.parametrize(
    "name",
    units("digits and points", "digits and commas", "signs", "amounts", "phones", "half dates"),
)
def test_reads_a_megabyte_of_anything(name: str) -> None:
    text = whole(hostile(name))
    assert len(read_amounts(text)) <= 100_000
    assert len(read_quantities(text)) <= 500_000


def test_real_mail_has_some_amounts_in_it() -> None:
    amounts = [each for _, analysis in sample_analyses() for each in analysis.amounts]
    assert len(amounts) > 20
    assert all(len(each.where.text) < 30 for each in amounts)
