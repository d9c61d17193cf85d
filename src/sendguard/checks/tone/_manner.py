"""Hostility, curtness, and jokes for somebody who has nothing to laugh about."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from attrs import frozen

from sendguard.checks._word_lists import word_lists
from sendguard.checks.algebra import Case, Check, Leaf
from sendguard.checks.dialogue import (
    Replacement,
    last_words,
    phrases_given,
    phrases_of,
    remarks,
    replaced,
    states,
)
from sendguard.checks.tone._signs import signs_in
from sendguard.model import Action, Finding
from sendguard.text import Phrases

if TYPE_CHECKING:
    from sendguard.text import Passage


@frozen(repr=False)
class _Hostile(Leaf):
    words: tuple[str, ...] | None

    def find(self, case: Case) -> Iterator[Finding]:
        if self.words is None:
            phrases = phrases_of("hostile", "threat", "hostile")
        else:
            phrases = phrases_given(self.words)
        hits = (hit for words in case.analysis.words for hit in phrases.find(words))
        yield from remarks(
            "tone.hostile",
            ((h.where, Action.HOLD if h.label == "threat" else Action.WARN) for h in hits),
            '"{words}" reads as an attack on the reader.',
            "Let it lie for an hour; then say what you need, and nothing about the reader.",
        )


@frozen(repr=False)
class _Brusque(Leaf):
    words: tuple[str, ...] | None

    def find(self, case: Case) -> Iterator[Finding]:
        if self.words is None:
            phrases = phrases_of("hostile", "brusque")
        else:
            phrases = phrases_given(self.words)
        yield from remarks(
            "tone.brusque",
            ((hit.where, Action.WARN) for w in case.analysis.words for hit in phrases.find(w)),
            '"{words}" sounds curt.',
            "Say the same as you would to somebody who sits before you.",
        )


@frozen(repr=False)
class _Joking(Leaf):
    words: tuple[str, ...] | None

    def find(self, case: Case) -> Iterator[Finding]:
        if not states(case, last_words(case)) & _SERIOUS:
            return
        yield from remarks(
            "tone.joking",
            ((where, Action.WARN) for where in self._found(case)),
            '"{words}" is a joke, and the reader has nothing to laugh about.',
            "Answer what the customer wrote, in his own tone.",
        )

    def _found(self, case: Case) -> Iterator[Passage]:
        phrases = _jokes() if self.words is None else phrases_given(self.words)
        for words in case.analysis.words:
            for hit in phrases.find(words):
                yield hit.where
            if self.words is None:
                yield from signs_in(words.passage, word_lists("joking")["signs"])


_SERIOUS = frozenset({"bereavement", "illness", "hardship", "complaint", "anger"})


@cache
def _jokes() -> Phrases:
    return Phrases({"joke": word_lists("joking")["phrases"]})


def hostile(*, words: Replacement = None) -> Check:
    """No threats, insults or reproaches to the reader.

    Args:
        words: phrases instead of the built-in ones, as `sendguard.text.Phrases` reads them.

    Codes:
        ``tone.hostile`` (WARN): written in anger, and read for years. HOLD for a threat.

    Raises:
        ConfigurationError: `words` is empty or has a phrase that cannot be read.
    """
    return _Hostile(replaced("hostile(words=)", words))


def brusque(*, words: Replacement = None) -> Check:
    """No turns that shut the door: "as per my last e-mail", "end of discussion".

    Args:
        words: phrases instead of the built-in ones, as `sendguard.text.Phrases` reads them.

    Codes:
        ``tone.brusque`` (WARN): a matter of taste, so it belongs where customers are answered.

    Raises:
        ConfigurationError: `words` is empty or has a phrase that cannot be read.
    """
    return _Brusque(replaced("brusque(words=)", words))


def joking(*, words: Replacement = None) -> Check:
    """No jokes in answer to a complaint, to anger, or to somebody's misfortune.

    Silent where neither the thread, nor what is quoted, nor ``context.customer_state`` tells of
    such.

    Args:
        words: phrases instead of the built-in ones and of laughing faces.

    Codes:
        ``tone.joking`` (WARN): it is the writer who thinks that it is funny.

    Raises:
        ConfigurationError: `words` is empty or has a phrase that cannot be read.
    """
    return _Joking(replaced("joking(words=)", words))
