"""Small charts as SVG: shapes alone, whose colours the page's style gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sendguard.model import Action

_WIDTH: Final = 200
_HEIGHT: Final = 12


def action_bar(counts: Sequence[int]) -> str:
    """One bar, divided as the messages are among the actions.

    Args:
        counts: messages for each action, from ALLOW to BLOCK.
    """
    whole = sum(counts) or 1
    shapes, x = [], 0.0
    for action, count in zip(Action, counts, strict=True):
        width = _WIDTH * count / whole
        shapes.append(_rectangle(x, 0, width, _HEIGHT, action.label))
        x += width
    said = ", ".join(
        f"{count:,} {action.label}" for action, count in zip(Action, counts, strict=True)
    )
    return _drawing(shapes, _HEIGHT, said)


def pair_of_bars(before: int | None, after: int, most: int) -> str:
    """One bar above the other, or one alone.

    Args:
        before, after: what they show; `before` is None where there is nothing to compare with.
        most: what a bar of full width shows.
    """
    shapes = [] if before is None else [_rectangle(0, 0, _WIDTH * before / most, 5, "before")]
    shapes.append(_rectangle(0, 7, _WIDTH * after / most, 5, "after"))
    said = f"{after:,}" if before is None else f"before {before:,}, after {after:,}"
    return _drawing(shapes, _HEIGHT, said)


def swatch(name: str) -> str:
    """A square in a colour, for the key of a chart."""
    return (
        '<svg viewBox="0 0 10 10" aria-hidden="true">'
        f'<rect width="10" height="10" class="fill-{name}"/></svg>'
    )


def _drawing(shapes: Sequence[str], height: int, said: str) -> str:
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height}" height="{height}" preserveAspectRatio="none" '
        f'role="img" aria-label="{said}">{"".join(shapes)}</svg>'
    )


def _rectangle(x: float, y: float, width: float, height: float, name: str) -> str:
    return f'<rect x="{x:.2f}" y="{y}" width="{width:.2f}" height="{height}" class="fill-{name}"/>'
