from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sendguard import ConfigurationError, Context, Money

monies = st.builds(
    Money,
    st.decimals(-(10**12), 10**12, places=4),
    st.sampled_from(("EUR", "USD", "JPY")),
    st.one_of(st.none(), st.decimals("0.001", 10**6, places=3)),
    st.one_of(st.none(), st.sampled_from(("kg", "month"))),
)
facts = st.dictionaries(
    st.text(max_size=8),
    st.one_of(
        monies,
        st.dates(),
        st.datetimes(timezones=st.just(UTC)),
        st.datetimes(),
        st.integers(),
        st.decimals(allow_nan=False),
        st.text(),
        st.none(),
        st.lists(st.integers()),
        st.fixed_dictionaries({"amount": st.integers(), "colour": st.text()}),
    ),
)


def test_amounts_compare_by_value_and_prices_by_quantity_too():
    assert Money("299.90", "USD", per=10) == Money(Decimal("299.9"), "USD", "10")
    assert hash(Money("1.0", "EUR")) == hash(Money(1, "EUR"))
    assert Money("299.90", "USD", per=10) != Money("29.99", "USD")
    assert Money("299.90", "USD", per=10).unit_price == Money("29.99", "USD").unit_price
    assert Money(1, "EUR") != Money(1, "USD")


@pytest.mark.parametrize(
    ("money", "shown"),
    [
        (Money("299.90", "USD", per=10), "USD 299.90 per 10"),
        (Money("1E+2", "EUR"), "EUR 100"),
        (Money(5, "EUR", unit="month"), "EUR 5 per month"),
        (Money(5, "EUR", per=2, unit="kg"), "EUR 5 per 2 kg"),
    ],
)
def test_money_reads_as_people_write_it(money, shown):
    assert str(money) == shown


@pytest.mark.parametrize("amount", [1.5, True, None, b"1"])
def test_an_amount_that_may_be_inexact_or_is_no_number_is_refused(amount):
    with pytest.raises(TypeError, match=r"Money\.amount takes a Decimal, an int or a text"):
        Money(amount, "EUR")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("1,50", "EUR"), "Money.amount is '1,50'"),
        (("NaN", "EUR"), "Money.amount is 'NaN'"),
        (("1E+99", "EUR"), "Money.amount is '1E+99'"),
        ((1, "eur"), "Money.currency is 'eur'"),
        ((1, "€"), "Money.currency is '€'"),
        ((1, "EUR", 0), "Money.per is 0"),
        ((1, "EUR", "many"), "Money.per is 'many'"),
    ],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_field(arguments, named):
    with pytest.raises(ConfigurationError) as refusal:
        Money(*arguments)
    assert named in str(refusal.value)


@given(facts)
def test_facts_survive_json(known):
    context = Context(facts=known)
    assert Context.from_dict(json.loads(json.dumps(context.to_dict()))) == context


def test_an_object_with_other_fields_stays_what_it_is():
    known = {"a": {"amount": 1, "currency": "EUR", "rate": 2}, "b": {"date": 1, "hour": 2}, "c": {}}
    assert Context.from_dict({"facts": known}).facts == known


def test_dates_of_toml_are_taken_as_they_are():
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    given_facts = {
        "due": date(2026, 3, 1),
        "at": {"datetime": moment},
        "on": {"date": moment.date()},
    }
    assert Context.from_dict({"facts": given_facts}).facts == {
        "due": date(2026, 3, 1),
        "at": moment,
        "on": date(2026, 3, 1),
    }


@pytest.mark.parametrize(
    "fact",
    [
        {"amount": 1.5, "currency": "EUR"},
        {"amount": "1.5", "currency": 5},
        {"amount": "1.5", "currency": "euro"},
        {"amount": None, "currency": "EUR"},
        {"amount": "1", "currency": "EUR", "unit": 5},
        {"date": "tomorrow"},
        {"date": 5},
        {"date": None},
        {"datetime": "noon"},
        {"decimal": "many"},
        {"decimal": []},
    ],
)
def test_a_fact_that_cannot_be_read_is_refused_by_its_name(fact):
    with pytest.raises(ConfigurationError, match=r"^context\.facts\.price"):
        Context.from_dict({"facts": {"price": fact}})
