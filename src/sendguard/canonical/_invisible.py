"""Characters that cannot be seen.

These are the code points with the property Default_Ignorable_Code_Point of Unicode 17.0
(DerivedCoreProperties.txt): zero-width characters, bidirectional controls, variation selectors,
tag characters, the soft hyphen, Hangul and Khmer fillers, and the ranges reserved for more of them.
The property is stable in practice: it has gained no range since Unicode 6.0 outside those.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from typing import TYPE_CHECKING

from sendguard.canonical._late import late

if TYPE_CHECKING:
    from collections.abc import Sequence

INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
)
"""The members of the set, in the form that a bracketed class of `re` takes."""

_INVISIBLE_RUN = re.compile(f"[{INVISIBLE}]+")
_INVISIBLE_ONE = re.compile(f"[{INVISIBLE}]")

# UTS #51, ED-14a: the three subdivision flags that are recommended for general interchange.
_FLAGS = tuple(
    "\U0001f3f4" + "".join(chr(0xE0000 + ord(letter)) for letter in region) + "\U000e007f"
    for region in ("gbeng", "gbsct", "gbwls")
)
# Characters that take part in emoji sequences lie in these blocks (emoji-sequences.txt).
_PICTOGRAPH = (
    "[#*0-9\u00a9\u00ae\u203c\u2049\u2100-\u214f\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff"
    "\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
)
# Arabic to Sinhala, Tibetan, Myanmar, Khmer, Mongolian, and the later Indic and Arabic blocks:
# scripts in which the joiners choose between forms of a letter (Unicode 15 §9.2, §12.1, §23.2).
_JOINING = (
    "[\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u17b3\u17b6-\u17ff\u1800-\u180a\u1820-\u18af"
    "\u1900-\u1cff\ua800-\ua8ff\ua900-\uaaff\uabc0-\uabff\ufb50-\ufdff\ufe70-\ufefc"
    "\U00010a00-\U00010aff\U00011000-\U000119ff]"
)
_LEGITIMATE = late(
    "|".join(
        (
            *_FLAGS,
            f"(?<={_PICTOGRAPH})[\ufe0e\ufe0f]",
            # A pictograph, its presentation selector or skin tone, the joiner, a pictograph.
            f"(?<={_PICTOGRAPH})\u200d(?={_PICTOGRAPH})",
            f"(?<={_PICTOGRAPH}\ufe0f)\u200d(?={_PICTOGRAPH})",
            f"(?<={_JOINING})[\u200c\u200d]",
            # Ideographic and standardised variants of Han characters, Mongolian free variants.
            "(?<=[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])[\ufe00-\ufe02\U000e0100-\U000e01ef]",
            "(?<=[\u1820-\u18af])[\u180b-\u180d\u180f]",
            "(?<=[\u1820-\u18af])\u180e(?=[\u1820\u1821])",
            # Old Hangul syllables without a leading consonant or a vowel.
            "\u115f(?=[\u1160-\u11a7])",
            "(?<=[\u1100-\u115f])\u1160",
            r"\A\ufeff",
        )
    )
)
_DIRECTION_MARKS = frozenset("\u200e\u200f\u061c")


def has_invisible(text: str) -> bool:
    r"""Tell whether the text has a character that cannot be seen.

    >>> has_invisible("pay\u200bpal"), has_invisible("paypal")
    (True, False)
    """
    if text.isascii():
        return False
    if is_latin_1(text):
        return "\xad" in text
    return _INVISIBLE_ONE.search(text) is not None


def is_latin_1(text: str) -> bool:
    r"""Tell whether every code point is below U+0100, which takes far less time than a search.

    >>> is_latin_1("Caf\u00e9"), is_latin_1("\u20ac 5")
    (True, False)
    """
    if text.isascii():
        return True
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


def strip_invisible(text: str) -> str:
    r"""Return the text without the characters that cannot be seen.

    >>> strip_invisible("pay\u200bpal")
    'paypal'
    """
    return _INVISIBLE_RUN.sub("", text) if has_invisible(text) else text


def strip_invisible_with_offsets(text: str) -> tuple[str, Sequence[int] | None]:
    r"""Return the text without invisible characters, and where each of its characters stood.

    Returns:
        The stripped text and, for each of its code points, the index in `text`, with the length of
        `text` as one more entry so that the end of a span has a place too. None instead of the
        indexes when nothing was taken out.

    >>> stripped, offsets = strip_invisible_with_offsets("a\u200bb")
    >>> stripped, list(offsets)
    ('ab', [0, 2, 3])
    """
    if not has_invisible(text):
        return text, None
    kept: list[str] = []
    offsets = array("L")
    start = 0
    for run in _INVISIBLE_RUN.finditer(text):
        kept.append(text[start : run.start()])
        offsets.extend(range(start, run.start()))
        start = run.end()
    kept.append(text[start:])
    offsets.extend(range(start, len(text) + 1))
    return "".join(kept), offsets


def suspicious_invisible(text: str) -> tuple[int, ...]:
    r"""Return the indexes of invisible characters that no writing system accounts for there.

    Left alone are those in emoji sequences (joiners, presentation selectors, the flags of England,
    Scotland and Wales), joiners after letters of scripts that need them (Arabic, Persian, Indic and
    their neighbours), variants of Han and Mongolian characters, old Hangul, direction marks in a
    text with right-to-left letters, and one byte order mark at the very beginning.

    Returns:
        Indexes in code points, ascending.

    >>> suspicious_invisible("pay\u200bpal"), suspicious_invisible("\u2764\ufe0f")
    ((3,), ())
    """
    if not has_invisible(text):
        return ()
    legitimate: set[int] = set()
    for match in _LEGITIMATE.finditer(text):
        legitimate.update(range(*match.span()))
    marks_allowed: bool | None = None
    found: list[int] = []
    for match in _INVISIBLE_ONE.finditer(text):
        index = match.start()
        if index in legitimate:
            continue
        if match.group() in _DIRECTION_MARKS:
            if marks_allowed is None:
                marks_allowed = any(
                    unicodedata.bidirectional(each) in {"R", "AL"} and each not in _DIRECTION_MARKS
                    for each in text
                )
            if marks_allowed:
                continue
        found.append(index)
    return tuple(found)
