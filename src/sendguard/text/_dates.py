"""Days that a text names.

What may be read in more than one way (3/5/2027) is kept as alternatives. A day without a year, a
weekday and "tomorrow" become dates only when it is known when they were written.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Literal

from attrs import evolve, frozen

from sendguard.text._digits import has_digit
from sendguard.text._passage import words_in
from sendguard.text._vocabulary import alternation, key_of, vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sendguard.text._passage import Passage

_NUMERIC = re.compile(
    r"(?<![\w./:,\-])(?:"
    r"(?P<y1>\d{4})(?P<s1>[\-/.])(?P<m1>\d{1,2})(?P=s1)(?P<d1>\d{1,2})(?=T\d\d:|(?!\w))"
    r"|(?P<a>\d{1,2})(?P<s2>[./\-])\xa0? ?(?P<b>\d{1,2})(?P=s2)\xa0? ?(?P<y2>\d{4}|\d\d)(?!\w)"
    r"|(?P<d3>\d{1,2})\. ?(?P<m3>\d{1,2})\.(?! ?\d)"
    r"|(?P<x>\d{1,2})/(?P<z>\d{1,2})(?!\w)"
    r")(?![\-/]\d|[.,]\d)"
)
# In every match of the above, and it begins with what is rare in a text.
_NUMERIC_HINT = re.compile(r"\d(?:[./\-]\xa0? ?\d{1,2}[./\-]|/\d)")
# One of these is in the figures of every match of the hint but "1/2".
_NUMERIC_FIGURES = ("0.0.", "0.00.", "0. ")
_WORD = re.compile(r"[^\W\d_]++(?:[’'\-][^\W\d_]++)*+")
_BEFORE = 24  # code points in which a weekday, a day or another word stands before a date
_CENTURY = 70  # two figures below it are a year of this century
_YEARS = range(1900, 2200)


@frozen
class Day:
    """One reading of a date: the year may be missing."""

    year: int | None
    month: int
    day: int

    def near(self, now: date) -> date | None:
        """The date; without a year the one nearest to `now`. None where there is no such day."""
        if self.year is not None:
            return _date(self.year, self.month, self.day)
        near = (_date(now.year + n, self.month, self.day) for n in (0, 1, -1))
        return min(
            (each for each in near if each is not None),
            key=lambda each: abs((each - now).days),
            default=None,
        )


@frozen
class DateMention:
    """A day that the text names, by date, by weekday, or counted from the day of writing.

    Attributes:
        where: the words, a weekday beside a date included.
        days: readings of a date, the likeliest first; empty where none is written.
        weekday: the weekday that is named, 0 for Monday; None where none is.
        which: which weekday is meant where it stands alone.
        offset: days from the day of writing, for "tomorrow" and "in 2 weeks"; else None.
    """

    where: Passage
    days: tuple[Day, ...] = ()
    weekday: int | None = None
    which: Literal["", "this", "next", "last"] = ""
    offset: int | None = None

    def on(self, now: date) -> tuple[date, ...]:
        """The dates that may be meant, the likeliest first, for a text written that day.

        "Next Tuesday" has two: people do not agree whether it lies in this week.
        """
        if self.offset is not None:
            return _shifted(now, self.offset)
        if self.days:
            found = (day.near(now) for day in self.days)
            return tuple(dict.fromkeys(each for each in found if each is not None))
        if self.weekday is None:
            return ()
        ahead = (self.weekday - now.weekday()) % 7
        if self.which == "last":
            return _shifted(now, ahead - 7)
        if self.which == "this":
            return _shifted(now, ahead)
        if self.which == "next":
            return _shifted(now, ahead or 7) + _shifted(now, (ahead or 7) + 7)
        return _shifted(now, ahead) if ahead else _shifted(now, 7) + _shifted(now, 0)

    def contradicts_itself(self, now: date) -> bool:
        """Whether the weekday beside a date is that of none of its readings."""
        if not self.days or self.weekday is None:
            return False
        return all(each.weekday() != self.weekday for each in self.on(now))


def read_dates(passage: Passage) -> tuple[DateMention, ...]:
    """Return the days that a passage names. Linear in its size.

    >>> from sendguard.text import Passage, Place
    >>> place = Place.of("text", "On Tuesday, 4 May 2027, or tomorrow")
    >>> first, second = read_dates(Passage(place, 0, len(place.plain)))
    >>> first.where.text, first.on(date(2027, 1, 1))
    ('Tuesday, 4 May 2027', (datetime.date(2027, 5, 4),))
    >>> second.on(date(2027, 1, 1))
    (datetime.date(2027, 1, 2),)
    """
    found = [
        *(_numeric(passage) if _has_numeric(passage) else ()),
        *(() if _starts().isdisjoint(passage.words) else _worded(passage)),
    ]
    found.sort(key=lambda mention: (mention.where.start, -mention.where.end))
    kept: list[DateMention] = []
    for mention in found:
        if not kept or mention.where.start >= kept[-1].where.end:
            kept.append(mention)
    return tuple(kept)


def may_name_date(passage: Passage) -> bool:
    """Whether a passage may have a date, in figures or with its month; never False where it has.

    It is quick, and says nothing of weekdays and of "tomorrow".
    """
    return not _month_names().isdisjoint(passage.words) or _has_numeric(passage)


def may_name_weekday(passage: Passage) -> bool:
    """Whether a passage may name a weekday, in short too; never False where it does. Quick."""
    return not _weekday_starts().isdisjoint(passage.words)


def _has_numeric(passage: Passage) -> bool:
    text = passage.text
    if not has_digit(text):
        return False
    figures = passage.place.figures
    return (
        figures is None or any(map(figures.__contains__, _NUMERIC_FIGURES)) or "/" in text
    ) and _NUMERIC_HINT.search(text) is not None


def _numeric(passage: Passage) -> Iterator[DateMention]:
    text = passage.place.plain
    for match in _NUMERIC.finditer(text, passage.start, passage.end):
        days = _days(match)
        if not days:
            continue
        mention = _with_weekday(passage, DateMention(passage.at(*match.span()), days))
        if match["x"] and mention.weekday is None:
            continue  # "1/2" is a half
        if match["d3"] and mention.weekday is None and not _is_cued(passage, match.start()):
            continue  # "3.5." is a chapter
        yield mention


def _days(match: re.Match[str]) -> tuple[Day, ...]:
    if match["y1"]:
        return _valid((int(match["y1"]), int(match["m1"]), int(match["d1"])))
    if match["d3"]:
        return _valid((None, int(match["m3"]), int(match["d3"])))
    if match["x"]:
        first, second, year = int(match["x"]), int(match["z"]), None
        return _valid((year, first, second), (year, second, first))
    first, second, digits = int(match["a"]), int(match["b"]), match["y2"]
    year = int(digits)
    if len(digits) == 2:
        year += 2000 if year < _CENTURY else 1900
        in_full = len(match["a"]) == len(match["b"]) == 2
        if match["s2"] == "-" or (match["s2"] == "." and not in_full):
            return ()  # a version, a score
    if match["s2"] == ".":
        return _valid((year, second, first))
    return _valid((year, second, first), (year, first, second))


def _worded(passage: Passage) -> Iterator[DateMention]:
    text = passage.place.plain
    known = _known()
    taken = passage.start  # nothing before it is looked at again
    for word in _WORD.finditer(text, passage.start, passage.end):
        key = word.group().casefold()
        kind = known.get(key)
        if kind is None or word.start() < taken:
            continue
        mention = None
        if "month" in kind:
            mention = _of_month(passage, word, kind["month"], taken)
        if mention is None and "weekday" in kind and key not in _beside_only():
            mention = _of_weekday(passage, word, kind["weekday"])
        if mention is None and "relative" in kind:
            mention = _of_relative(passage, word, taken)
        if mention is None and "in" in kind:
            mention = _of_waiting(passage, word)
        if mention is not None:
            taken = mention.where.end
            yield mention


def _of_month(passage: Passage, word: re.Match[str], month: int, floor: int) -> DateMention | None:
    """A date with the name of its month: "3 May 2027", "May 3rd"."""
    text, end = passage.place.plain, passage.end
    begin = max(floor, word.start() - _BEFORE)
    before = _day_before().search(text[begin : word.start()])
    if before:
        year = _YEAR_BEHIND.match(text, word.end(), end)
        start, close = begin + before.start("day"), year.end() if year else word.end()
        day = int(before["day"])
    else:
        if word.group() in vocabulary("dates")["other_words"]:
            return None
        after = _DAY_BEHIND.match(text, word.end(), end)
        if after is None:
            return None
        year = _YEAR_BEHIND.match(text, after.end(), end)
        start, close = word.start(), year.end() if year else after.end()
        day = int(after["day"])
    days = _valid((int(year["year"]) if year else None, month, day))
    if not days:
        return None
    return _with_weekday(passage, DateMention(passage.at(start, close), days))


def _of_weekday(passage: Passage, word: re.Match[str], weekday: int) -> DateMention | None:
    text = passage.place.plain
    start, end = word.span()
    before = _which_before().search(text[max(passage.start, start - _BEFORE) : start])
    behind = _which_behind().match(text, end, passage.end)
    which: Literal["", "this", "next", "last"] = ""
    if before:
        start -= len(before.group()) - len(before["lead"])
        which = "this" if before["this"] else "next" if before["next"] else "last"
    elif behind:
        end = behind.end()
        which = "next" if behind["next"] else "last"
    return DateMention(passage.at(start, end), weekday=weekday, which=which)


def _of_relative(passage: Passage, word: re.Match[str], floor: int) -> DateMention | None:
    text = passage.place.plain
    if word.group().casefold() in {"morgen", "mañana"}:
        before = text[max(floor, word.start() - _BEFORE) : word.start()].casefold().split()
        if before and before[-1].strip(",.") in vocabulary("dates")["words"]["morning"]:
            return None
    match = _relative().match(text, word.start(), passage.end)
    if match is None:
        return None
    offset = _offsets()[key_of(match.group())]
    return DateMention(passage.at(*match.span()), offset=offset)


def _of_waiting(passage: Passage, word: re.Match[str]) -> DateMention | None:
    """ "In 3 days", "dans 2 semaines"."""
    match = _waiting().match(passage.place.plain, word.start(), passage.end)
    if match is None:
        return None
    days = int(match["count"]) * (7 if match["week"] else 1)
    return DateMention(passage.at(*match.span()), offset=days)


def _with_weekday(passage: Passage, mention: DateMention) -> DateMention:
    """The same with the weekday that stands before or behind it."""
    text = passage.place.plain
    start, end = mention.where.start, mention.where.end
    begin = max(passage.start, start - _BEFORE)
    before = _weekday_before().search(text[begin:start])
    if before:
        weekday = _weekdays()[key_of(before["weekday"])]
        return evolve(
            mention, where=passage.at(begin + before.start("weekday"), end), weekday=weekday
        )
    behind = _weekday_behind().match(text, end, passage.end)
    if behind:
        weekday = _weekdays()[key_of(behind["weekday"])]
        return evolve(mention, where=passage.at(start, behind.end("weekday")), weekday=weekday)
    return mention


def _is_cued(passage: Passage, start: int) -> bool:
    before = passage.place.plain[max(passage.start, start - _BEFORE) : start].casefold().split()
    return bool(before) and before[-1] in vocabulary("dates")["words"]["cues"]


def _valid(*readings: tuple[int | None, int, int]) -> tuple[Day, ...]:
    kept = (
        Day(year, month, day)
        for year, month, day in dict.fromkeys(readings)
        if (year is None or year in _YEARS) and _date(year or 2000, month, day)
    )
    return tuple(kept)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _shifted(now: date, days: int) -> tuple[date, ...]:
    """One date, or none at the ends of the calendar."""
    try:
        return (now + timedelta(days=days),)
    except OverflowError:
        return ()


_ORDINAL = r"(?:st|nd|rd|th|er|º|ª|\.|ste|de)?"
_YEAR_BEHIND = re.compile(
    r"(?:\.?,?[ \xa0](?:del?[ \xa0])?|-)(?P<year>(?:19|20|21)\d\d)(?![\w:]|[.,]\d)"
)
_DAY_BEHIND = re.compile(r"(?i)\.?[ \xa0](?P<day>\d{1,2})(?:st|nd|rd|th)?(?![\w:%€$£]|[.,/\-]\d)")


@cache
def _known() -> dict[str, dict[str, int]]:
    """What each word may begin or name."""
    data = vocabulary("dates")
    known: dict[str, dict[str, int]] = {}
    for kind, lists in (("weekday", data["weekdays"]), ("month", data["months"])):
        for index, names in enumerate(lists):
            for name in names:
                known.setdefault(name, {})[kind] = index + (kind == "month")
    for offset, phrases in data["relative"].items():
        for phrase in phrases:
            known.setdefault(phrase.split()[0], {})["relative"] = int(offset)
    for phrase in data["words"]["in"]:
        known.setdefault(phrase.split()[0], {})["in"] = 0
    return known


@cache
def _weekdays() -> dict[str, int]:
    data = vocabulary("dates")
    return {
        name: index
        for lists in (data["short_weekdays"], data["weekdays"])
        for index, names in enumerate(lists)
        for name in names
    }


@cache
def _starts() -> frozenset[str]:
    """The words that `_known` words are made of."""
    return frozenset[str]().union(*map(words_in, _known()))


@cache
def _month_names() -> frozenset[str]:
    return frozenset(name for names in vocabulary("dates")["months"] for name in names)


@cache
def _weekday_starts() -> frozenset[str]:
    return frozenset[str]().union(*map(words_in, _weekdays()))


@cache
def _beside_only() -> frozenset[str]:
    return frozenset(vocabulary("dates")["only_beside_a_date"])


@cache
def _offsets() -> dict[str, int]:
    relative = vocabulary("dates")["relative"].items()
    return {phrase: int(offset) for offset, phrases in relative for phrase in phrases}


@cache
def _relative() -> re.Pattern[str]:
    return re.compile(rf"(?i){alternation(_offsets())}(?![\w\-])")


@cache
def _waiting() -> re.Pattern[str]:
    units = vocabulary("amounts")["units"]
    return re.compile(
        rf"(?i){alternation(vocabulary('dates')['words']['in'])}[ \xa0](?P<count>\d{{1,3}})[ \xa0]"
        rf"(?:(?P<day>{alternation(units['day'])})|(?P<week>{alternation(units['week'])}))(?!\w)"
    )


@cache
def _day_before() -> re.Pattern[str]:
    of = alternation(vocabulary("dates")["words"]["of"])
    return re.compile(
        rf"(?i)(?<![\w.,:/\-])(?P<day>\d{{1,2}}){_ORDINAL}(?:[ \xa0]{of})?[ \xa0\-]?\Z"
    )


@cache
def _weekday_before() -> re.Pattern[str]:
    the = alternation(vocabulary("dates")["words"]["the"])
    return re.compile(
        rf"(?i)(?<!\w)(?P<weekday>{alternation(_weekdays())})\.?,?[ \xa0](?:{the}[ \xa0])?\Z"
    )


@cache
def _weekday_behind() -> re.Pattern[str]:
    names = alternation(name for names in vocabulary("dates")["weekdays"] for name in names)
    return re.compile(rf"(?i)[ \xa0]?[,(][ \xa0]?(?P<weekday>{names})(?!\w)")


@cache
def _which_before() -> re.Pattern[str]:
    words = vocabulary("dates")["words"]
    this, following, last = (alternation(words[name]) for name in ("this", "next", "last"))
    return re.compile(
        rf"(?i)(?P<lead>(?:\A|\W))"
        rf"(?:(?P<this>{this})|(?P<next>{following})|(?P<last>{last}))[ \xa0]\Z"
    )


@cache
def _which_behind() -> re.Pattern[str]:
    words = vocabulary("dates")["words"]
    following, last = alternation(words["next_behind"]), alternation(words["last_behind"])
    return re.compile(rf"(?i)[ \xa0](?:(?P<next>{following})|(?P<last>{last}))(?!\w)")
