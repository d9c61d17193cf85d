"""Unicode normalisation that stays linear on hostile text.

Canonical ordering sorts each run of combining marks, and the sort that CPython uses is quadratic
in the length of the run. A run longer than 30 marks occurs in no language (UAX #15 §13, the
Stream-Safe Text Format), so such runs are left as they are.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import cache
from typing import Literal

_SHORT = 1_000
"""Below this many code points even a quadratic sort costs next to nothing."""


def normalize(form: Literal["NFC", "NFD", "NFKC", "NFKD"], text: str) -> str:
    """Return the text in a normalisation form, in linear time.

    Args:
        form: the name of the form, as `unicodedata.normalize` takes it.
        text: any string, lone surrogates included.

    Returns:
        The normalised text. Only runs of more than 30 combining marks in texts of more than 1,000
        code points stay as they were.
    """
    if text.isascii():
        return text
    if len(text) <= _SHORT:
        return unicodedata.normalize(form, text)
    pieces: list[str] = []
    start = 0
    for run in _long_run_of_marks().finditer(text):
        pieces += (unicodedata.normalize(form, text[start : run.start()]), run.group())
        start = run.end()
    pieces.append(unicodedata.normalize(form, text[start:]))
    return "".join(pieces)


@cache
def _long_run_of_marks() -> re.Pattern[str]:
    marks: list[list[int]] = []
    for code in range(sys.maxunicode + 1):
        if unicodedata.combining(chr(code)):
            if marks and marks[-1][1] == code - 1:
                marks[-1][1] = code
            else:
                marks.append([code, code])
    members = "".join(f"{chr(first)}-{chr(last)}" for first, last in marks)
    # A shorter run is tried again from each of its members: at most 30 times, so linear.
    return re.compile(f"[{members}]{{31,}}+")
