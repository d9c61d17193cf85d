"""What the writer and the reader of a directory's file agree on."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Final

KIND: Final = 4

RULES: Final = 1
"""Counts up whenever a canonical form, or a key of `_whose`, changes: a file in which other forms
are filed would silently know less."""

# What a key is; its first byte. A customer is a key as all others are.
EMAIL, PHONE, NAME, IDENTIFIER, CUSTOMER = b"e", b"p", b"n", b"i", b"c"
# Addresses and numbers as they were given, in canonical form: what is near is compared with these.
ADDRESS, NUMBER = b"a", b"b"
# What saves looking further; they have no record.
FIRST_WORD, OPENING, TAIL = b"f", b"o", b"t"
# What must be unique; it is not kept.
ID = b"d"

NEAR: Final[dict[bytes, tuple[str, str | None]]] = {
    ADDRESS: ("emails", "@"),
    NUMBER: ("phones", None),
    NAME: ("names", " "),
}
"""Of what there is an index of near misses: its section, and where its strings are split."""

PLACE_BYTES: Final = 5
LENGTH: Final = struct.Struct("<I")

_OF_NUMBERS = frozenset("+0123456789")


class Parameters(NamedTuple):
    """What the header says.

    Attributes:
        rules: by which rules things were brought into canonical form.
        region: the two letters of the default region, the second in the higher byte; 0 for none.
        emails, phones, names, identifiers, customers: how many different ones there are.
    """

    rules: int
    region: int
    emails: int
    phones: int
    names: int
    identifiers: int
    customers: int


def region_code(region: str | None) -> int:
    """A region as a number."""
    return int.from_bytes(region.encode("ascii"), "little") if region else 0


def region_of(code: int) -> str | None:
    """The region of a number; ValueError where it is of none."""
    return code.to_bytes(2, "little").decode("ascii") if code else None


def strange(text: str) -> int:
    """How many code points are none of a telephone number in canonical form."""
    return sum(each not in _OF_NUMBERS for each in text)


def is_number(text: str) -> bool:
    """Whether it is filed with the telephone numbers."""
    return not strange(text)
