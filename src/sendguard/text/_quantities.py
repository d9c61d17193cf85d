"""Numbers with a unit: "5 kg", "3 Stück", "20 %"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from sendguard.text._numbers import NUMBER, read_number, unit_pattern, units
from sendguard.text._vocabulary import key_of

if TYPE_CHECKING:
    from decimal import Decimal

    from sendguard.text._passage import Passage


@frozen
class Quantity:
    """A number with a unit.

    Attributes:
        where: both.
        values: what the number may be, the likeliest first.
        unit: the unit, under one name for all languages ("month", "kg", "percent").
    """

    where: Passage
    values: tuple[Decimal, ...]
    unit: str

    @property
    def value(self) -> Decimal:
        """The likeliest value."""
        return self.values[0]


def read_quantities(passage: Passage) -> tuple[Quantity, ...]:
    """Return the quantities with a unit in a passage. Linear in its size.

    >>> from sendguard.text import Passage, Place
    >>> place = Place.of("text", "1,5 kg in 3 Tagen")
    >>> [(q.value, q.unit) for q in read_quantities(Passage(place, 0, len(place.plain)))]
    [(Decimal('1.5'), 'kg'), (Decimal('3'), 'day')]
    """
    text = passage.place.plain
    found: list[Quantity] = []
    for number in NUMBER.finditer(text, passage.start, passage.end):
        start, stop = number.span()
        following = text[stop : stop + 2].lstrip(" \xa0\u202f")[:1]
        if not (following.isalpha() or following == "%"):
            continue
        unit = unit_pattern().match(text, stop, passage.end)
        if unit is None or text[start - 1 : start].isalnum():
            continue
        values = read_number(number.group())
        if values:
            name = units()[key_of(unit[1])]
            found.append(Quantity(passage.at(start, unit.end()), values, name))
    return tuple(found)
