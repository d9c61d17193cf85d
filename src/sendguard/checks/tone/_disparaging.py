"""What is said about the reader or another client and should not reach them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from attrs import frozen

from sendguard.checks.algebra import Case, Check, Leaf
from sendguard.checks.dialogue import (
    Replacement,
    is_ours,
    leaves,
    phrases_given,
    phrases_of,
    remarks,
    replaced,
)
from sendguard.model import Action, Finding
from sendguard.text import Passage, Phrases, Words

_SURE: Final = "sure"


@frozen(repr=False)
class _Disparaging(Leaf):
    internal: bool
    words: tuple[str, ...] | None

    def find(self, case: Case) -> Iterator[Finding]:
        if not (self.internal or leaves(case)):
            return
        yield from remarks(
            "tone.disparaging",
            self._found(case),
            '"{words}" says of a customer, or to one, what nobody would say to his face.',
            "Say what happened instead, and take out what is quoted below if it says so.",
        )

    def _found(self, case: Case) -> Iterator[tuple[Passage, Action]]:
        phrases = self._phrases()
        for words in (*case.analysis.words, *_quoted(case)):
            for hit in phrases.find(words):
                yield hit.where, Action.HOLD if hit.label == _SURE else Action.WARN

    def _phrases(self) -> Phrases:
        if self.words is None:
            return phrases_of("disparaging")
        return phrases_given(self.words)


def _quoted(case: Case) -> Iterator[Words]:
    """What somebody of the organisation wrote in the messages quoted below."""
    for quoting, quoted in zip(case.analysis.quoting, case.analysis.quoted_words, strict=True):
        for quotation, words in zip(quoting.quotations, quoted, strict=True):
            if is_ours(quotation.header.sender, case):
                yield words


def disparaging(*, internal: bool = False, words: Replacement = None) -> Check:
    """No contempt for customers in what they may come to read.

    It looks at the new text and at what colleagues wrote in the messages quoted below; a quoted
    customer may say what he likes. It looks for turns, not for single words: "this idiot of a
    customer", "the client is a pain", "stupid woman", "you are an idiot".

    Args:
        internal: judge messages that stay in the house too. What is written there leaks one day.
        words: phrases instead of the built-in ones, as `sendguard.text.Phrases` reads them.

    Codes:
        ``tone.disparaging`` (HOLD) where an insult is tied to a customer or to the reader. WARN
        where it may be about something else, and for phrases that were given.

    Raises:
        ConfigurationError: `words` is empty or has a phrase that cannot be read.
    """
    return _Disparaging(bool(internal), replaced("disparaging(words=)", words))
