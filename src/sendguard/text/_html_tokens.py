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
from typing import Final

# White space is that of HTML, not of Unicode.
_S = r"[\t\n\f\r ]"
_ENDS_NAME = r"[\t\n\f\r />]"
_VALUE = r"""(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\t\n\f\r >"'][^\t\n\f\r >]*+|)"""
_ATTRIBUTE = rf"[^\t\n\f\r />][^\t\n\f\r />=]*+(?:{_S}*+={_S}*+{_VALUE})?+"
_RAW = r"(?i:script|style|title|textarea|xmp|iframe|noembed|noframes)"

# The look-ahead for raw text spares most tags the list of names.
TOKEN = re.compile(
    rf"<(?:"
    rf"(?:(?=[sS][cCtT]|[tT][iIeE]|[xX]|[iI][fF]|[nN][oO])(?=({_RAW}){_ENDS_NAME}))?+"
    rf"(/?[a-zA-Z][^\t\n\f\r />]*+)((?:[^>=]*+={_S}*+{_VALUE})*+[^>=]*+)(?:>|\Z)"
    rf"(?(1)((?:[^<]++|<(?!/(?i:\1){_ENDS_NAME}))*+))"
    r"|!--(?:-?>|((?:[^-]++|-(?!-!?>))*+)(?:--!?>|\Z))"
    r"|[!?/][^>]*+(?:>|\Z)"
    r")"
)
GROUPS = 6  # what `split` yields for each token: the text before it and five groups

SPACE: Final = " \t\n\f\r"
_LONG_NUMBER = re.compile(r"&#[0-9]{8,}+;?")
_REFERENCE_IN_VALUE = re.compile(
    r"&(?:#[0-9]{1,7}+|#[xX][0-9a-fA-F]{1,6}+|[a-zA-Z][a-zA-Z0-9]{1,31}+)(?:;|(?![=a-zA-Z0-9]))"
)


def words(text: str) -> tuple[str, ...]:
    """The words of a list that is written as a text."""
    return tuple(text.split())


BLOCKS: Final = words(
    "address article aside body br button caption center col colgroup dd details dialog dir div dl"
    " dt fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html"
    " legend li listing main menu nav ol optgroup option p search section select summary table"
    " tbody tfoot thead tr ul"
)
"""Elements that begin and end a line."""


def attribute(name: str) -> re.Pattern[str]:
    """An expression that reads the first attribute of that name from a tag's attributes."""
    start = rf"(?i:{name})(?=[\t\n\f\r />=]|\Z)"
    return re.compile(
        rf"(?:[\t\n\f\r /]++|(?!{start}){_ATTRIBUTE})*+{start}"
        rf"""(?:{_S}*+={_S}*+(?:"([^"]*+)|'([^']*+)|([^\t\n\f\r >"'][^\t\n\f\r >]*+)|))?+"""
    )


def decoded(text: str) -> str:
    """Text with its character references decoded, as outside of attributes."""
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


def read_attribute(attribute: re.Pattern[str], attributes: str) -> str | None:
    """The value of one attribute, decoded; None where there is none."""
    match = attribute.match(attributes)
    if match is None:
        return None
    value = match[match.lastindex] if match.lastindex else ""
    if "&" in value:
        value = _REFERENCE_IN_VALUE.sub(lambda found: entities.unescape(found[0]), value)
    return value.strip(SPACE)
