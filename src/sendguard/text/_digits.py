"""Whether there is a digit at all, without which there is no number, date or code."""

from __future__ import annotations

import re

_DIGIT = re.compile(r"\d")


def has_digit(text: str) -> bool:
    """Whether a text has a decimal digit of any script, as ``\\d`` knows them. Quick.

    >>> has_digit("No. 7"), has_digit("no. ٧"), has_digit("x²")
    (True, True, False)
    """
    # To look for one character takes a hundredth of the time in which an expression passes it by.
    if any(map(text.__contains__, "0123456789")):
        return True
    return not text.isascii() and _DIGIT.search(text) is not None
