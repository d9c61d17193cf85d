"""The word lists of this family, as values and as patterns."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


@cache
def word_lists(name: str) -> dict[str, Any]:
    """The content of `checks/data/<name>.toml`, read once."""
    source = files("sendguard.checks") / "data" / f"{name}.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def any_of_these(phrases: Iterable[str]) -> str:
    """A pattern for any of the phrases, the longest first, with any white space in their gaps."""
    longest_first = sorted(set(phrases), key=lambda phrase: (-len(phrase), phrase))
    alternatives = (r"\s{1,4}".join(map(re.escape, phrase.split())) for phrase in longest_first)
    return f"(?:{'|'.join(alternatives)})"


def whole_words(phrases: Iterable[str]) -> re.Pattern[str]:
    """A pattern for any of the phrases where they are not part of longer words."""
    return re.compile(rf"(?i)(?<![\w'’]){any_of_these(phrases)}(?!\w)")
