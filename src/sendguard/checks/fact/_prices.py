"""An amount in the text against the one that is expected."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sendguard.model import Money
    from sendguard.text import Amount

_ONE = Decimal(1)


def is_right(amount: Amount, money: Money) -> bool:
    """Whether an amount says what is expected, in whatever notation."""
    if money.currency not in amount.currencies:
        return False
    expected = abs(money.amount)
    stated = [abs(value) for value in amount.values]
    if amount.rate is None:
        return expected in stated
    if money.per is None and money.unit is None:
        return expected in stated
    if not _same_unit(amount, money):
        return False
    per = money.per or _ONE
    # Multiplied crosswise, since a third has no end.
    return any(value * per == expected * amount.rate.quantity for value in stated)


def same_shape(amount: Amount, money: Money) -> bool:
    """Whether an amount may stand for the expected one: same currency, and for a quantity too."""
    if money.currency not in amount.currencies:
        return False
    if money.per is None and money.unit is None:
        return amount.rate is None or amount.rate.unit in ("", "piece")
    return amount.rate is not None and _same_unit(amount, money)


def is_near(amount: Amount, money: Money) -> bool:
    """Whether an amount is a slip of the expected one: a point moved, a digit off, two swapped."""
    expected = abs(money.amount)
    if not expected or (money.per is None) != (amount.rate is None):
        return False
    for value in map(abs, amount.values):
        said, meant = _digits(value), _digits(expected)
        if said.strip("0") == meant.strip("0"):
            return True  # a point moved
        if len(said) == len(meant) >= 4:
            off = [at for at, (a, b) in enumerate(zip(said, meant, strict=True)) if a != b]
            if len(off) == 2 and [said[n] for n in off] == [meant[n] for n in reversed(off)]:
                return True
    return False


def _digits(value: Decimal) -> str:
    return f"{value:.2f}".replace(".", "")


def _same_unit(amount: Amount, money: Money) -> bool:
    stated = amount.rate.unit if amount.rate else ""
    expected = "" if money.unit is None else money.unit.casefold()
    pieces = {"", "piece"}
    return stated == expected or {stated, expected} <= pieces
