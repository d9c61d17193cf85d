"""Phrases that are looked for among words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import TYPE_CHECKING, Final, NamedTuple

from sendguard.errors import ConfigurationError
from sendguard.text._words import fold_letters

if TYPE_CHECKING:
    from sendguard.text._passage import Passage
    from sendguard.text._words import Words

_GAP: Final = 3  # words for which a star may stand
_PIECE = re.compile(r"[^\W_]++|[^\w\s'’\-‐‑.]")
_MOST_GAPS: Final = 3  # each of them multiplies what is tried

_Element = frozenset[str] | None  # the words that may stand there; None for a gap


class PhraseHit(NamedTuple):
    """A phrase that was found.

    Attributes:
        label: of the list it stands in.
        where: the words.
    """

    label: str
    where: Passage


class _Phrase(NamedTuple):
    label: str
    elements: tuple[_Element, ...]
    opens: bool  # whether it must begin a sentence
    closes: bool  # whether it must end one
    rank: int = 0  # among all; the first that fits wins


class Phrases:
    """Lists of phrases, to be found in one look. Immutable; safe to share between threads.

    In a phrase ``a/b`` are alternatives, ``a?`` may be missing, ``<name>`` stands for a class of
    words, ``*`` for up to three words; ``^`` before a phrase and ``$`` behind it stand for the
    beginning and the end of a sentence. Case, apostrophes and hyphens do not matter, and no phrase
    reaches over a sign that it does not name. Looking takes time linear in the text.

    Args:
        lists: phrases by label.
        classes: words by the name of their class.
        unless: phrases inside which, or overlapping with which, a find does not count.

    Raises:
        ConfigurationError: a phrase is empty, names an unknown class, begins or ends with a star,
            has too many of them, or an alternative that is no single word; the message quotes it.

    >>> from sendguard.text import Passage, Place, Words
    >>> place = Place.of("text", "I do love our new customers.")
    >>> words = Words(Passage(place, 0, len(place.plain)))
    >>> found = Phrases({"fond": ["love/like the/our? * customers"]}).find(words)
    >>> [(hit.label, hit.where.text) for hit in found]
    [('fond', 'love our new customers')]
    """

    def __init__(
        self,
        lists: Mapping[str, Iterable[str]],
        *,
        classes: Mapping[str, Iterable[str]] | None = None,
        unless: Iterable[str] = (),
    ) -> None:
        folded = {
            name: frozenset(fold_letters(word) for word in words)
            for name, words in (classes or {}).items()
        }
        self._by_anchor: dict[str, list[_Phrase]] = {}
        rank = 0
        for label, phrases in lists.items():
            for phrase in phrases:
                for read in _read(label, phrase, folded):
                    rank += 1
                    for word in _anchor(read.elements):
                        self._by_anchor.setdefault(word, []).append(read._replace(rank=rank))
        self._anchors = frozenset(self._by_anchor)
        excuses = tuple(unless)
        self._unless = Phrases({"": excuses}, classes=classes) if excuses else None

    def find(self, words: Words) -> Iterator[PhraseHit]:
        """Yield the phrases found, in the order of the text; none that overlaps with another.

        Of two phrases that begin with the same word the one counts that was given first.
        """
        if self._anchors.isdisjoint(words.vocabulary):
            return
        spans = list(self._spans(words))
        if spans and self._unless is not None:
            excused = {
                index
                for _, first, last in self._unless._spans(words)
                for index in range(first, last + 1)
            }
            spans = [span for span in spans if excused.isdisjoint(range(span[1], span[2] + 1))]
        end = -1
        for label, first, last in spans:
            if first > end:
                yield PhraseHit(label, words.at(first, last))
                end = last

    def _spans(self, words: Words) -> Iterator[tuple[str, int, int]]:
        begins = self._begins(words.vocabulary)
        if not begins:
            return
        tokens = words.tokens
        for index, token in enumerate(tokens):
            for phrase in begins.get(token, ()):
                if phrase.opens and not _is_end(tokens, index - 1):
                    continue
                last = _match(phrase.elements, 0, tokens, index)
                if last is not None and not (phrase.closes and not _is_end(tokens, last + 1)):
                    yield phrase.label, index, last
                    break

    def _begins(self, vocabulary: frozenset[str]) -> dict[str, list[_Phrase]]:
        """By first word, the phrases of which every word stands somewhere in the text."""
        begins: dict[str, dict[int, _Phrase]] = {}
        for word in vocabulary & self._anchors:
            for phrase in self._by_anchor[word]:
                if any(
                    element is not None and _is_said(element) and vocabulary.isdisjoint(element)
                    for element in phrase.elements
                ):
                    continue
                first = phrase.elements[0]
                for begin in (first or frozenset()) & vocabulary:
                    begins.setdefault(begin, {})[phrase.rank] = phrase
        return {
            begin: [phrases[rank] for rank in sorted(phrases)] for begin, phrases in begins.items()
        }


def _match(elements: tuple[_Element, ...], at: int, tokens: list[str], index: int) -> int | None:
    """The index of the last token of a phrase from its element `at` on, or None."""
    while at < len(elements):
        element = elements[at]
        if element is None:
            for width in range(_GAP + 1):
                last = _match(elements, at + 1, tokens, index + width)
                if last is not None:
                    return last
                if index + width >= len(tokens) or not tokens[index + width].isalnum():
                    return None
            return None
        if index >= len(tokens) or tokens[index] not in element:
            return None
        at += 1
        index += 1
    return index - 1


def _is_end(tokens: list[str], index: int) -> bool:
    """Whether no word of the same sentence stands there."""
    return not 0 <= index < len(tokens) or not (tokens[index].isalnum() or tokens[index] == ",")


def _read(label: str, phrase: str, classes: Mapping[str, frozenset[str]]) -> Iterator[_Phrase]:
    """The phrases that one phrase with optional words stands for."""
    if not isinstance(phrase, str):
        raise TypeError(f"a phrase is a str, not {type(phrase).__name__}")
    steps: list[tuple[tuple[_Element, ...], ...]] = []
    opens, closes = phrase.startswith("^"), phrase.endswith("$")
    for written in phrase.removeprefix("^").removesuffix("$").split():
        optional = len(written) > 1 and written[-1] == "?"
        element = _elements(phrase, written.removesuffix("?") if optional else written, classes)
        steps.append(((), element) if optional else (element,))
    for choice in product(*steps):
        elements = tuple(element for part in choice for element in part)
        if not elements or None in (elements[0], elements[-1]):
            raise ConfigurationError(
                f"the phrase {phrase!r} has no word at its beginning or its end; give it one"
            )
        if elements.count(None) > _MOST_GAPS:
            raise ConfigurationError(f"the phrase {phrase!r} has more than {_MOST_GAPS} stars")
        yield _Phrase(label, elements, opens, closes)


def _elements(
    phrase: str, written: str, classes: Mapping[str, frozenset[str]]
) -> tuple[_Element, ...]:
    if written == "*":
        return (None,)
    if written[0] == "<" and written[-1] == ">":
        name = written[1:-1]
        if name not in classes:
            known = ", ".join(sorted(classes)) or "none"
            raise ConfigurationError(
                f"the phrase {phrase!r} names the class {name!r}; there is {known}"
            )
        return (classes[name],)
    if "/" in written:
        alternatives = frozenset(fold_letters(word) for word in written.split("/"))
        if not all(map(_PIECE.fullmatch, alternatives)):
            raise ConfigurationError(
                f"in the phrase {phrase!r} stands {written!r}; each alternative is one word"
            )
        return (alternatives,)
    return tuple(frozenset((piece,)) for piece in _PIECE.findall(fold_letters(written)))


def _anchor(elements: tuple[_Element, ...]) -> frozenset[str]:
    """The words of a phrase, one of which a text must have: the longest are the rarest."""
    said = [each for each in elements if each is not None and _is_said(each)]
    if not said:
        raise ConfigurationError("a phrase has no word in it, only signs; give it one")
    return max(said, key=lambda words: min(map(len, words)))


def _is_said(element: frozenset[str]) -> bool:
    return all(word.isalnum() for word in element)
