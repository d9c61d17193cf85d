from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from tests.text.hostile import UNITS, hostile
from tests.text.sample_mail import sample_analyses

from sendguard import Message
from sendguard.text import Analysis, CommitmentMention

NOW = datetime(2026, 3, 31, 9, tzinfo=UTC)  # a Tuesday


def read(text: str, html: str | None = None) -> tuple[CommitmentMention, ...]:
    return Analysis(Message.email(text=text, html=html)).commitments


def test_the_day_behind_the_promise_wins_over_one_before_it():
    (mention,) = read("On your question of Friday: we will call you on Thursday.")
    assert mention.due(NOW) == date(2026, 4, 2)


def test_each_sentence_is_one_promise_in_each_part():
    text = "We will call you tomorrow. We will write to you on Friday."
    found = read(text, f"<p>{text}</p>")
    assert [each.where.part for each in found] == ["text", "text", "html", "html"]
    assert [each.where.text for each in found[:2]] == text.replace(". ", ".|").split("|")


@pytest.mark.parametrize(
    ("wait", "due"),
    [
        ("24 hours", date(2026, 4, 1)),
        ("3 days", date(2026, 4, 3)),
        ("two weeks", date(2026, 4, 14)),
        ("one month", date(2026, 4, 30)),
        ("11 months", date(2027, 2, 28)),
        ("4 working days", date(2026, 4, 6)),
        ("10 working days", date(2026, 4, 14)),
        ("2-3 working days", date(2026, 4, 3)),
    ],
)
def test_a_wait_ends_on_its_last_day(wait, due):
    (mention,) = read(f"We will refund you within {wait}.")
    assert mention.due(NOW) == due


def test_what_was_due_in_the_past_is_over():
    (mention,) = read("You will find that we will call you on 1 March 2026.")
    assert mention.is_over(NOW.date())
    assert mention.due(NOW) is None


def test_the_end_of_the_calendar_is_no_day():
    (mention,) = read("We will call you within 999 months.")
    assert mention.due(datetime(9990, 1, 1, tzinfo=UTC)) is None
    (mention,) = read("We will call you within 999 hours.")
    assert mention.due(datetime(9999, 12, 31, tzinfo=UTC)) is None


@pytest.mark.parametrize("name", [*UNITS, "promises"])
def test_a_text_of_anything_is_read(name):
    """Linear: the long proof is of the whole guard."""
    text = "We will call you within " * 5_000 if name == "promises" else hostile(name, 100_000)
    assert isinstance(read(text), tuple)


def test_real_mail_is_read():
    for name, analysis in sample_analyses():
        for mention in analysis.commitments:
            assert mention.where.text, name
