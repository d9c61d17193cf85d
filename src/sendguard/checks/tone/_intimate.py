"""Words for those one loves, in a message to somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

from attrs import frozen

from sendguard.checks._word_lists import word_lists
from sendguard.checks.algebra import Case, Check, Leaf
from sendguard.checks.dialogue import (
    Replacement,
    leaves,
    phrases_given,
    remarks,
    replaced,
)
from sendguard.model import Action, Finding
from sendguard.text import Phrases

_BUSINESS: Final = ("transactional", "marketing", "service-notice")


@frozen(repr=False)
class _Intimate(Leaf):
    words: tuple[str, ...] | None

    def find(self, case: Case) -> Iterator[Finding]:
        context = case.context
        if context.purpose == "personal" or not leaves(case):
            return
        is_business = context.customer is not None or context.purpose in _BUSINESS
        action = Action.HOLD if is_business else Action.WARN
        phrases = _built_in() if self.words is None else phrases_given(self.words)
        yield from remarks(
            "tone.private",
            ((hit.where, action) for w in case.analysis.words for hit in phrases.find(w)),
            '"{words}" sounds private.',
            "Look at the recipient again: is this the person you meant?",
        )


@cache
def _built_in() -> Phrases:
    data = word_lists("private")
    return Phrases({"private": data["phrases"]}, unless=data["unless"])


def intimate(*, words: Replacement = None) -> Check:
    """No message for somebody one loves goes to a customer.

    Silent where ``context.purpose`` is "personal", and where the message stays in the house.

    Args:
        words: phrases instead of the built-in ones, as `sendguard.text.Phrases` reads them.

    Codes:
        ``tone.private`` (WARN): without a context nobody knows whether it is meant so. HOLD where
        the context names a customer or a purpose of business.

    Raises:
        ConfigurationError: `words` is empty or has a phrase that cannot be read.
    """
    return _Intimate(replaced("intimate(words=)", words))
