"""The value of a fact, as it is compared."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sendguard.model import Money
from sendguard.text import Passage, Place, read_amounts

_MOST_DIGITS = 24  # of a number of things
_LONGEST = 40  # code points of a text that may be an amount or a date


def expected_value(value: object) -> Money | date | Decimal | str | None:
    """A fact as one of the four kinds that are compared; None for any other.

    >>> expected_value("29.90 EUR"), expected_value("2026-05-04"), expected_value("A-1042")
    (Money(amount=Decimal('29.90'), currency='EUR', per=None, unit=None), \
datetime.date(2026, 5, 4), 'A-1042')
    """
    match value:
        case bool():
            return None
        case datetime():
            return value.date()
        case Money() | date():
            return value
        case int() | Decimal():
            count = Decimal(value)
            return count if count.is_finite() and abs(count.adjusted()) <= _MOST_DIGITS else None
        case str():
            return _read(value) if len(value) <= _LONGEST else value
    return None


def _read(text: str) -> Money | date | str:
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass  # it is another kind of text
    place = Place.of("text", text.strip())
    amounts = read_amounts(Passage(place, 0, len(place.plain)))
    if len(amounts) == 1 and len(amounts[0].where.text) == len(place.plain):
        return Money(amounts[0].value, amounts[0].currency)
    return text
