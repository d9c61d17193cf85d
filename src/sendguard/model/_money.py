"""An amount of money that a message has to name correctly."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from attrs import field, frozen

from sendguard.errors import ConfigurationError
from sendguard.model._types import instance_of

_CURRENCY = re.compile(r"[A-Z]{3}")
_MOST_DIGITS = 24  # before the point, and zeros behind it


def _number(name: str, value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, Decimal | int | str):
        raise TypeError(
            f"Money.{name} takes a Decimal, an int or a text such as '299.90', "
            f"not {type(value).__name__}, which may not hold it exactly"
            if isinstance(value, float)
            else f"Money.{name} takes a Decimal, an int or a text, not {type(value).__name__}"
        )
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise ConfigurationError(
            f"Money.{name} is {value!r}; use digits with a point, such as '1299.90'"
        ) from None
    if not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS:
        raise ConfigurationError(
            f"Money.{name} is {value!r}; use a number of at most {_MOST_DIGITS} digits"
        )
    return number


def _amount(value: Any) -> Decimal:
    return _number("amount", value)


def _per(value: Any) -> Decimal | None:
    return None if value is None else _number("per", value)


@frozen
class Money:
    """An amount of money, or a price for a quantity.

    Two compare equal when all four fields do, whatever the number of zeros: ``299.90`` for 10 is
    not ``29.99`` for 1, since a reader sees two different offers. `unit_price` tells whether they
    cost the same a piece.

    Args:
        amount: in the major unit (euros, not cents): a Decimal, an int, or a text with a decimal
            point. A float is refused, because it may not hold the amount exactly.
        currency: ISO 4217 code, three capital letters.
        per: the quantity that the price is for, more than 0; None where it is for no quantity.
        unit: what the quantity counts ("kg", "month"), in the singular, or None.

    Raises:
        TypeError: a field has a type that it cannot have.
        ConfigurationError: a field has a value that it cannot have.

    >>> Money("299.90", "USD", per=10).unit_price
    Decimal('29.99')
    >>> print(Money("299.90", "USD", per=10))
    USD 299.90 per 10
    """

    amount: Decimal = field(converter=_amount)
    currency: str = field(validator=instance_of(str))
    per: Decimal | None = field(default=None, converter=_per)
    unit: str | None = field(default=None, validator=instance_of(str, type(None)))

    @currency.validator
    def _is_code(self, _: object, value: str) -> None:
        if not _CURRENCY.fullmatch(value):
            raise ConfigurationError(
                f"Money.currency is {value!r}; use an ISO 4217 code such as 'EUR'"
            )

    @per.validator
    def _is_positive(self, _: object, value: Decimal | None) -> None:
        if value is not None and value <= 0:
            raise ConfigurationError(f"Money.per is {value}; use a quantity above 0")

    @property
    def unit_price(self) -> Decimal:
        """The price of one; the amount itself where `per` is None."""
        return self.amount if self.per is None else self.amount / self.per

    def __str__(self) -> str:
        words = [self.currency, f"{self.amount:f}"]
        if self.per is not None:
            words += ["per", f"{self.per:f}"]
        if self.unit is not None:
            words += [self.unit] if self.per is not None else ["per", self.unit]
        return " ".join(words)
