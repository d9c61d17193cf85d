from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sendguard.canonical import canonical_phone, is_short_code, phone_problem, sms_sender_problem

LONG = 250_000
ANYTHING = st.text(st.characters(exclude_categories=())) | st.text(
    "+0123456789 -./()x:tel\ud800\x00"
)


@pytest.mark.parametrize(
    ("text", "region", "expected"),
    [
        ("+441632960961", None, "+441632960961"),
        ("whatsapp:+441632960961", None, "+441632960961"),
        ("WhatsApp:+44 1632 960961", None, "+441632960961"),
        ("tel:+1-201-555-0123", None, "+12015550123"),
        ("+44 (0)1632 960961", None, "+441632960961"),
        ("+4401632960961", None, "+441632960961"),
        ("01632 960961", "GB", "+441632960961"),
        ("01632 960961", "gb", "+441632960961"),
        ("01632 960961", None, None),
        ("01632 960961", "no such region", None),
        ("+44 1632 960961 ext. 5", None, None),
        ("call +44 1632 960961", None, None),
        ("+44 1632 960961, +44 1632 960962", None, None),
        ("+999123456789", None, None),
        ("+13101234", None, None),
        ("+114155552671", None, "+14155552671"),
        ("+441632960961\n+441632960962", None, None),
        ("12345", None, None),
        ("", None, None),
    ],
)
def test_the_form_in_which_numbers_are_compared(
    text: str, region: str | None, expected: str | None
) -> None:
    assert canonical_phone(text, region) == expected


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "empty"),
        ("whatsapp:", "empty"),
        ("+3312345678", "few digits"),
        ("+44163296096123", "many digits"),
        ("+999123456789", "country code"),
        ("01632 960961", "no country code"),
        ("+1 555 0123", "area code"),
        ("+1", "too short"),
        ("+44 1632 x", "character"),
        ("1" * 50, "too long"),
    ],
)
def test_a_problem_is_named_without_showing_the_number(text: str, word: str) -> None:
    problem = phone_problem(text)
    assert problem is not None
    assert word in problem
    assert not any(each.isdigit() for each in problem)


def test_every_example_of_the_numbering_plans_has_the_form_that_the_library_gives() -> None:
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in phonenumbers.PhoneNumberType.values():
            example = phonenumbers.example_number_for_type(region, kind)
            if example is None or (example.country_code == 1 and kind == 9):
                continue  # local-only universal access numbers of North America
            e164 = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
            national = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.NATIONAL)
            assert canonical_phone(e164) == e164
            assert canonical_phone(national, region) == e164
            assert phone_problem(e164) is None


@given(st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True))
def test_the_fast_path_takes_no_number_that_the_library_would_change(number: str) -> None:
    ours = canonical_phone(number)
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return
    assert ours in {None, phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)}


@given(ANYTHING, st.none() | st.sampled_from(["GB", "DE", "US"]) | ANYTHING)
def test_every_text_has_an_answer_and_the_form_of_the_form_is_itself(
    text: str, region: str | None
) -> None:
    form = canonical_phone(text, region)
    if form is not None:
        assert canonical_phone(form) == form
    phone_problem(text, region)
    sms_sender_problem(text, region)


@pytest.mark.parametrize(
    "sender", ["SHOP", "SHOP 24", "A", "R&B-Shop_1.", "12345", "+441632960961"]
)
def test_a_sender_that_networks_carry_has_no_problem(sender: str) -> None:
    assert sms_sender_problem(sender) is None


@pytest.mark.parametrize(
    ("sender", "word"),
    [
        ("Northwind Traders", "11 characters"),
        ("Café", "do not carry"),
        ("SHOP\n", "do not carry"),
        ("SHOP\x00", "do not carry"),
        ("", "empty"),
        ("+1", "too short"),
        ("A" * LONG, "11 characters"),
    ],
)
def test_a_sender_that_networks_do_not_carry_has_one(sender: str, word: str) -> None:
    problem = sms_sender_problem(sender)
    assert problem is not None
    assert word in problem


def test_a_short_code_has_three_to_eight_digits() -> None:
    assert [length for length in range(12) if is_short_code("1" * length)] == [3, 4, 5, 6, 7, 8]
    assert not is_short_code("١٢٣٤٥")
    assert not is_short_code("12345\n")


@pytest.mark.parametrize("piece", ["1", " ", "+", "-", "a", "sms:", "(", "é"])
def test_a_quarter_of_a_megabyte_of_anything_takes_linear_time(piece: str) -> None:
    text = piece * (LONG // len(piece))
    for each in (text, "+" + text, text + "x"):
        canonical_phone(each)
        phone_problem(each)
        sms_sender_problem(each)
