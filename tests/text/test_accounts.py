from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.text.hostile import hostile, units
from tests.text.sample_mail import sample_analyses

from sendguard import Message
from sendguard.text import AccountNumber, Analysis, Passage, Place, read_accounts

# The examples of the registry and of the card schemes' test pages: nobody's accounts.
IBAN = "GB82WEST12345698765432"
CARD = "4111111111111111"


def of_text(text: str) -> tuple[AccountNumber, ...]:
    place = Place.of("text", text)
    return read_accounts(Passage(place, 0, len(place.plain)))


@pytest.mark.parametrize(
    "text", [IBAN, "GB82 WEST 1234 5698 7654 32", "GB82-WEST-1234-5698-7654-32"]
)
@pytest.mark.parametrize("around", ["{}", "to {}, please", "{} OUR BANK", "IBAN:{}."])
def test_reads_an_iban_as_long_as_its_country_makes_it(text: str, around: str) -> None:
    (account,) = of_text(around.format(text))
    assert account.where.text == text
    assert (account.kind, account.number, account.is_valid) == ("iban", IBAN, True)


def test_a_wrong_digit_makes_an_iban_invalid() -> None:
    (account,) = of_text("GB82 WEST 1234 5698 7654 33")
    assert not account.is_valid


@pytest.mark.parametrize(
    "text",
    [CARD, "4111 1111 1111 1111", "4111-1111-1111-1111", "378282246310005", "3782 822463 10005"],
)
def test_reads_card_numbers_whose_check_digit_is_right(text: str) -> None:
    (account,) = of_text(f"({text})")
    assert account.kind == "card"
    assert account.where.text == text


@pytest.mark.parametrize(
    ("number", "scheme"),
    [
        (CARD, "Visa"), ("5555555555554444", "Mastercard"), ("2223003122003222", "Mastercard"),
        ("378282246310005", "American Express"), ("6011111111111117", "Discover"),
        ("3056 930902 5904", "Diners Club"), ("3566002020360505", "JCB"),
        ("4111.1111.1111.1111", "Visa"),
    ],
)  # fmt: skip
def test_the_first_digits_tell_whose_card_it_is(number: str, scheme: str) -> None:
    (account,) = of_text(f"({number})")
    assert account.scheme == scheme


@pytest.mark.parametrize(
    "text",
    [
        "5018000000000009", "9999 4111 1111 1111 1111", "371449635398430000", "2100000000000005",
        "4111111111111112", "4111 1111-1111 1111", "0000000000000000", "4444444444444444444444",
        "GB82 WEST 1234 5698 7654", "XX82WEST12345698765432", IBAN + "1", "x" + IBAN, "AB12", "GB82",
        "2" * 17,  # whose check digit is right
    ],
)  # fmt: skip
def test_other_figures_are_no_account_numbers(text: str) -> None:
    assert of_text(text) == ()


def test_an_analysis_reads_the_new_text_and_shows_no_number() -> None:
    message = Message.email(text=f"Pay to {IBAN} or {CARD}.")
    accounts = Analysis(message).accounts
    assert [each.kind for each in accounts] == ["iban", "card"]
    assert "1234" not in repr(accounts)
    assert "1111" not in repr(accounts)


@given(st.text("GBDE 0123456789-ABW", max_size=60))
def test_valid_ibans_have_the_right_remainder(text: str) -> None:
    for account in of_text(text):
        if account.kind == "iban":
            figures = "".join(str(int(c, 36)) for c in account.number[4:] + account.number[:4])
            assert account.is_valid == (int(figures) % 97 == 1)


@pytest.mark.parametrize(
    "name",
    units("accounts", "letters by four", "phones"),
)
def test_reads_a_megabyte_of_anything(name: str) -> None:
    assert len(of_text(hostile(name))) <= 100_000


def test_real_mail_has_no_account_numbers() -> None:
    assert [each for _, analysis in sample_analyses() for each in analysis.accounts] == []
