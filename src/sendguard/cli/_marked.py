"""A text as its reader will see it, with the words in question marked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from sendguard.canonical import redact
from sendguard.cli._harmless import columns
from sendguard.cli._screen import Screen
from sendguard.model import Action

Mark = tuple[int, int, Action]
"""Start and end in code points, and how strongly the words are objected to."""

_Piece = tuple[str, Action | None]


def marked_lines(
    text: str, marks: Iterable[Mark], screen: Screen, width: int, *, reveal: bool
) -> Iterator[str]:
    """The lines of a text, wrapped, with the marked words underlined or marked on a line below.

    Args:
        text: what is shown.
        marks: spans in it; where they lie on each other, the strongest is shown.
        screen: what it is shown on.
        width: columns.
        reveal: leave addresses, numbers and secrets as they are. Where a mask reaches over the
            edge of marked words, the whole line is marked.
    """
    # By action, so that a stronger one is laid over a weaker.
    ordered = sorted(marks, key=lambda mark: mark[2])
    at = 0
    for line in text.split("\n"):
        inside = [
            (max(start - at, 0), min(end - at, len(line)), action)
            for start, end, action in ordered
            if start <= at + len(line) and end >= at
        ]
        yield from _shown(_pieces(line, inside, reveal=reveal), screen, width)
        at += len(line) + 1


def _pieces(line: str, marks: Sequence[Mark], *, reveal: bool) -> list[_Piece]:
    actions: list[Action | None] = [None] * len(line)
    for start, end, action in marks:
        actions[start:end] = [action] * (end - start)
    pieces: list[_Piece] = []
    at = 0
    for found, run in groupby(actions):
        size = sum(1 for _ in run)
        pieces.append((line[at : at + size], found))
        at += size
    if reveal:
        return pieces
    whole, parts = redact(line), [(redact(text), action) for text, action in pieces]
    if "".join(text for text, _ in parts) == whole:
        return parts
    return [(whole, max((action for *_, action in marks), default=None))]


def _shown(pieces: Iterable[_Piece], screen: Screen, width: int) -> Iterator[str]:
    """The pieces on lines of at most so many columns, broken at spaces where there are some."""
    text, actions = "", []
    for piece, action in pieces:
        shown = screen.shown(piece.replace("\t", "    ").rstrip("\r"))
        text += shown
        actions += [action] * len(shown)
    start = 0
    while True:
        end = _break(text, start, width)
        yield from _line(text[start:end], actions[start:end], screen)
        start = end + 1 if text[end : end + 1] == " " else end
        if start >= len(text):
            return


def _break(text: str, start: int, width: int) -> int:
    """Where the line that begins at `start` ends: at its last space that fits, if there is one."""
    used, space = 0, -1
    for at in range(start, len(text)):
        if text[at] == " ":
            space = at
        used += columns(text[at])
        if used > width:
            return space if space > start else max(at, start + 1)
    return len(text)


def _line(text: str, actions: Sequence[Action | None], screen: Screen) -> Iterator[str]:
    styled, below, at = "", "", 0
    for action, run in groupby(actions):
        size = sum(1 for _ in run)
        piece = text[at : at + size]
        at += size
        styled += piece if action is None else screen.underlined(piece, action)
        below += (" " if action is None else "^") * columns(piece)
    yield styled
    if not screen.styled and "^" in below:
        yield below.rstrip()
