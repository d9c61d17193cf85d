"""Regular expressions that cost nothing before they are used."""

from __future__ import annotations

import re
from typing import Any, cast


def late(pattern: str, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    """What `re.compile` gives, compiled when it is first used: for what few messages need.

    Safe to share between threads. An error in the pattern is raised at the first use, too.

    >>> late("[a-z]+").findall("one, two")
    ['one', 'two']
    """
    return cast("re.Pattern[str]", _Late(pattern, flags))


class _Late:
    def __init__(self, pattern: str, flags: re.RegexFlag) -> None:
        self._pattern, self._flags = pattern, flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        pattern = re.compile(self._pattern, self._flags)
        # Found here from now on, without this call.
        self.__dict__.update({each: getattr(pattern, each) for each in dir(pattern)})
        return getattr(pattern, name)
