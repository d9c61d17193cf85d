"""What one token of HTML means for the text around it."""

from __future__ import annotations

import re
from typing import Final, TypeAlias

from sendguard.text._html_hiding import HIDES, NO_STEP, NOTHING, SHRINKS, Step, effect_of, step_of
from sendguard.text._html_tokens import (
    BLOCKS,
    COMMENT,
    TAG,
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
"""The kind, the values that it needs, what it changes of what is open."""

Mark: TypeAlias = tuple[int | None, Tag]
"""The white space that a token asks for, and the tag. None for the white space means that the tag
must be looked at; another tag needs to be only inside of what is hidden."""

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
_WITH_VALUES = frozenset({LINK, AREA, IMAGE, INPUT})
_SHOW_NO_VALUE = frozenset({"hidden", "checkbox", "radio", "password"})
_TAG_IN_COMMENT = re.compile(r"<[^>]*+(?:>|\Z)")


def classify(token: str) -> Mark:
    """What a token of `TOKEN` means, whatever stands around it; linear in its size.

    >>> classify("<!-- a comment -->")
    (0, (0, (), ('', False, 0, frozenset())))
    >>> classify('<a href="/?a&amp;b">')
    (None, (4, ('/?a&b',), ('a', False, 0, frozenset())))
    """
    match = TAG.match(token)
    if match is None:
        return _classify_comment(token)
    name, attributes = match.groups()
    name = name.lower()
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
    return gap, (kind, values, step_of(name, effect))


def _classify_comment(token: str) -> Mark:
    """What only Outlook shows: ``<!--[if mso]>…<![endif]-->``; other comments are nothing."""
    match = COMMENT.match(token)
    if match is None or not match[1].startswith("[if"):
        return NO_GAP, (NO_GAP, (), NO_STEP)
    runs = _TAG_IN_COMMENT.split(match[1].partition("]>")[2])
    values = tuple("" if run.isspace() else decoded(run) for run in runs)
    return None, (CONDITIONAL, values, NO_STEP)


def _values(kind: int, written: dict[str, str], effect: int) -> tuple[str, ...]:
    """What is read from the attributes: where it leads, what is shown for it."""
    if kind in {LINK, AREA}:
        return (value_of(written["href"]),) if "href" in written else ()
    if kind == IMAGE:
        alt = value_of(written.get("alt", "")) if effect < SHRINKS else ""
        return value_of(written.get("src", "")), alt
    if kind == INPUT:
        is_shown = value_of(written.get("type", "")).lower() not in _SHOW_NO_VALUE
        return (value_of(written.get("value", "")) if is_shown else "",)
    return ()


def _content(kind: int, content: str) -> str:
    if kind == XMP:
        return content
    content = decoded(content)
    return collapsed(content) if kind == TITLE else content


MARKS: Final = Remembered(classify)
"""What tokens mean, for the tags that mails share with each other and repeat."""
