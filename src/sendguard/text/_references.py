"""Numbers that people refer to: orders, invoices, tickets, with what they are called."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from attrs import field, frozen

from sendguard.text._digits import has_digit
from sendguard.text._vocabulary import alternation, key_of, vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sendguard.text._passage import Passage

_TOKEN = re.compile(r"\w++(?:[\-/._]\w++)*+")
_DIGITS = re.compile(r"\d\d*+")  # a search for one that begins so skips to the next digit
_FRACTION = re.compile(r",\d")
_HASH = re.compile(r"(?<![\w&/=#])#\Z")
_SEPARATORS = re.compile(r"[\-/._]")
_YEAR = re.compile(r"(?:19|20)\d\d")
_BEFORE = 48  # code points before a number in which its label stands
_MAX_LENGTH = 40  # code points
_LEAST = 3  # code points of a number without "no." or "#" before it
_LEAST_DIGITS = 4  # where it has digits alone
_LOOSE = " \t\xa0.:#°º(*-"


@frozen
class Reference:
    """A number that people refer to.

    Attributes:
        where: the label and the number.
        kind: what it numbers, under one name for all languages ("order", "invoice", "case"); ""
            after a mere "#" or "No.".
        number: the number alone.
        key: the form in which two numbers compare: upper case, without separators.
    """

    where: Passage
    kind: str
    number: Passage
    key: str = field(repr=False)


def read_references(passage: Passage) -> tuple[Reference, ...]:
    """Return the labelled numbers in a passage. Linear in its size.

    >>> from sendguard.text import Passage, Place
    >>> place = Place.of("text", "Order A-1042, Rechnung Nr. 2024/17")
    >>> [(r.kind, r.key) for r in read_references(Passage(place, 0, len(place.plain)))]
    [('order', 'A1042'), ('invoice', '202417')]
    """
    text = passage.place.plain
    if not has_digit(text):
        return ()
    found: list[Reference] = []
    taken = passage.start
    for start, end in _numbers(passage):
        if _FRACTION.match(text, end, passage.end):
            continue
        value = text[start:end]
        label = _label(text[max(taken, start - _BEFORE) : start])
        if label is None:
            continue
        kind, length, is_named_number = label
        if not is_named_number and not _is_telling(value, has_kind=bool(kind)):
            continue
        key = _SEPARATORS.sub("", value).upper()
        where = passage.at(start - length, end)
        found.append(Reference(where, kind, passage.at(start, end), key))
        taken = end
    return tuple(found)


def _numbers(passage: Passage) -> Iterator[tuple[int, int]]:
    """The span of each token with a digit in it that is not too long.

    From digit to digit, since most tokens are words.
    """
    text, close = passage.place.plain, passage.start
    for digits in _DIGITS.finditer(text, passage.start, passage.end):
        at = digits.start()
        if at < close:
            continue  # of the token before
        start, least = at, max(close, at - _MAX_LENGTH)
        while start > least and (
            (before := text[start - 1]).isalnum()
            or before == "_"
            or (before in "-/." and start - 1 > close and _is_of_word(text[start - 2]))
        ):
            start -= 1
        token = _TOKEN.match(text, at, passage.end)
        close = token.end() if token else at
        if close - start <= _MAX_LENGTH:
            yield start, close


def _is_of_word(char: str) -> bool:
    return char.isalnum() or char == "_"


def _label(before: str) -> tuple[str, int, bool] | None:
    """Read the label at the end of a text.

    Returns:
        The kind, the length of the label with what stands between it and the number, and whether
        it says that a number follows.
    """
    words = before.rstrip(_LOOSE).rsplit(None, 2)
    if not words and "#" not in before:
        return None
    last = words[-1] if words else ""
    if len(words) > 1 and last.casefold() in _is_words():
        last = words[-2]
    if not _ends_label(last):
        return ("", 1, False) if before[-1] == "#" and _HASH.search(before) else None
    match = _labels().search(before)
    if match is None:
        return None
    named = match["label"] or match["label_of"]
    kind = _kinds()[key_of(named)] if named else ""
    is_number = bool(
        match["number"]
        or match["number_of"]
        or match["bare"]
        or "#" in match["gap"]
        or (kind == "reference" and ":" in match["gap"])
    )
    return kind, len(before) - match.start(), is_number


@lru_cache(maxsize=1_024)
def _ends_label(word: str) -> bool:
    """Whether a label may end with a word; of a list, the same few stand before its numbers."""
    last = word.casefold().rstrip(_LOOSE).lstrip("(*[").rpartition("-")[2]
    return last in _last_words() or last.endswith(_compounds())


def _is_telling(value: str, *, has_kind: bool) -> bool:
    """Whether a token is a number of something after "order" alone, or after "#" alone."""
    if not has_kind:
        return len(value) >= _LEAST
    if not value.isdigit():
        return len(value) >= _LEAST and not value[-1:].islower()  # "order 2nd"
    return len(value) >= _LEAST_DIGITS and not _YEAR.fullmatch(value)


@cache
def _kinds() -> dict[str, str]:
    kinds = vocabulary("references")["kinds"].items()
    return {label: kind for kind, labels in kinds for label in labels}


@cache
def _last_words() -> frozenset[str]:
    numbers = vocabulary("references")["words"]["number"]
    words = [label.split()[-1] for label in _kinds()] + numbers
    return frozenset(words)


@cache
def _is_words() -> frozenset[str]:
    return frozenset(vocabulary("references")["words"]["is"])


@cache
def _compounds() -> tuple[str, ...]:
    """How compounds end: "Bestellnummer", "Auftragsnr"."""
    return ("nummer", "nr", "d'ordine", "d’ordine")


@cache
def _labels() -> re.Pattern[str]:
    words = vocabulary("references")["words"]
    labels, number = alternation(_kinds()), alternation(words["number"])
    of, is_ = alternation(words["of"]), alternation(words["is"])
    return re.compile(
        rf"""(?ix)
        (?<![\w\-])
        (?:
            (?P<label>{labels}) (?:s|n|en)?
            (?: [\ \xa0\-.]{{0,2}} (?P<number>{number}) (?![^\W\d_]) )?
          | (?P<number_of>{number}) [.°º]? [\ \xa0]? (?: {of} [\ \xa0]? ){{0,2}}
            (?P<label_of>{labels})
          | (?P<bare>no|nr|nos|n[°º])
        )
        (?P<gap> (?: [\ \t\xa0.:\#°º(*\-] | (?<=\s){is_}(?=[\s:]) )*+ )
        \Z
        """
    )
