"""Whether a word looks like the name of a merge field."""

from __future__ import annotations

import re
from enum import IntEnum
from functools import cache, lru_cache
from importlib.resources import files

from attrs import frozen

from sendguard.canonical import late


class Likeness(IntEnum):
    """How much a text looks like the name of a merge field."""

    NONE = 0
    WORD = 1
    """What is a column's name as well as ordinary: ``name``, ``date``, ``loan amount``."""
    NAME = 2
    """A name that people write for columns only: ``first_name``, ``Your Company``."""


_MAX_NAME = 80  # code points
# A word, a word that begins with a capital, capitals, or digits; other characters part them.
_WORD = late(r"[A-Z]?[^\W\d_A-Z]++|[A-Z]++(?![^\W\d_A-Z])|[A-Z]|\d++")
_POSSESSIVE = late(r"['’]s?\b")
_INSTRUCTION = late(
    r"(?i)(?:please )?(?:insert|enter|fill in|type|write|replace with|put)\s+\S.*"
    r"|.{1,60}(?: (?:goes )?here)"
)
_INSTRUCTED = late(r"(?i)(?:insert|fill in|replace with)\b|\bhere$")


@frozen
class _Words:
    fields: frozenset[str]
    nouns: frozenset[str]
    qualifiers: frozenset[str]


@lru_cache(maxsize=1_024)
def likeness(name: str) -> Likeness:
    """How much `name` looks like the name of a merge field.

    A path counts by its last segment, if not as a whole; a filter or a fallback is for the caller
    to cut off.

    >>> likeness("contact.firstname"), likeness("Date"), likeness("world")
    (<Likeness.NAME: 2>, <Likeness.WORD: 1>, <Likeness.NONE: 0>)
    """
    if len(name) > _MAX_NAME:
        return Likeness.NONE
    name = _POSSESSIVE.sub("", name)
    if _INSTRUCTION.fullmatch(name.strip()):
        return _of_instruction(name.strip())
    return max(_of_words(name), _of_words(re.split(r"[.:/]", name.strip(" .:/;"))[-1]))


def is_name_of_person(name: str) -> bool:
    """Whether that is what the column with people's names is called, not a name nor a role.

    >>> is_name_of_person("FNAME"), is_name_of_person("Customer Service")
    (True, False)
    """
    words = [word.lower() for word in _WORD.findall(name)]
    if not words or len(words) > 3:
        return False
    known = _words()
    return "".join(words) in known.fields or (
        words[-1] == "name" and all(word in known.qualifiers for word in words[:-1])
    )


def _of_instruction(text: str) -> Likeness:
    nouns = _words().nouns
    named = any(word.lower() in nouns for word in _WORD.findall(text))
    return Likeness.NAME if named or _INSTRUCTED.search(text) else Likeness.NONE


def _of_words(name: str) -> Likeness:
    words = [word.lower() for word in _WORD.findall(name) if not word.isdigit()]
    if not words or len(words) > 6:
        return Likeness.NONE
    known = _words()
    if "".join(words) in known.fields:
        return Likeness.NAME
    if words[-1] not in known.nouns:
        return Likeness.NONE
    if len(words) > 1 and all(
        word in known.qualifiers or word in known.nouns for word in words[:-1]
    ):
        return Likeness.NAME
    is_phrase = len(words) == 1 or " " in name.strip()
    return Likeness.WORD if is_phrase and len(words) <= 3 else Likeness.NONE


@cache
def _words() -> _Words:
    source = files("sendguard.checks") / "data" / "merge-fields.txt"
    sections: dict[str, set[str]] = {}
    for line in source.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = sections.setdefault(line.strip("[]"), set())
        elif line and not line.startswith("#"):
            section.update(line.split())
    return _Words(**{name: frozenset(words) for name, words in sections.items()})
