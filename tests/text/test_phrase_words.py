from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import hostile_text

from sendguard.checks._word_lists import word_lists
from sendguard.text import Passage, PhraseWords, Place, Words

LISTED = [
    *(
        phrase
        for name in ("labels", "tags", "orders")
        for phrase in word_lists("conversation")[name]
    ),
    *(phrase for name in ("latin", "lines") for phrase in word_lists("dummies")[name]),
]


def words_of(text: str) -> Words:
    place = Place.of("text", text)
    return Words(Passage(place, 0, len(place.plain)))


@pytest.mark.parametrize(
    ("text", "may_be"),
    [
        ("For staff only!", True),
        ("STAFF_ONLY", True),
        ("Only our staff may.", True),
        ("For our staff.", False),
        ("The STAFFONLY door.", False),
        ("", False),
    ],
)
def test_a_phrase_may_be_where_all_its_words_are(text, may_be):
    assert PhraseWords(["staff only", "nobody else"]).may_be_in(words_of(text)) is may_be


_ALIKE = {"i": "iIıİ", "s": "sSſ", "k": "kK\u212a", "ß": "ßẞ"}


@given(
    st.sampled_from(LISTED).flatmap(
        lambda phrase: st.tuples(
            st.just(phrase),
            st.tuples(
                *(st.sampled_from(_ALIKE.get(each, each + each.upper())) for each in phrase)
            ).map("".join),
        )
    ),
    hostile_text,
    hostile_text,
)
def test_no_phrase_is_missed_that_an_expression_finds(phrase_and_written, before, after):
    phrase, written = phrase_and_written
    text = f"{before} {written}\n{after}"
    if re.search(rf"(?i)\b{re.escape(phrase)}\b", Place.of("text", text).plain):
        assert PhraseWords(LISTED).may_be_in(words_of(text))
        assert PhraseWords([phrase]).may_be_in(words_of(text))
