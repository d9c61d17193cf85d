from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import hostile_text

from sendguard.errors import ConfigurationError
from sendguard.text import Passage, Phrases, Place, Words


def words_of(text: str) -> Words:
    place = Place.of("text", text)
    return Words(Passage(place, 0, len(place.plain)))


def found(phrases: Phrases, text: str) -> list[str]:
    return [hit.where.text for hit in phrases.find(words_of(text))]


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        ("thank you", "Thank  you, thank\nyou.", ["Thank  you", "thank\nyou"]),
        ("thank you", "Thank. You.", []),
        ("thank you", "Thank\n\nyou", []),
        ("thank you", "thankyou thanks you", []),
        ("can't wait", "I can’t wait; I CAN'T WAIT!", ["can’t wait", "CAN'T WAIT"]),
        ("e-mail me", "e-mail me", ["e-mail me"]),
        (
            "red/blue kettle",
            "a red kettle, a blue kettle, a green kettle",
            ["red kettle", "blue kettle"],
        ),
        ("very? good", "good, very good", ["good", "very good"]),
        (
            "lost * key",
            "lost key lost my key lost a b c key",
            ["lost key", "lost my key", "lost a b c key"],
        ),
        ("lost * key", "lost a b c d key", []),
        ("lost * key", "lost, key", []),
        ("happy !", "happy!!! happy.", ["happy!!!"]),
        ("sorry, but", "Sorry, but no. Sorry but no.", ["Sorry, but"]),
        ("^no", "No. Say no, no more.", ["No"]),
        ("no$", "No more. I said no, and no.", ["no"]),
        ("große/kleine lust", "GROẞE Lust", ["GROẞE Lust"]),
        ("<pet> food", "Cat food, car food", ["Cat food"]),
    ],
)
def test_a_phrase_is_found_where_it_stands(phrase, text, expected):
    assert found(Phrases({"a": [phrase]}, classes={"pet": ["cat", "dog"]}), text) == expected


def test_a_find_inside_an_excuse_does_not_count():
    phrases = Phrases({"a": ["idiot"]}, unless=["not * idiot", "the idiot by"])
    assert found(phrases, "An idiot is not an idiot in The Idiot by D.") == ["idiot"]


def test_of_two_phrases_the_one_given_first_wins():
    first = Phrases({"a": ["so sorry"], "b": ["so sorry for"]})
    second = Phrases({"b": ["so sorry for"], "a": ["so sorry"]})
    assert [hit.label for hit in first.find(words_of("so sorry for it"))] == ["a"]
    assert [hit.label for hit in second.find(words_of("so sorry for it"))] == ["b"]


def test_finds_do_not_overlap():
    assert found(Phrases({"a": ["a b", "b c"]}), "a b c") == ["a b"]


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("", "no word"),
        ("* of it", "beginning"),
        ("some *", "end"),
        ("a * b * c * d * e", "stars"),
        ("<who> is", "class 'who'"),
        ("can't/won't go", "one word"),
        (", .", "only signs"),
    ],
)
def test_a_phrase_that_cannot_be_read_is_refused_by_name(phrase, said):
    with pytest.raises(ConfigurationError, match=said):
        Phrases({"a": [phrase]})


def test_a_phrase_that_is_no_text_is_refused():
    with pytest.raises(TypeError, match="not int"):
        Phrases({"a": [1]})  # type: ignore[list-item]  # what is refused here


@given(
    hostile_text, st.lists(st.sampled_from(["a b", "a * b", "b? a", "^a", "b$", "a !"]), min_size=1)
)
def test_what_is_found_lies_in_the_text_in_order(text, phrases):
    spans = [hit.where for hit in Phrases({"a": phrases}).find(words_of(f"a b {text} a"))]
    ends = [0]
    for where in spans:
        assert ends[-1] <= where.start < where.end
        ends.append(where.end)


def test_many_finds_and_many_excuses_take_time_for_each_once():
    phrases = Phrases({"a": ["idiot * of"]}, unless=["not an idiot"])
    assert found(phrases, "not an idiot of idiot of " * 20_000) == ["idiot of"] * 20_000
