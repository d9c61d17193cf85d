"""Whether a text bears any sign of quoted mail; most that a program writes have none.

`read_quoting` looks at every line. Here only the few characters are looked for without which no
line can be quoted, so that a text without them is known to be all new at the cost of a search.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from sendguard.text._quoted_header import (
    begins_attribution,
    read_attribution,
    read_field,
    read_marker,
)

if TYPE_CHECKING:
    from sendguard.text._analysis import Place

_PREFIXED = re.compile(r"(?:\A|\n)[ \t]{0,3}+(?:[A-Z][A-Za-z]{0,3})?>")
OTHER_PREFIX = re.compile(r"[|:%}#](?=\s|\Z)|(?:[^\w\s\"'(]){1,2}[\])>|}:]")
"""What other programs than most set before quoted lines, below a line that introduces them."""

_OTHERWISE = re.compile(rf"\n[^\S\n]*+(?:{OTHER_PREFIX.pattern})")
_SET_OFF = re.compile(r"(?:\A|\n)[^\S\n]*+((?:--|__)[^\n]*+)")
_ENDS_LINE = re.compile(r":(?:[^\S\n]|\*)*+(?:\n|\Z)")
_MOST_BEFORE: Final = 2  # lines of an attribution before its last one


def may_quote(place: Place) -> bool:
    r"""Tell whether a text may have something quoted in it, or a signature below two hyphens.

    Linear in its size.

    Returns:
        False only where all of the text is new.

    >>> from sendguard.text import Place
    >>> [may_quote(Place.of("text", text)) for text in ("Sizes: 3 > 2 -- new", "> 2")]
    [False, True]
    """
    text = place.plain
    if place.quotes or ("\r" in text and text.count("\r") != text.count("\r\n")):
        return True
    if ">" in text and _PREFIXED.search(text):
        return True
    if ("--" in text or "__" in text) and any(map(_is_set_off, _SET_OFF.findall(text))):
        return True
    return ":" in text and _may_introduce(text)


def _is_set_off(line: str) -> bool:
    """Whether a line begins a signature or announces a message."""
    body = line.rstrip()
    return body == "--" or read_marker(body) is not None


def _may_introduce(text: str) -> bool:
    """Whether there are the fields of a message above another, or a line that says who wrote."""
    kinds = set[str]()
    others = _OtherPrefixes(text)
    colon = -1
    for before, _ in pairwise(text.split(":")):
        colon += len(before) + 1
        _, line_end, label = before.rpartition("\n")
        if line_end or colon == len(before):
            field = read_field(f"{label.lstrip()}:")
            if field is not None:
                kinds.add(field[0])
        if _ENDS_LINE.match(text, colon) and _may_attribute(text, colon, others):
            return True
    return {"from", "subject"} <= kinds and not kinds.isdisjoint({"to", "date"})


def _may_attribute(text: str, colon: int, others: _OtherPrefixes) -> bool:
    """Whether a line that ends with a colon may introduce what follows, alone or with others."""
    start = text.rfind("\n", 0, colon) + 1
    said = text[start : colon + 1].strip()
    if read_marker(said) is not None or _introduces(said, colon, others):
        return True
    for _ in range(_MOST_BEFORE):
        end = start - 1
        start = text.rfind("\n", 0, max(end, 0)) + 1
        line = text[start : max(end, 0)].strip()
        if not line:
            return False
        said = f"{line} {said}"
        if begins_attribution(line) and _introduces(said, colon, others):
            return True
    return False


def _introduces(said: str, colon: int, others: _OtherPrefixes) -> bool:
    found = read_attribution(said)
    return found is not None and (found[1] or others.follow(colon))


class _OtherPrefixes:
    """Where lines of a text bear another prefix than ">"; looks at each line once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._next: int | None = -1  # the last that was found; None if no more follow

    def follow(self, place: int) -> bool:
        """Whether there is one behind a place; to be asked in the order of the text."""
        if self._next is not None and self._next < place:
            match = _OTHERWISE.search(self._text, place)
            self._next = match.start() if match else None
        return self._next is not None
