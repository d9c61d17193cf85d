"""Telephone numbers and SMS senders: the form in which they are compared, and what is wrong.

Sources: ITU-T E.164 (numbers), 3GPP TS 23.040 §9.1.2.5 and TS 23.038 (alphanumeric senders), RFC
3966 (`tel:`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

# Channel prefixes of messaging APIs, and the URI schemes for numbers.
_CHANNEL = re.compile(r"\s*(?:whatsapp|sms|mms|rcs|tel|viber):", re.IGNORECASE)
_SEPARATORS = r"\s\-./()\u00b7\u2010-\u2013"
_NUMBER = re.compile(rf"[{_SEPARATORS}]*+[+\uff0b]?[\d{_SEPARATORS}]++")
_MAX_LENGTH = 40  # code points: 15 digits with generous separators

# E.164 numbers that need no library: those of the countries with the most telephones whose national
# part cannot begin with a trunk or carrier prefix that the library would take away.
_TWO_DIGIT_CODES = "2[07]|3[0-469]|4[013-9]|5[1378]|6[0-6]|8[1246]|9[0-58]"
_E164 = re.compile(
    rf"\+(?:1[2-9][0-9]{{9}}|7[1-79][0-9]{{9}}|(?:{_TWO_DIGIT_CODES})[1-9][0-9]{{5,12}})"
)
_SHORT_CODE = re.compile(r"[0-9]{3,8}")
# The characters that carriers and providers accept, a part of the GSM 7-bit default alphabet.
_ALPHANUMERIC_SENDER = re.compile(r"[A-Za-z0-9 &+\-_.]{1,11}")
_CACHED = 16_384  # numbers


def canonical_phone(text: str, region: str | None = None) -> str | None:
    """Return the number in E.164 form, or None when it is no complete number.

    What is in E.164 form already is taken at its word in most countries; `phone_problem` asks more.

    Args:
        text: a number with the usual separators, with or without a channel prefix such as
            `whatsapp:` or `tel:`. Extensions and letters make it no number.
        region: the ISO 3166 code of the country in which a number without `+` is dialled.

    >>> canonical_phone("whatsapp:+44 1632 960961"), canonical_phone("01632 960961", "GB")
    ('+441632960961', '+441632960961')
    >>> canonical_phone("01632 960961")
    """
    text = _without_channel(text)
    if _E164.fullmatch(text):
        return text
    if len(text) > _MAX_LENGTH or not _NUMBER.fullmatch(text):
        return None
    return _judged(text.strip(), region.upper() if region else None)[0]


def phone_problem(text: str, region: str | None = None) -> str | None:
    """Return what keeps the text from being a number to send to, or None.

    Lengths and country codes are judged, not whether the number was given out: numbering plans
    change more often than libraries are upgraded. Short codes are not numbers; see `is_short_code`.

    Args:
        text: as for `canonical_phone`.
        region: as for `canonical_phone`.

    Returns:
        One sentence, which never contains any part of the number.
    """
    text = _without_channel(text)
    if not text.strip():
        return "The number is empty."
    if len(text) > _MAX_LENGTH:
        return "The number is too long."
    if not _NUMBER.fullmatch(text):
        return "The number has a character that does not belong in a telephone number."
    return _judged(text.strip(), region.upper() if region else None)[1]


def is_short_code(text: str) -> bool:
    """Tell whether the text is a short code: 3 to 8 digits and nothing else.

    >>> is_short_code("85258"), is_short_code("+85258")
    (True, False)
    """
    return _SHORT_CODE.fullmatch(text) is not None


def sms_sender_problem(text: str, region: str | None = None) -> str | None:
    """Return what keeps the text from being the sender of an SMS, or None.

    A sender is a number, a short code, or a name of at most 11 characters (letters without accents,
    digits, space, `&`, `+`, `-`, `_`, `.`) with at least one letter.

    >>> sms_sender_problem("SHOP 24"), sms_sender_problem("85258")
    (None, None)
    >>> sms_sender_problem("Northwind Traders")
    'The sender name is longer than 11 characters.'
    """
    if is_short_code(text):
        return None
    bare = _without_channel(text)
    if not any(each.isalpha() for each in bare[: _MAX_LENGTH + 1]):
        return phone_problem(text, region)
    if len(bare) > 11:
        return "The sender name is longer than 11 characters."
    if not _ALPHANUMERIC_SENDER.fullmatch(bare):
        return "The sender name has a character that networks do not carry."
    return None


def _without_channel(text: str) -> str:
    match = _CHANNEL.match(text)
    return text[match.end() :] if match else text


@lru_cache(maxsize=_CACHED)
def _judged(text: str, region: str | None) -> tuple[str | None, str | None]:
    """Return the E.164 form and the problem; each may be None."""
    import phonenumbers

    try:
        number: PhoneNumber = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        if error.error_type != phonenumbers.NumberParseException.INVALID_COUNTRY_CODE:
            return None, "The text is too short or too long for a telephone number."
        if "+" in text or "\uff0b" in text:
            return None, "The number begins with a country code that does not exist."
        return None, "The number has no country code, and no region is known that would give one."
    reason = phonenumbers.is_possible_number_with_reason(number)
    possible = phonenumbers.ValidationResult
    problem = {
        possible.IS_POSSIBLE: None,
        possible.IS_POSSIBLE_LOCAL_ONLY: "The number lacks its area code.",
        possible.TOO_SHORT: "The number has too few digits for its country.",
        possible.TOO_LONG: "The number has too many digits for its country.",
        possible.INVALID_LENGTH: "The number has a length that its country does not use.",
        possible.INVALID_COUNTRY_CODE: "The number begins with a country code that does not exist.",
    }[reason]
    form: str = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return (form if problem is None else None), problem
