"""The word lists in `data/`, as values and as patterns."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


@cache
def vocabulary(name: str) -> dict[str, Any]:
    """The content of `data/<name>.toml`, read once."""
    source = files("sendguard.text") / "data" / f"{name}.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def key_of(words: str) -> str:
    """Words that an expression without regard to case has matched, as they stand in its list.

    Such an expression takes the dotless i for an i, which `str.casefold` leaves as it is.

    >>> key_of("M\u0131ll\u0131on  Euro")
    'million euro'
    """
    folded = " ".join(words.casefold().split())
    if "\u0131" in folded or "i\u0307" in folded:
        folded = folded.replace("\u0131", "i").replace("i\u0307", "i")
    return folded


def alternation(phrases: Iterable[str]) -> str:
    """A pattern for any of the phrases, the longest first, with any white space in their gaps.

    >>> alternation(["kind", "kind regards"])
    '(?:kind[ \\\\t\\\\xa0]++regards|kind)'
    """
    longest_first = sorted(set(phrases), key=lambda phrase: (-len(phrase), phrase))
    alternatives = (r"[ \t\xa0]++".join(map(re.escape, phrase.split())) for phrase in longest_first)
    return f"(?:{'|'.join(alternatives)})"
