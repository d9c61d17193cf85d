"""Whether two texts share passages, however their lines are wrapped and marked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Final

from sendguard.text import Analysis

if TYPE_CHECKING:
    from sendguard.model import Message

LENGTH: Final = 4
"""Words that are compared together."""

_MOST_WORDS: Final = 50_000
"""Of one text that are compared."""

_WORD = re.compile(r"\w++")

Shingle = tuple[str, ...]


def shingles(texts: Iterable[str]) -> Iterator[Shingle]:
    """Each run of `LENGTH` words of each text (Broder 1997), without case and punctuation.

    >>> list(shingles(["> We met, on\\n> Monday again."]))
    [('we', 'met', 'on', 'monday'), ('met', 'on', 'monday', 'again')]
    """
    for text in texts:
        found = islice(_WORD.finditer(text.casefold()), _MOST_WORDS)
        words = [match.group() for match in found]
        yield from zip(*(words[start:] for start in range(LENGTH)), strict=False)


def shingles_of(message: Message) -> Iterator[Shingle]:
    """Those of all that a message shows in its text and HTML, what it quotes included."""
    return shingles(quoting.place.plain for quoting in Analysis(message).quoting)
