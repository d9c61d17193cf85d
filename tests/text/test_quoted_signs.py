from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.strategies import hostile_text
from tests.text.hostile import UNITS, hostile, units
from tests.text.sample_mail import sample_analyses

from sendguard.text import Place, read_quoting, vocabulary
from sendguard.text._quoted import quoting_by_lines
from sendguard.text._quoted_signs import may_quote

_quoting = vocabulary("quoting")
_words = st.sampled_from(
    [
        *(label for labels in _quoting["labels"].values() for label in labels[:3]),
        *(marker for markers in _quoting["markers"].values() for marker in markers[:3]),
        *(word for words in _quoting["attribution"].values() for word in words[:6]),
        *("Ann Long", "Ann", "ann@a.example", "3 May 2027", "10:30", "2027", "27", "<", "x"),
        *(
            ">",
            "A>",
            "|",
            "#",
            "%",
            "-",
            "--",
            "-----",
            "__________",
            "*",
            ":",
            ",",
            "From",
            "\xa0",
        ),
    ]
)
_lines = st.one_of(
    st.lists(_words, max_size=6).map(" ".join),
    st.builds("{}{}".format, st.lists(_words, max_size=5).map(" ".join), st.sampled_from("::*-")),
    st.builds("{}: {}".format, _words, _words),
    st.sampled_from(
        [
            *(
                "",
                " ",
                "> a",
                "| a",
                "-- ",
                "Ann wrote:",
                "On 3 May 2027, Ann wrote:",
                "Yes.",
                "\r",
            ),
            *("On 3 May 2027", "On 3 May 2027, Ann", "wrote:", "From: Ann", "Sent: 3 May", "To: b"),
            *("Subject: c", "Order Summary:", "# 1", "*From:* Ann", "Begin forwarded message:"),
        ]
    ),
)


@given(
    st.lists(_lines, max_size=12).flatmap(
        lambda lines: st.sampled_from(["\n", "\n", "\r\n", "\n\n", "\r"]).map(
            lambda end: end.join(lines)
        )
    ),
    st.sampled_from(["text", "html"]),
)
@example("Order Summary:\n# 1\n# 2", "text")
@example("Yes.\n\n*From:* Ann\nSent: 3 May\nTo: b\nSubject: c\n\nOld.", "text")
@example("Yes.\n\nOn 3 May 2027 at 10:30\nAnn Long <ann@a.example>\nwrote: \nOld.", "html")
@example("Yes.\n\n-----Original Message-----\nFrom: Ann\n\nOld.", "text")
@example("Yes.\n\nBegin forwarded message:\n\nFrom: Ann\n\nOld.", "text")
@example("Yes.\n--\nAnn", "text")
@example("  a \r\n b \r\n\r\n", "text")
def test_a_text_without_signs_is_read_as_if_each_line_were_looked_at(text: str, part: str) -> None:
    place = Place.of(part, text)
    assert read_quoting(place) == quoting_by_lines(place)


@given(st.lists(st.one_of(hostile_text, st.sampled_from([*UNITS.values()])), max_size=9))
def test_hostile_text_without_signs_is_all_new(pieces: list[str]) -> None:
    place = Place.of("text", "".join(pieces))
    assert read_quoting(place) == quoting_by_lines(place)


@pytest.mark.parametrize(
    "text",
    [
        "Dear Ann,\n\nyour order: two boards -- oiled.\n\n- one\n- two\n",
        "Your order\n----------\nTotal: 3\nDate: 3 May\nSubject: none\n",
        "Delivery Address:\n\nAnn Long\n1 Park Lane\n",
        "Sizes: 3 > 2, and it leaves at 10:30.\n",
        "See below:\n",
    ],
)
def test_what_programs_send_has_no_signs(text: str) -> None:
    assert not may_quote(Place.of("text", text))


@pytest.mark.parametrize(
    "text",
    [
        "a\n  > b",
        "Ann Long said on 3 May 2027:\n| a",
        "From: a\nTo: b\nSubject: c\n",
        "a\n-- \nAnn",
        "On 3 May 2027\nAnn Long\nwrote:\na",
        "-----Original Message-----\n*From:* a",
    ],
)
def test_what_people_answer_has_signs(text: str) -> None:
    assert may_quote(Place.of("text", text))


@pytest.mark.parametrize(
    "name",
    units("quotes", "open attributions", "half headers", "markers", "underscores", "hyphens"),
)
def test_looks_through_a_megabyte_of_anything(name: str) -> None:
    assert may_quote(Place.of("text", hostile(name))) in {True, False}


def test_real_mail_is_read_as_if_each_line_were_looked_at() -> None:
    spared = 0
    for _, analysis in sample_analyses():
        for quoting in analysis.quoting:
            assert quoting == quoting_by_lines(quoting.place)
            spared += not may_quote(quoting.place)
    assert spared > 100
