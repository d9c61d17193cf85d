"""Promises with a day to them: "someone will call you on Tuesday"."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

from attrs import frozen

from sendguard.text._dates import DateMention
from sendguard.text._vocabulary import alternation, key_of, vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from sendguard.text._passage import Passage

_LONGEST = 600  # code points; a longer sentence is a list or a table
_CLAUSE = re.compile(r"[,;:](?=\s)")
_SATURDAY = 5


@frozen
class CommitmentMention:
    """A sentence that promises something for a day.

    Attributes:
        where: the sentence.
        day: the day that it names, or None.
        hours, days, working_days, months: how long it may take at most, where it says so.
    """

    where: Passage
    day: DateMention | None = None
    hours: int = 0
    days: int = 0
    working_days: int = 0
    months: int = 0

    def due(self, now: datetime) -> date | None:
        """The last day on which the promise is kept, for a text written at that time.

        None where the words leave the day open ("next week"), and where the calendar ends.

        Args:
            now: in the time zone of the reader (aware).
        """
        try:
            if self.day is not None:
                ahead = [each for each in self.day.on(now.date()) if each >= now.date()]
                return ahead[0] if ahead else None
            if self.hours:
                return (now + timedelta(hours=self.hours)).date()
            if self.working_days:
                return _working_days_after(now.date(), self.working_days)
            if self.days:
                return now.date() + timedelta(days=self.days)
            return _months_after(now.date(), self.months) if self.months else None
        except (OverflowError, ValueError):  # past the year 9999
            return None

    def is_over(self, now: date) -> bool:
        """Whether the day lies wholly in the past: then it is told, not promised."""
        if self.day is None:
            return False
        dates = self.day.on(now)
        return not dates or max(dates) < now


def read_commitments(
    sentences: Iterable[Passage], dates: Iterable[DateMention]
) -> tuple[CommitmentMention, ...]:
    """Return the sentences that promise something for a day. Linear in their size.

    Args:
        sentences: in the order of the text, those of one place together.
        dates: the days that the same text names.

    >>> from datetime import UTC, datetime
    >>> from sendguard.text import Passage, Place, read_dates, read_sentences
    >>> place = Place.of("text", "Sorry. Someone will call you on Tuesday. We open on Monday.")
    >>> all_of_it = Passage(place, 0, len(place.plain))
    >>> (promise,) = read_commitments(read_sentences(all_of_it), read_dates(all_of_it))
    >>> promise.where.text, str(promise.due(datetime(2026, 3, 1, tzinfo=UTC)))
    ('Someone will call you on Tuesday.', '2026-03-03')
    """
    by_place: dict[int, list[DateMention]] = {}
    for mention in dates:
        by_place.setdefault(id(mention.where.place), []).append(mention)
    positions = dict.fromkeys(by_place, 0)
    found = []
    for sentence in sentences:
        place = id(sentence.place)
        known, at = by_place.get(place, []), positions.get(place, 0)
        while at < len(known) and known[at].where.start < sentence.start:
            at += 1
        inside = []
        while at < len(known) and known[at].where.start < sentence.end:
            inside.append(known[at])
            at += 1
        positions[place] = at
        if mention_found := _in_sentence(sentence, inside):
            found.append(mention_found)
    return tuple(found)


def _in_sentence(sentence: Passage, dates: list[DateMention]) -> CommitmentMention | None:
    if sentence.end - sentence.start > _LONGEST:
        return None
    text = sentence.text
    if text.rstrip("\"'”’»)").endswith("?"):
        return None
    times = [
        *((each.where.start - sentence.start, CommitmentMention(sentence, each)) for each in dates),
        *_waits(sentence, text),
    ]
    if not times:
        return None
    for words in _promises():
        promise = words.span(text)
        if promise is None:
            continue
        # What stands behind the promise is likelier to be its day than what stands before it.
        for start, mention in sorted(times, key=lambda row: (row[0] < promise[0], row[0])):
            first = 0 if start < promise[0] else promise[0]
            if not words.conditions.search(text, first, max(start, promise[1])):
                return mention
        return None  # the same words in a related language would know other conditions
    return None


@frozen(eq=False)
class _Words:
    """How promises are made in one language."""

    opens: re.Pattern[str]
    does: re.Pattern[str]
    whole: re.Pattern[str]
    conditions: re.Pattern[str]
    denials: re.Pattern[str]

    def span(self, text: str) -> tuple[int, int] | None:
        """The span of the words that promise, unless they are denied."""
        whole = self.whole.search(text)
        if whole is not None:
            return None if self._denies(text, *whole.span()) else whole.span()
        opener = self.opens.search(text)
        if opener is None:
            return None
        done = self.does.search(text, opener.end())
        if done is None or self._denies(text, opener.start(), done.end()):
            return None
        return opener.start(), done.end()

    def _denies(self, text: str, start: int, end: int) -> bool:
        """Whether a word denies what is promised, between the commas around it."""
        first = max(text.rfind(sign, 0, start) for sign in ",;:") + 1
        comma = _CLAUSE.search(text, end)
        return self.denials.search(text, first, comma.start() if comma else len(text)) is not None


def _waits(sentence: Passage, text: str) -> Iterator[tuple[int, CommitmentMention]]:
    for match in _wait().finditer(text):
        word = key_of(match["count"])
        count = int(word) if word.isdigit() else _numbers()[word]
        unit = next(name for name in _UNITS if match[name.replace("-", "_")])
        weeks = 7 if unit == "week" else 1
        yield (
            match.start(),
            CommitmentMention(
                sentence,
                hours=count if unit == "hour" else 0,
                days=count * weeks if unit in ("day", "week") else 0,
                working_days=count if unit == "working-day" else 0,
                months=count if unit == "month" else 0,
            ),
        )
    for match in _vague().finditer(text):
        yield match.start(), CommitmentMention(sentence)


def _working_days_after(day: date, count: int) -> date:
    """Without Saturdays and Sundays; of holidays nobody here knows."""
    weeks, left = divmod(count, 5)
    day += timedelta(weeks=weeks)
    while day.weekday() >= _SATURDAY:
        day += timedelta(days=1)
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < _SATURDAY
    return day


def _months_after(day: date, count: int) -> date:
    years, month = divmod(day.month - 1 + count, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(day.year + years, month + 1, min(day.day, last))
        except ValueError:
            continue  # the month is shorter
    raise OverflowError


_UNITS = ("working-day", "day", "week", "month", "hour")


def _words(phrases: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?i)(?<![\w'’\-]){alternation(phrases)}(?![\w'’\-])")


@cache
def _promises() -> tuple[_Words, ...]:
    return tuple(
        _Words(**{kind: _words(phrases) for kind, phrases in lists.items()})
        for lists in vocabulary("commitments")["promises"].values()
    )


@cache
def _vague() -> re.Pattern[str]:
    return _words(vocabulary("commitments")["vague"])


@cache
def _numbers() -> dict[str, int]:
    numbers = vocabulary("commitments")["numbers"].items()
    return {word: int(number) for number, words in numbers for word in words}


@cache
def _wait() -> re.Pattern[str]:
    units = vocabulary("amounts")["units"]
    within = vocabulary("commitments")["within"] + vocabulary("dates")["words"]["in"]
    counts = alternation(chain(_numbers()))
    kinds = "|".join(
        rf"(?P<{unit.replace('-', '_')}>{alternation(units[unit])})" for unit in _UNITS
    )
    return re.compile(
        rf"(?i)(?<!\w){alternation(within)}[ \t\xa0\r\n]{{1,2}}"
        rf"(?:\d{{1,3}}[ \xa0]?(?:-|–|to|or|bis|oder|à|ou|a|o|of|tot)[ \xa0]?)?"
        rf"(?P<count>\d{{1,3}}|{counts})[ \t\xa0\r\n]{{1,2}}(?:{kinds})(?!\w)"
    )
