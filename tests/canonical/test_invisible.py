from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sendguard.canonical import (
    has_invisible,
    strip_invisible,
    strip_invisible_with_offsets,
    suspicious_invisible,
)

LONG = 250_000
INVISIBLE = "\u200b\u200c\u200d\u200e\u00ad\ufe0f\u2060\ufeff\U000e0067\U000e007f\u3164\u202e"
ANYTHING = st.text(st.characters(exclude_categories=())) | st.text(
    "ab1 \ud800é❤👩🏽🏴م\u05d0क漢" + INVISIBLE
)


@pytest.mark.parametrize("code", [0xAD, 0x34F, 0x61C, 0x115F, 0x17B5, 0x180E, 0x200B, 0x202E, 0x2066, 0x3164, 0xFE0F, 0xFEFF, 0xFFA0, 0x1D173, 0xE0001, 0xE0041, 0xE01EF])  # fmt: skip
def test_default_ignorable_characters_cannot_be_seen(code: int) -> None:
    assert has_invisible(f"a{chr(code)}b")
    assert strip_invisible(f"a{chr(code)}b") == "ab"


def test_every_format_character_is_invisible_or_has_a_glyph_of_its_own() -> None:
    visible = {
        chr(code)
        for code in range(0x110000)
        if unicodedata.category(chr(code)) == "Cf" and not has_invisible(chr(code))
    }
    # Signs that span numbers, interlinear annotations, hieroglyph joiners: not default ignorable.
    assert {f"{ord(each):04X}" for each in visible if ord(each) < 0x13000} == {
        "0600", "0601", "0602", "0603", "0604", "0605", "06DD", "070F", "0890", "0891", "08E2",
        "FFF9", "FFFA", "FFFB", "110BD", "110CD",
    }  # fmt: skip


def test_white_space_and_letters_can_be_seen() -> None:
    assert not has_invisible("plain \t\r\n\u00a0 text é 漢 👩")


@given(ANYTHING)
def test_stripping_leaves_nothing_invisible_and_offsets_point_back(text: str) -> None:
    stripped, offsets = strip_invisible_with_offsets(text)
    assert stripped == strip_invisible(text)
    assert not has_invisible(stripped)
    if offsets is None:
        assert stripped == text
    else:
        assert len(offsets) == len(stripped) + 1
        assert [text[index] for index in offsets[:-1]] == list(stripped)
        assert offsets[-1] == len(text)


@pytest.mark.parametrize(
    "text",
    [
        "👩\u200d👩\u200d👧",
        "👩🏽\u200d⚕\ufe0f",
        "❤\ufe0f",
        "❤\ufe0f\u200d🔥",
        "1\ufe0f\u20e3",
        "🏳\ufe0f\u200d🌈",
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "می\u200cخواهم",
        "क्\u200dष",
        "ශ්\u200dරී",
        "葛\U000e0100",
        "שלום\u200e, abc",
        "\ufeffhello",
    ],
)
def test_what_a_writing_system_needs_is_not_suspicious(text: str) -> None:
    assert has_invisible(text)
    assert suspicious_invisible(text) == ()


@pytest.mark.parametrize(
    ("text", "indexes"),
    [
        ("pay\u200bpal", (3,)),
        ("pay\u200dpal", (3,)),
        ("pay\u200cpal\u00ad", (3, 7)),
        ("a\u202eb", (1,)),
        ("a\ufe0fb", (1,)),
        ("abc\u200e", (3,)),
        ("a\ufeff", (1,)),
        ("م\u200c\u200cم", (2,)),
        ("🏴\U000e0067\U000e0062\U000e0078\U000e007f", (1, 2, 3, 4)),
        ("hi" + "".join(chr(0xE0000 + ord(each)) for each in "run"), (2, 3, 4)),
        ("\u3164", (0,)),
    ],
)
def test_what_no_writing_system_accounts_for_is_found(text: str, indexes: tuple[int, ...]) -> None:
    assert suspicious_invisible(text) == indexes


@given(ANYTHING)
def test_suspicious_characters_are_invisible_ones(text: str) -> None:
    found = suspicious_invisible(text)
    assert list(found) == sorted(set(found))
    assert all(has_invisible(text[index]) for index in found)


@pytest.mark.parametrize("piece", ["\u200b", "\u200e", "a\u200b", "👩\u200d", "🏴\U000e0067", "م\u200c", "\ud800", "é"])  # fmt: skip
def test_a_quarter_of_a_megabyte_of_anything_takes_linear_time(piece: str) -> None:
    text = piece * (LONG // len(piece))
    strip_invisible_with_offsets(text)
    suspicious_invisible(text)
