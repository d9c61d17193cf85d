"""What is said of a message in which very much is found."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

Found = TypeVar("Found")


def first_few(
    found: Iterable[Found], key: Callable[[Found], Hashable], most: int
) -> tuple[list[Found], list[Found]]:
    """The first different ones, at most so many, and what comes after them.

    What repeats one of the first is in neither; what comes after is not compared with itself.

    >>> first_few("abacbdd", str, 2)
    (['a', 'b'], ['c', 'd', 'd'])
    """
    first: dict[Hashable, Found] = {}
    further: list[Found] = []
    for each in found:
        name = key(each)
        if name not in first:
            if len(first) < most:
                first[name] = each
            else:
                further.append(each)
    return list(first.values()), further
