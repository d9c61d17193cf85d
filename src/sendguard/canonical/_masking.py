"""Text without what could reach or harm a person: for logs, reports, exceptions, the ledger."""

from __future__ import annotations

import re

from sendguard.canonical._addresses import split_address
from sendguard.canonical._late import late

_ELLIPSIS = "…"
_MAX_DOMAIN = 255  # code points; what is longer is no domain, and no reader wants it

_INTERESTING = re.compile(r"[@\uff20\ufe6b\d]")

# The local part of an address in running text: what stands before the @ without a break. The
# look-behinds keep a long run without an @ from being tried again from each of its characters.
_AT = r"@\uff20\ufe6b"
_BREAK = rf"\s<>()\[\],;:\"{_AT}{_ELLIPSIS}"
_ADDRESS = late(
    rf'(?:"[^"\r\n]{{1,64}}+)?"(?=[{_AT}][^\s{_AT}{_ELLIPSIS}])'
    rf"|(?<![^{_BREAK}])[^{_BREAK}]++(?=[{_AT}][^\s{_AT}{_ELLIPSIS}])"
    # Percent-encoded, as in the query of a link.
    rf"|(?<![^{_BREAK}/?&=#])(?:(?!%40)[^{_BREAK}/?&=#])++(?=%40[^\s{_AT}{_ELLIPSIS}])"
)

# Keys, tokens, digests, UUIDs: base64, base64url or hexadecimal, joined by the signs these use.
_SECRET_LENGTH = 20
_SECRET = re.compile(rf"(?<![A-Za-z0-9+/_=\-])[A-Za-z0-9+/_=\-]{{{_SECRET_LENGTH},}}+")
_WORD = re.compile(r"[A-Za-z0-9]++")
_LETTER_BY_DIGIT = re.compile(r"(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])")
_CASE_CHANGE = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[a-z])")

_YEAR = r"(?:1[89]|20|21)\d\d"
_DATE = (
    rf"(?<!\d)(?<!\d[\-./:])(?:"
    rf"{_YEAR}-\d{{1,2}}-\d{{1,2}}|{_YEAR}/\d{{1,2}}/\d{{1,2}}|{_YEAR}\.\d{{1,2}}\.\d{{1,2}}"
    rf"|\d{{1,2}}(?:-\d{{1,2}}-|/\d{{1,2}}/|\.\d{{1,2}}\.)(?:{_YEAR}|\d\d)"
    rf"|{_YEAR}[\-–/]{_YEAR}"
    r")(?!\d)(?![\-./]\d)"
)
_TIME = (
    r"(?<!\d)(?<!\d[\-./:])\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:[+\-]\d\d:?\d\d)?"
    r"(?!\d)(?![\-./:]\d)"
)
_CURRENCY = r"(?:[$€£¥₹]|AUD|BRL|CAD|CHF|CNY|CZK|DKK|EUR|GBP|INR|JPY|NOK|PLN|SEK|USD)"
_SUM = r"\d{1,9}(?:[.,'’ \u00a0\u202f]\d{3}){0,4}(?:[.,]\d{1,2})?"
_AMOUNT = (
    rf"{_CURRENCY}[ \u00a0]?{_SUM}(?!\d)(?![.,'’ \-/]\d)"
    rf"|(?<!\d)(?<!\d[.,'’ \-/])(?:{_SUM}[ \u00a0]?{_CURRENCY}(?!\w)"
    r"|\d{1,3}(?:,\d{3}){2,4}(?:\.\d{1,2})?(?![.,]?\d)"
    r"|\d{1,3}(?:[.'’\u00a0\u202f ]\d{3}){2,4},\d{1,2}(?![.,]?\d)"
    r"|\d{5,12}[.,]\d\d(?![.,]?\d)(?![ \-/]\d))"
)
# What stands between the digits of a telephone, card or account number.
_SEPARATOR = r"[ \-./()\u00a0\u00ad\u00b7\u2007-\u2013\u202f\u2060]"
_NUMBER = late(
    rf"{_DATE}|{_TIME}|{_AMOUNT}"
    rf"|(?P<number>\+?\d(?:\d|{_SEPARATOR}{{1,3}}(?!{_DATE})\d)*+)"
)
_DIGIT = re.compile(r"\d")
_NUMBER_LENGTH = 7  # digits; the shortest subscriber numbers


def mask_address(address: str) -> str:
    """Return an address that its owner recognises and a reader of the log cannot write to.

    Args:
        address: any string.

    Returns:
        The first letter or digit of the local part (none when it has only one character), an
        ellipsis, and the domain as it is; of what is no address, the first letter or digit.

    >>> mask_address("maria.lopez@shop.example")
    'm…@shop.example'
    """
    parts = split_address(address)
    if parts is None:
        return _first(address) + _ELLIPSIS
    local, domain = parts
    if len(domain) > _MAX_DOMAIN or not domain.isprintable():
        domain = _ELLIPSIS
    return f"{_first(local)}{_ELLIPSIS}@{domain}"


def _first(text: str) -> str:
    if len(text) < 2:
        return ""
    return next((each for each in text[:_MAX_DOMAIN] if each.isalnum()), "")


def mask_number(number: str) -> str:
    """Return the last two digits of a number after an ellipsis; of a short one, no digit at all.

    >>> mask_number("+441632960961")
    '…61'
    """
    digits = _DIGIT.findall(number)
    return _ELLIPSIS + "".join(digits[-2:] if len(digits) >= _NUMBER_LENGTH else ())


def redact(text: str) -> str:
    """Return the text with addresses, numbers and secrets masked; masking again changes nothing.

    Masked are e-mail addresses (all but a first letter and the domain), runs of 7 digits or more
    with the separators of telephone, card and account numbers (all but two digits), and tokens of
    20 characters or more that mix letters and digits as keys and digests do (all but three
    characters). Dates, times, amounts of money and words stay.

    >>> redact("Call +44 1632 960961 or write to maria@shop.example by 2024-05-17.")
    'Call …61 or write to m…@shop.example by 2024-05-17.'
    """
    if not _INTERESTING.search(text):
        return text
    masked = _masked_once(text)
    # A mask ends a word, so that what stood behind a number may now be an address of its own.
    return _masked_once(masked) if "%40" in masked else masked


def _masked_once(text: str) -> str:
    text = _ADDRESS.sub(lambda match: _first(match.group()) + _ELLIPSIS, text)
    text = _SECRET.sub(lambda match: _masked_secret(match.group()), text)
    return _NUMBER.sub(lambda match: _masked_run(match["number"], match.group()), text)


def _masked_secret(token: str) -> str:
    return token[:3] + _ELLIPSIS if _is_secret(token) else token


def _is_secret(token: str) -> bool:
    """Tell whether a token of 20 characters or more is rather a key than words and numbers.

    Words and numbers joined by hyphens and slashes have few places where a letter touches a digit.
    """
    for word in _WORD.findall(token):
        if len(word) >= _SECRET_LENGTH and not (word.isdigit() or word.isalpha()):
            return True
    touches = len(_LETTER_BY_DIGIT.findall(token))
    if touches >= 4:
        return True
    return touches > 0 and 4 * (touches + len(_CASE_CHANGE.findall(token))) >= len(token)


def _masked_run(number: str | None, whole: str) -> str:
    if number is None or len(_DIGIT.findall(number)) < _NUMBER_LENGTH:
        return whole
    return mask_number(number)
