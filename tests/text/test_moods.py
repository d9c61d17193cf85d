from __future__ import annotations

import pytest
from hypothesis import given
from tests.checks.tone_examples import BEREAVED, COMPLAINTS, CONTENT, FITTING, ILL, NO_GRIEF
from tests.strategies import hostile_text
from tests.text.sample_mail import sample_analyses

from sendguard import Message
from sendguard.text import Analysis


def kinds(text: str) -> set[str]:
    return {mood.kind for mood in Analysis(Message.sms(text=text)).moods}


@pytest.mark.parametrize("text", BEREAVED)
def test_a_death_in_the_family_is_read(text):
    assert "bereavement" in kinds(text)


@pytest.mark.parametrize("text", ILL)
def test_an_illness_is_read(text):
    assert "illness" in kinds(text)


@pytest.mark.parametrize("text", COMPLAINTS)
def test_a_complaint_or_anger_is_read(text):
    assert kinds(text) & {"complaint", "anger"}


@pytest.mark.parametrize(
    "text",
    [
        "I have lost my job.",
        "I can't afford the rent.",
        "Ich bin seit Mai arbeitslos.",
        "J'ai perdu mon travail.",
        "Estoy en paro.",
        "Ho perso il lavoro.",
        "Estou desempregada.",
        "Ik ben werkloos.",
    ],
)
def test_want_of_money_is_read(text):
    assert "hardship" in kinds(text)


@pytest.mark.parametrize("text", NO_GRIEF)
def test_words_of_death_about_something_else_are_no_grief(text):
    assert not kinds(text) & {"bereavement", "illness"}


@pytest.mark.parametrize("text", [*CONTENT, *FITTING])
def test_who_is_content_or_writes_a_condolence_is_in_no_mood(text):
    assert not kinds(text)


def test_a_mood_points_to_the_words():
    (mood,) = Analysis(Message.sms(text="Hello. My mother has died.")).moods
    assert mood.where.text == "My mother has died"


def test_what_is_quoted_is_not_the_writers_mood():
    text = "I see.\n\nOn 3 May 2027, Ann wrote:\n> My mother has died."
    assert Analysis(Message.email(text=text)).moods == ()


@given(hostile_text)
def test_moods_of_any_text_are_read(text):
    Analysis(Message.email(subject=text, text=text, html=text)).moods  # noqa: B018  (computes)


def test_hardly_any_real_mail_speaks_of_grief():
    grieving = [
        name
        for name, analysis in sample_analyses()
        if {mood.kind for mood in analysis.moods} & {"bereavement", "illness"}
    ]
    assert len(grieving) <= 2, grieving
