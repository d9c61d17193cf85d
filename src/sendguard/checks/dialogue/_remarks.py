"""A finding about words of the message, with those words in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Final

from sendguard.model import Action, Finding

if TYPE_CHECKING:
    from sendguard.text import Passage

MOST: Final = 5
"""Findings of one check about one message; who has so many knows enough."""

_SHOWN = 60  # code points of the message's own words in a finding


def shown(text: str) -> str:
    r"""The words as a sentence for people can quote them.

    >>> shown("the  client\nis")
    'the client is'
    """
    one_line = " ".join(text[: 4 * _SHOWN].split())
    printable = "".join(each for each in one_line if each.isprintable())
    return printable if len(printable) <= _SHOWN else f"{printable[: _SHOWN - 1]}…"


def remarks(
    code: str, found: Iterable[tuple[Passage, Action]], message: str, suggestion: str
) -> Iterator[Finding]:
    """One finding for each of the words found, which the message names as ``{words}``.

    What stands in the text and again in the HTML is told once.
    """
    for where, action in islice(_distinct(found), MOST):
        yield Finding(
            code=code,
            action=action,
            message=message.replace("{words}", shown(where.text)),
            part=where.part,
            span=where.span,
            suggestion=suggestion,
        )


def _distinct(found: Iterable[tuple[Passage, Action]]) -> Iterator[tuple[Passage, Action]]:
    told: set[str] = set()
    for where, action in found:
        words = shown(where.text).casefold()
        if words not in told:
            told.add(words)
            yield where, action
