"""The language of a text, by its common words, its letters and its script.

Small on purpose: it knows seven languages well and some more a little, and says "unknown" rather
than guess. Near relatives (Danish and Norwegian) often stay unknown.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Final

from sendguard.text._vocabulary import vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sendguard.text._passage import Passage

UNKNOWN: Final = "unknown"

_WORD = re.compile(r"[^\W\d_]++(?:['’][^\W\d_]++)?")
_NO_PROSE: Final = ("@", "://", "www.")  # which addresses have
_MOST_WORDS = 400  # of a text that are looked at; more of them change nothing
_MOST_CHARACTERS = 6_000
_LEAST_SCORE = 1.8  # points; two words that only one language has
_LEAST_SHARE = 0.12  # points for each word
_LEAD = 1.35  # times the score of the second
_MINOR_WEIGHT = 0.7  # of a word in a language that is known a little
_LETTER_WEIGHT = 0.3  # points for a word with a telling letter


def read_language(text: Iterable[Passage] | str) -> str:
    """Return the language of a text.

    Args:
        text: passages of it, or all of it.

    Returns:
        An ISO 639-1 code, or "unknown": the text is too short, in a language that is not known
        here, or in more than one.

    >>> read_language("Vielen Dank für Ihre Bestellung."), read_language("OK 42")
    ('de', 'unknown')
    """
    source = text if isinstance(text, str) else "\n".join(_pieces(text))
    words = [word.casefold() for word in _WORD.findall(_prose(source))[:_MOST_WORDS]]
    if not words:
        return UNKNOWN
    return _by_script(words) or _by_words(words)


@cache
def known_languages() -> frozenset[str]:
    """The ISO 639-1 codes that `read_language` can answer with, "unknown" aside."""
    data = vocabulary("languages")
    return frozenset((*data["words"], *data["scripts"].values(), *data["cyrillic"]))


def _pieces(passages: Iterable[Passage]) -> Iterable[str]:
    left = _MOST_CHARACTERS
    for passage in passages:
        if left <= 0:
            return
        piece = passage.place.plain[passage.start : min(passage.end, passage.start + left)]
        left -= len(piece)
        yield piece


def _prose(source: str) -> str:
    """The beginning of a text, without addresses."""
    text = source[:_MOST_CHARACTERS]
    if not any(sign in text for sign in _NO_PROSE):
        return text
    return " ".join(piece for piece in text.split() if not any(sign in piece for sign in _NO_PROSE))


def _by_words(words: list[str]) -> str:
    weights, letters = _weights(), _letters()
    scores: dict[str, float] = dict.fromkeys(vocabulary("languages")["words"], 0.0)
    # A word counts three times at most, so that one that is repeated does not decide.
    for word, count in Counter(words).items():
        for language, weight in weights.get(word.replace("’", "'"), ()):
            scores[language] += weight * min(count, 3)
        if not word.isascii():
            for letter in set(word):
                for language, weight in letters.get(letter, ()):
                    scores[language] += weight
    best, second = sorted(scores, key=scores.__getitem__, reverse=True)[:2]
    least = max(_LEAST_SCORE, _LEAST_SHARE * len(words), _LEAD * scores[second])
    return best if scores[best] >= least else UNKNOWN


def _by_script(words: list[str]) -> str:
    """The language that the script of most words tells, or "" for those in Latin letters."""
    if all(word[0] < "\u0370" for word in words):  # where Latin ends
        return ""
    scripts = Counter(unicodedata.name(word[0], "").split(" ")[0].split("-")[0] for word in words)
    known = vocabulary("languages")["scripts"]
    script, count = scripts.most_common(1)[0]
    if scripts["HIRAGANA"] or scripts["KATAKANA"]:
        script, count = "HIRAGANA", count + 1
    if 2 * count <= len(words):
        return ""
    if script == "CYRILLIC":
        return _by_cyrillic(words)
    if script == "LATIN":
        return ""
    return str(known.get(script, UNKNOWN))


def _by_cyrillic(words: list[str]) -> str:
    letters = Counter("".join(words))
    counts = {
        language: sum(letters[each] for each in own)
        for language, own in vocabulary("languages")["cyrillic"].items()
    }
    telling = [language for language, count in counts.items() if count]
    return telling[0] if len(telling) == 1 else UNKNOWN


@cache
def _weights() -> dict[str, tuple[tuple[str, float], ...]]:
    """What a word says for each language: the less the more languages have it."""
    data = vocabulary("languages")
    lists = {language: set(words.split()) for language, words in data["words"].items()}
    weights = {language: 1.0 if language in data["main"] else _MINOR_WEIGHT for language in lists}
    shared: dict[str, float] = {}
    for language, words in lists.items():
        for word in words:
            shared[word] = shared.get(word, 0.0) + weights[language]
    found: dict[str, list[tuple[str, float]]] = {}
    for language, words in lists.items():
        for word in words:
            weight = weights[language] / max(1.0, shared[word])
            found.setdefault(word, []).append((language, weight))
    return {word: tuple(weights) for word, weights in found.items()}


@cache
def _letters() -> dict[str, tuple[tuple[str, float], ...]]:
    lists = vocabulary("languages")["letters"]
    shared = Counter(letter for letters in lists.values() for letter in letters)
    found: dict[str, list[tuple[str, float]]] = {}
    for language, letters in lists.items():
        for letter in letters:
            found.setdefault(letter, []).append((language, _LETTER_WEIGHT / shared[letter]))
    return {letter: tuple(weights) for letter, weights in found.items()}
