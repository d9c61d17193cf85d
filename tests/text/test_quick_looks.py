"""A quick look never rules out what a reading would find."""

import re
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.strategies import hostile_text

from sendguard.text import (
    Passage,
    Place,
    has_digit,
    may_name_date,
    may_name_weekday,
    read_amounts,
    read_dates,
    read_quantities,
    read_references,
    vocabulary,
    words_in,
)
from sendguard.text._accounts import _CARD, _IBAN
from sendguard.text._amounts import _amounts, _currencies, _minors, _multipliers, _words
from sendguard.text._dates import _numeric, _offsets, _weekdays, _worded
from sendguard.text._numbers import NUMBER, units
from sendguard.text._passage import spoken_in
from sendguard.text._references import (
    _MAX_LENGTH,
    _TOKEN,
    _folded,
    _kinds,
    _last_words,
    _numbers,
    _references,
)
from sendguard.text._vocabulary import key_of
from sendguard.text._words import words_of

NAMES = sorted({
    *_currencies(), *_words(), *_minors(), *_multipliers(), *_weekdays(), *_offsets(), *_kinds(),
    *(month for months in vocabulary("dates")["months"] for month in months),
    *("in", "dans", "next", "per", "for", "/", "p", "#", "no", "nr", "Nummer", "of", "de"),
})  # fmt: skip
BETWEEN = ["", " ", "\xa0", "\n", ".", ",", "-", "/", ":", ", ", ". ", "_", "'", "x"]


def odd_case(name: str) -> str:
    return name.replace("i", "\u0131").replace("s", "\u017f").replace("k", "\u212a")


pieces = st.one_of(
    st.sampled_from(["1", "12", "3", "5.4.2027", "2027-05-04", "29.90", "1.234", "3/5", "3.5."]),
    st.sampled_from(NAMES).flatmap(
        lambda name: st.sampled_from([name, name.upper(), name.title(), odd_case(name)])
    ),
    st.sampled_from(BETWEEN),
    hostile_text,
)
texts = st.lists(pieces, max_size=12).map("".join)


def whole(text: str) -> Passage:
    place = Place.of("text", text)
    return Passage(place, 0, len(place.plain))


@given(texts, st.integers(0, 40), st.integers(0, 40))
@example("5 m\u0131ll\u0131on EUR", 0, 40)
@example("12-15 EUR", 0, 40)
@example("99p", 0, 40)
@example("x5EUR", 1, 40)
@example("Fr\u0131day, 4 May 2027", 0, 40)
@example("am 3.5. and 1/2, Tuesday", 0, 40)
@example("on 3/5, Tuesday", 0, 40)
@example("2027-05-04", 0, 40)
@example("mayor 3", 0, 3)
@example("3 may\u0345", 0, 40)
def test_no_amount_and_no_date_is_overlooked(text, start, length):
    place = Place.of("text", text)
    start = min(start, len(place.plain))
    passage = Passage(place, start, min(start + length, len(place.plain)))
    assert read_amounts(passage) == tuple(_amounts(passage))
    numeric, worded = list(_numeric(passage)), list(_worded(passage))
    assert {*numeric, *worded} >= {*read_dates(passage)}
    assert bool(read_dates(passage)) == bool(numeric or worded)
    assert may_name_date(passage) or not any(each.days for each in (*numeric, *worded))
    named = [each for each in (*numeric, *worded) if each.weekday is not None]
    assert may_name_weekday(passage) or not named


@given(texts)
def test_no_word_of_any_case_fails_a_reading(text):
    passage = whole(text)
    for read in (read_amounts, read_dates, read_quantities, read_references):
        for found in read(passage):
            assert found.where.place is passage.place


@pytest.mark.parametrize("text", ["5 M\u0131llion EUR", "5 m\u0131ll\u0131on EUR"])
def test_a_dotless_i_is_read_as_an_i(text):
    (amount,) = read_amounts(whole(text))
    assert amount.value == 5_000_000


def test_each_listed_name_is_found_by_the_form_in_which_it_is_listed():
    factors = [name for name in _multipliers() if name not in {"K", "M"}]  # matched as written
    listed = (_words(), _minors(), factors, _weekdays(), _offsets(), _kinds(), units())
    for names in listed:
        assert [name for name in names if key_of(name) != name] == []


@given(hostile_text, st.sampled_from(NAMES), hostile_text)
def test_words_are_found_wherever_they_are_not_part_of_longer_ones(before, name, behind):
    assert words_in(name) <= words_in(f"{before} {name} {behind}")


joined = st.lists(
    st.sampled_from(["a", "1", "-", "/", ".", "_", " ", "é", "12", "x" * 38, "²", "\u2167"]),
    max_size=12,
).map("".join)


@given(joined, st.integers(0, 5), st.integers(0, 60))
@example("x" * 39 + "1 " + "x" * 40 + "1", 0, 100)
@example("a1-.-b2_/3", 0, 60)
@example("a.1 b-2 c/3 d_4", 0, 60)
def test_tokens_with_digits_are_those_of_all_tokens_that_have_some(text, start, length):
    place = Place.of("text", text)
    start = min(start, len(place.plain))
    passage = Passage(place, start, min(start + length, len(place.plain)))
    tokens = _TOKEN.finditer(place.plain, passage.start, passage.end)
    assert list(_numbers(passage, [(passage.start, passage.end)])) == [
        token.span()
        for token in tokens
        if len(token[0]) <= _MAX_LENGTH and any(map(str.isdecimal, token[0]))
    ]


labelled = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "Order",
                "re",
                "no",
                "Bestellnummer",
                "nr",
                "d'ordine",
                "#",
                " ",
                " is ",
                ": ",
                "-",
                "\n",
            ]
        ),
        st.sampled_from(
            ["A-1042", "2024/17", "12", "x" * 38 + "1", " " * 40, ".", "123.45", "\u0131"]
        ),
        st.sampled_from(NAMES).map(odd_case),
        hostile_text,
    ),
    max_size=12,
).map("".join)


@given(labelled, st.integers(0, 40), st.integers(0, 200))
@example("Order" + " " * 43 + "1234", 0, 200)
@example("reorder" + " " * 43 + "1234", 0, 200)
@example("reorder 1234", 2, 200)
@example("P.O." + " " * 44 + "x" * 39 + "1", 0, 200)
@example("#" + "x" * 39 + "1", 0, 200)
def test_the_numbers_near_labels_are_all_that_have_one(text, start, length):
    place = Place.of("text", text)
    start = min(start, len(place.plain))
    passage = Passage(place, start, min(start + length, len(place.plain)))
    everywhere = [(passage.start, passage.end)]
    assert read_references(passage) == tuple(_references(passage, everywhere))


LETTERS = {letter for name in _last_words() for letter in name}


def test_letters_are_folded_as_an_expression_without_regard_to_case_folds_them():
    letter = re.compile(f"(?i)[{re.escape(''.join(LETTERS))}]")
    every = list(map(chr, range(sys.maxunicode + 1)))
    assert set(filter(letter.match, every)) == {each for each in every if _folded(each) in LETTERS}


# The same expressions with what must not stand before in front, where one reads it first.
NUMBER_SLOWLY = re.compile(
    r"(?<!\d)(?:\d{1,3}(?:[ \xa0\u202f\u2009]\d{3})++(?!\d)(?:[.,]\d{1,2}(?!\d))?"
    r"|\d++(?:[.,'’]\d++)*+)"
)
IBAN_SLOWLY = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d\d(?=[ \-]?[A-Z0-9])")
CARD_SLOWLY = re.compile(
    r"(?<![\w.,+\-/])(?<![0-9]{4}[ \-])[2-6]"
    + _CARD.pattern.removeprefix(r"[2-6](?<![\w.,+\-/][2-6])(?<![0-9]{4}[ \-][2-6])")
)
numeric = st.text("0123456789 .,'-\xa0AZa²٣/+", max_size=40)


@given(numeric, st.integers(0, 9))
@example("1234 567 4111 1111 1111 1111 DE12A", 0)
@example("5500 4111111111111111 XDE12A", 0)
@example("²123 456,78 1'234.50", 0)
def test_an_expression_that_begins_with_a_digit_finds_what_one_that_looks_back_does(text, start):
    for quick, slow in ((NUMBER, NUMBER_SLOWLY), (_IBAN, IBAN_SLOWLY), (_CARD, CARD_SLOWLY)):
        assert quick.pattern != slow.pattern
        found = [match.span() for match in quick.finditer(text, start)]
        assert found == [match.span() for match in slow.finditer(text, start)]


@given(texts)
@example("EUR5, l'Ordine\x1ceur\x85na\u00efve na\u0131f \u2167a \u00b2b _c \ud800d \u0130\u1e9e")
def test_words_are_all_runs_of_letters(text):
    runs = set(map(str.casefold, re.findall(r"[^\W\d_]+", text)))
    assert words_in(text) == runs | ({*map(key_of, runs)} if {*"\u0131\u0130"} & {*text} else set())


@given(texts)
@example("no. \u0667")
@example("x\xb2")
def test_a_digit_of_any_script_is_a_digit(text):
    assert has_digit(text) == bool(re.search(r"\d", text))


@given(texts)
@example("EUR5 \xe95e stra\xdfe I\u0130 a_b")
def test_one_look_at_a_text_gives_the_words_of_both_kinds(text):
    said, letters = spoken_in(text)
    runs = {run.casefold() for run in re.findall(r"[^\W\d_]+", text)}
    if "\u0131" in text or "\u0130" in text:
        runs |= set(map(key_of, runs))
    assert said == set(words_of(text))
    assert letters == runs


@given(hostile_text, st.from_regex(_CARD) | st.from_regex(_IBAN))
@example("\u20ac", "4111111111111111")
def test_no_number_of_a_card_and_of_an_account_is_overlooked(before, number):
    figures = Place.of("text", f"{before}{number}").figures
    assert figures is None or ("0000" if _CARD.search(number) else "AA00") in figures
