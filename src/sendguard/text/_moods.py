"""What the writer of a text goes through, as far as he says so."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal, cast

from attrs import frozen

from sendguard.text._phrases import Phrases
from sendguard.text._vocabulary import vocabulary

if TYPE_CHECKING:
    from sendguard.text._passage import Passage
    from sendguard.text._words import Words

MoodKind = Literal["bereavement", "illness", "hardship", "complaint", "anger"]


@frozen
class Mood:
    """Words by which somebody says what happened to him, or what he thinks of it.

    Attributes:
        kind: which of it.
        where: the words.
    """

    kind: MoodKind
    where: Passage


def read_moods(words: Words) -> tuple[Mood, ...]:
    """Return where a text speaks of a death, an illness, want of money, a complaint, or anger.

    Narrow on purpose: turns by which people tell of themselves and their families, in seven
    languages, rather than single words. Linear in the size of the text.

    >>> from sendguard.text import Passage, Place, Words
    >>> place = Place.of("text", "My mother passed away. The late payment is a dead battery.")
    >>> moods = read_moods(Words(Passage(place, 0, len(place.plain))))
    >>> [(mood.kind, mood.where.text) for mood in moods]
    [('bereavement', 'My mother passed away')]
    """
    return tuple(Mood(cast("MoodKind", hit.label), hit.where) for hit in _phrases().find(words))


@cache
def _phrases() -> Phrases:
    data = vocabulary("moods")
    return Phrases(data["moods"], classes=data["classes"], unless=data["unless"]["phrases"])
