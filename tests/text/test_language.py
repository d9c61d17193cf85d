from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import hostile_text
from tests.text.hostile import hostile, units
from tests.text.language_texts import HELD, MAIN, OTHERS
from tests.text.sample_mail import sample_analyses

from sendguard import Message
from sendguard.text import UNKNOWN, Analysis, read_language
from sendguard.text._language import _prose

SENTENCES = [
    (language, text)
    for texts in (MAIN, OTHERS, HELD)
    for language, all_ in texts.items()
    for text in all_
]


@pytest.mark.parametrize(("language", "text"), SENTENCES)
def test_never_takes_one_language_for_another(language: str, text: str) -> None:
    assert read_language(text) in {language, UNKNOWN}


@pytest.mark.parametrize("language", MAIN)
def test_knows_nine_in_ten_single_sentences(language: str) -> None:
    found = [read_language(text) for text in MAIN[language]]
    assert found.count(language) >= len(found) - 1


@pytest.mark.parametrize("language", MAIN)
@pytest.mark.parametrize("first", range(7))
def test_knows_any_two_sentences(language: str, first: int) -> None:
    assert read_language(" ".join(MAIN[language][first : first + 2])) == language


def test_knows_three_in_four_single_sentences_it_was_not_made_with() -> None:
    found = [read_language(text) == language for language in HELD for text in HELD[language]]
    assert sum(found) >= 0.75 * len(found)


@pytest.mark.parametrize("language", HELD)
@pytest.mark.parametrize("first", range(4))
def test_knows_any_three_sentences_it_was_not_made_with(language: str, first: int) -> None:
    assert read_language(" ".join(HELD[language][first : first + 3])) == language


@pytest.mark.parametrize("language", OTHERS)
def test_knows_some_more_languages_a_little(language: str) -> None:
    assert read_language(" ".join(OTHERS[language])) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "OK",
        "42",
        "Ann Long",
        "xqz vvk prr",
        "https://the.of.example/and ann@for.example",
        "the",
    ],
)
def test_does_not_guess(text: str) -> None:
    assert read_language(text) == UNKNOWN


def test_a_text_in_two_languages_is_unknown() -> None:
    assert read_language(f"{' '.join(MAIN['en'])} {' '.join(MAIN['de'])}") == UNKNOWN


def test_one_word_repeated_decides_nothing() -> None:
    assert read_language("und " * 50 + " ".join(MAIN["en"][:3])) in {"en", UNKNOWN}
    assert read_language("tango und " * 200) == UNKNOWN


def test_the_quoted_text_does_not_count() -> None:
    old = "".join(f"> {text}\n" for text in MAIN["en"])
    message = Message.email(text=f"{MAIN['de'][0]}\n{MAIN['de'][1]}\n\nAnn wrote:\n{old}")
    assert Analysis(message).language == "de"


@given(hostile_text)
def test_any_text_has_a_language_or_none(text: str) -> None:
    assert read_language(text) == UNKNOWN or len(read_language(text)) == 2


@pytest.mark.parametrize(
    "name",
    units("quoted lines", "dots"),
)
def test_reads_a_megabyte_of_anything(name: str) -> None:
    assert read_language(hostile(name)) in {UNKNOWN, "en", "de", "es", "fr", "pt"}


def test_real_mail_in_english_is_not_taken_for_another_language() -> None:
    found = [analysis.language for _, analysis in sample_analyses()]
    others = [language for language in found if language not in {"en", UNKNOWN}]
    assert found.count("en") > 0.8 * len(found)
    assert len(others) <= 0.01 * len(found)


_PIECES = st.sampled_from(("Ann", " ", "\n", "\xa0", "@", "://", "www.", ":", "/", "isn’t", "ß"))


@given(st.lists(st.one_of(hostile_text, _PIECES)).map("".join))
def test_no_word_of_an_address_counts_as_prose(text: str) -> None:
    without = re.sub(r"\S*(?:@|://|www\.)\S*", " ", text)
    assert _prose(text).split() == without.split()
