"""The grammar of HTML, as far as it decides what is seen.

The states of the WHATWG tokenizer (https://html.spec.whatwg.org/multipage/parsing.html#tokenization)
in one regular expression. Every construct in it ends at its end mark or at the end of the text, and
no part gives back what it has read, so each character is read a bounded number of times, whatever
is left open. One thing is simpler than in the standard: an attribute's name that begins with an
equals sign is read as a value.
"""

from __future__ import annotations

import html as entities
import re
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_Known = TypeVar("_Known")
MOST_REMEMBERED: Final = 2_048
LONGEST_REMEMBERED: Final = 1_000

# White space is that of HTML, not of Unicode; case is folded in ASCII alone, as browsers do.
_S = r"[\t\n\f\r ]"
_ENDS_NAME = r"[\t\n\f\r />]"
_NAME = r"[^\t\n\f\r />]*+"
_VALUE = r"""(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\t\n\f\r >"'][^\t\n\f\r >]*+|)"""
_ATTRIBUTES = rf"[^>=]*+(?:={_S}*+{_VALUE}[^>=]*+)*+"
_END = r"(?:>|\Z)"
# The rest of a tag up to its end: as most are written, which is read faster, or in any form.
_REST = rf"""(?:[^>"'=]*+(?:="[^"]*+"[^>"'=]*+)*+>|{_ATTRIBUTES}{_END})"""


def words(text: str) -> tuple[str, ...]:
    """The words of a list that is written as a text."""
    return tuple(text.split())


RAW: Final = words("script style title textarea xmp iframe noembed noframes")
"""Elements in which tags are no tags, up to the element's own end tag."""

_RAW = "|".join(
    rf"{name}(?={_ENDS_NAME}){_ATTRIBUTES}{_END}(?:[^<]++|<(?!/{name}{_ENDS_NAME}))*+"
    for name in RAW
)
# End tags and the starts of most names that are neither raw nor likely to carry an address of their
# own, after the ``<``.
_COMMON = (
    r"(?:/[a-zA-Z]|[b-hj-mo-ru-wyzB-HJ-MO-RU-WYZ]|[tT][abdhrABDHR]|[sS][pmuPMU])"
    rf"{_NAME}(?:>|{_REST})"
)
TOKEN: Final = re.compile(
    # What comes in a row is one token: the same in all mails of a template.
    rf"(<(?:{_COMMON}(?:{_S}*+<{_COMMON})*+"
    # The look-ahead spares the other tags the list of raw names.
    rf"|(?=[sS][cCtT]|[tT][iIeE]|[xX]|[iI][fF]|[nN][oO])(?ai:{_RAW})"
    rf"|[a-zA-Z]{_NAME}{_REST}"
    r"|!--(?:-?>|(?:[^-]++|-(?!-!?>))*+(?:--!?>|\Z))"
    rf"|[!?/][^>]*+{_END}"
    r"))"
)
"""Splits a source into texts and tokens in turn: tags that follow each other, one tag, a raw
element up to its end tag, a comment.

Its one group is the whole token, so that `split` gives two entries a token; what is in a token is
read by the expressions below.
"""

TAG: Final = re.compile(rf"<(/?[a-zA-Z]{_NAME})({_ATTRIBUTES}){_END}")
TAG_OR_SPACE: Final = re.compile(rf"{_S}++|{TAG.pattern}")
COMMENT: Final = re.compile(r"<!--((?:[^-]++|-(?!-!?>))*+)")
# From a ``>`` on, which only an equals sign before the first name can have brought in, is nothing.
_ATTRIBUTE = re.compile(
    rf"""([^\t\n\f\r />][^\t\n\f\r />=]*+)"""
    rf"""(?:{_S}*+={_S}*+(?:"([^"]*+)"?+|'([^']*+)'?+|([^\t\n\f\r >"'][^\t\n\f\r >]*+)|))?+"""
    r"""|>[\s\S]*+"""
)

SPACE: Final = " \t\n\f\r"
_LONG_NUMBER = re.compile(r"&#[0-9]{8,}+;?")
_REFERENCE_IN_VALUE = re.compile(
    r"&(?:#[0-9]{1,7}+|#[xX][0-9a-fA-F]{1,6}+|[a-zA-Z][a-zA-Z0-9]{1,31}+)(?:;|(?![=a-zA-Z0-9]))"
)


BLOCKS: Final = words(
    "address article aside body br button caption center col colgroup dd details dialog dir div dl"
    " dt fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html"
    " legend li listing main menu nav ol optgroup option p search section select summary table"
    " tbody tfoot thead tr ul"
)
"""Elements that begin and end a line."""


def attributes_of(text: str) -> dict[str, str]:
    """The attributes of a tag by name (lower case), as written; the first where a name repeats."""
    return {
        name.lower(): double or single or bare
        for name, double, single, bare in reversed(_ATTRIBUTE.findall(text))
    }


def decoded(text: str) -> str:
    """Text with its character references decoded, as outside of attributes."""
    if "&nbsp;" in text:
        text = text.replace("&nbsp;", "\xa0")  # most references in mail; no name goes on after it
    if "&" not in text:
        return text
    if "&#" in text:
        text = _LONG_NUMBER.sub("\ufffd", text)  # int() refuses more than 4,300 digits
    return entities.unescape(text)


def collapsed(text: str) -> str:
    """Text on one line, with single spaces; other spaces than HTML's own are left alone."""
    text = text.strip(SPACE)
    for space in "\n\t\r\f":
        if space in text:
            text = text.replace(space, " ")
    while "  " in text:
        text = text.replace("  ", " ")
    return text


def value_of(written: str) -> str:
    """The value of an attribute as written, decoded."""
    if "&" in written:
        if written.count("&") == written.count("&amp;"):
            written = written.replace("&amp;", "&")
        else:
            written = _REFERENCE_IN_VALUE.sub(lambda found: entities.unescape(found[0]), written)
    return written.strip(SPACE)


class Remembered(dict[str, _Known]):
    """What a pure function gives, computed once for each short text.

    Mails of one template repeat their tags within a mail and from mail to mail. At most 2,048 texts
    of at most 1,000 code points are kept: some hundred kilobytes for usual mail, 20 megabytes at
    the very worst (long tags beyond the Latin letters). When they are that many all are forgotten,
    which costs less than to keep account of the oldest. A text that is known is looked up without a
    Python call; behind `functools.lru_cache` its length would have to be asked for first.

    Safe to share between threads: what two of them compute at once is equal.
    """

    __slots__ = ("_compute",)

    def __init__(self, compute: Callable[[str], _Known]) -> None:
        self._compute = compute

    def __missing__(self, text: str) -> _Known:
        known = self._compute(text)
        if len(text) <= LONGEST_REMEMBERED:
            if len(self) >= MOST_REMEMBERED:
                self.clear()
            self[text] = known
        return known
