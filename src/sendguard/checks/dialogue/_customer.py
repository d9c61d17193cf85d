"""What the customer wrote last, and what is known of how he fares."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from attrs import frozen

from sendguard.checks.dialogue._audience import is_ours
from sendguard.text import Mood, Words, read_language, read_moods

if TYPE_CHECKING:
    from sendguard.checks.algebra import Case

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


@frozen
class LastWords:
    """The last message from outside, of the thread or quoted below.

    Attributes:
        words: its own words, by passage.
        moods: what its writer goes through.
        language: ISO 639-1 code, or "unknown".
        greets: whether it begins with a greeting; None where that cannot be known.
    """

    words: tuple[Words, ...]
    moods: tuple[Mood, ...]
    language: str
    greets: bool | None = None

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
            return LastWords(read.words, read.moods, read.language, bool(read.greetings))
    return None if case.context.thread else _quoted(case)


def _quoted(case: Case) -> LastWords | None:
    for quoting in case.analysis.quoting:
        passages = [
            quotation.where
            for quotation in quoting.quotations
            if quotation.depth == 1
            and not quotation.header.forwarded
            and not is_ours(quotation.header.sender, case)
        ]
        if passages:
            words = tuple(map(Words, passages))
            moods = tuple(mood for each in words for mood in read_moods(each))
            return LastWords(words, moods, read_language(passages))
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
