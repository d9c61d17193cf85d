"""Attachments that a text announces."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from attrs import frozen

from sendguard.text._sentences import read_sentences
from sendguard.text._vocabulary import vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sendguard.text._passage import Passage

_BEFORE = 24  # code points before the phrase in which a denial counts
_SPACE = r"\s{1,4}"
_SOME_WORDS = rf"(?:\S{{1,30}}{_SPACE}){{0,4}}?"


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
    lowered = passage.text.casefold()
    if not any(stem in lowered for stem in vocabulary("attachments")["stems"]):
        return ()
    return tuple(_mentions(passage))


def _mentions(passage: Passage) -> Iterator[AttachmentMention]:
    text = passage.place.plain
    for sentence in read_sentences(passage):
        for match in _phrases().finditer(text, sentence.start, sentence.end):
            start, end = match.span()
            before = text[max(sentence.start, start - _BEFORE) : start]
            if _denials().search(before) or _no_behind().match(text, end, sentence.end):
                continue
            yield AttachmentMention(passage.at(start, end), sentence)
            break  # one for each sentence


@cache
def _phrases() -> re.Pattern[str]:
    phrases = sorted(vocabulary("attachments")["phrases"], key=len, reverse=True)
    return re.compile(rf"(?i)(?<![\w\-])(?:{'|'.join(map(_pattern, phrases))})(?![\w\-])")


def _pattern(phrase: str) -> str:
    before, star, after = phrase.partition(" * ")
    words = _SPACE.join(map(re.escape, before.split()))
    if not star:
        return words
    return f"{words}{_SPACE}{_SOME_WORDS}{_SPACE.join(map(re.escape, after.split()))}"


@cache
def _denials() -> re.Pattern[str]:
    denials = "|".join(map(re.escape, vocabulary("attachments")["denials"]))
    return re.compile(rf"(?i)(?:(?<!\w)|(?=n't))(?:{denials})(?!\w)")


@cache
def _no_behind() -> re.Pattern[str]:
    """ "I attach no importance", "we attach great value": no file at all."""
    return re.compile(rf"(?i){_SPACE}(?:no|great|little|much|any|more|less)\b")
