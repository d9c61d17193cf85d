"""Numbers that people refer to: orders, invoices, tickets, with what they are called."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from attrs import field, frozen

from sendguard.text._digits import has_digit, in_ascii
from sendguard.text._vocabulary import alternation, vocabulary
from sendguard.text._words import fold_letters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
_COMPOUNDS = ("nummer", "nr")  # how they end: "Bestellnummer", "Auftragsnr"
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
    if not has_digit(passage.text):
        return ()
    return tuple(_references(passage, _near_labels(passage)))


def _references(passage: Passage, stretches: Iterable[tuple[int, int]]) -> Iterator[Reference]:
    """The labelled numbers that have a digit in one of the stretches."""
    text = passage.place.plain
    taken = passage.start
    for start, end in _numbers(passage, stretches):
        if _FRACTION.match(text, end, passage.end):
            continue
        value = text[start:end]
        begin = max(taken, start - _BEFORE)
        while begin > taken and text[begin - 1].isalnum() and text[begin].isalnum():
            begin += 1  # the rest of a word is none
        label = _label(text[begin:start])
        if label is None:
            continue
        kind, length, is_named_number = label
        if not is_named_number and not _is_telling(value, has_kind=bool(kind)):
            continue
        key = _SEPARATORS.sub("", value).upper()
        where = passage.at(start - length, end)
        yield Reference(where, kind, passage.at(start, end), key)
        taken = end


def _near_labels(passage: Passage) -> Iterator[tuple[int, int]]:
    """Where a number with a label has its digits: behind the last word of a label, or a "#".

    In order, without overlap; linear in the size of the passage. Most numbers of a long list stand
    nowhere near one.
    """
    if passage.end - passage.start <= _BEFORE:
        yield passage.start, passage.end
        return
    text = _folded(in_ascii(passage.text))
    marks = (*(_last_words() & passage.words), *_COMPOUNDS, "#")
    close = passage.start
    for at in sorted(at for mark in marks for at in _occurrences(mark, text)):
        start = passage.start + at
        end = min(passage.end, start + _BEFORE + _MAX_LENGTH)
        if end > close:
            yield max(start, close), end
            close = end


def _occurrences(mark: str, text: str) -> Iterator[int]:
    at = text.find(mark)
    while at >= 0:
        yield at
        at = text.find(mark, at + 1)


def _numbers(passage: Passage, stretches: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The span of each token with a digit in one of the stretches that is not too long.

    From digit to digit, since most tokens are words.
    """
    text, close = passage.place.plain, passage.start
    for digits in (each for stretch in stretches for each in _DIGITS.finditer(text, *stretch)):
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
    match = _labels().search(_folded(before))
    if match is None:
        return None
    named = match["label"] or match["label_of"]
    kind = _kinds()[" ".join(named.split())] if named else ""
    is_number = bool(
        match["number"]
        or match["number_of"]
        or match["bare"]
        or "#" in match["gap"]
        or (kind == "reference" and ":" in match["gap"])
    )
    return kind, len(before) - match.start(), is_number


def _folded(text: str) -> str:
    """As long as it was, each letter as an expression without regard to case would take it."""
    return fold_letters(text).replace("\u0131", "i")


@lru_cache(maxsize=1_024)
def _ends_label(word: str) -> bool:
    """Whether a label may end with a word; of a list, the same few stand before its numbers."""
    last = word.casefold().rstrip(_LOOSE).lstrip("(*[").rpartition("-")[2]
    return last in _last_words() or last.endswith((*_COMPOUNDS, "d'ordine", "d’ordine"))


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
def _labels() -> re.Pattern[str]:
    """Of small letters, among which so many alternatives are told apart three times as fast."""
    words = vocabulary("references")["words"]
    labels, number = alternation(_kinds()), alternation(words["number"])
    of, is_ = alternation(words["of"]), alternation(words["is"])
    return re.compile(
        rf"""(?x)
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
