"""A promise that a message makes."""

from __future__ import annotations

from datetime import date
from typing import Any

from attrs import field, frozen

from sendguard.canonical import redact
from sendguard.model._types import instance_of


@frozen(repr=False)
class Commitment:
    """Something that the message promises for a day, for the caller to see that it is kept.

    Args:
        text: the sentence that promises, as the message has it; masked in `to_dict` and `explain`.
        part: where it stands, as in `Finding.part`.
        span: start and end in code points of that part, as in `Finding.span`.
        due: the last day on which it is kept, where the reader lives; None where the words leave
            it open ("next week").
    """

    text: str = field(validator=instance_of(str))
    part: str | None = field(default=None, validator=instance_of(str, type(None)))
    span: tuple[int, int] | None = None
    due: date | None = None

    def to_dict(self, *, reveal: bool = False) -> dict[str, Any]:
        """The fields as JSON can hold them; addresses and numbers are masked unless `reveal`."""
        return {
            "text": self.text if reveal else redact(self.text),
            "part": self.part,
            "span": None if self.span is None else list(self.span),
            "due": None if self.due is None else self.due.isoformat(),
        }

    @property
    def sort_key(self) -> tuple[str, str, tuple[int, int], str]:
        """The earliest first, those without a day last; then by place."""
        due = "9" * 10 if self.due is None else self.due.isoformat()
        return (due, self.part or "", self.span or (-1, -1), self.text)

    def __repr__(self) -> str:
        where = "" if self.part is None else f", part={self.part!r}"
        return f"Commitment(due={self.due}{where})"  # never quotes the message
