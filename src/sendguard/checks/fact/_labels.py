"""What stands beside a value and says which one it is."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from attrs import frozen

from sendguard.checks.fact._words import any_of_these, whole_words, word_lists

if TYPE_CHECKING:
    from sendguard.text import Passage

_BEFORE = 60  # code points before a value in which its label stands
_SPLIT = re.compile(r"[\W_]++")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SENTENCE_END = re.compile(r"[.!?;]\s|\n[^\S\n]*\n")
_LONGEST_NAME = 100  # code points
_COMPOUND = 5  # letters of a label that may end a longer word: "Gesamtpreis"


@frozen
class Labels:
    """The words by which a fact is known in a text.

    Attributes:
        forms: in lower case.
        kind: of reference, or "".
        unit: of a quantity, or "".
    """

    forms: frozenset[str]
    kind: str = ""
    unit: str = ""

    def stand_before(self, where: Passage, floor: int) -> bool:
        """Whether the last label before a value is one of these, and nothing says otherwise.

        Args:
            where: the value.
            floor: where the value before it ends, in the same place.
        """
        begin = max(floor, where.start - _BEFORE)
        window = where.place.plain[begin : where.start]
        for end in _SENTENCE_END.finditer(window):
            begin = max(begin, where.start - len(window) + end.end())
        window = where.place.plain[begin : where.start]
        if _unrelated().search(window):
            return False
        last = ""
        for match in _labels(self.forms).finditer(window):
            last = " ".join(match.group().casefold().split())
        return last in self.forms


@lru_cache(maxsize=256)
def labels_of(name: str) -> Labels:
    """The labels that the name of a fact stands for: "unit_price", "dueDate", "order"."""
    lists = word_lists("facts")
    words = _SPLIT.split(_CAMEL.sub(" ", name[:_LONGEST_NAME]).casefold())
    telling = [word for word in words if word and word not in lists["words"]["fillers"]]
    forms: set[str] = set()
    kind = unit = ""
    for word in telling:
        listed = lists["names"].get(word, word)
        forms.update(lists["labels"].get(listed, (word,)))
        kind = kind or lists["kinds"].get(word, "")
        unit = unit or lists["units"].get(word, "")
    return Labels(frozenset(forms), kind, unit)


@lru_cache(maxsize=256)
def _labels(own: frozenset[str]) -> re.Pattern[str]:
    forms = own | {form for forms in word_lists("facts")["labels"].values() for form in forms}
    long = any_of_these(form for form in forms if len(form) >= _COMPOUND)
    short = any_of_these(form for form in forms if len(form) < _COMPOUND)
    return re.compile(
        rf"(?i)(?:(?<!sub)(?<!sub-)(?<!zwischen){long}|(?<!\w){short})(?!\w)",
    )


@cache
def _unrelated() -> re.Pattern[str]:
    return whole_words(word_lists("facts")["words"]["unrelated"])
