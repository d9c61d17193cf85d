from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import hostile_text
from tests.text.hostile import hostile, units
from tests.text.sample_mail import sample_analyses

from sendguard import Message
from sendguard.text import Analysis, Passage, Place, read_sentences


def whole(text: str, part: str = "text") -> Passage:
    place = Place.of(part, text)
    return Passage(place, 0, len(place.plain))


def of_text(text: str) -> list[str]:
    return [each.text for each in read_sentences(whole(text))]


@pytest.mark.parametrize(
    "sentences",
    [
        ["It is done.", "Is it?", "Yes!", "Well…"],
        ["Mr. Long and Dr. J. Short came, i.e. both.", "Nobody else did."],
        ["That is, e.g. Bonn, not far.", "Go."],
        ["It costs 1.50 a piece.", "That is all."],
        ["See a.example or v1.2.", "Then write."],
        ['He said "no."', "She left."],
        ["Am 3. Mai kam z.B. Herr Dr. Groß.", "Am 4. ging er."],
        ["It came in 2027.", "We left."],
        ["What?!", "(Yes.)", "No."],
        ["Etc. and so on.", "End."],
        ["谢谢。", "再见！"],
    ],
)
@pytest.mark.parametrize("between", [" ", "\n\n", "\r\n\r\n"])
def test_a_sentence_ends_at_its_stop(sentences: list[str], between: str) -> None:
    assert of_text(between.join(sentences)) == sentences


def test_wrapped_lines_are_joined() -> None:
    first = "This sentence is a good deal longer than a line of mail may be, so\nthat it is wrapped"
    assert of_text(f"{first}. And the next\none is as well.") == [
        f"{first}.",
        "And the next\none is as well.",
    ]


def test_short_lines_stand_alone() -> None:
    assert of_text("Dear Ann,\nThank you.\n\nKind regards\nBob") == [
        "Dear Ann,", "Thank you.", "Kind regards", "Bob",
    ]  # fmt: skip


def test_each_item_of_a_list_is_one() -> None:
    assert of_text("We need:\n- one thing\n- another\n1. a number\n2) and one more") == [
        "We need:", "one thing", "another", "a number", "and one more",
    ]  # fmt: skip


def test_each_line_of_html_is_one() -> None:
    message = Message.email(html="<h1>big news for all of you</h1><p>it is done<p>Ann. Bob.")
    assert [each.text for each in Analysis(message).sentences] == [
        "big news for all of you", "it is done", "Ann.", "Bob.",
    ]  # fmt: skip


_PARTS = st.sampled_from(("a", "B", ".", " ", "\n", "\r\n", "- ", "1. ", "!", "e.g.", "…", "。"))


@given(st.lists(st.one_of(_PARTS, hostile_text), max_size=20).map("".join))
def test_sentences_hold_all_that_is_said(text: str) -> None:
    passage = whole(text)
    sentences = read_sentences(passage)
    at = 0
    left = []
    for sentence in sentences:
        assert at <= sentence.start < sentence.end
        assert sentence.text == sentence.text.strip()
        left.append(passage.place.plain[at : sentence.start])
        at = sentence.end
    left.append(passage.place.plain[at:])
    for gap in left:  # white space and bullets
        assert len(gap.strip()) <= 4 or not gap.strip().isalnum()
        assert "a" not in gap.replace("a)", "")


@pytest.mark.parametrize(
    "name",
    units("dots", "abbreviations", "quotes", "quoted lines", "marks", "hyphens"),
)
def test_reads_a_megabyte_of_anything(name: str) -> None:
    assert len(read_sentences(whole(hostile(name)))) <= 500_000


def test_real_mail_has_sentences_of_a_common_length() -> None:
    lengths = sorted(
        len(each.text) for _, analysis in sample_analyses() for each in analysis.sentences
    )
    assert len(lengths) > 5_000
    assert 20 < lengths[len(lengths) // 2] < 120
    assert lengths[len(lengths) * 99 // 100] < 1_000
