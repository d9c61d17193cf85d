from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sendguard.canonical import redact
from sendguard.cli._excerpt import Excerpt, excerpt
from sendguard.cli._harmless import columns
from sendguard.cli._screen import Screen

SCREEN = Screen()
LATIN = Screen(encoding="cp1252")
ASCII = Screen(encoding="ascii")
HOSTILE = st.text(
    st.characters() | st.sampled_from("\x1b\x9b\u202e\u200b\ud800\0\r\n\t a@9日\u0301")
)


def around(
    text: str, marked: str, room: int = 60, screen: Screen = SCREEN, reveal=False
) -> Excerpt:
    start = text.index(marked)
    return excerpt(text, (start, start + len(marked)), screen, room, reveal=reveal)


def test_the_words_in_question_stand_in_their_line():
    assert around("Dear {{name}}, hello", "{{name}}") == Excerpt("Dear ", "{{name}}", ", hello")


def test_white_space_is_folded():
    assert around("Hello\r\n\tDear \n{{\nname}},\n\nthanks", "{{\nname}}") == Excerpt(
        "Hello Dear ", "{{ name}}", ", thanks"
    )


def test_a_long_line_is_cut_between_words_on_both_sides():
    text = "many words go here before " * 20 + "{{name}}, " + "and many more of them after " * 20
    line = around(text, "{{name}}", 40)
    assert line == Excerpt("… go here before ", "{{name}}", ", and many …")
    assert columns(line.before + line.marked + line.after) <= 40


def test_what_is_too_long_itself_is_cut():
    line = around("x" * 30 + "{{" + "y" * 500 + "}}", "{{" + "y" * 500 + "}}", 30)
    assert line.marked.startswith("{{yyy")
    assert line.marked.endswith("…")
    assert columns(line.before + line.marked + line.after) <= 30


def test_control_characters_are_shown_as_escapes():
    line = around("a\x1b[2Jb {{name}} \x9b31m \x07 end", "{{name}}")
    assert line == Excerpt("a\\x1b[2Jb ", "{{name}}", " \\x9b31m \\x07 end")


def test_invisible_characters_are_shown_only_in_the_words_in_question():
    line = around("a\u200bb pay\u200bpal \u202ec", "pay\u200bpal")
    assert line == Excerpt("ab ", "pay\\u200bpal", " c")


def test_an_emoji_is_no_oddity():
    assert around("I ❤\ufe0f you", "❤\ufe0f").marked == "❤"


@pytest.mark.parametrize(
    ("marked", "shown"),
    [
        ("gmial.com", "m…@gmial.com"),
        ("maria", "m…@gmial.com"),
        ("960961", "+44 1632 960961"),
        ("1632", "+44 1632 960961"),
    ],
)
def test_a_mask_that_reaches_beyond_the_words_in_question_is_marked_whole(marked, shown):
    text = "Write to maria.lopez@gmial.com or call +44 1632 960961 today"
    line = around(text, marked)
    assert line.before + line.marked + line.after == redact(text)
    assert line.marked.strip() == redact(shown)


def test_addresses_are_shown_when_asked_for():
    text = "Write to maria.lopez@gmial.com now"
    assert around(text, "gmial.com", reveal=True) == Excerpt(
        "Write to maria.lopez@", "gmial.com", " now"
    )


def test_what_the_encoding_lacks_is_an_escape_and_counted_as_one():
    line = around("Grüße 日本 {{name}} …", "{{name}}", screen=LATIN)
    assert line == Excerpt("Grüße \\u65e5\\u672c ", "{{name}}", " …")
    assert around("Grüße {{name}} …", "{{name}}", screen=ASCII) == Excerpt(
        "Gr\\xfc\\xdfe ", "{{name}}", " ..."
    )


def test_a_span_beyond_the_text_is_harmless():
    assert excerpt("abc", (5, 9), SCREEN, 40) == Excerpt("abc", "", "")


@given(HOSTILE, st.integers(0, 60), st.integers(0, 60), st.integers(20, 80), st.booleans())
@example("9" * 100, 3, 5, 20, False)
def test_an_excerpt_of_anything_is_one_harmless_line_that_fits(text, start, length, room, reveal):
    line = excerpt(text, (start, start + length), SCREEN, room, reveal=reveal)
    whole = line.before + line.marked + line.after
    assert whole.isprintable()
    assert columns(whole) <= room
    whole.encode("utf-8")


@given(
    st.lists(
        st.sampled_from(
            [
                "maria.lopez@x.example",
                "+44 1632 960961",
                "Dear",
                "{{name}}",
                ",",
                "\n",
                "sk4Jf93kfK2jf83jKdk3",
            ]
        ),
        max_size=30,
    ),
    st.integers(0, 200),
    st.integers(0, 20),
    st.integers(20, 80),
)
def test_no_excerpt_shows_an_address_a_number_or_a_secret(words, start, length, room):
    text = " ".join(words)
    line = excerpt(text, (start, start + length), SCREEN, room)
    whole = line.before + line.marked + line.after
    for secret in ("aria", "lopez", "1632", "9609", "f93k"):
        assert secret not in whole


@pytest.mark.parametrize("text", ["\u0301" * 2_000_000, " " * 2_000_000, "a" * 2_000_000])
def test_a_megabyte_without_words_gives_a_short_line(text):
    line = excerpt(text, (1_000_000, 1_000_010), SCREEN, 80)
    assert len(line.before + line.marked + line.after) < 1_000


def test_a_secret_that_is_read_by_half_is_not_shown_by_half():
    secret, filler = "sk4Jf93kfK2jf83jKdk3", "\u0301" * 148  # no columns, and 10 short of the cut
    after = around(f"{{{{name}}}} {filler} {secret} end", "{{name}}", 40)
    before = around(f"start {secret} {filler} {{{{name}}}}", "{{name}}", 40)
    assert "sk4" not in after.after
    assert "dk3" not in before.before
