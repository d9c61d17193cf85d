from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sendguard.canonical import mask_address, mask_number, redact

LONG = 250_000
ANYTHING = st.text(st.characters(exclude_categories=()))
DENSE = st.text('0123456789 -./:,+()aZ…@%＠"_€EUR\n') | st.lists(
    st.sampled_from(
        ["2024-05-17", "17.05.2024", "10:30", "EUR", "€", "1,234,567", "+44 1632 960961", "m@x.example", "7", "12", "0301", " ", "-", ".", "/", ":", ",", "(", ")", "sk_live_4eC39HqLyjWDarjtT1zdp7dc", "%40", "@", '"', "…", "é"]
    )
).map("".join)  # fmt: skip
ADDRESS_LEFT = re.compile(r"""[^\s<>()\[\],;:@＠﹫…]"?[@＠﹫][^\s@＠﹫…]""")


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("maria.lopez@shop.example", "m…@shop.example"),
        ("m@shop.example", "…@shop.example"),
        ('"ma ria"@shop.example', "m…@shop.example"),
        ('"a@good.example x"@other.example', "a…@other.example"),
        ("alice@example.org(<bob@example.net>", "a…@example.net>"),
        ("maria", "m…"),
        ("", "…"),
        ("maria@shop\r\n.example", "m…@…"),
    ],
)
def test_an_address_is_masked_so_that_its_owner_recognises_it(address: str, masked: str) -> None:
    assert mask_address(address) == masked


@given(ANYTHING | st.builds("{}@{}".format, ANYTHING, ANYTHING))
def test_a_masked_address_has_no_more_than_one_character_before_the_at_sign(address: str) -> None:
    masked = mask_address(address)
    assert masked.index("…") <= 1
    assert mask_address(masked) == masked


def test_a_number_keeps_two_digits_and_a_short_one_none() -> None:
    assert mask_number("+44 1632 960961") == "…61"
    assert mask_number("123456") == "…"
    assert mask_number("") == "…"


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("to maria@shop.example.", "to m…@shop.example."),
        ("to <maria@shop.example>, 'bo@x.example'", "to <m…@shop.example>, b…@x.example'"),
        ('"ma ria"@shop.example', "m…@shop.example"),
        ("mailto:maria@shop", "mailto:m…@shop"),
        ("https://x.example/?to=maria%40shop.example&cc=bo%40x.example",
         "https://x.example/?to=m…%40shop.example&cc=b…%40x.example"),
        ("maria＠shop.example", "m…＠shop.example"),
        ("call +44 1632 960961 now", "call …61 now"),
        ("call (020) 7946-0958", "call (…58"),
        ("call +44 (0)1632 – 960 961", "call …61"),
        ("card 4111 1111 1111 1111", "card …11"),
        ("IBAN DE89 3704 0044 0532 0130 00", "IBAN DE…00"),
        ("IBAN GB29NWBK60161331926819", "IBAN GB2…"),
        ("SSN 123.456.789-09", "SSN …09"),
        ("account 12345678", "account …78"),
        ("٠١٦٣٢٩٦٠٩٦١", "…٦١"),
        ("key sk_live_4eC39HqLyjWDarjtT1zdp7dc", "key sk_…"),
        ("id 550e8400-e29b-41d4-a716-446655440000", "id 550…"),
        ("AKIAIOSFODNN7EXAMPLE", "AKI…"),
        ("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "wJa…"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.x", "eyJ….eyJ….x"),
        ("French 01.02.20.03.45", "French …45"),
        ("1234567 2024-05-17", "…67 2024-05-17"),
    ],
)  # fmt: skip
def test_what_reaches_or_harms_a_person_is_masked(text: str, redacted: str) -> None:
    assert redact(text) == redacted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "An ordinary sentence.",
        "on 2024-05-17 at 10:30",
        "2024-05-17T10:30:45.123456+02:00",
        "10:30 17.05.2024",
        "5/17/24, 05/17/2024, 2023-2024, 5 2024-05-17",
        "EUR 1,250,000.00 or 1.250.000,50 or 1 250 000,50 €",
        "€12345678 and 12345678 USD and 1234567.89 in all",
        "order 123456, 1, 2, 3, 4, 5, 6, 7, 8",
        "order-2024-05-customer-1-and-more",
        "how-to-use-python3-with-django4",
        "@handle says (@other) see you @ 5",
        "supercalifragilisticexpialidocious",
        "https://shop.example/orders/2024/05/summary-for-customer",
    ],
)
def test_dates_times_amounts_and_words_stay(text: str) -> None:
    assert redact(text) == text


@example("%4000000%400")
@settings(max_examples=500)
@given(ANYTHING | DENSE | st.builds("{}@{}".format, ANYTHING, ANYTHING))
def test_redacting_again_changes_nothing_and_no_address_is_left(text: str) -> None:
    redacted = redact(text)
    assert redact(redacted) == redacted
    assert not ADDRESS_LEFT.search(redacted)


@given(st.text("abcdefgh", min_size=5), st.text("abcdefgh", min_size=2), ANYTHING, ANYTHING)
def test_a_local_part_is_gone_whatever_stands_around_it(
    local: str, domain: str, before: str, after: str
) -> None:
    assert f"{local}@" not in redact(f"{before} {local}@{domain}.example {after}")


@given(st.from_regex(r"[0-9]{7,19}", fullmatch=True), st.sampled_from(["", " ", "-", "."]))
def test_no_more_than_two_digits_of_a_number_are_left(digits: str, separator: str) -> None:
    grouped = separator.join(re.findall(".{1,4}", digits))
    if re.fullmatch(r"\d{4}\W\d{1,2}\W\d{1,2}|\d{4}\W\d{4}|\d{4,}\.\d\d", grouped):
        return  # has the form of a date, a pair of years, or an amount
    assert sum(each.isdigit() for each in redact(f"number {grouped} end")) <= 2


@pytest.mark.parametrize("piece", ["a", "1", "@", "a@", "1-", '"', "%40", "a1", "2024-", "EUR ", "1.", "€", "10:", " ", "-", "+", "1 ", "é", '"a', "…"])  # fmt: skip
def test_a_quarter_of_a_megabyte_of_anything_is_redacted_in_linear_time(piece: str) -> None:
    text = piece * (LONG // len(piece))
    redact(text)
    redact("@1" + text)
    redact(text + "@x.example 1234567")
    mask_address(text + "@" + text)
    mask_number(text)
