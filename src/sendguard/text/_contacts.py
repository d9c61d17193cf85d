"""E-mail addresses and telephone numbers in running text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attrs import field, frozen

from sendguard.canonical import address_problem, canonical_address, canonical_phone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sendguard.text._passage import Passage

_MAX_LOCAL = 64  # octets, and so code points, before the @
_LOCAL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~\-]++\Z")
_LABEL_OF_DOMAIN = r"\w(?:[\w\-]{0,61}\w)?"
_DOMAIN = re.compile(rf"{_LABEL_OF_DOMAIN}(?:\.{_LABEL_OF_DOMAIN})++")
_OPENERS = "'`*/{|.="  # before an address rather than in it
_NUMBER = re.compile(
    r"(?<![\w.,:/@=\-])(?:(?P<plus>\+|00(?=[1-9 ]))[ ]?)?"
    r"(?P<body>\(?\d(?:[ \xa0\-./()\u2010\u2011]{0,3}\d){6,16})(?!\w|[\-/.,]\d)"
)
# What a number without a country code must look like to be one: a trunk prefix, or 3-3-4.
_NATIONAL = re.compile(r"\(?0\d|\(?\d{3}\)?[ .\-]\d{3}[ .\-]\d{4}\Z")
_DATE = re.compile(r"\d{1,4}([./\-])\d{1,2}\1\d{1,4}(?!\d)")
_LABEL = re.compile(
    r"(?i)(?:tel|phone|mob|cell|fon|tél|handy|portable|móvil|whatsapp|sms|fax|call|dial)"
    r"\w{0,8}(?: us at| at)?[.:)\]]*[ \t]*\Z"
)
_BEFORE = 24  # code points in which "phone:" stands
_MOST_DIGITS = 15  # E.164
_DIGIT_SIGNS = re.compile(r"\D")


@frozen
class EmailMention:
    """An e-mail address in the text, with the form in which two compare."""

    where: Passage
    address: str = field(repr=False)


@frozen
class PhoneMention:
    """A telephone number in the text.

    Attributes:
        where: the number as written.
        number: in E.164 form where its country is known, else its digits.
    """

    where: Passage
    number: str = field(repr=False)


def read_emails(passage: Passage) -> tuple[EmailMention, ...]:
    """Return the e-mail addresses in a passage. Linear in its size.

    >>> from sendguard.text import Passage, Place
    >>> place = Place.of("text", "Write to <Ann@Shop.example>.")
    >>> [m.address for m in read_emails(Passage(place, 0, len(place.plain)))]
    ['ann@shop.example']
    """
    return tuple(_emails(passage))


def _emails(passage: Passage) -> Iterator[EmailMention]:
    text, taken = passage.place.plain, passage.start
    at = text.find("@", taken, passage.end)
    while at >= 0:
        domain = _DOMAIN.match(text, at + 1, passage.end)
        local = domain and _LOCAL.search(text[max(taken, at - _MAX_LOCAL) : at])
        if domain and local:
            name = local.group().lstrip(_OPENERS)
            address = f"{name}@{domain.group()}"
            if name and address_problem(address) is None:
                canonical = canonical_address(address)
                if canonical is not None:
                    taken = domain.end()
                    yield EmailMention(passage.at(at - len(name), taken), canonical)
        at = text.find("@", max(at + 1, taken), passage.end)


def read_phones(passage: Passage, region: str | None = None) -> tuple[PhoneMention, ...]:
    """Return the telephone numbers in a passage. Linear in its size.

    Without a country code a number must look like one, or be called one.

    Args:
        passage: where to read.
        region: the ISO 3166 code of the country in which such numbers are dialled.

    >>> from sendguard.text import Passage, Place
    >>> place = Place.of("text", "Call +44 1632 960961.")
    >>> [m.number for m in read_phones(Passage(place, 0, len(place.plain)))]
    ['+441632960961']
    """
    text = passage.place.plain
    found: list[PhoneMention] = []
    for match in _NUMBER.finditer(text, passage.start, passage.end):
        digits = _DIGIT_SIGNS.sub("", match["body"])
        if len(digits) > _MOST_DIGITS or _DATE.match(match["body"]):
            continue
        if match["plus"]:
            number = canonical_phone(f"+{match['body']}")
            if number is None:
                continue
        else:
            before = text[max(passage.start, match.start() - _BEFORE) : match.start()]
            if not (_NATIONAL.match(match["body"]) or _LABEL.search(before)):
                continue
            number = (canonical_phone(match["body"], region) if region else None) or digits
        found.append(PhoneMention(passage.at(*match.span()), number))
    return tuple(found)
