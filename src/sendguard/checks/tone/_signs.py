"""Faces and pictures among the words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sendguard.text import Passage


def signs_in(passage: Passage, signs: Iterable[str]) -> Iterator[Passage]:
    """Where each of the signs stands first; one of ASCII must stand apart from words."""
    text = passage.text
    for sign in signs:
        at = text.find(sign)
        while at >= 0:
            end = at + len(sign)
            if sign.isascii() and (text[at - 1 : at].isalnum() or text[end : end + 1].isalnum()):
                at = text.find(sign, end)
                continue
            yield passage.at(passage.start + at, passage.start + end)
            break
