"""The people that a greeting names, and whether a reader may be called so."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from attrs import frozen

from sendguard.canonical import fold_name, is_given_name, name_tokens, same_given_name, scripts_of
from sendguard.checks._word_lists import word_lists
from sendguard.text import Greeting, vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_WORDS: Final = 4
"""Of one person's name; what is longer is no name."""

_AND = re.compile(r"(?i)\s+(?:and|und|et|y|e|en|og|och|ja|i)\s+|\s*[&/+]\s*")
# "MacLeod" and "DeVries" are names, "TheRealAnn" is none.
_PREFIXES: Final = (
    "mc",
    "mac",
    "de",
    "di",
    "da",
    "du",
    "la",
    "le",
    "van",
    "von",
    "st",
    "fitz",
    "o",
)
_HUMP = re.compile(r"[a-z][A-Z]")
_DIGRAPHS = re.compile("([aou])e")  # "Mueller" for "Müller", which folds to "muller"
# In these scripts names have no spaces and titles stand behind them.
_UNSPACED: Final = frozenset({"Hani", "Hira", "Kana", "Hang", "Bopo", "Thai", "Khmr", "Laoo"})


@frozen
class Person:
    """Somebody who is greeted.

    Attributes:
        words: of the name, folded, without titles and particles.
        written: the name as it is written.
    """

    words: tuple[str, ...]
    written: str

    @property
    def is_full(self) -> bool:
        """Whether given and family name are there."""
        return len(self.words) > 1


def people(greeting: Greeting) -> tuple[Person, ...]:
    """Who is greeted by name; nobody where any of it may be something else than a name.

    "Dear Anna and Ben" greets two; "Dear homeowner", "Dear Anna and team", "Hi skippy77" nobody.
    """
    if greeting.name is None or greeting.addressee is None:
        return ()
    found = []
    for written in _AND.split(greeting.addressee.text):
        person = _person(written.strip(" \t\xa0*_"), bare=greeting.addressee == greeting.where)
        if person is None:
            return ()
        found.append(person)
    return tuple(found)


def _person(written: str, *, bare: bool) -> Person | None:
    words = written.split()
    untitled = [word for word in words if fold_name(word) not in _titles()]
    name = " ".join(untitled)
    folded = significant_words(name)
    if not 0 < len(folded) <= MOST_WORDS or not all(map(str.isalpha, folded)):
        return None
    if not scripts_of(name).isdisjoint(_UNSPACED):
        return None
    if any(_is_coined(word) for word in untitled):
        return None
    is_formal = len(untitled) < len(words)
    if not is_formal and not _audiences().isdisjoint(folded):
        return None
    looks_like_name = all(word[:1] != word[:1].lower() or word in _particles() for word in untitled)
    if bare or not (looks_like_name or is_formal):
        return Person(folded, name) if is_given_name(folded[0]) else None
    return Person(folded, name)


def significant_words(name: str) -> tuple[str, ...]:
    """The words of a name as they are compared: folded, without titles, suffixes, particles."""
    words = name_tokens(name)
    return tuple(word for word in words if word not in _particles()) or words


def is_called(person: Person, names: Sequence[str], address_words: Sequence[str]) -> bool:
    """Whether somebody may be greeted so.

    Args:
        person: who is greeted.
        names: the words of all names he is known by.
        address_words: the words of the local part of his address.
    """
    matched = [_is_among(word, names, address_words) for word in person.words]
    if all(matched):
        return True
    if not any(matched):
        return _same_letters(person.words, names) or _same_letters(person.words, address_words)
    strange = [word for word, known in zip(person.words, matched, strict=True) if not known]
    if matched[0]:  # "John Paul" may be all given names, "John Miller" for John Smith is not
        return all(map(is_given_name, strange)) or len(names) + len(address_words) < 2
    # A family name in common: who is greeted may be the wife, or the man's pet name.
    others = [word for word in names if not alike(word, person.words[-1])]
    return not (is_given_name(strange[0]) and any(map(is_given_name, others)))


def _is_among(word: str, names: Sequence[str], address_words: Sequence[str]) -> bool:
    if any(alike(word, name) for name in names):
        return True
    return any(
        same_given_name(word, each) or (len(word) > 2 and word in each) for each in address_words
    )


def alike(word: str, other: str) -> bool:
    """Whether two folded words may be forms of one name.

    The same, a short form, a spelling of it, a case of it ("Petře" for "Petr"), an initial.
    """
    if word == other or len(word) == 1 or len(other) == 1:
        return word[:1] == other[:1]
    if same_given_name(word, other):
        return True
    word, other = _DIGRAPHS.sub(r"\1", word), _DIGRAPHS.sub(r"\1", other)
    shorter = min(len(word), len(other))
    common = 0
    while common < shorter and word[common] == other[common]:
        common += 1
    if common >= max(3, shorter - 2):
        return True
    return shorter > 3 and _one_slip(word[common:], other[common:])


def _one_slip(left: str, right: str) -> bool:
    """Whether one letter more, less or other, or two swapped, tell two endings apart."""
    if left[1:] == right[1:] or left[1:] == right or left == right[1:]:
        return True
    return left[:2] == right[:2][::-1] and left[2:] == right[2:]


def _same_letters(words: Sequence[str], names: Sequence[str]) -> bool:
    """Whether the one is the other without its spaces, or in initials: "JP", "Annmarie"."""
    joined, other = "".join(words), "".join(names)
    if len(joined) > 3:
        return joined in other
    return len(names) > 1 and set(joined) <= {name[0] for name in names}


def _is_coined(word: str) -> bool:
    """Whether a word is written as nobody's name is: initials, a login, two words in one."""
    hump = _HUMP.search(word)
    if hump is not None:
        return word[: hump.end() - 1].lower() not in _PREFIXES
    return 1 < len(word) < 4 and word.isupper()


@cache
def _titles() -> frozenset[str]:
    return frozenset(map(fold_name, vocabulary("greetings")["titles"])) - _particles()


@cache
def _particles() -> frozenset[str]:
    return frozenset(vocabulary("greetings")["particles"]) - {"al"}  # which is short for Albert


@cache
def _audiences() -> frozenset[str]:
    generic = (fold_name(word) for word in vocabulary("greetings")["generic"])
    return frozenset(word_lists("greeted")["audiences"]).union(generic)
