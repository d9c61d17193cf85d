from __future__ import annotations

import copy
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from sendguard.canonical import late


def test_it_answers_as_the_expression_itself():
    ours, theirs = (
        late(r"(?P<word>[a-z]+)\d*", re.IGNORECASE),
        re.compile(r"(?P<word>[a-z]+)\d*", 2),
    )
    text = "One, two2 and 3"
    assert ours.search(text)["word"] == "One"
    assert ours.fullmatch(text) is None
    assert [m.span() for m in ours.finditer(text, 3, 9)] == [
        m.span() for m in theirs.finditer(text, 3, 9)
    ]
    assert ours.sub("-", text) == theirs.sub("-", text)
    assert (ours.pattern, ours.flags, ours.groupindex) == (
        theirs.pattern,
        theirs.flags,
        theirs.groupindex,
    )


def test_nothing_is_compiled_before_its_first_use_and_then_once(monkeypatch):
    compiled = []
    pattern = late("a+")
    compile_ = re.compile
    monkeypatch.setattr(re, "compile", lambda *given: compiled.append(given) or compile_(*given))
    assert compiled == []
    assert [bool(ask("aa")) for ask in (pattern.match, pattern.search)] == [True, True]
    assert len(compiled) == 1


def test_a_broken_expression_is_told_at_its_first_use():
    with pytest.raises(re.error):
        late("(").search("")


def test_what_an_expression_has_not_it_has_not():
    with pytest.raises(AttributeError, match="finds"):
        late("a").finds  # noqa: B018  (the look-up is what is tested)
    assert copy.copy(late("a")).search("ba").span() == (1, 2)


def test_threads_may_use_it_first_at_once():
    for _ in range(50):
        pattern = late("b")
        with ThreadPoolExecutor(4) as pool:
            assert all(pool.map(lambda _, p=pattern: p.search("ab"), range(8)))
