"""One thing that a check noticed."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import Any

from attrs import evolve, field, frozen

from sendguard.canonical import mask_address, redact
from sendguard.errors import ConfigurationError
from sendguard.model._action import Action
from sendguard.model._recipient import Recipient
from sendguard.model._terms import Terms
from sendguard.model._types import instance_of

_CODE = re.compile(r"[a-z][a-z0-9-]*+(?:\.[a-z0-9][a-z0-9-]*+)++")


def check_code(code: object) -> None:
    """Raise unless `code` has the form ``family.slug``."""
    if not isinstance(code, str):
        raise TypeError(f"a finding's code is a str, not {type(code).__name__}")
    if not _CODE.fullmatch(code):
        raise ConfigurationError(
            f"{code!r} is no finding code; use family.slug in lower case, such as 'billing.no-vat'"
        )


def matches_code(code: str, patterns: tuple[str, ...]) -> bool:
    """Whether one of the patterns (``"tone.*"``, ``"*"``, or a whole code) covers the code."""
    return any(fnmatchcase(code, pattern) for pattern in patterns)


def _code(_: object, __: object, value: Any) -> None:
    check_code(value)


def _address(value: Recipient | str | None) -> str | None:
    return value.address if isinstance(value, Recipient) else value


def _part(text: str | None) -> str | None:
    """The names of hostile headers and files must not break a log line or show an address."""
    if not isinstance(text, str) or (text.isprintable() and "@" not in text):
        return text
    return redact("".join(each if each.isprintable() else "\ufffd" for each in text))


def _suggestion(text: str | None) -> str | None:
    return None if text is None else redact(text)


def _span(_: Any, __: Any, value: object) -> None:
    if value is None:
        return
    match value:
        case (int() as start, int() as end) if 0 <= start <= end:
            return
    raise ConfigurationError(
        f"Finding.span is {value!r}; use (start, end) in code points, 0 <= start <= end, or None"
    )


@frozen(repr=False)
class Finding:
    """One thing that a check noticed, with the action it asks for.

    Args:
        code: stable ``family.slug``.
        action: what should happen to the message.
        message: one sentence for people; addresses, numbers and secrets in it are masked here.
        recipient: the address it is about (a `Recipient` is taken too), or None for the message.
        part: where it stands: ``subject``, ``text``, ``html``, ``header:Name``,
            ``attachment:N``, ``attachment:N.name``, ``attachment:N.text``, or a path of these
            inside a nested message, such as ``attachment:0/subject``.
        span: start and end in code points of the decoded part; for HTML, of its visible text.
        suggestion: one sentence on what to do, masked as `message` is.
        terms: what a message that is held for it has to wait for, where the check says so.
    """

    code: str = field(kw_only=True, validator=_code)
    action: Action = field(kw_only=True, validator=instance_of(Action))
    message: str = field(kw_only=True, converter=redact)
    recipient: str | None = field(
        default=None, kw_only=True, converter=_address, validator=instance_of(str, type(None))
    )
    part: str | None = field(
        default=None, kw_only=True, converter=_part, validator=instance_of(str, type(None))
    )
    span: tuple[int, int] | None = field(default=None, kw_only=True, validator=_span)
    suggestion: str | None = field(default=None, kw_only=True, converter=_suggestion)
    terms: Terms | None = field(
        default=None, kw_only=True, validator=instance_of(Terms, type(None))
    )

    def replace(self, **changes: Any) -> Finding:
        """A copy with other fields."""
        return evolve(self, **changes)

    def to_dict(self, *, reveal: bool = False) -> dict[str, Any]:
        """The fields as JSON can hold them; the recipient is masked unless `reveal`."""
        address = self.recipient
        return {
            "code": self.code,
            "action": self.action.label,
            "message": self.message,
            "recipient": address if address is None or reveal else mask_address(address),
            "part": self.part,
            "span": None if self.span is None else list(self.span),
            "suggestion": self.suggestion,
        }

    @property
    def sort_key(self) -> tuple[int, str, str, tuple[int, int], str, str, str]:
        """Strongest first, then a fixed order that owes nothing to who was asked first."""
        return (
            -self.action,
            self.code,
            self.part or "",
            self.span or (-1, -1),
            self.recipient or "",
            self.message,
            self.suggestion or "",
        )

    def __repr__(self) -> str:
        about = "" if self.recipient is None else f", recipient={mask_address(self.recipient)!r}"
        where = "" if self.part is None else f", part={self.part!r}"
        return f"Finding({self.code!r}, {self.action.name}{about}{where})"
