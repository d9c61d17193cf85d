"""What a text says of anybody is found as a plain search finds it, whatever that is spared."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.matching.whose_model import PlainKeys

from sendguard.matching import _words as words_module
from sendguard.matching._whose import Keys, identifier_key, mailbox_key, name_key, phone_key

_VALUES = {
    mailbox_key: ("maria@shop.example", "o.brien@b.example", "ab@gmail.com"),
    lambda number: phone_key(number, "GB"): ("01632 960961", "+49 30 901820", "7712346"),
    name_key: ("Maria Lopez", "Jos\u00e9 de la Cruz", "O'Brien Lee", "Will May", "\u0130d Bo"),
    identifier_key: (
        *("INV-2024/17", "7712345", "12 Harbour Road", "a1b2", "4111 1111 1111 1111"),
        *("Harbour Road East", "Park Lane", "Stra\u00dfe 7b", "x" * 60 + "1", "\u0663ab-c"),
    ),
}
_KNOWN = [frozenset(filter(None, map(key, values))) for key, values in _VALUES.items()]
_WORDS = sorted({word for values in _VALUES.values() for value in values for word in value.split()})

_words = st.one_of(
    st.sampled_from(_WORDS),
    st.sampled_from(("O\u00b4Brien Lee", "MARIA LOPEZ'S", "Maria Lopez's", "o'brien\u2019s")),
    st.sampled_from(_WORDS).map(str.upper),
    st.sampled_from(_WORDS).map("{}@x.example".format),
    st.sampled_from(_WORDS).map("x@{}.example".format),
    st.sampled_from(_WORDS).map("{}\u2019x@x.example".format),
    st.sampled_from(
        (
            "the",
            "De",
            "I",
            "in",
            "inv",
            "17's",
            "17'S",
            "O\u00b4Brien",
            "\u2466\u2466\u246b\u325e6",
            "1",
            "s",
            "dr",
            "x" * 65,
            "\u0660\u0661",
        )
    ),
    st.text("aA1'\u2019sS@.-+_\u00df\u0301", max_size=5),
    st.text(max_size=3),
)
_gaps = st.one_of(
    st.sampled_from(
        (" ", "-", "/", "", "\n> ", ", ", "  ", "'", "\u2019", ".", "@", "(0) ", "\xa0")
    ),
    st.text(" -/.\n'@+(", max_size=5),
)
_texts = st.lists(st.tuples(_words, _gaps), max_size=14).map(
    lambda pieces: "".join(part for piece in pieces for part in piece)
)


@settings(max_examples=400, deadline=None)
@given(_texts, st.sampled_from((None, "GB")))
def test_a_text_says_what_a_plain_search_finds_in_it(text, region):
    assert Keys.of(*_KNOWN, region).marks(text) == PlainKeys(*_KNOWN, region).marks(text)


@settings(max_examples=60, deadline=None)
@given(st.lists(_texts, min_size=2, max_size=4))
def test_what_was_remembered_of_words_changes_nothing(texts):
    keys = Keys.of(*_KNOWN, "GB")
    for text in (*texts, *texts):
        assert keys.marks(text) == Keys.of(*_KNOWN, "GB").marks(text)


def test_every_value_is_found_alone_and_among_others():
    keys = Keys.of(*_KNOWN, "GB")
    for values in _VALUES.values():
        for value in values:
            marks = keys.marks(f"see {value}, then")
            assert [(mark.start, mark.end) for mark in marks] == [(4, 4 + len(value))]


def test_no_more_than_so_many_words_are_remembered(monkeypatch):
    monkeypatch.setattr(words_module, "_WORDS_KEPT", 50)
    keys = Keys.of(*_KNOWN)
    keys.marks(" ".join(f"word{number}" for number in range(500)) + " " + "y" * 65)
    assert 0 < len(keys._begun) <= 50
    assert max(map(len, keys._begun)) <= 64
