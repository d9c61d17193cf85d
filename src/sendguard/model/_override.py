"""A person's word that a message goes although a check objected."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from attrs import field, frozen

from sendguard.canonical import redact
from sendguard.errors import ConfigurationError
from sendguard.model._types import tuple_of


def _codes(value: str | Iterable[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _not_empty(_: Override, attribute: object, value: Any) -> None:
    if not value or (isinstance(value, str) and not value.strip()):
        raise ConfigurationError(
            f"Override.{getattr(attribute, 'name', '')} is empty; "
            "an override names its codes, who decided, and why"
        )


@frozen(repr=False)
class Override:
    """Send although these findings objected; it is recorded with the decision.

    Args:
        codes: finding codes, or patterns such as ``"tone.*"``.
        by: who decided.
        reason: why.
    """

    codes: tuple[str, ...] = field(converter=_codes, validator=[tuple_of(str), _not_empty])
    by: str = field(kw_only=True, validator=_not_empty)
    reason: str = field(kw_only=True, validator=_not_empty)

    def __repr__(self) -> str:
        return f"Override({self.codes!r}, by={redact(self.by)!r}, reason={redact(self.reason)!r})"
