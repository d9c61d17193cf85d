"""Faces and pictures among the words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sendguard.text import Passage


def signs_in(passage: Passage, signs: Iterable[str]) -> Iterator[Passage]:
    """Where the first of each of the signs stands; one of letters must stand by itself."""
    text = passage.text
    for sign in signs:
        at = text.find(sign)
        if at < 0:
            continue
        end = at + len(sign)
        if sign.isascii() and (text[at - 1 : at].isalnum() or text[end : end + 1].isalnum()):
            continue
        yield passage.at(passage.start + at, passage.start + end)
