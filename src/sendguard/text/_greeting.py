"""Whom a message greets."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from attrs import frozen

from sendguard.text._passage import Passage, lines_of
from sendguard.text._vocabulary import alternation, vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

_FIRST_LINES = 6  # lines of text in which a greeting may stand; logos and the like come before
_MAX_LINE = 400  # code points of a line that are read
_MAX_ADDRESSEE = 80  # code points
_MAX_WORDS = 6  # of a name
_WORD = re.compile(r"\S++")
_LETTERS = re.compile(r"[^\W\d_]++")
_END = re.compile(r"[,!:;?]|\.(?=\s|\Z)|\s[-–—]|[-–—]\s|[-–—]\Z")
# "Ann," or "Ann -" on a line of its own.
_BARE = re.compile(r"(?:[^\W\d_a-z][^\W\d_]*+[ \-'’.]?){1,5}(?=,\Z|\s?[-–—]{1,2}\Z)")
# One or two words and a comma.
_SMALL = re.compile(r"([^\W\d_]++)(?:[ \xa0][^\W\d_]++)?(?=[,!])")
_SPACE: Final = " \t\xa0*_"


@frozen
class Greeting:
    """The words with which a message begins.

    Attributes:
        where: all of it, without the comma.
        addressee: what follows "Dear", or a name that stands alone; None for "Hello,".
        name: the addressee without titles; None where nobody is named ("Dear customer").
    """

    where: Passage
    addressee: Passage | None = None
    name: Passage | None = None

    @property
    def is_generic(self) -> bool:
        """Whether it would fit any reader."""
        return self.name is None


def read_greeting(new: Sequence[Passage]) -> Greeting | None:
    r"""Return the greeting among the first lines of new text, or None.

    Args:
        new: the passages of new text, as in `Quoting.new`.

    >>> from sendguard.text import Place, read_quoting
    >>> text = read_quoting(Place.of("text", "Sehr geehrte Frau Dr. Lang,\n\nvielen Dank."))
    >>> greeting = read_greeting(text.new)
    >>> greeting.addressee.text, greeting.name.text
    ('Frau Dr. Lang', 'Lang')
    """
    seen = 0
    for passage in new[:_FIRST_LINES]:
        text = passage.place.plain
        for start, end in lines_of(text, passage.start, passage.end):
            if start == end:
                continue
            found = _read_line(passage, text[start : min(end, start + _MAX_LINE)], start, seen)
            if found is not None:
                return found
            seen += 1
            if seen == _FIRST_LINES:
                return None
    return None


def _read_line(passage: Passage, line: str, offset: int, seen: int) -> Greeting | None:
    begin = len(line) - len(line.lstrip(_SPACE))
    first = line[begin : begin + 2].lower()
    phrase = _phrase().match(line, begin) if _may_begin("phrases", first) else None
    if phrase:
        return Greeting(passage.at(offset + begin, offset + phrase.end()))
    salutation = _salutation().match(line, begin) if _may_begin("salutations", first) else None
    if salutation is None:
        bare = None if seen else _BARE.match(line.rstrip(), begin)
        if bare is None or _is_generic(bare.group()):
            return None
        where = passage.at(offset + begin, offset + begin + len(bare.group().rstrip()))
        return Greeting(where, where, where)
    start, end = _addressee(line, salutation.end())
    if start == end:
        end = _in_small_letters(line, start)
    if start == end:
        alone = line[end : end + 1] in ",!" or not line[end:].strip(_SPACE + ",!.:;-–—")
        where = passage.at(offset + begin, offset + salutation.end())
        return Greeting(where) if alone else None
    where = passage.at(offset + begin, offset + end)
    addressee = passage.at(offset + start, offset + end)
    if _is_generic(line[start:end]):
        return Greeting(where, addressee)
    untitled = _without_titles(line, start, end)
    name = passage.at(offset + untitled, offset + end) if untitled < end else None
    return Greeting(where, addressee, name)


def _may_begin(name: str, first: str) -> bool:
    """Whether one of a list may begin with two characters (lower case). Quick.

    Beyond ASCII an expression without regard to case takes more for a letter than lower case does.
    """
    return first in _beginnings(name) or not first.isascii()


@cache
def _beginnings(name: str) -> frozenset[str]:
    firsts = {each[:2] for each in vocabulary("greetings")[name]}
    return frozenset(firsts | {each.replace(" ", "\t") for each in firsts})


def _addressee(line: str, begin: int) -> tuple[int, int]:
    """The span of what is greeted: up to the comma, or as far as it looks like a name."""
    words = vocabulary("greetings")
    start = end = begin + len(line[begin:]) - len(line[begin:].lstrip(_SPACE))
    limit = min(len(line), start + _MAX_ADDRESSEE)
    stop = None
    at = start
    while (mark := _END.search(line, at, limit)) is not None:
        if not (mark.group() == "." and _is_abbreviation(line, mark.start())):
            stop = mark.start()
            break
        at = mark.end()
    closed = stop if stop is not None else (len(line) if len(line) <= limit else None)
    if closed is not None:
        text = line[start:closed].rstrip(_SPACE)
        ends_line = not line[closed + 1 :].strip(_SPACE)
        first, *others = text.split() or [""]
        is_name = ends_line and first.casefold() not in words["prepositions"]
        if first and len(others) < _MAX_WORDS and (is_name or _is_generic(text)):
            return start, start + len(text)
    for count, word in enumerate(_WORD.finditer(line, start, closed or limit)):
        is_name = word.group()[0].isupper() or not word.group()[0].islower()
        if count == _MAX_WORDS or not (is_name or word.group() in words["particles"]):
            break
        end = word.end() if is_name else end
    return start, max(start, end)


def _in_small_letters(line: str, start: int) -> int:
    """Where a name ends that nobody set in capitals: "hi ann, thanks"."""
    small = _SMALL.match(line, start)
    if small is None or small[1] in vocabulary("greetings")["prepositions"]:
        return start
    return small.end()


def _is_abbreviation(line: str, stop: int) -> bool:
    word = line[:stop].rpartition(" ")[2].rpartition("\xa0")[2].casefold()
    return len(word) == 1 or word in _titles()


def _without_titles(line: str, start: int, end: int) -> int:
    for word in _WORD.finditer(line, start, end):
        if word.group().strip(".").casefold() not in _titles():
            return word.start()
    return end


def _is_generic(text: str) -> bool:
    words = _LETTERS.findall(text.casefold())
    return bool(words) and all(word in _generic() for word in words)


@cache
def _salutation() -> re.Pattern[str]:
    words = alternation(vocabulary("greetings")["salutations"])
    gender = r"(?:\(e?r?s?a?o?\)|/e?r|/a|[*:_]r)?"  # "Sehr geehrte/r", "Estimado/a"
    return re.compile(rf"(?i){words}{gender}(?![\w’'\-])")


@cache
def _phrase() -> re.Pattern[str]:
    return re.compile(rf"(?i){alternation(vocabulary('greetings')['phrases'])}\b")


@cache
def _titles() -> frozenset[str]:
    return frozenset(vocabulary("greetings")["titles"])


@cache
def _generic() -> frozenset[str]:
    return frozenset(vocabulary("greetings")["generic"])
