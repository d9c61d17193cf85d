"""A contact as bytes: how many values each list has, then each value behind its length.

Counts and lengths are numbers of seven bits a byte, the lowest first, with the highest bit set on
all bytes but the last. Texts are UTF-8 with lone surrogates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sendguard.matching._contacts import Contact

if TYPE_CHECKING:
    from collections.abc import Sequence

_LISTS = 3  # e-mail addresses, phones, identifiers
_SINGLE = 3  # id, customer, name
_MORE = 0x80
_MOST_SHIFT = 35  # bits; no value is longer than the file that has it


def packed(contact: Contact) -> bytes:
    """The bytes of a contact."""
    lists = (contact.emails, contact.phones, contact.identifiers)
    out = bytearray()
    for values in lists:
        _put(out, len(values))
    for text in (contact.id, contact.customer, contact.name, *(v for each in lists for v in each)):
        raw = text.encode("utf-8", "surrogatepass")
        _put(out, len(raw))
        out += raw
    return bytes(out)


def unpacked(raw: bytes) -> Contact:
    """The contact that bytes are of.

    Raises:
        ValueError: they are of none.
        IndexError: they end too soon.
    """
    if raw.isascii():  # and so each count and length is one byte
        return _unpacked_ascii(raw.decode("ascii"))
    reader = _Reader(raw)
    emails, phones, identifiers = reader.number(), reader.number(), reader.number()
    contact = Contact(
        reader.text(),
        reader.text(),
        reader.text(),
        reader.texts(emails),
        reader.texts(phones),
        reader.texts(identifiers),
    )
    reader.end()
    return contact


def _unpacked_ascii(raw: str) -> Contact:
    """The same of a contact without long values, in a third of the time."""
    texts = []
    at, size = _LISTS, len(raw)
    while at < size:
        start = at + 1
        at = start + ord(raw[at])
        texts.append(raw[start:at])
    if at > size:
        raise IndexError("a text goes beyond the end")
    emails, phones, identifiers = map(ord, raw[:_LISTS])
    if len(texts) != _SINGLE + emails + phones + identifiers:
        raise ValueError("there are other texts than it says")
    first, second = _SINGLE + emails, _SINGLE + emails + phones
    # As unpickling does it: what was read as texts need not be checked for being texts.
    contact = Contact.__new__(Contact)
    contact.__setstate__(  # type: ignore[attr-defined]  # attrs makes it
        {
            "id": texts[0],
            "customer": texts[1],
            "name": texts[2],
            "emails": tuple(texts[_SINGLE:first]),
            "phones": tuple(texts[first:second]),
            "identifiers": tuple(texts[second:]),
        }
    )
    return contact


def _put(out: bytearray, number: int) -> None:
    while number >= _MORE:
        out.append(number & (_MORE - 1) | _MORE)
        number >>= 7
    out.append(number)


class _Reader:
    """Reads numbers and texts one behind the other."""

    __slots__ = ("_at", "_raw")

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._at = 0

    def number(self) -> int:
        number = shift = 0
        while shift < _MOST_SHIFT:
            byte = self._raw[self._at]
            self._at += 1
            number |= (byte & (_MORE - 1)) << shift
            if byte < _MORE:
                return number
            shift += 7
        raise ValueError("a number goes on and on")

    def text(self) -> str:
        start = self._at + 1
        length = self._raw[self._at]
        if length < _MORE:
            self._at = start
        else:
            length = self.number()
            start = self._at
        self._at = start + length
        if self._at > len(self._raw):
            raise IndexError("a text goes beyond the end")
        return self._raw[start : self._at].decode("utf-8", "surrogatepass")

    def texts(self, count: int) -> Sequence[str]:
        return [self.text() for _ in range(count)]

    def end(self) -> None:
        if self._at != len(self._raw):
            raise ValueError("something stands behind the last text")
