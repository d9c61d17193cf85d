"""The Date of a message (RFC 5322 §3.3, §4.3)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = re.compile(
    r"(\d{1,2})\s++([A-Za-z]{3})[A-Za-z]*+\s++(\d{2,4})\s++"
    r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s*+([+-])(\d{2})(\d{2})|\s++([A-Za-z]{1,5}))?",
    re.ASCII,
)
_ZONES = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}


def read_date(value: str) -> datetime | None:
    """The aware date, in UTC where it names no zone that is known, or None.

    >>> read_date("Thu, 22 Aug 2002 16:25:45 +0100").isoformat()
    '2002-08-22T16:25:45+01:00'
    """
    match = _DATE.search(value)
    if match is None or match[2].lower() not in _MONTHS:
        return None
    year = int(match[3])
    if len(match[3]) < 4:  # RFC 5322 §4.3
        year += 2000 if year < 50 else 1900
    zone = UTC
    if match[7]:
        offset = timedelta(hours=int(match[8]), minutes=int(match[9]))
        if offset < timedelta(days=1):
            zone = timezone(-offset if match[7] == "-" else offset)
    elif match[10]:
        zone = timezone(timedelta(hours=_ZONES.get(match[10].upper(), 0)))
    clock = (int(match[4]), int(match[5]), min(int(match[6] or 0), 59))  # a leap second is :60
    try:
        return datetime(
            year, _MONTHS.index(match[2].lower()) + 1, int(match[1]), *clock, tzinfo=zone
        )
    except ValueError:
        return None
