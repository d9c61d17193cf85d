"""What the style of elements does to the text inside them."""

from __future__ import annotations

import re
from collections import defaultdict
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


class Hiding:
    """What is open since the outermost element that is hidden, or so small that nobody sees it."""

    __slots__ = ("counts", "names", "state", "states", "too_deep")

    def __init__(self) -> None:
        self.names: list[str] = []
        self.states: list[int] = []  # the state outside each of the names
        self.counts: dict[str, int] = defaultdict(
            int
        )  # spares an end tag that closes nothing the search
        self.state = NOTHING
        self.too_deep = False

    def take(self, step: Step) -> int:
        """Take a tag; return the state of the text after it."""
        name, is_end, effect, ends = step
        names = self.names
        if is_end:
            if names and names[-1] == name:  # as most are: spared the calls
                names.pop()
                self.counts[name] -= 1
                self.state = self.states.pop()
            elif self.counts.get(name):
                while self._pop() != name:
                    pass
            elif name in _CLOSES_ALL:
                while names:
                    self._pop()
            return self.state
        if ends:
            while names and names[-1] in ends:
                self._pop()
        if not name:
            return self.state
        if len(names) >= MAX_DEPTH:
            self.too_deep = True
            return self.state
        names.append(name)
        self.states.append(self.state)
        self.counts[name] += 1
        if effect and self.state != HIDES:
            self.state = effect if effect >= SHRINKS else NOTHING
        return self.state

    def _pop(self) -> str:
        name = self.names.pop()
        self.counts[name] -= 1
        self.state = self.states.pop()
        return name
