"""Personal names: the form in which they are compared, and short forms of given names."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from threading import Lock
from typing import Final

from sendguard.canonical._invisible import strip_invisible
from sendguard.canonical._normal import normalize

# Letters with a stroke, ligatures and the like, which no normalisation form takes apart.
_LETTERS = str.maketrans(
    {
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "ı": "i",
        "ŋ": "n",
        "þ": "th",
        "ŧ": "t",
        "ß": "ss",
    }
)
# Marks that only colour a letter: Latin, Greek, Cyrillic, Hebrew and Arabic ones. The vowel signs
# of Indic scripts are marks too, and part of the name.
_ACCENTS = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
_APOSTROPHES = re.compile("['’‘ʼ`´]+")
# The marks of Indic scripts are no word characters to `re`, but they are no punctuation either.
_PUNCTUATION = re.compile(
    r"[\x00-\x2f\x3a-\x60\x7b-\xbf\u2000-\u206f\u3000-\u303f\uff00-\uff0f\uff1a-\uff20]+"
)

_TITLES = frozenset(
    {
        "dame", "dipl", "doctor", "dott", "dottssa", "dr", "dra", "frau", "herr",
        "lady", "lord", "madame", "miss", "mister", "mlle", "mme", "monsieur", "mr", "mrs", "ms",
        "mx", "prof", "professor", "rev", "senor", "senora", "sig", "signor", "signora", "sir",
        "sra", "srta",
    }
)  # fmt: skip
_SUFFIXES = frozenset(
    {"bsc", "cpa", "dds", "dphil", "esq", "ii", "iii", "iv", "jnr", "jr", "llm", "mba", "md"}
    | {"msc", "obe", "phd", "snr", "sr"}
)
# "Ph.D." and its like fall apart at the dots.
_SPLIT_SUFFIXES = frozenset({("ph", "d"), ("m", "d"), ("b", "sc"), ("m", "sc"), ("d", "phil")})


_SHORT: Final = 64  # code points of a name that is remembered


def fold_name(name: str) -> str:
    """Return the form in which names are compared; the form of the form is itself.

    Letter case, diacritics, punctuation, invisible characters and doubled spaces are gone, and
    "Last, First" is turned. Words are separated by one space.

    >>> fold_name("  O\u2019BRIEN-Wei\u00df,   S\u00f8ren ")
    'soren obrien weiss'
    """
    return _fold_short(name) if len(name) <= _SHORT else _fold(name)


def _fold(name: str) -> str:
    parts = [folded for part in name.split(",") if (folded := _folded(part))]
    if len(parts) > 1:
        # The first part that is not only titles and suffixes is the given name.
        for index, part in enumerate(parts[1:], start=1):
            if not _is_affix(part.split()):
                parts.insert(0, parts.pop(index))
                break
    return " ".join(parts)


# The name of a reader is folded by several checks, and a greeting is much like the display name.
_fold_short = lru_cache(maxsize=512)(_fold)


def name_tokens(name: str) -> tuple[str, ...]:
    """Return the words of the folded name without titles before it and suffixes after it.

    >>> name_tokens("Dr. Maria L\u00f3pez, Ph.D.")
    ('maria', 'lopez')
    """
    words = fold_name(name).split()
    first, last = 0, len(words)
    while first < last - 1 and words[first] in _TITLES:
        first += 1
    while first < last - 1:
        if words[last - 1] in _SUFFIXES:
            last -= 1
        elif last - 2 > first and (words[last - 2], words[last - 1]) in _SPLIT_SUFFIXES:
            last -= 2
        else:
            break
    return tuple(words[first:last])


def same_given_name(a: str, b: str) -> bool:
    """Tell whether two given names are one, or one may be short for the other.

    From English, German, Spanish, French and Italian. Two short forms of one name are the same name
    too; that is not transitive: Alex may be Alexander or Alexandra.

    >>> same_given_name("Bill", "William"), same_given_name("Bill", "Bob")
    (True, False)
    """
    first, second = fold_name(a), fold_name(b)
    if not first or not second:
        return False
    if first == second:
        return True
    groups = _nicknames()
    return not groups.get(first, frozenset()).isdisjoint(groups.get(second, frozenset()))


def is_given_name(word: str) -> bool:
    """Tell whether a word is one of the given names whose short forms are known.

    Many given names are not among them, and some of them are family names and words, too.

    >>> is_given_name("Maria"), is_given_name("Homeowner")
    (True, False)
    """
    return fold_name(word) in _nicknames()


def _is_affix(words: list[str]) -> bool:
    return tuple(words) in _SPLIT_SUFFIXES or all(
        word in _TITLES or word in _SUFFIXES for word in words
    )


def _folded(text: str) -> str:
    text = strip_invisible(text)
    if not text.isascii():
        text = _ACCENTS.sub("", normalize("NFKD", normalize("NFKD", text).casefold()))
        text = normalize("NFC", text)
    text = text.lower().translate(_LETTERS)
    return " ".join(_PUNCTUATION.sub(" ", _APOSTROPHES.sub("", text)).split())


_loaded: list[dict[str, frozenset[int]]] = []
_lock = Lock()


def _nicknames() -> dict[str, frozenset[int]]:
    """Return the numbers of the groups in which each name stands."""
    if not _loaded:
        with _lock:  # so that two threads that come first together build it once
            if not _loaded:
                _loaded.append(_read_nicknames())
    return _loaded[0]


def _read_nicknames() -> dict[str, frozenset[int]]:
    text = (files("sendguard.canonical") / "data" / "nicknames.txt").read_text(encoding="utf-8")
    groups: dict[str, set[int]] = {}
    for number, line in enumerate(text.splitlines()):
        if not line.startswith("#"):
            for name in line.split():
                groups.setdefault(name, set()).add(number)
    return {name: frozenset(numbers) for name, numbers in groups.items()}
