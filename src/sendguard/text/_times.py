"""Times of day that a text names."""

from __future__ import annotations

import re
from datetime import time
from functools import cache
from typing import TYPE_CHECKING

from attrs import frozen

from sendguard.text._vocabulary import alternation, vocabulary

if TYPE_CHECKING:
    from sendguard.text._passage import Passage

_NOON, _HOURS, _MINUTES = 12, 24, 60


@frozen
class TimeMention:
    """A time of day.

    Attributes:
        where: the figures and what says that they are a time.
        time: the time; on the 24-hour clock unless the text says am or pm.
        zone: the time zone as written, or "".
    """

    where: Passage
    time: time
    zone: str = ""


def read_times(passage: Passage) -> tuple[TimeMention, ...]:
    """Return the times of day that a passage names. Linear in its size.

    >>> from sendguard.text import Passage, Place
    >>> place = Place.of("text", "between 9 am and 17:30 CET")
    >>> [(t.time.isoformat("minutes"), t.zone)
    ...  for t in read_times(Passage(place, 0, len(place.plain)))]
    [('09:00', ''), ('17:30', 'CET')]
    """
    found: list[TimeMention] = []
    for match in _time().finditer(passage.place.plain, passage.start, passage.end):
        half = (match["half"] or "")[:1].lower()
        if not (match["sign"] in {":", "h"} or half or match["clock"]):
            continue
        hour, minute = int(match["hour"]), int(match["minute"] or 0)
        if half:
            if not 1 <= hour <= _NOON:
                continue
            hour = hour % _NOON + (_NOON if half == "p" else 0)
        if hour < _HOURS and minute < _MINUTES:
            where = passage.at(*match.span())
            found.append(TimeMention(where, time(hour, minute), match["zone"] or ""))
    return tuple(found)


@cache
def _time() -> re.Pattern[str]:
    words = vocabulary("dates")["words"]
    clock, hours = alternation(words["oclock"]), alternation(words["hours"])
    return re.compile(
        rf"""(?ix)
        (?: (?<![\w.,:/\-+]) | (?<=\dT) ) (?P<hour>\d{{1,2}})
        (?: (?P<sign>[:.h]) (?P<minute>\d\d) (?: :\d\d (?:\.\d{{1,6}})? )? (?![\d:]) )?
        (?: [\ \xa0]? (?: (?P<half>[ap]\.?m)\b | (?P<clock>{clock})(?!\w) )
          | (?<=\d\d)[\ \xa0]{hours}(?!\w) )?
        (?: [\ \xa0]?
            (?P<zone> (?-i:UTC|GMT|CES?T|BST|IST|[ECMP][SD]T|Z)\b | [+\-]\d\d:?\d\d\b ) )?
        """
    )
