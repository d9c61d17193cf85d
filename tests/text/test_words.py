from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import hostile_text
from tests.text.sample_mail import sample_analyses

from sendguard import Message
from sendguard.text import Analysis, Passage, Place, Words, fold_letters


def words_of(text: str, part: str = "text") -> Words:
    place = Place.of(part, text)
    return Words(Passage(place, 0, len(place.plain)))


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Hello, Ann!", ["hello", ",", "ann", "!"]),
        ("It isn't well-known.", ["it", "isn", "t", "well", "known", "."]),
        ('An "idiot" of a *client*', ["an", "idiot", "of", "a", "client"]),
        ("Really?!?", ["really", "!"]),
        ("one\ntwo\n\nthree", ["one", "two", "\n", "three"]),
        ("one\r\ntwo\r\n\r\nthree", ["one", "two", "\n", "three"]),
        ("> quoted\n> text", ["quoted", "text"]),
        ("Straße und STRASSE", ["straße", "und", "strasse"]),
        ("a - b", ["a", "-", "b"]),
        ("shop.example", ["shop", "example"]),
        ("", []),
    ],
)
def test_a_text_is_parted_into_words_and_signs(text, tokens):
    assert words_of(text).tokens == tokens


def test_every_line_of_html_ends_what_is_said():
    assert words_of("one\ntwo", "html").tokens == ["one", "\n", "two"]


def test_words_point_to_where_they_stand():
    words = words_of("Not my problem.")
    assert words.at(1, 2).text == "my problem"


def test_words_are_counted_without_signs():
    assert words_of("One, two - three!").count == 3


@given(hostile_text)
def test_folding_keeps_the_length_of_a_text(text):
    assert len(fold_letters(text)) == len(text)
    assert fold_letters(fold_letters(text)) == fold_letters(text)


@given(st.one_of(hostile_text, st.text(st.sampled_from("aZß_ẞİıſ1 .\xa0\u2028\ud800Σé"))))
def test_the_vocabulary_has_every_word_and_nothing_else(text):
    words = words_of(text)
    said = re.findall(r"[^\W_]+", fold_letters(words.passage.text))
    assert words.vocabulary == frozenset(said)
    assert words.count == len(said) == sum(map(str.isalnum, words.tokens))


@given(hostile_text)
def test_each_token_stands_where_it_is_said_to(text):
    words = words_of(text)
    for index, token in enumerate(words.tokens):
        if token.isalnum():
            assert fold_letters(words.at(index, index).text) == token
    assert {token for token in words.tokens if token[0].isalnum()} <= words.vocabulary


def test_analysis_has_the_words_of_subject_and_new_text():
    message = Message.email(subject="Hi", text="Yes.\n\nOn 3 May 2027, Ann wrote:\n> Really?")
    assert [each.tokens for each in Analysis(message).words] == [["hi"], ["yes", "."]]


def test_another_message_is_analysed_once():
    analysis, other = Analysis(Message.sms(text="a")), Message.sms(text="b")
    assert analysis.of(other) is analysis.of(other)
    assert analysis.of(other).message is other


def test_words_of_real_mail_are_where_they_are_said_to_be():
    for name, analysis in sample_analyses():
        for words in analysis.words:
            for index in range(0, len(words.tokens), 50):
                where = words.at(index, index)
                assert where.start < where.end <= words.passage.end, name
