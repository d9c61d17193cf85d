"""Numbers that a state gives a person."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator
from functools import cache

from attrs import frozen

from sendguard.checks._word_lists import word_lists
from sendguard.checks.sensitive._hit import Hit, before, words_pattern
from sendguard.model import Action
from sendguard.text import PhraseWords, Place

# Numbers that were printed in advertisements; nobody's.
_PRINTED = frozenset({"078-05-1120", "219-09-9999", "123-45-6789"})


@frozen
class _Kind:
    name: str
    shape: re.Pattern[str]
    labels: re.Pattern[str]
    names: PhraseWords
    is_valid: Callable[[str], bool]


def national_ids(place: Place, *, all_countries: bool) -> Iterator[Hit]:
    """The national ids in a text: the exact shape, what it is called before it, its check digit.

    Args:
        place: the text.
        all_countries: those that python-stdnum checks too, else the American one alone.
    """
    text = place.plain
    for kind in _kinds(all_countries):
        if not kind.names.may_be_among(place.words):
            continue
        for match in kind.shape.finditer(text):
            if kind.labels.search(before(place, match.start())) and kind.is_valid(match.group()):
                what = f"a {kind.name}"
                yield Hit("content.national-id", Action.HOLD, what, place, *match.span())


@cache
def _kinds(all_countries: bool) -> tuple[_Kind, ...]:
    return tuple(
        _Kind(
            entry["name"],
            re.compile(rf"(?<![\w.\-])(?:{entry['pattern']})(?!\w)(?![.\-]\d)"),
            words_pattern(entry["labels"]),
            PhraseWords(f"{label}{s}" for label in entry["labels"] for s in ("", "s")),
            _checker(entry["module"]),
        )
        for entry in word_lists("sensitive")["ids"]
        if all_countries or not entry["module"]
    )


def _checker(module: str) -> Callable[[str], bool]:
    if not module:
        return lambda number: number not in _PRINTED
    is_valid = importlib.import_module(module).is_valid
    return lambda number: bool(is_valid(number))
