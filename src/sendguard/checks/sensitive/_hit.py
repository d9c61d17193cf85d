"""One sensitive thing in a message, without the thing itself."""

from __future__ import annotations

import re
from collections.abc import Iterable

from attrs import frozen

from sendguard.model import Action
from sendguard.text import Place

_NEAR = 60  # code points before a number in which what it is called stands


@frozen
class Hit:
    """Where something sensitive stands. It never holds what stands there.

    Attributes:
        code: the finding's.
        action: the finding's.
        what: what it is, such as "a Visa card number".
        place: the text it stands in.
        start, end: its span in `place.plain`.
    """

    code: str
    action: Action
    what: str
    place: Place
    start: int
    end: int


def before(place: Place, start: int) -> str:
    """The words shortly before a position, in lower case."""
    return place.plain[max(0, start - _NEAR) : start].casefold()


def words_pattern(words: Iterable[str]) -> re.Pattern[str]:
    """A pattern for any of the words, whole, or at the end of a compound."""
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return re.compile(rf"(?i)(?<![^\W\d_])(?:{'|'.join(map(re.escape, longest_first))})s?(?!\w)")
