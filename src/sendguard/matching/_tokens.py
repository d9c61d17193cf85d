"""How a text falls into tokens: words, numbers, e-mail addresses, and the gaps between them.

The text is translated into its classes first (one character for each code point, so that places
stay), in which regular expressions find the tokens; none of them looks at a place more than a few
times. `native/tokens.hpp` does the same in one pass.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from sendguard.matching._folding import folding

if TYPE_CHECKING:
    from collections.abc import Iterator

BREAK: Final = "\0"
"""The symbol of a gap that nothing reaches across."""
GROUPED: Final = "("
"""The symbol of a gap of several signs as they stand in phone numbers: ") ", " (0)", ")-"."""

_MOST_GAP = 8
_CLOSE_GAP = 3
_IN_PHONES = frozenset("-./()")

# A chain is what may be an address before its @: words, and signs of local parts without a blank.
# It is taken as a whole, with or without @ behind it, so that no place is tried twice.
_CHAIN = re.compile(
    r"(?P<local>[a0h][a0hi._+'\-]*+)"
    r"(?P<domain>@[a0h][a0hi]*+(?:[.\-]++(?=[a0h])[a0hi]++)*+)?"
)
_WORD = re.compile(r"hi*+|[a0][a0i]*+")
_TRUNK = re.compile(r"\(0\)")


class Gap(NamedTuple):
    """What stands before a token.

    Attributes:
        symbol: what it counts as: "" for nothing, " " for white space, one sign, GROUPED, or BREAK.
        close: whether it is short enough to stand between two groups of one number.
        edge: the one character that it consists of (as its class), if it is only one.
    """

    symbol: str
    close: bool
    edge: str


class Token(NamedTuple):
    """A word, a number, a mixture of letters and digits, one Han ideograph, or an e-mail address.

    Attributes:
        start: where it begins (code points).
        end: where it ends, with the accents and invisible characters that follow.
        content: what it is folded to.
        first: the class of its first character: "a", "0" (a digit) or "h" (Han).
        last: the class of its last.
        digits: how many digits it has; an e-mail address counts as a word.
        email: whether it is an e-mail address.
        plus: whether a plus sign stands before it.
        gap: what stands between the token before and this one.
    """

    start: int
    end: int
    content: str
    first: str
    last: str
    digits: int
    email: bool
    plus: bool
    gap: Gap


def tokens(text: str) -> list[Token]:
    """The tokens of a text, in order."""
    table = folding()
    classes = text.translate(table.classes)
    found: list[Token] = []
    gaps: dict[str, Gap] = {}
    end = 0
    for start, stop, email in _spans(classes):
        content = text[start:stop].translate(table.folds)
        plus = start > 0 and classes[start - 1] == "+"
        if content == "0" and _is_trunk_prefix(classes, start, stop, found):
            continue
        between = classes[end:start]
        gap = gaps.get(between)
        if gap is None:
            gaps[between] = gap = _gap(between)
        if email:
            found.append(Token(start, stop, content, "a", "a", 0, True, plus, gap))
        else:
            marks = classes[start:stop].rstrip("i")
            digits = sum(map(content.count, "0123456789")) if "0" in marks else 0
            found.append(Token(start, stop, content, marks[0], marks[-1], digits, False, plus, gap))
        end = stop
    return found


def _spans(classes: str) -> Iterator[tuple[int, int, bool]]:
    for chain in _CHAIN.finditer(classes):
        if chain["domain"]:
            yield *chain.span(), True
        else:
            for word in _WORD.finditer(classes, *chain.span()):
                yield *word.span(), False


def _is_trunk_prefix(classes: str, start: int, stop: int, before: list[Token]) -> bool:
    """The (0) in +44 (0)20: dialled at home only, and no part of the number."""
    return (
        stop == start + 1
        and classes[start - 1 : start] == "("
        and classes[stop : stop + 1] == ")"
        and bool(before)
        and before[-1].plus
        and before[-1].last == "0"
    )


def _gap(classes: str) -> Gap:
    """What a gap, given by its classes, counts as."""
    signs = _TRUNK.sub("(", classes).replace("i", "").replace("\u2013", "-")
    count = len(signs)
    lines = signs.count("\n")
    if count > _MOST_GAP or lines > 1 or BREAK in signs or "@" in signs:
        return Gap(BREAK, False, "")
    edge = signs if count == 1 else ""
    marks = signs.replace(" ", "").replace("\n", "")
    close = count <= _CLOSE_GAP
    if len(marks) < 2:
        return Gap(marks or (" " if signs else ""), close, edge)
    if len(marks) <= _CLOSE_GAP and _IN_PHONES.issuperset(marks):
        return Gap(GROUPED, close, edge)
    others = marks.replace(".", "")
    return Gap(others, close, edge) if len(others) == 1 else Gap(BREAK, False, "")
