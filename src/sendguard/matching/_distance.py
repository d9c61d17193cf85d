"""The OSA distance of two strings, as far as it matters."""

from __future__ import annotations


def bounded_distance(a: str, b: str, limit: int) -> int:
    """Their OSA distance in code points if it is at most the limit, else limit + 1.

    One edit puts in, takes out or replaces a character, or swaps two neighbours, and no place is
    edited twice (optimal string alignment). Linear in the length for a fixed limit.

    >>> bounded_distance("maria@example.com", "mraia@example.com", 2)
    1
    """
    if a == b:
        return 0
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    start, shorter = 0, min(len(a), len(b))
    while start < shorter and a[start] == b[start]:
        start += 1
    end = 0
    while end < shorter - start and a[-1 - end] == b[-1 - end]:
        end += 1
    return _banded(a[start : len(a) - end], b[start : len(b) - end], limit)


def _banded(a: str, b: str, limit: int) -> int:
    """Rows of the usual table, but only the cells within `limit` of the diagonal."""
    far = limit + 1
    before: dict[int, int] = {}
    row = {j: j for j in range(min(len(b), limit) + 1)}
    for i in range(1, len(a) + 1):
        following: dict[int, int] = {}
        for j in range(max(0, i - limit), min(len(b), i + limit) + 1):
            best = row.get(j, far) + 1
            if j:
                same = a[i - 1] == b[j - 1]
                best = min(best, following.get(j - 1, far) + 1, row.get(j - 1, far) + (not same))
                if i > 1 and j > 1 and a[i - 2] == b[j - 1] and a[i - 1] == b[j - 2]:
                    best = min(best, before.get(j - 2, far) + 1)
            following[j] = min(best, far)
        before, row = row, following
        if min(row.values()) == far and min(before.values()) == far:
            return far
    return row.get(len(b), far)
