"""Under which keys an entry is filed, so that every near miss of it meets one of them.

Two strings within OSA distance k share a string that k deletions make from each. Filing all of them
costs n ** 2 keys for k = 2, so an entry is split at its last separator into left and right (for an
e-mail: local part and domain), and the few distinct right parts, the words, are filed on their own:

- left as it is, and each half of it, together with the right part, and left alone: one edit leaves
  left or right as it was, and of left a half, since a character stands between these (`entries`);
- where a half, or left alone, is the key of many entries, it is popular and not filed; left is then
  filed with one taken out, or found through the words;
- for distance 2, left with up to two taken out if it is short, else each half of it with one taken
  out: of two edits, one half has at most one (tables `entries` and `halves`);
- a word with one taken out, or two if it is short; else also its halves (`words` and `halves`);
- an entry without a separator is a word with nothing on its left;
- a long entry has five parts; two edits, even two swaps across borders, leave one part whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from sendguard.matching import _keys as k

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sendguard.matching._known import Filter

LONG = 96
"""An entry of more code points is filed by its parts."""
SHORT_LEFT = 7
"""A left part of so many code points or fewer is filed with two taken out, for distance 2."""
SHORT_WORD = 24
"""A word of so many code points or fewer is filed with two taken out, for distance 2."""
PARTS = 5
FEW = 4
"""A key under which more entries would be is popular."""

Half = tuple[int, int]
"""A key, and the letters of the other half."""


@frozen
class Filing:
    """The keys of one entry."""

    entries: frozenset[int]
    halves: frozenset[Half] = frozenset()


def split_at(codes: Sequence[int], separator: int | None) -> int | None:
    """Where the last separator is, or None."""
    if separator is not None:
        for place in range(len(codes) - 1, -1, -1):
            if codes[place] == separator:
                return place
    return None


def file_entry(
    codes: Sequence[int], separator: int | None, distance: int, popular: Filter
) -> Filing:
    """The keys of an entry; those of its word are filed once for all entries that share it."""
    if len(codes) > LONG:
        return Filing(frozenset(part_keys(codes)))
    place = split_at(codes, separator)
    if place is None:
        return Filing(frozenset((k.key(k.context(k.WHOLE, k.word_identity(codes)), 0, 0),)))
    left, right = codes[:place], k.word_identity(codes[place + 1 :])
    keys = set(left_keys(left, right, popular))
    if distance == 1:
        return Filing(frozenset(keys))
    if len(left) <= SHORT_LEFT:
        keys.update(two_keys(k.context(k.LEFT, right), left))
        return Filing(frozenset(keys))
    return Filing(
        frozenset(keys),
        frozenset(half_keys(k.context(k.LEFT_FIRST, right), k.context(k.LEFT_SECOND, right), left)),
    )


def file_word(word: Sequence[int], distance: int) -> Filing:
    """The keys of a distinct right part, or of an entry without a separator."""
    base = k.context(k.WORD)
    if distance == 1:
        return Filing(frozenset(one_keys(base, word)))
    if len(word) <= SHORT_WORD:
        return Filing(frozenset(two_keys(base, word)))
    halves = half_keys(k.context(k.WORD_FIRST), k.context(k.WORD_SECOND), word)
    return Filing(frozenset(one_keys(base, word)), frozenset(halves))


def shared_keys(left: Sequence[int], right: int) -> tuple[int, int, int]:
    """The keys of each half of a left part with the right part, and of the left part alone."""
    size = len(left)
    return (
        first_half_key(left[: first_half(size)], right),
        second_half_key(left[size - second_half(size) :], right),
        any_right_key(left),
    )


def first_half(size: int) -> int:
    """How long the first half of a left part is."""
    return max(0, size - 1) // 2


def second_half(size: int) -> int:
    """How long the second half is. A code stands between the two, so that no edit hits both."""
    return size // 2


def first_half_key(half: Sequence[int], right: int) -> int:
    """The key of the first half of a left part, with the right part."""
    return k.plain_key(k.context(k.FIRST_HALF, right), half)


def second_half_key(half: Sequence[int], right: int) -> int:
    """The key of the second half of a left part, with the right part."""
    return k.plain_key(k.context(k.SECOND_HALF, right), half)


def any_right_key(left: Sequence[int]) -> int:
    """The key of a left part, whatever the right part."""
    return k.plain_key(k.context(k.ANY_RIGHT), left)


def left_keys(left: Sequence[int], right: int, popular: Filter) -> Iterator[int]:
    """Those of the shared keys that are not popular, and the left part as it is.

    With one taken out, too, if a half is popular.
    """
    keys = shared_keys(left, right)
    yield from (key for key in keys if key not in popular)
    base = k.context(k.SEPARATED, right)
    if keys[0] in popular or keys[1] in popular:
        yield from one_keys(base, left)
    else:
        yield k.plain_key(base, left)


def left_probes(left: Sequence[int], right: int, popular: Filter) -> Iterator[int]:
    """The keys of entries with a right part and a left part within one edit.

    Of the left parts that are as long, or one longer or shorter, two have first halves of the same
    length, and two second halves.
    """
    length = len(left)
    sizes = range(max(0, length - 1), length + 2)
    halves = [
        *(first_half_key(left[:size], right) for size in sorted(set(map(first_half, sizes)))),
        *(
            second_half_key(left[length - size :], right)
            for size in sorted(set(map(second_half, sizes)))
        ),
    ]
    yield from (key for key in halves if key not in popular)
    if any(key in popular for key in halves):
        yield from one_keys(k.context(k.SEPARATED, right), left)


def one_keys(base: int, codes: Sequence[int]) -> list[int]:
    """The keys of the codes whole and with one taken out."""
    keys = [k.key(base, value, len(codes) - 1) for value in k.without_one(codes)]
    keys.append(k.plain_key(base, codes))
    return keys


def two_keys(base: int, codes: Sequence[int], longest: int | None = None) -> Iterator[int]:
    """The keys of the codes with up to two taken out; only of what is at most `longest` long."""
    size = len(codes)
    longest = size if longest is None else longest
    if size <= longest:
        yield k.plain_key(base, codes)
    if 1 <= size <= longest + 1:
        for value in k.without_one(codes):
            yield k.key(base, value, size - 1)
    if 2 <= size <= longest + 2:
        for value in k.without_two(codes):
            yield k.key(base, value, size - 2)


def half_keys(first: int, second: int, codes: Sequence[int]) -> Iterator[Half]:
    """The keys of each half with exactly one taken out, and the letters of the other half."""
    middle = len(codes) // 2
    yield from _half(first, codes[:middle], codes[middle:])
    yield from _half(second, codes[middle:], codes[:middle])


def half_probes(
    first: int, second: int, codes: Sequence[int], shortest: int
) -> Iterator[tuple[int, int, int]]:
    """The keys of entries longer than `shortest` that have a half in common with the codes.

    With each key come the letters of the other half, and in how many of them it may differ. First
    halves of a length belong to entries of two lengths, and so do second halves.

    That the half is cut where the entry's is, and not one place before or after it, is enough: if
    codes[:middle + 1] without one is the half, or codes[:middle - 1] the half without one, then
    both codes[:middle] and the half, with one taken out of each, have something in common.
    """
    length = len(codes)
    sizes = range(max(shortest + 1, length - 2), length + 3)
    for half in sorted({size // 2 for size in sizes}):
        most = 4 - min(abs(length - 2 * half), abs(length - 2 * half - 1))
        for key, mask in _half(first, codes[:half], codes[half:]):
            yield key, mask, most
    for rest in sorted({size - size // 2 for size in sizes}):
        most = 4 - min(abs(length - 2 * rest), abs(length - 2 * rest + 1))
        cut = length - rest
        for key, mask in _half(second, codes[cut:], codes[:cut]):
            yield key, mask, most


def _half(side: int, half: Sequence[int], other: Sequence[int]) -> Iterator[Half]:
    base = k.key(side, 0, len(half))
    mask = k.letters(other)
    for value in k.without_one(half):
        yield k.key(base, value, len(half) - 1), mask


def part_keys(codes: Sequence[int]) -> Iterator[int]:
    """The keys of the five parts of a long entry."""
    size = len(codes)
    for number in range(PARTS):
        start, end = number * size // PARTS, (number + 1) * size // PARTS
        yield k.plain_key(part_context(number, size), codes[start:end])


def part_context(number: int, size: int) -> int:
    """What the key of a part is combined with: which part, and of how long an entry."""
    return k.key(k.context(k.PART), number, size)


def part_probes(codes: Sequence[int], distance: int) -> Iterator[int]:
    """The keys under which long entries within the distance are filed."""
    prefixes = k.prefix_hashes(codes)
    for size in range(max(LONG + 1, len(codes) - distance), len(codes) + distance + 1):
        for number in range(PARTS):
            start, end = number * size // PARTS, (number + 1) * size // PARTS
            base = part_context(number, size)
            for shift in range(-distance, distance + 1):
                if start + shift >= 0 and end + shift <= len(codes):
                    value = k.substring_hash(prefixes, start + shift, end + shift)
                    yield k.key(base, value, end - start)
