"""The words of phrases, which tell of most texts that none of the phrases stands in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sendguard.text._words import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sendguard.text._words import Words

# What an expression that ignores case takes for "i", and no folding of letters does.
_DOTLESS: Final = "ı"


class PhraseWords:
    """Phrases, by the words that a text must have if one of them stands in it.

    Args:
        phrases: as an expression that ignores case looks for them, whatever signs stand between
            their words; they begin and end where words do.

    Immutable; safe to share between threads.

    >>> from sendguard.text import Passage, Place, Words
    >>> place = Place.of("text", "For customers only.")
    >>> words = Words(Passage(place, 0, len(place.plain)))
    >>> [PhraseWords([phrase]).may_be_in(words) for phrase in ("Customers only", "for staff")]
    [True, False]
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        self._by_word: dict[str, list[frozenset[str]]] = {}
        for phrase in phrases:
            words = frozenset(words_of(phrase))
            rarest = max(words, key=lambda word: (len(word), word))
            self._by_word.setdefault(rarest, []).append(words)
        self._rarest = frozenset(self._by_word)

    def may_be_in(self, words: Words) -> bool:
        """Tell whether all words of one phrase are there; False only where no phrase is.

        Linear in the number of different words.
        """
        return self.may_be_among(words.vocabulary) or _DOTLESS in words.passage.text

    def may_be_among(self, words: frozenset[str]) -> bool:
        """Tell the same of the words of a text, such as `words_in` gives them."""
        if self._rarest.isdisjoint(words):
            return False
        return any(any(map(words.issuperset, self._by_word[word])) for word in self._rarest & words)
