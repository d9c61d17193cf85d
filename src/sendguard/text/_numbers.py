"""Numbers as people write them, in both notations."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import Final

from sendguard.text._vocabulary import alternation, vocabulary

NUMBER: Final = re.compile(
    # It begins with a digit, not by looking back, so that a search skips to the next digit.
    r"\d(?<!\d\d)(?:"
    r"\d{0,2}(?:[ \xa0\u202f\u2009]\d{3})++(?!\d)(?:[.,]\d{1,2}(?!\d))?"
    r"|\d*+(?:[.,'’]\d++)*+"
    r")"
)
"""A run of digits with the signs that may part them."""

_MAX_DIGITS = 18
_PARTS = re.compile(r"[.,'’ \xa0\u202f\u2009]")


def read_number(text: str) -> tuple[Decimal, ...]:
    """Return the values that a number may have, the likeliest first; none for what is no number.

    Args:
        text: what `NUMBER` matched.

    >>> read_number("1.234,50"), read_number("1,234"), read_number("12.5.2027")
    ((Decimal('1234.50'),), (Decimal('1234'), Decimal('1.234')), ())
    """
    if len(text) > 2 * _MAX_DIGITS:
        return ()
    groups = _PARTS.split(text)
    digits = "".join(groups)
    if len(digits) > _MAX_DIGITS:
        return ()
    if len(groups) == 1:
        return (Decimal(digits),)
    signs = [each for each in text if not each.isdigit()]
    last = signs[-1]
    is_grouped = _is_grouped(groups)
    if len(set(signs)) == 1:
        readings = []
        if is_grouped:
            readings.append(Decimal(digits))
        if len(groups) == 2 and last in ".,":
            readings.append(Decimal(f"{groups[0]}.{groups[1]}"))
        return tuple(readings)
    if signs.count(last) == 1 and last in ".,'’" and len(set(signs[:-1])) == 1:
        whole = groups[:-1]
        if _is_grouped(whole):
            return (Decimal(f"{''.join(whole)}.{groups[-1]}"),)
    return ()


def _is_grouped(groups: list[str]) -> bool:
    """Whether digits stand in thousands, or as in India in hundreds above the last thousand."""
    if groups[0].startswith("0") or not 1 <= len(groups[0]) <= 3 or len(groups[-1]) != 3:
        return False
    middle = {len(group) for group in groups[1:-1]}
    return middle <= {3} or (middle == {2} and len(groups[0]) <= 2)


@cache
def unit_pattern() -> re.Pattern[str]:
    """What matches a unit after a number, white space before it included; group 1 is the unit."""
    names = alternation(units())
    return re.compile(rf"(?i)[ \xa0\u202f]?({names})(?![\w²³])")


@cache
def units() -> dict[str, str]:
    """The written forms of units, and the name under which they compare."""
    found: dict[str, str] = {}
    for name, forms in vocabulary("amounts")["units"].items():
        for form in forms:
            found.setdefault(form, name)
    return found
