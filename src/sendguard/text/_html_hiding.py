"""What the style of elements does to the text inside them."""

from __future__ import annotations

import re
from typing import Final

from sendguard.text._html_tokens import BLOCKS, attribute, read_attribute, words

MAX_DEPTH: Final = 1_000
"""Elements open inside a hidden one; browsers stop nesting at 512."""

# What the attributes of an element do to its text.
NOTHING, SIZES, SHRINKS, HIDES = range(4)

_STYLE, _HIDDEN = attribute("style"), attribute("hidden")
_VOID = frozenset(
    words(
        "area base basefont bgsound br col embed frame hr img image input keygen link meta param"
        " source track wbr"
    )
)
# Elements that end where one of these starts, though nobody closed them ("optional tags").
_ENDED_BY = {
    "p": (frozenset(BLOCKS) | {"pre", "blockquote"}) - {"br", "button", "option", "select"},
    "li": frozenset({"li"}),
    "dt": frozenset({"dt", "dd"}),
    "dd": frozenset({"dt", "dd"}),
    "option": frozenset({"option", "optgroup"}),
    "td": frozenset({"td", "th", "tr", "tbody", "tfoot", "thead"}),
    "th": frozenset({"td", "th", "tr", "tbody", "tfoot", "thead"}),
    "tr": frozenset({"tr", "tbody", "tfoot", "thead"}),
}
# End tags that close whatever is open inside, so they end a hidden element that nobody closed.
_CLOSES_ALL = (frozenset(BLOCKS) | {"td", "th", "pre", "blockquote"}) - {"body", "html"}
_HINTS = ("none", "hidden", "font", "opacity", "mso-hide", "visibility")
_ZERO = re.compile(r"[+-]?0*+(?:\.0*+)?+(?:px|pt|r?em|ex|ch|%|vw|vh|in|cm|mm|pc)?")
_RELATIVE = re.compile(r"[\d.]++(?:em|ex|ch|%)|inherit|smaller|larger")


class Effects(dict[str, int]):
    """What an element's attributes do to its text, worked out once for each text of them."""

    def __init__(self) -> None:
        self._by_style: dict[str, int] = {}

    def __missing__(self, attributes: str) -> int:
        lower = attributes.lower()
        effect = NOTHING
        if "hidden" in lower and _HIDDEN.match(lower):
            effect = HIDES
        elif "style" in lower and (style := read_attribute(_STYLE, lower)):
            known = self._by_style.get(style)
            effect = self._by_style[style] = _effect_of(style) if known is None else known
        self[attributes] = effect
        return effect


def _effect_of(style: str) -> int:
    """What a style (lower case) does to text: hide it, make it vanish by size, give it a size."""
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


class Hiding:
    """What is open since the outermost element that is hidden, or so small that nobody sees it."""

    __slots__ = ("counts", "names", "state", "states", "too_deep")

    def __init__(self) -> None:
        self.names: list[str] = []
        self.states: list[int] = []  # the state outside each of the names
        self.counts: dict[str, int] = {}
        self.state = NOTHING
        self.too_deep = False

    def start(self, name: str, effect: int) -> None:
        names = self.names
        while names and names[-1] in _ENDED_BY and name in _ENDED_BY[names[-1]]:
            self._pop()
        if name in _VOID:
            return
        if len(names) >= MAX_DEPTH:
            self.too_deep = True
            return
        names.append(name)
        self.states.append(self.state)
        self.counts[name] = self.counts.get(name, 0) + 1
        if self.state == HIDES or effect == HIDES:
            self.state = HIDES
        elif effect:
            self.state = SHRINKS if effect == SHRINKS else NOTHING

    def end(self, name: str) -> None:
        if self.counts.get(name):
            while self._pop() != name:
                pass
        elif name in _CLOSES_ALL:
            while self.names:
                self._pop()

    def _pop(self) -> str:
        name = self.names.pop()
        self.counts[name] -= 1
        self.state = self.states.pop()
        return name
