"""What the style of elements does to the text inside them."""

from __future__ import annotations

import re
from typing import Final, TypeAlias

from sendguard.text._html_tokens import BLOCKS, Remembered, value_of, words

MAX_DEPTH: Final = 1_000
"""Elements open inside a hidden one; browsers stop nesting at 512."""

# What the attributes of an element do to its text.
NOTHING, SIZES, SHRINKS, HIDES = range(4)

_VOID = frozenset(
    words(
        "area base basefont bgsound br col embed frame hr img image input keygen link meta param"
        " source track wbr"
    )
)
_ROWS = ("tr", "tbody", "tfoot", "thead")
# Elements that end where one of these starts, though nobody closed them ("optional tags").
_ENDED_BY = {
    "p": {*BLOCKS, "pre", "blockquote"} - {"br", "button", "option", "select"},
    "li": {"li"},
    "dt": {"dt", "dd"},
    "dd": {"dt", "dd"},
    "option": {"option", "optgroup"},
    "td": {"td", "th", *_ROWS},
    "th": {"td", "th", *_ROWS},
    "tr": {*_ROWS},
}
_ENDS_OPEN = {
    start: frozenset(name for name, starts in _ENDED_BY.items() if start in starts)
    for start in set().union(*_ENDED_BY.values())
}
# End tags that close whatever is open inside, so they end a hidden element that nobody closed.
_CLOSES_ALL = (frozenset(BLOCKS) | {"td", "th", "pre", "blockquote"}) - {"body", "html"}
_HINTS = ("none", "hidden", "font", "opacity", "mso-hide", "visibility")
_ZERO = re.compile(r"[+-]?0*+(?:\.0*+)?+(?:px|pt|r?em|ex|ch|%|vw|vh|in|cm|mm|pc)?")
_RELATIVE = re.compile(r"[\d.]++(?:em|ex|ch|%)|inherit|smaller|larger")


def effect_of(attributes: dict[str, str]) -> int:
    """What an element's attributes do to its text."""
    if "hidden" in attributes:
        return HIDES
    style = attributes.get("style")
    return _EFFECTS[style.lower()] if style else NOTHING


def _effect_of_style(style: str) -> int:
    """What a style (lower case) does to text: hide it, make it vanish by size, give it a size."""
    style = value_of(style)
    if not any(hint in style for hint in _HINTS):
        return NOTHING
    rules = {}
    for declaration in style.split(";"):
        name, _, value = declaration.partition(":")
        rules[name.strip()] = value.replace("!important", "").strip()
    if (
        rules.get("display") == "none"
        or rules.get("visibility") in {"hidden", "collapse"}
        or rules.get("mso-hide") == "all"
        or _is_zero(rules.get("opacity"))
        or (
            rules.get("overflow") == "hidden"
            and (_is_zero(rules.get("max-height")) or _is_zero(rules.get("height")))
        )
    ):
        return HIDES
    size = rules.get("font-size", rules.get("font", "").partition("/")[0].rpartition(" ")[2])
    if _is_zero(size):
        return SHRINKS
    return SIZES if size and not _RELATIVE.fullmatch(size) else NOTHING


def _is_zero(value: str | None) -> bool:
    return value is not None and "0" in value and _ZERO.fullmatch(value) is not None


_EFFECTS = Remembered(_effect_of_style)


Step: TypeAlias = tuple[str, bool, int, frozenset[str]]
"""A tag as far as it changes what is open: the name of the element ("" if the tag opens none),
whether it is an end tag, its effect, the names of elements that it ends where they are innermost.
"""


NO_STEP: Final[Step] = ("", False, NOTHING, frozenset())


def step_of(name: str, effect: int) -> Step:
    """The step of a tag, given its name (lower case, with the slash of an end tag)."""
    if name[0] == "/":
        return name[1:], True, NOTHING, frozenset()
    return "" if name in _VOID else name, False, effect, _ENDS_OPEN.get(name, frozenset())


_REACH: Final = 64  # elements


class Hiding:
    """What is open since the outermost element that is hidden, or so small that nobody sees it."""

    __slots__ = ("opened", "too_deep")

    def __init__(self) -> None:
        self.opened: list[tuple[str, int]] = []  # the names, each with the state outside of it
        self.too_deep = False

    def take(self, step: Step, state: int) -> int:
        """Take a tag, given the state of the text before it; return that of the text after it."""
        name, is_end, effect, ends = step
        opened = self.opened
        if is_end:
            return self._end(name, state) if opened else state
        if ends:
            while opened and opened[-1][0] in ends:
                state = opened.pop()[1]
        if not name:
            return state
        if len(opened) >= MAX_DEPTH:
            self.too_deep = True
            return state
        opened.append((name, state))
        if effect and state != HIDES:
            return effect if effect >= SHRINKS else NOTHING
        return state

    def _end(self, name: str, state: int) -> int:
        """Take an end tag."""
        opened = self.opened
        if opened[-1][0] != name and name in _CLOSES_ALL:
            state = opened[0][1]
            opened.clear()
            return state
        # Not looked for through all of a deep nesting, which would be quadratic. An end tag that
        # finds nothing leaves what follows hidden, and hidden text is judged as well.
        for back in range(1, min(len(opened), _REACH) + 1):
            if opened[-back][0] == name:
                state = opened[-back][1]
                del opened[-back:]
                break
        return state
