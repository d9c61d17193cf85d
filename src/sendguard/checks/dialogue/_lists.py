"""Phrases from the word lists in `checks/data`, and phrases that users give instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

from sendguard.checks._word_lists import word_lists
from sendguard.errors import ConfigurationError
from sendguard.text import Phrases

Replacement = Iterable[str] | None
"""Phrases instead of the built-in ones; None for those."""


@cache
def phrases_of(name: str, *labels: str) -> Phrases:
    """The phrases of a file; of all its lists, or of those that are named."""
    data = word_lists(name)
    lists: Mapping[str, Iterable[str]] = data["phrases"]
    return Phrases(
        {label: lists[label] for label in labels or lists},
        classes=data.get("classes"),
        unless=data.get("unless", {}).get("phrases", ()),
    )


def replaced(where: str, words: Replacement) -> tuple[str, ...] | None:
    """The phrases that an option was given, in order; None where it was left alone.

    Raises:
        ConfigurationError: there are none, or one cannot be read.
    """
    if words is None:
        return None
    if isinstance(words, str):
        raise TypeError(f"{where} takes several phrases, not one str")
    phrases = tuple(words)
    if not phrases:
        raise ConfigurationError(f"{where} is empty; give at least one phrase, or None")
    Phrases({where: phrases})
    return phrases


@lru_cache(maxsize=64)
def phrases_given(words: tuple[str, ...]) -> Phrases:
    """What `replaced` gave, ready to be looked for; read once for all messages."""
    return Phrases({"given": words})
