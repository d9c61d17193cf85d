from __future__ import annotations

from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sendguard.canonical import fold_name, is_given_name, name_tokens, same_given_name

LONG = 250_000
ANYTHING = st.text(st.characters(exclude_categories=())) | st.text(
    "aZ ,.-'ßøŁæĐıİéе\u0301\u0345Drph\ud800\x00"
)
NICKNAMES = [
    line.split()
    for line in (files("sendguard.canonical") / "data" / "nicknames.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Maria Lopez", "maria lopez"),
        ("  MARÍA   LÓPEZ ", "maria lopez"),
        ("Lopez, Maria", "maria lopez"),
        ("Lopez, Maria, Ph.D.", "maria lopez ph d"),
        ("Smith, Jr.", "smith jr"),
        ("Smith, Jr., John", "john smith jr"),
        ("Jean-Luc O’Brien", "jean luc obrien"),
        ("Weiß", "weiss"),
        ("Søren Łukasz Đorđe Ægir", "soren lukasz dorde aegir"),
        ("Işıl İnci", "isil inci"),
        ("ma\u200bria", "maria"),
        ("Ｍａｒｉａ", "maria"),
        ("Мария Лопес", "мария лопес"),
        ("प्रिया", "प्रिया"),
        ("김민준", "김민준"),
        ("maria.lopez_1", "maria lopez 1"),
        ("", ""),
        (" ,, ", ""),
    ],
)
def test_the_form_in_which_names_are_compared(name: str, folded: str) -> None:
    # й and its like lose their marks as other letters do, on both sides of a comparison.
    assert fold_name(name) == folded.replace("й", "и")


@given(ANYTHING)
def test_the_folded_form_of_the_form_is_itself(name: str) -> None:
    folded = fold_name(name)
    assert fold_name(folded) == folded
    assert set(name_tokens(name)) <= set(folded.split())
    assert bool(name_tokens(name)) == bool(folded)


@pytest.mark.parametrize(
    ("name", "tokens"),
    [
        ("Dr. Maria López, Ph.D.", ("maria", "lopez")),
        ("Herr Prof. Dr. Klaus Weiß", ("klaus", "weiss")),
        ("John Smith Jr", ("john", "smith")),
        ("Mr", ("mr",)),
        ("Dr. No", ("no",)),
        ("Don Smith", ("don", "smith")),
        ("", ()),
    ],
)
def test_titles_and_suffixes_are_no_words_of_a_name(name: str, tokens: tuple[str, ...]) -> None:
    assert name_tokens(name) == tokens


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bill", "William"),
        ("Bill", "Will"),
        ("José", "Pepe"),
        ("Giuseppe", "Beppe"),
        ("Sepp", "Josef"),
        ("Jean", "Jeannot"),
        ("MARIA", "maría"),
    ],
)
def test_short_forms_are_the_same_name(one: str, other: str) -> None:
    assert same_given_name(one, other)
    assert same_given_name(other, one)


@pytest.mark.parametrize(
    ("one", "other"), [("Bill", "Bob"), ("Maria", "Mark"), ("", ""), ("", "Bob"), ("Xq", "Xz")]
)
def test_other_names_are_other_names(one: str, other: str) -> None:
    assert not same_given_name(one, other)


@pytest.mark.parametrize("group", NICKNAMES, ids=lambda group: group[0])
def test_every_nickname_is_written_folded_and_matches_its_group(group: list[str]) -> None:
    assert len(group) > 1
    assert len(set(group)) == len(group)
    for name in group:
        assert fold_name(name) == name
        assert same_given_name(group[0], name)


@given(ANYTHING, ANYTHING)
def test_being_the_same_name_does_not_depend_on_the_order(one: str, other: str) -> None:
    assert same_given_name(one, other) == same_given_name(other, one)


@pytest.mark.parametrize("piece", ["a", ",", "a,", "dr,", "dr ", " ", "'", "\u0301\u0316", "é", "ph d ", "İ", "\ud800"])  # fmt: skip
def test_a_quarter_of_a_megabyte_of_anything_takes_linear_time(piece: str) -> None:
    text = piece * (LONG // len(piece))
    name_tokens(text)
    name_tokens("x," + text)


def test_common_given_names_are_known_in_any_case_and_words_are_not():
    assert all(map(is_given_name, ("Maria", "WILLIAM", "Bill", "François", "jürgen")))
    assert not any(map(is_given_name, ("Homeowner", "", "Smithfield", "Maria Teresa Silva")))
