"""A field's name where the name of the one who is greeted belongs: ``Hi FNAME,``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from sendguard.checks._field_names import is_name_of_person
from sendguard.checks._setting import SALUTATION, TITLE

_OPENING: Final = 2_000  # code points in which the greeting of a letter stands
_LONGEST: Final = 20  # lines
_GREETING = re.compile(
    rf"(?i)\s*+(?:{SALUTATION})(?:/\w{{1,3}})?[ \xa0]++(?:(?:{TITLE})\.?[ \xa0]++)*+"
    r"(?P<slot>[^\s,?;:][^\n,!?;]{0,40}?)[ \xa0]*(?:[,!?;:.]|\Z)"
)
_LETTERS: Final = "hgdlswmbcqevotkápзпудhнп"  # with which salutations begin
_INITIALS: Final = frozenset(_LETTERS + _LETTERS.upper() + " \t\xa0")
_SIGNS: Final = " \t\xa0_*|^~&#@$%<>()[]{}!/\\.=+-"


def greeted_fields(text: str) -> Iterator[tuple[int, int]]:
    """Where a field's name is greeted, whatever marks stand around it or not.

    >>> list(greeted_fields("Hi |FNAME|, how are you?"))
    [(3, 10)]
    """
    start = 0
    for line in text[:_OPENING].split("\n", _LONGEST)[:_LONGEST]:
        if line[:1] in _INITIALS:
            match = _GREETING.match(line)
            if match and is_name_of_person(match["slot"].strip(_SIGNS)):
                yield start + match.start("slot"), start + match.end("slot")
        start += len(line) + 1
