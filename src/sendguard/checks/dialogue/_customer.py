"""What the customer wrote last, and what is known of how he fares."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Final

from sendguard.checks.dialogue._audience import is_ours
from sendguard.text import read_language, read_moods

if TYPE_CHECKING:
    from sendguard.checks.algebra import Case
    from sendguard.text import Analysis, Mood, Words

# What organisations call the states of their customers, and the mood that it is.
_NAMES: Final = {
    "bereaved": "bereavement",
    "bereavement": "bereavement",
    "deceased": "bereavement",
    "mourning": "bereavement",
    "grieving": "bereavement",
    "ill": "illness",
    "illness": "illness",
    "sick": "illness",
    "hardship": "hardship",
    "complaint": "complaint",
    "complaining": "complaint",
    "angry": "anger",
    "anger": "anger",
}
_PARTS: Final = re.compile(r"[^\W_]++")


class LastWords:
    """The last message from outside, of the thread or quoted below; read as far as is asked.

    Attributes:
        words: its own words, by passage.
    """

    def __init__(self, words: tuple[Words, ...], earlier: Analysis | None = None) -> None:
        self.words = words
        self._earlier = earlier

    @property
    def greets(self) -> bool | None:
        """Whether it begins with a greeting; None where that cannot be known."""
        return None if self._earlier is None else bool(self._earlier.greetings)

    @cached_property
    def moods(self) -> tuple[Mood, ...]:
        """What its writer goes through."""
        if self._earlier is not None:
            return self._earlier.moods
        return tuple(mood for each in self.words for mood in read_moods(each))

    @cached_property
    def language(self) -> str:
        """ISO 639-1 code, or "unknown"."""
        if self._earlier is not None:
            return self._earlier.language
        return read_language(each.passage for each in self.words)

    @property
    def has_question(self) -> bool:
        """Whether it asks something, by its marks."""
        return any("?" in words.passage.text for words in self.words)


def last_words(case: Case) -> LastWords | None:
    """What was written last by somebody who is not of the organisation; None where nothing was.

    With a thread that is its last message from outside; without one, what is quoted below.
    """
    for earlier in reversed(case.context.thread):
        if not is_ours(earlier.sender, case):
            read = case.analysis.of(earlier)
            return LastWords(read.words, read)
    return None if case.context.thread else _quoted(case)


def _quoted(case: Case) -> LastWords | None:
    for quoting, quoted in zip(case.analysis.quoting, case.analysis.quoted_words, strict=True):
        words = tuple(
            each
            for quotation, each in zip(quoting.quotations, quoted, strict=True)
            if quotation.depth == 1
            and not quotation.header.forwarded
            and not is_ours(quotation.header.sender, case)
        )
        if words:
            return LastWords(words)
    return None


def states(case: Case, said: LastWords | None) -> frozenset[str]:
    """The states of the customer: the moods of his last words, and what the context names."""
    found = {mood.kind for mood in said.moods} if said is not None else set[str]()
    state = case.context.customer_state
    return frozenset(found if state is None else {*found, state_of(state)})


def state_of(name: str) -> str:
    """The mood that a state means, else its name in lower case.

    >>> state_of("Complaint-Open"), state_of("VIP")
    ('complaint', 'vip')
    """
    folded = name.strip().casefold()
    return next((_NAMES[each] for each in _PARTS.findall(folded) if each in _NAMES), folded)
