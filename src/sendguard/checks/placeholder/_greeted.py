"""A field's name where the name of the one who is greeted belongs: ``Hi FNAME,``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sendguard.canonical import late
from sendguard.checks.placeholder._field_names import is_name_of_person
from sendguard.checks.placeholder._setting import SALUTATION, TITLE

_OPENING: Final = 2_000  # code points in which the greeting of a letter stands
_LONGEST: Final = 20  # lines
_GREETING = late(
    rf"(?i)\s*+(?:{SALUTATION})(?:/\w{{1,3}})?[ \xa0]++(?:(?:{TITLE})\.?[ \xa0]++)*+"
    r"(?P<slot>[^\s,?;:][^\n,!?;]{0,40}?)[ \xa0]*(?:[,!?;:.]|\Z)"
)
# How salutations begin, and a few that none does.
_BEGINNINGS: Final = frozenset(each[:2] for each in SALUTATION.split("|"))
_SIGNS: Final = " \t\xa0_*|^~&#@$%<>()[]{}!/\\.=+-"


def greetings(text: str) -> list[tuple[int, str]]:
    """The lines near the beginning that may greet somebody, each with where it starts.

    A look at two letters tells it of most lines; who is greeted is for others to find out.
    """
    found = []
    start = 0
    for line in text[:_OPENING].split("\n", _LONGEST)[:_LONGEST]:
        if line and line.lstrip()[:2].lower() in _BEGINNINGS:
            found.append((start, line))
        start += len(line) + 1
    return found


def greeted_fields(lines: list[tuple[int, str]]) -> Iterator[tuple[int, int]]:
    """Where a field's name is greeted, whatever marks stand around it or not.

    >>> list(greeted_fields(greetings("Hi |FNAME|, how are you?")))
    [(3, 10)]
    """
    for start, line in lines:
        match = _GREETING.match(line)
        if match and is_name_of_person(match["slot"].strip(_SIGNS)):
            yield start + match.start("slot"), start + match.end("slot")
