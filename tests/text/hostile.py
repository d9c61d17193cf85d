"""Texts of a megabyte that try a reading from every position."""

from __future__ import annotations

MEGABYTE = 1_000_000

UNITS = {
    "prose": "Thank you for your order, it will reach you on Tuesday. ",
    "one word": "a",
    "spaces": " ",
    "tabs and lines": "\t\n",
    "digits": "1",
    "digits and points": "1.",
    "digits and commas": "1,1 ",
    "digits and slashes": "1/",
    "digits and spaces": "1 ",
    "signs": "€$£-+",
    "capitals": "A1",
    "colons": "a:",
    "ats": "a@",
    "dots": "a.",
    "stops": ". ",
    "combining": "e\u0301",
    "surrogates": "\ud800",
    "nulls": "\0",
    "returns": "\r",
    "quotes": ">",
    "quoted lines": "> a\n",
    "deeper and back": "> > a\n> b\nc\n",
    "initials": "A>",
    "attributions": "On 3 May 2027, Ann wrote:\n",
    "open attributions": "On 3 May 2027 Ann\n",
    "marks": "| a:\n",
    "headers": "From: a\nTo: b\nSubject: c\nDate: d\n\n",
    "half headers": "From: a\nTo: b\n",
    "markers": "-----Original Message-----\n",
    "hyphens": "-- \n",
    "underscores": "_" * 20 + "\n",
    "greetings": "Dear Ann,\n",
    "half greetings": "Dear ",
    "names": "Ann Ann-",
    "closings": "Kind regards\n",
    "amounts": "EUR 1,234.50 per 100 ",
    "dates": "3 May 2027, 10:30 ",
    "half dates": "3 May ",
    "references": "order no. A-1042 ",
    "half references": "order no. ",
    "accounts": "GB82 WEST 1234 5698 7654 32 ",
    "letters by four": "GB82 WEST ",
    "phones": "+44 20 7946 0958 ",
    "abbreviations": "e.g. Mr. ",
    "announcements": "please find attached the ",
}

_COMMON = (
    *("prose", "one word", "spaces", "tabs and lines", "digits", "digits and spaces"),
    *("capitals", "colons", "stops", "combining", "surrogates", "nulls", "returns"),
)


def units(*names: str) -> tuple[str, ...]:
    """The names of texts that every reading must take, and of those meant for one."""
    assert set(names) <= set(UNITS)
    return (*_COMMON, *names)


def hostile(name: str, size: int = MEGABYTE) -> str:
    """The text of that name, of about that many code points."""
    unit = UNITS[name]
    return unit * (size // len(unit))
