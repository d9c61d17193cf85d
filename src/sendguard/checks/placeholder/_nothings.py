"""Values that are none, in the places of values: ``Dear None,``, ``$NaN``, ``Hi ,``.

Each word is looked for as it stands, and what stands beside it decides: most of them are words of
English or of the trade. A text without them costs a search for each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import IntEnum
from typing import Final

from attrs import frozen

from sendguard.canonical import late
from sendguard.checks.placeholder._setting import SALUTATION, TITLE, Setting, Surroundings, greets
from sendguard.text import PhraseWords, words_in


class Certainty(IntEnum):
    """How sure it is that a value was missing."""

    DOUBTFUL = 1
    CERTAIN = 2


@frozen
class Nothing:
    """A place that was filled with nothing.

    Attributes:
        certainty: how sure that is.
        start, end: where it stands, in code points.
    """

    certainty: Certainty
    start: int
    end: int


_SILENT: Final = frozenset({Setting.QUOTED, Setting.LITERAL, Setting.CODE})
_TALK: Final = frozenset({Setting.TALK, Setting.TECHNICAL})

_OPENING: Final = 4_000
"""Code points from the beginning in which the one greeting of a letter stands."""

# What programs write for a value that they do not have, by the letters in lower case without which
# none of a row need be looked for: there are fewer searches than values. Those that only their
# surroundings give away are looked for where a letter has its greeting and its subject matter.
_ANYWHERE: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("undefined", ("undefined",)),
    ("null", ("null",)),
    ("nan", ("NaN",)),
    ("none", ("None",)),
    ("<nil>", ("<nil>",)),
    ("[object ", ("[object Object]",)),
    ("{}", ("{}",)),
    ("[]", ("[]",)),
)
_NEAR_THE_BEGINNING: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("undefined", ("Undefined", "UNDEFINED")),
    ("null", ("Null", "NULL")),
    ("nan", ("nan",)),
    ("nil", ("nil",)),
    ("n/a", ("N/A", "n/a")),
    ("array", ("Array",)),
)
_HUMAN: Final = frozenset({"None", "{}", "[]", "nan", "nil", "N/A", "n/a", "Array"})
"""Values that people write, too."""

_STEMS: Final = tuple(dict.fromkeys(stem for stem, _ in _ANYWHERE + _NEAR_THE_BEGINNING))
# A value that counts is no part of a word, so the words of its stem are words of the text; "{}" and
# "[]" have none.
_WORDS_OF_STEMS: Final = PhraseWords(stem for stem in _STEMS if words_in(stem))

_MONEY_BEFORE = late(r"(?:[$€£¥₹]|\b(?:USD|EUR|GBP|CHF|JPY|INR))[ \xa0]?\Z")
_MONEY_AFTER = late(r"[ \xa0]?(?:[€£¥₹%]|(?:USD|EUR|GBP|CHF)\b)")
_NUMBER_OF = late(
    r"(?i)\b(?:(?:order|invoice|booking|ticket|reservation|bestellung|rechnung|commande|facture|pedido"
    r"|factura)(?:[ -](?:number|nummer|n[uú]m[eé]ro|no|nr|id|code))?"
    r"|(?:account|tracking|policy|case|claim|customer|confirmation|parcel|shipment|reference)"
    r"[ -](?:number|no|nr|id|code))[.:]?[ \xa0]{0,2}(?P<hash>#?)\Z"
)
_LABEL = late(
    r"(?i)\b(?:name|date|total|amount|price|balance|sum|address|phone|e-?mail|due|on|until|by|at|for"
    r"|expires?|deliver(?:y|ed)|starts?|ends?|from|to|of)[ \xa0]?:?[ \xa0]{1,2}\Z"
)
_ENDS_VALUE = late(r"[ \xa0]*(?:[,.!?:;)]|\Z|[-–—] )")
_UNIT = late(r"[ \xa0](?:days?|hours?|minutes?|items?|points?|years?|months?)\b")

_SHEET_ERROR = late(r"#(?:REF!|VALUE!|DIV/0!|NAME\?|NUM!|N/A|NULL!)")
_INVALID_DATE = late(r"Invalid [Dd]ate\b")
_ZERO_DATE = late(
    r"(?<![\d.\-/])(?:0000-00-00|0001-01-01|0?0/0?0/0000|0?1[/.]0?1[/.]0001)(?![\d\-/])"
)
_EPOCH = late(r"(?<![\d.\-/])(?:1970-01-01|0?1[/.]0?1[/.]1970)(?![\d\-/])")
_EPOCH_LABEL = late(r"(?i)\b(?:due|expires?|ends?|until|by|deliver\w*|valid)\b.{0,12}\Z")
_GO_VERB = late(r"%!\w?\([^()\n]{0,60}(?:\([^()\n]{0,60}\))?\)")
_INSTANCE = late(r"<[\w.]{1,80}+ (?:object|instance) at 0x[0-9a-fA-F]{4,16}>")
_SALUTED = late(rf"(?i)\s*+(?:{SALUTATION})(?:[ \xa0]++(?:{TITLE})\.?)*+[ \xa0]*+")


def nothings(text: str, around: Surroundings) -> Iterator[Nothing]:
    """Where a text has nothing in the place of a value, by kind, then in order."""
    if (
        _WORDS_OF_STEMS.may_be_among(around.place.words)
        or ("{" in text and "{}" in text)
        or ("[" in text and "[]" in text)
    ):
        lowered = text.lower()
        present = {stem for stem in _STEMS if stem in lowered}
        for rows, limit in ((_ANYWHERE, len(text)), (_NEAR_THE_BEGINNING, _OPENING)):
            for stem, values in rows:
                if stem in present:
                    for value in values:
                        yield from _values(value, text, limit, around)
    for sign, hint, pattern, judge in _OTHERS:
        if sign in text and hint in text:
            for match in pattern.finditer(text):
                certainty = judge(match, around)
                if certainty:
                    yield Nothing(certainty, match.start(), match.end())


def _values(value: str, text: str, limit: int, around: Surroundings) -> Iterator[Nothing]:
    start = text.find(value, 0, limit)
    while start >= 0:
        end = start + len(value)
        if not _is_part_of_word(text, start, end):
            if text[start - 1 : start] == "(" and text[end : end + 1] == ")":
                start, end = start - 1, end + 1  # "(null)", as Objective-C prints it
            certainty = _of_value(value, start, end, text, around)
            if certainty:
                yield Nothing(certainty, start, end)
        start = text.find(value, end, limit)


def _is_part_of_word(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    if text[start].isalnum() and (before.isalnum() or before == "_"):
        return True
    return text[end - 1].isalnum() and (after.isalnum() or after in {"_", "("})


def _of_value(
    value: str, start: int, end: int, text: str, around: Surroundings
) -> Certainty | None:
    if len(text) <= 40 and text.strip() in {value, f"{value} {value}"}:
        return Certainty.CERTAIN if value not in _HUMAN or value == "None" else None
    before, after = around.near(start, end)
    if not _may_be_value(value, before, after):
        return None
    setting = around.setting(start, end)
    if setting in _SILENT:
        return None
    if setting is Setting.GREETING:
        # "Welcome None of you" is unlikely; "Dear Array of friends" ends in no comma.
        ends = _ENDS_VALUE.match(after) or (after.startswith(f" {value}"))
        return Certainty.CERTAIN if ends else None
    certainty = _beside(value, before, after)
    if setting in _TALK:
        return Certainty.DOUBTFUL if certainty is Certainty.CERTAIN else None
    return certainty


def _may_be_value(value: str, before: str, after: str) -> bool:
    """A first look, without the setting: most of these words stand in sentences."""
    return greets(before) or _beside(value, before, after) is not None


def _beside(value: str, before: str, after: str) -> Certainty | None:
    """What the words on either side say of a value, leaving greetings aside."""
    human = value in _HUMAN
    if _MONEY_BEFORE.search(before) and not after.startswith("["):
        return Certainty.CERTAIN
    if not human and _MONEY_AFTER.match(after):
        return Certainty.CERTAIN
    if before.endswith("#") and value != "N/A":  # which a spreadsheet writes
        return Certainty.CERTAIN
    if number := _NUMBER_OF.search(before):
        if number["hash"] or not human:
            return Certainty.CERTAIN
        return None
    if value == "[object Object]":
        return Certainty.CERTAIN
    if human or value == "<nil>":
        return None
    if value == "NaN" and _UNIT.match(after):
        return Certainty.CERTAIN
    if after.startswith(f" {value}") or before.endswith(f"{value} "):
        return Certainty.CERTAIN  # first and last name
    if _LABEL.search(before) and _ENDS_VALUE.match(after):
        return Certainty.CERTAIN if value in {"undefined", "NaN"} else Certainty.DOUBTFUL
    return None


def _unless_talk(match: re.Match[str], around: Surroundings) -> Certainty | None:
    setting = around.setting(*match.span())
    if setting in _SILENT:
        return None
    return Certainty.DOUBTFUL if setting in _TALK else Certainty.CERTAIN


def _if_beside_label(match: re.Match[str], around: Surroundings) -> Certainty | None:
    before, _ = around.near(*match.span())
    certainty = _unless_talk(match, around)
    if certainty is Certainty.CERTAIN and not (_LABEL.search(before) or greets(before)):
        return Certainty.DOUBTFUL
    return certainty


def _if_due(match: re.Match[str], around: Surroundings) -> Certainty | None:
    before, _ = around.near(*match.span())
    if not _EPOCH_LABEL.search(before):
        return None
    return Certainty.DOUBTFUL if _unless_talk(match, around) else None


def _if_greeted(match: re.Match[str], around: Surroundings) -> Certainty | None:
    setting = around.setting(*match.span())
    if setting in _SILENT:
        return None
    return Certainty.CERTAIN if setting is Setting.GREETING else Certainty.DOUBTFUL


_OTHERS: Final = (
    ("#", "#", _SHEET_ERROR, _unless_talk),
    ("I", "Invalid ", _INVALID_DATE, _if_beside_label),
    ("0", "000", _ZERO_DATE, _unless_talk),
    ("9", "1970", _EPOCH, _if_due),
    ("%", "%!", _GO_VERB, _unless_talk),
    ("<", " at 0x", _INSTANCE, _if_greeted),
)


def empty_greetings(lines: list[tuple[int, str]]) -> Iterator[Nothing]:
    """Where nobody is greeted, among the lines that may greet somebody: ``Hi ,``."""
    for start, line in lines:
        for gap in _GAPS.finditer(line[:_LONGEST_GREETING]):
            before = line[: gap.start()]
            if _SALUTED.fullmatch(before):
                # "Hello , I am" is how some people write; a line of its own is a template's.
                alone = not line[gap.end() :].strip()
                words = before.lstrip()
                certain = alone or words[:4].lower() == "dear"
                yield Nothing(
                    Certainty.CERTAIN if certain else Certainty.DOUBTFUL,
                    start + gap.start() - len(words),
                    start + gap.end(),
                )


_GAPS = late("[ \xa0],")
_LONGEST_GREETING: Final = 60  # code points
