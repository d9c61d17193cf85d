from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import hostile_text
from tests.text.hostile import hostile, units
from tests.text.sample_mail import sample_analyses

from sendguard import Message
from sendguard.canonical import address_problem
from sendguard.text import Analysis, Passage, Place, read_emails, read_phones


def whole(text: str) -> Passage:
    place = Place.of("text", text)
    return Passage(place, 0, len(place.plain))


@pytest.mark.parametrize(
    ("text", "written", "address"),
    [
        ("write to ann@a.example.", "ann@a.example", "ann@a.example"),
        ("<Ann.Long+x@A.Example>", "Ann.Long+x@A.Example", "Ann.Long+x@a.example"),
        ("mailto:ann@a.example?subject=x", "ann@a.example", "ann@a.example"),
        ("'ann@a.example'", "ann@a.example", "ann@a.example"),
        ("ann@a.co.example, bob", "ann@a.co.example", "ann@a.co.example"),
        ("änne@bücher.example", "änne@bücher.example", "änne@xn--bcher-kva.example"),
    ],
)
def test_reads_addresses_in_running_text(text: str, written: str, address: str) -> None:
    (mention,) = read_emails(whole(text))
    assert mention.where.text == written
    assert mention.address.casefold() == address.casefold()


@pytest.mark.parametrize(
    "text", ["a@b", "@a.example", "a @ b.example", "a@.example", "x@@a.example", "@"]
)
def test_other_ats_are_no_addresses(text: str) -> None:
    assert read_emails(whole(text)) == ()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+44 1632 960961", "+441632960961"),
        ("+1 (555) 234-5678", "+15552345678"),
        ("0049 30 901820", "+4930901820"),
        ("(555) 234-5678", "5552345678"),
        ("555-234-5678", "5552345678"),
        ("030 / 90 18 20", "030901820"),
    ],
)
def test_reads_telephone_numbers(text: str, number: str) -> None:
    (mention,) = read_phones(whole(f"Call us: {text}, today"))
    assert mention.where.text == text
    assert mention.number == number


def test_a_region_completes_national_numbers() -> None:
    (mention,) = read_phones(whole("01632 960961"), "GB")
    assert mention.number == "+441632960961"


def test_a_label_makes_a_number_a_telephone_number() -> None:
    assert read_phones(whole("1234567")) == ()
    assert read_phones(whole("Tel.: 1234567"))[0].number == "1234567"
    assert read_phones(whole("phone 1234567"))[0].number == "1234567"


@pytest.mark.parametrize(
    "text",
    [
        "2027-05-03 10", "03.05.2027", "1.234.567,89", "123456789", "4111 1111 1111 1111",
        "+1", "A-0301234567", "192.168.100.100", "0123456789012345678",
    ],
)  # fmt: skip
def test_other_figures_are_no_telephone_numbers(text: str) -> None:
    assert read_phones(whole(text)) == ()


def test_an_analysis_reads_the_new_text() -> None:
    message = Message.email(text="ann@a.example, +44 1632 960961\n> bob@b.example +1 555 234 5678")
    analysis = Analysis(message)
    assert [each.address for each in analysis.emails] == ["ann@a.example"]
    assert [each.number for each in analysis.phones] == ["+441632960961"]
    assert "ann@" not in repr(analysis.emails)
    assert "1632" not in repr(analysis.phones)


_PARTS = st.sampled_from(
    ("ann", "@", "a.example", " ", "+44", "1632", "960961", "(", ")", "-", "00")
)


@given(st.lists(st.one_of(_PARTS, hostile_text), max_size=14).map("".join))
def test_what_is_read_is_an_address_or_figures(text: str) -> None:
    for email in read_emails(whole(text)):
        assert address_problem(email.address) is None
    for phone in read_phones(whole(text), "DE"):
        assert phone.number.lstrip("+").isdigit()


@pytest.mark.parametrize(
    "name",
    units("ats", "dots", "signs", "phones", "digits and points"),
)
def test_reads_a_megabyte_of_anything(name: str) -> None:
    text = whole(hostile(name))
    assert len(read_emails(text)) <= 250_000
    assert len(read_phones(text)) <= 100_000


def test_real_mail_has_addresses_in_it() -> None:
    analyses = [analysis for _, analysis in sample_analyses()]
    assert sum(len(analysis.emails) for analysis in analyses) > 50
    assert sum(len(analysis.phones) for analysis in analyses) < 100
