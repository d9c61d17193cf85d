"""Attachments that a text announces."""

from __future__ import annotations

import re
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from attrs import frozen

from sendguard.text._sentences import read_sentences
from sendguard.text._vocabulary import alternation, vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sendguard.text._passage import Passage
    from sendguard.text._words import Words

_NEAR = 24  # code points before the phrase in which a denial counts
_FAR = 120  # code points before the phrase in which the sentence says whose file it is
_AROUND = 240  # code points around a word for files in which a phrase with it stands
_LOOKS = 20  # phrases of one sentence that are looked at; nobody denies so many and means one
_SPACE = r"\s{1,4}"
_SOME_WORDS = rf"(?:\S{{1,30}}{_SPACE}){{0,6}}?"


@frozen
class AttachmentMention:
    """Words that say that a file travels with the message.

    Attributes:
        where: the words.
        sentence: the sentence they stand in.
    """

    where: Passage
    sentence: Passage


def read_attachment_mentions(passage: Passage) -> tuple[AttachmentMention, ...]:
    """Return where a passage announces an attachment. Linear in its size.

    Narrow on purpose: it knows the turns by which people announce what they send, and takes a
    denial, a request or a condition before them for what it is.

    >>> from sendguard.text import Passage, Place
    >>> place = Place.of("text", "Please find the offer attached. I attach no importance to it.")
    >>> found = read_attachment_mentions(Passage(place, 0, len(place.plain)))
    >>> [each.where.text for each in found]
    ['Please find the offer attached']
    """
    stems = _stems_in(passage.vocabulary)
    lowered = _lowered(passage.text) if stems else ""
    return tuple(_mentions(passage, stems)) if _has_any(lowered, stems) else ()


def may_announce(words: Iterable[Words]) -> bool:
    """Tell whether an attachment may be announced; False only where none is.

    Linear in the number of different words, of which a text and its HTML have most in common.
    """
    return bool(_stems_in(frozenset[str]().union(*(each.vocabulary for each in words))))


def _stems_in(words: frozenset[str]) -> list[str]:
    """The stems that may stand in a text with these words, of most texts none."""
    together = f" {' '.join(words)} "
    return [stem for stem, within in _stems_within_words() if within in together]


def _has_any(text: str, stems: list[str]) -> bool:
    return any(map(text.__contains__, stems))


def _mentions(passage: Passage, stems: list[str]) -> Iterator[AttachmentMention]:
    for sentence in read_sentences(passage):
        text = _lowered(sentence.text)
        if not _has_any(text, stems):
            continue
        if _questions().match(text):
            continue
        for match in islice(_matches(text), _LOOKS):
            start, end = match.span()
            if (
                _denials().search(text[max(0, start - _NEAR) : end])
                or _others().search(text[max(0, start - _FAR) : start])
                or _behind().match(text, end)
            ):
                continue
            where = passage.at(sentence.start + start, sentence.start + end)
            yield AttachmentMention(where, sentence)
            break  # one for each sentence


def _lowered(text: str) -> str:
    """In small letters, each in its place: expressions that fold case themselves are slow."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := each.lower()) == 1 else each for each in text)


def _matches(text: str) -> Iterator[re.Match[str]]:
    if opening := _openings().match(text):
        yield opening
    done = 0
    for stem in _stems().finditer(text):
        if stem.start() < done:
            continue
        # What is about files stands near their word; the rest need not be tried.
        begin = max(done, stem.start() - _AROUND)
        done = min(stem.end() + _AROUND, len(text))
        yield from _phrases().finditer(text, begin, done)


@cache
def _stems_within_words() -> tuple[tuple[str, str], ...]:
    """Each stem, and what of it stands within one word, spaced where that word begins or ends."""
    stems = vocabulary("attachments")["stems"]
    spaced = (re.sub(r"\W+", " ", stem) for stem in stems)
    within = (max(re.findall(r"(?=( ?[^\W_]+ ?))", stem), key=len) for stem in spaced)
    return tuple(zip(stems, within, strict=True))


@cache
def _stems() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, vocabulary("attachments")["stems"])))


@cache
def _phrases() -> re.Pattern[str]:
    return re.compile(rf"(?<![\w\-])(?=[\w(]){_any_of('phrases')}(?!\w)(?!-\w)")


@cache
def _openings() -> re.Pattern[str]:
    return re.compile(rf"{_any_of('openings')}(?!\w)")


@cache
def _questions() -> re.Pattern[str]:
    return re.compile(rf"{_any_of('questions')}(?!\w)")


@cache
def _denials() -> re.Pattern[str]:
    return re.compile(rf"(?:(?<!\w)|(?=n't)){_any_of('denials')}(?!\w)")


@cache
def _others() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){_any_of('others')}(?!\w)")


@cache
def _behind() -> re.Pattern[str]:
    """ "I attach no importance", "attached to the wall": no file, or none of this message."""
    mail = r"(?:this|the|my|our)\s{1,4}(?:e-?mail|mail|message|note|letter)\b"
    return re.compile(
        rf"{_SPACE}(?:(?:no|great|little|much|any|more|less)\b"
        rf"|(?<=attached\s)to\b(?!{_SPACE}(?:this\b|{mail}))|(?:\S{{1,30}}{_SPACE})?{_any_of('behind')}\b)"
    )


def _any_of(key: str) -> str:
    """A pattern for any of the phrases under that key, the longest first."""
    phrases = sorted(vocabulary("attachments")[key], key=lambda phrase: (-len(phrase), phrase))
    return f"(?:{'|'.join(map(_pattern, phrases))})"


def _pattern(phrase: str) -> str:
    closed = phrase.removesuffix(" .")
    pieces = (_SPACE.join(map(_word, piece.split())) for piece in closed.split(" * "))
    pattern = f"{_SPACE}{_SOME_WORDS}".join(pieces)
    return pattern if closed == phrase else rf"{pattern}(?=\s{{0,4}}(?:[.!?]|\Z))"


def _word(word: str) -> str:
    return _nouns() if word == "{noun}" else re.escape(word)


@cache
def _nouns() -> str:
    return alternation(vocabulary("attachments")["nouns"])
