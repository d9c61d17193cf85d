"""Bank account and payment card numbers in running text.

Sources: ISO 13616 and the lengths in SWIFT's IBAN registry; ISO/IEC 7812-1 (cards, Luhn's check
digit) and the ranges that the card schemes publish.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

from attrs import field, frozen

from sendguard.text._digits import has_digit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sendguard.text._passage import Passage

_IBAN_LENGTHS: Final = {
    country: length
    for length, countries in {
        15: "NO",
        16: "BE",
        18: "DK FI FO GL NL",
        19: "MK SI",
        20: "AT BA EE KZ LT LU XK",
        21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA",
        23: "AE GI IL IQ TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "PT ST",
        26: "IS TR",
        27: "FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HU LB PL SV",
        29: "BR EG PS QA UA",
        30: "JO KW MU",
        31: "MT SC",
        32: "LC",
    }.items()
    for country in countries.split()
}
# Both begin with what is looked for, not by looking back, so that a search skips to it.
_IBAN = re.compile(r"[A-Z](?<![A-Za-z0-9][A-Z])[A-Z]\d\d(?=[ \-]?[A-Z0-9])")
_PIECE = re.compile(r"[ \xa0\-]?[A-Z0-9]")
_CARD = re.compile(
    r"[2-6](?<![\w.,+\-/][2-6])(?<![0-9]{4}[ \-][2-6])"
    r"(?:[0-9]{12,18}|[0-9]{3}(?:"
    r"([ \-.\xa0\u2009\u202f])[0-9]{4}\1[0-9]{4}\1[0-9]{4}"
    r"|([ \-.\xa0\u2009\u202f])[0-9]{6}\2[0-9]{4,5}))"
    r"(?![\w\-/])"
)
_NO_DIGIT = re.compile(r"\D")
# Which numbers the schemes give out: first digits from, to, and how long the numbers are.
_ISSUERS: Final = (
    ("4", "4", (13, 16, 19), "Visa"),
    ("51", "55", (16,), "Mastercard"),
    ("2221", "2720", (16,), "Mastercard"),
    ("34", "34", (15,), "American Express"),
    ("37", "37", (15,), "American Express"),
    ("6011", "6011", (16, 19), "Discover"),
    ("644", "659", (16, 19), "Discover"),
    ("300", "305", (14, 16), "Diners Club"),
    ("36", "36", (14, 16), "Diners Club"),
    ("38", "39", (14, 16), "Diners Club"),
    ("3528", "3589", (16,), "JCB"),
    ("62", "62", (16, 17, 18, 19), "UnionPay"),
    ("2200", "2204", (16,), "Mir"),
)
_REMAINDER = 1  # of an IBAN by 97, ISO 7064


@frozen
class AccountNumber:
    """A number that money can be moved with.

    Attributes:
        where: as written.
        kind: "iban" or "card".
        number: without separators.
        is_valid: whether its check digits are right; a card number whose are not is not reported.
        scheme: whose card it is by its first digits, "" for an account.
    """

    where: Passage
    kind: Literal["iban", "card"]
    number: str = field(repr=False)
    is_valid: bool = True
    scheme: str = ""


def read_accounts(
    passage: Passage, kinds: Collection[str] = ("iban", "card")
) -> tuple[AccountNumber, ...]:
    """Return the IBANs and card numbers in a passage, or one kind of them. Linear in its size.

    >>> from sendguard.text import Passage, Place
    >>> place = Place.of("text", "to GB82 WEST 1234 5698 7654 32, please")
    >>> [(a.number, a.is_valid) for a in read_accounts(Passage(place, 0, len(place.plain)))]
    [('GB82WEST12345698765432', True)]
    """
    if not has_digit(passage.text):
        return ()
    found: list[AccountNumber] = []
    figures = passage.place.figures
    if "iban" in kinds and (figures is None or "AA00" in figures):
        found += _ibans(passage)
    if "card" in kinds and (figures is None or "0000" in figures):
        found += _cards(passage)
    return tuple(sorted(found, key=lambda each: each.where.start))


def _ibans(passage: Passage) -> Iterator[AccountNumber]:
    text = passage.place.plain
    for match in _IBAN.finditer(text, passage.start, passage.end):
        length = _IBAN_LENGTHS.get(match.group()[:2])
        if length is None:
            continue
        end, count = match.end(), len(match.group())
        while count < length and (piece := _PIECE.match(text, end, passage.end)):
            end, count = piece.end(), count + 1
        if count < length or text[end : end + 1].isalnum():
            continue
        number = re.sub(r"[^A-Z0-9]", "", text[match.start() : end])
        yield AccountNumber(passage.at(match.start(), end), "iban", number, _has_remainder(number))


def _has_remainder(number: str) -> bool:
    moved = number[4:] + number[:4]
    return int("".join(str(int(each, 36)) for each in moved)) % 97 == _REMAINDER


def _cards(passage: Passage) -> Iterator[AccountNumber]:
    for match in _CARD.finditer(passage.place.plain, passage.start, passage.end):
        number = _NO_DIGIT.sub("", match.group())
        scheme = _scheme(number)
        if scheme and _luhn(number) and len(set(number)) > 1:
            yield AccountNumber(passage.at(*match.span()), "card", number, scheme=scheme)


def _scheme(number: str) -> str:
    """Who gives out cards of this number and length; "" where nobody does."""
    for first, last, lengths, scheme in _ISSUERS:
        if len(number) in lengths and first <= number[: len(first)] <= last:
            return scheme
    return ""


def _luhn(number: str) -> bool:
    digits = [int(each) for each in reversed(number)]
    doubled = (2 * each - 9 * (each > 4) for each in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
