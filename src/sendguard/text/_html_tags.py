"""What one token of HTML means for the text around it: kinds, links, addresses of images.

A token means the same wherever it stands, so what it means is worked out once and remembered, from
mail to mail: at most 2,048 tokens of at most 1,000 code points, among them tags with the addresses
in them.
"""

from __future__ import annotations

import re
from typing import Final, TypeAlias

from sendguard.text._html_hiding import HIDES, NO_STEP, NOTHING, SHRINKS, Step, effect_of, step_of
from sendguard.text._html_tokens import (
    BLOCKS,
    COMMENT,
    RAW,
    TAG,
    TAG_OR_SPACE,
    Remembered,
    attributes_of,
    collapsed,
    decoded,
    value_of,
)

# White space owed before the next text: of two claims to it, the greater one counts.
NO_GAP, TO_SPACE, TO_CELL, TO_LINE = range(4)
# The kind of a tag: the white space it asks for where it does nothing else, or one of these.
LINK, AREA, IMAGE, INPUT, PRE, QUOTE, CODE, TITLE, TEXTAREA, XMP, CONDITIONAL = range(4, 15)

Tag: TypeAlias = tuple[int, tuple[str, ...], Step]
"""The kind, the values that it needs, what the tag changes of what is open."""

Mark: TypeAlias = tuple[int | None, tuple[Tag, ...]]
"""The white space that a token asks for, and the tags in it. None for the white space means that
the tags must be looked at one by one; those of another mark only need to be inside of what is
hidden or preformatted. White space between two tags stands among them as a tag that opens nothing.
"""

_STARTS = {
    **dict.fromkeys(BLOCKS, TO_LINE),
    **dict.fromkeys(("td", "th"), TO_CELL),
    **dict.fromkeys(("img", "image"), IMAGE),
    **dict.fromkeys(("code", "samp", "kbd", "tt"), CODE),
    "a": LINK,
    "area": AREA,
    "input": INPUT,
    "pre": PRE,
    "blockquote": QUOTE,
    "title": TITLE,
    "textarea": TEXTAREA,
    "xmp": XMP,
}
_ENDS = {
    f"/{name}": kind for name, kind in _STARTS.items() if kind in {TO_LINE, LINK, PRE, QUOTE, CODE}
} | {"/area": LINK, "/body": NO_GAP, "/html": NO_GAP}  # what follows these is still in the body
_KINDS = _STARTS | _ENDS
_NEVER_SHOWN = frozenset({"template", "noscript", "datalist"})
_WITH_CONTENT = frozenset({TITLE, TEXTAREA, XMP})
_LEADING = frozenset({LINK, AREA})
_WITH_VALUES = _LEADING | {IMAGE, INPUT}
_SHOW_NO_VALUE = frozenset({"hidden", "checkbox", "radio", "password"})
_TAG_IN_COMMENT = re.compile(r"<[^>]*+(?:>|\Z)")


def classify(token: str) -> Mark:
    """What a token of `TOKEN` means, whatever stands around it; linear in its size.

    >>> classify("<!-- a comment -->")
    (0, ())
    >>> classify('<a href="/?a&amp;b">')
    (None, ((4, ('/?a&b',), ('a', False, 0, frozenset())),))
    """
    match = TAG.match(token)
    if match is None:
        return _classify_other(token)
    name, attributes = match.groups()
    name = name.lower()
    if match.end() < len(token) and name not in RAW:
        return _together([MARKS[each[0]] for each in TAG_OR_SPACE.finditer(token)])
    kind = _KINDS.get(name, NO_GAP)
    effect = NOTHING
    values: tuple[str, ...] = ()
    lower = attributes.lower()
    if kind in _WITH_VALUES or "style" in lower or "hidden" in lower:
        written = attributes_of(attributes)
        effect = effect_of(written)
        values = _values(kind, written, effect)
    if kind in _WITH_CONTENT:
        values = (_content(kind, token[match.end() :]),)
    if name in _NEVER_SHOWN:
        effect = HIDES
    gap = kind if kind <= TO_LINE and effect < SHRINKS else None
    return gap, ((kind, values, step_of(name, effect)),)


def _together(marks: list[Mark]) -> Mark:
    """What tags mean that follow each other."""
    gap: int | None = NO_GAP
    for asked, _ in marks:
        gap = None if gap is None or asked is None else max(gap, asked)
    return gap, tuple(tag for _, tags in marks for tag in tags)


def _classify_other(token: str) -> Mark:
    """What white space between tags and comments mean: nothing, but what only Outlook shows.

    That is ``<!--[if mso]>…<![endif]-->``.
    """
    if token.isspace():
        return TO_SPACE, ((TO_SPACE, (token,), NO_STEP),)
    match = COMMENT.match(token)
    if match is None or not match[1].startswith("[if"):
        return NO_GAP, ()
    runs = _TAG_IN_COMMENT.split(match[1].partition("]>")[2])
    values = tuple("" if run.isspace() else decoded(run) for run in runs)
    return None, ((CONDITIONAL, values, NO_STEP),)


def _values(kind: int, written: dict[str, str], effect: int) -> tuple[str, ...]:
    """What is read from the attributes: where it leads, what is shown for it."""
    if kind in _LEADING:
        return (value_of(written["href"]),) if "href" in written else ()
    if kind == IMAGE:
        alt = collapsed(value_of(written.get("alt", ""))) if effect < SHRINKS else ""
        return value_of(written.get("src", "")), alt
    if kind == INPUT:
        is_shown = value_of(written.get("type", "")).lower() not in _SHOW_NO_VALUE
        return (collapsed(value_of(written.get("value", ""))) if is_shown else "",)
    return ()


def _content(kind: int, content: str) -> str:
    if kind == XMP:
        return content
    content = decoded(content)
    return collapsed(content) if kind == TITLE else content


MARKS: Final = Remembered(classify)
"""What tokens mean, for the tags that mails share with each other and repeat."""
