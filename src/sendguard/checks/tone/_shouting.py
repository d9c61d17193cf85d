"""Sentences in capitals."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

from attrs import field, frozen

from sendguard.checks._word_lists import word_lists
from sendguard.checks.algebra import Case, Check, Leaf
from sendguard.checks.dialogue import remarks
from sendguard.checks.options import count_of
from sendguard.model import Action, Finding
from sendguard.text import Passage, Words

_OFFERS: Final = ("List-Unsubscribe", "List-Id", "List-Post")
_JOINING: Final = frozenset(",!?")


@frozen(repr=False)
class _Shouting(Leaf):
    words: int = field()

    def find(self, case: Case) -> Iterator[Finding]:
        # Advertising and lists have their own habits.
        if case.context.purpose == "marketing" or any(map(case.message.header, _OFFERS)):
            return
        runs = (run for words in case.analysis.words for run in _runs(words, self.words))
        yield from remarks(
            "tone.shouting",
            ((run, Action.WARN) for run in runs),
            '"{words}" is in capitals, which readers take for shouting.',
            "Write it in ordinary letters.",
        )


@cache
def _persons() -> frozenset[str]:
    return frozenset(word_lists("shouting")["persons"])


@cache
def _legal() -> frozenset[str]:
    return frozenset(word_lists("shouting")["legal"])


def _runs(words: Words, least: int) -> Iterator[Passage]:
    if _persons().isdisjoint(words.vocabulary) or not _has_capitals(words.passage.text):
        return
    tokens = words.tokens
    first = last = -1
    count = 0
    said: set[str] = set()
    for index, token in enumerate([*tokens, ""]):
        written = words.at(index, index).text if token.isalnum() else ""
        if written.isupper() and not written.isdigit():
            first = index if first < 0 else first
            last = index
            count += len(token) > 1
            said.add(token)
        elif written.isdigit() or (token[:1] in _JOINING and token):
            continue
        else:
            if count >= least and said & _persons() and not said & _legal():
                yield words.at(first, last)
            first, count, said = -1, 0, set()


def _has_capitals(text: str) -> bool:
    """Whether two words in a row may be in capitals, which is rare: a look at each word's end."""
    return any(word.isupper() and len(word) > 2 for word in text.split())


def shouting(*, words: int = 6) -> Check:
    """Nobody is shouted at in capitals.

    Abbreviations, headings, forms and what law has set in capitals do not count: what is in
    capitals must speak of somebody ("I", "you"). Mail of lists and advertising has habits of its
    own and is not judged.

    Args:
        words: of two letters or more, in a row, from which on it is shouting.

    Codes:
        ``tone.shouting`` (WARN): some people write so because their eyes are bad.
    """
    return _Shouting(count_of("shouting(words=)", words))
