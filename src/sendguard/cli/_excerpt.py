"""The words that caused a finding, in the line where they stand."""

from __future__ import annotations

import re
from itertools import product

from attrs import frozen

from sendguard.canonical import redact, strip_invisible, suspicious_invisible
from sendguard.cli._harmless import columns, escaped, fold
from sendguard.cli._screen import Screen

# White space and invisible characters go before anything is measured, so more is read than shown.
_READ = 20
_KEPT = 4
_REACH_OF_A_MASK = 8  # words beside the marked ones that may belong to the same number

_WORD_BEFORE = re.compile(r"[^ ]++ ?| ")
_WORD_AFTER = re.compile(r" ?[^ ]++| ")


@frozen
class Excerpt:
    """One line of a part, fit to be shown.

    Attributes:
        before: what stands in front of the words in question.
        marked: these words; "" for a place between two characters.
        after: what follows them.
    """

    before: str
    marked: str
    after: str


def excerpt(
    text: str, span: tuple[int, int], screen: Screen, room: int, *, reveal: bool = False
) -> Excerpt:
    """The line around a span, in whole words, cut to the room there is.

    Reads a bounded part of `text`, whatever its size.

    Args:
        text: the part that the span counts in.
        span: start and end in code points.
        screen: what it is shown on.
        room: columns.
        reveal: leave addresses, numbers and secrets as they are.
    """
    start, end = (min(edge, len(text)) for edge in span)
    read, kept = room * _READ, room * _KEPT
    first, last = max(0, start - read), min(len(text), end + read)
    before = fold(strip_invisible(text[first:start]))
    after = fold(strip_invisible(text[end:last]))
    marked = fold(text[start : min(end, start + read)])
    cut_before = first > 0 or len(before) > kept
    cut_after = last < len(text) or len(after) > kept
    if cut_before:  # the first word may be a half one, which a mask would not know
        before = before[-kept:].partition(" ")[2]
    if cut_after:
        after = after[:kept].rpartition(" ")[0]
    if not reveal:
        before, marked, after = _masked(before, marked, after)
    odd = frozenset(suspicious_invisible(marked))
    marked = "".join(escaped(each) if at in odd else each for at, each in enumerate(marked))
    return _fitted(
        screen.shown(before.lstrip(" ")),
        screen.shown(strip_invisible(marked)),
        screen.shown(after.rstrip(" ")),
        room,
        screen.dots,
        cut=(cut_before, cut_after),
    )


def _masked(before: str, marked: str, after: str) -> tuple[str, str, str]:
    """The three pieces, masked as their whole would be.

    A mask may reach over the edge of the marked words, as where only the domain of an address is
    marked; the marked words then grow until it does not.
    """
    whole = redact(before + marked + after)
    steps = product(range(_REACH_OF_A_MASK + 1), repeat=2)
    for left, right in sorted(steps, key=sum):
        head, near = _split_last_words(before, left)
        beside, tail = _split_first_words(after, right)
        pieces = redact(head), redact(near + marked + beside), redact(tail)
        if "".join(pieces) == whole:
            return pieces
    return "", whole, ""


def _split_last_words(text: str, count: int) -> tuple[str, str]:
    at = len(text)
    for _ in range(count):
        at = text.rfind(" ", 0, max(at - 1, 0)) + 1
    return text[:at], text[at:]


def _split_first_words(text: str, count: int) -> tuple[str, str]:
    at = 0
    for _ in range(count):
        found = text.find(" ", at + 1)
        at = len(text) if found < 0 else found
    return text[:at], text[at:]


def _fitted(
    before: str, marked: str, after: str, room: int, dots: str, *, cut: tuple[bool, bool]
) -> Excerpt:
    if not any(cut) and columns(before) + columns(marked) + columns(after) <= room:
        return Excerpt(before, marked, after)
    aside = len(dots) + 1
    spare = room - columns(marked) - 2 * aside
    if spare < 0:
        marked, spare = _cut(marked, room - 3 * aside, dots), 0
    left, right = _WORD_BEFORE.findall(before)[::-1], _WORD_AFTER.findall(after)
    taken = [0, 0]
    growing = {0: left, 1: right}
    while growing:
        for side, words in tuple(growing.items()):
            size = columns(words[taken[side]]) if taken[side] < len(words) else spare + 1
            if size > spare:
                del growing[side]
            else:
                taken[side] += 1
                spare -= size
    head, tail = "".join(left[: taken[0]][::-1]), "".join(right[: taken[1]])
    if cut[0] or taken[0] < len(left):
        head = f"{dots} {head}"
    if cut[1] or taken[1] < len(right):
        tail = f"{tail} {dots}"
    return Excerpt(head, marked, tail)


def _cut(text: str, room: int, dots: str) -> str:
    used = 0
    for at, each in enumerate(text):
        used += columns(each)
        if used > room:
            return text[:at] + dots
    return text
