from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sendguard.canonical import is_mixed_script, scripts_of, skeleton

LONG = 250_000
ANYTHING = st.text(st.characters(exclude_categories=()))
CONFUSABLES = [
    (chr(int(source, 16)), "".join(chr(int(code, 16)) for code in target.split()))
    for line in (files("sendguard.canonical") / "data" / "confusables.txt").read_text("ascii").splitlines()
    if not line.startswith("#")
    for target, _, sources in [line.partition("<")]
    for source in sources.split()
]  # fmt: skip


def test_every_confusable_character_has_the_skeleton_of_its_prototype() -> None:
    assert len(CONFUSABLES) > 6_000
    assert [
        (source, target)
        for source, target in CONFUSABLES
        for digraphs in (False, True)
        if skeleton(source, digraphs=digraphs) != skeleton(target, digraphs=digraphs)
    ] == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("p\u0430yp\u0430l", "paypal"),
        ("rnicrosoft", "microsoft"),
        ("paypa1", "paypal"),
        ("PayPaI", "PayPal"),
        ("pay\u200bpal", "paypal"),
        ("ｐａｙｐａｌ", "paypal"),
        ("e\u0301", "\u00e9"),
    ],
)
def test_look_alikes_share_a_skeleton(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(
    ("one", "other"), [("vvindows", "windows"), ("clell", "dell"), ("g00gle", "google")]
)
def test_the_stronger_form_joins_digraphs_and_case(one: str, other: str) -> None:
    assert skeleton(one, digraphs=True) == skeleton(other, digraphs=True)
    assert skeleton(one) != skeleton(other)


def test_different_words_have_different_skeletons() -> None:
    words = ("paypal", "google", "shop", "maria", "example", "dell")
    assert len({skeleton(word, digraphs=True) for word in words}) == len(words)


@given(ANYTHING, st.booleans())
def test_the_skeleton_of_a_skeleton_is_itself(text: str, digraphs: bool) -> None:
    once = skeleton(text, digraphs=digraphs)
    assert skeleton(once, digraphs=digraphs) == once


@pytest.mark.parametrize(
    ("text", "scripts"),
    [
        ("", set()),
        ("123-4", set()),
        ("paypal", {"Latn"}),
        ("p\u0430ypal", {"Latn", "Cyrl"}),
        ("日本の", {"Hani", "Hira"}),
        ("Ελλ", {"Grek"}),
    ],
)
def test_the_scripts_of_a_text(text: str, scripts: set[str]) -> None:
    assert scripts_of(text) == scripts


@pytest.mark.parametrize("text", ["p\u0430ypal", "α-beta", "日本аб", "한국の", "aー"])
def test_scripts_that_nobody_writes_together_are_mixed(text: str) -> None:
    assert is_mixed_script(text)


@pytest.mark.parametrize(
    "text",
    ["", "123", "bücher", "日本のカー", "한국漢", "漢ㄅ", "правда-24", "नमस्ते।", "\U0010fffd"],
)
def test_one_writing_system_is_not_mixed(text: str) -> None:
    assert not is_mixed_script(text)


@given(ANYTHING)
def test_a_text_of_one_script_is_not_mixed(text: str) -> None:
    if is_mixed_script(text):
        assert len(set(text)) > 1
    scripts_of(text)


def test_the_tables_are_read_once_however_many_threads_come_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    module = sys.modules["sendguard.canonical._skeletons"]
    monkeypatch.setattr(module, "_loaded", [])
    with ThreadPoolExecutor(4) as pool:
        tables = list(pool.map(lambda _: module._table(), range(8)))
    assert len({id(each) for each in tables}) == 1


@pytest.mark.parametrize("piece", ["a", "m", "\u0430", "\u0301\u0316", "é", "\u200b", "\ud800"])
def test_a_quarter_of_a_megabyte_of_anything_takes_linear_time(piece: str) -> None:
    text = piece * (LONG // len(piece))
    skeleton(text, digraphs=True)
    is_mixed_script(text)
    scripts_of(text)


def test_characters_with_long_prototypes_take_linear_time() -> None:
    skeleton("\ufdfa" * (LONG // 20), digraphs=True)  # a prototype of 18 characters
