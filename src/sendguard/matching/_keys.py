"""Hashes of strings, and of what is left of them when one or two characters are taken out.

A string of code points c is hashed as the polynomial sum((c[i] + 1) * BASE ** (n - 1 - i)) modulo
2 ** 64. Taking out one character changes it by one product, so that all n such hashes cost O(n). A
key mixes that hash with the length and with a context (which table, which right part).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MASK = (1 << 64) - 1
BASE = 0x9E3779B97F4A7C15
_LENGTH = 0xC2B2AE3D27D4EB4F
_KIND = 0x165667B19E3779F9
_MIX = 0xD6E8FEB86659FD93

# What a key speaks of. The numbers are part of the file format.
SEPARATED, WHOLE, LEFT, LEFT_FIRST, LEFT_SECOND, WORD, WORD_FIRST, WORD_SECOND, PART = range(1, 10)
FIRST_HALF, SECOND_HALF, ANY_RIGHT = range(10, 13)

# The longest string whose variants are hashed has 96 code points, and its query two more.
_POWERS = tuple(pow(BASE, i, 1 << 64) for i in range(128))


def mix(value: int) -> int:
    """A permutation of 64-bit numbers in which each bit of the input moves half of the output."""
    value ^= value >> 32
    value = value * _MIX & MASK
    value ^= value >> 32
    value = value * _MIX & MASK
    return value ^ value >> 32


def codes_of(string: str) -> list[int]:
    """The code points of a string, of which keys are made."""
    return [ord(character) for character in string]


def plain_hash(codes: Sequence[int]) -> int:
    """The polynomial hash of some code points."""
    value = 0
    for code in codes:
        value = (value * BASE + code + 1) & MASK
    return value


def word_identity(codes: Sequence[int]) -> int:
    """A right part, or an entry without a separator, as far as keys go.

    A hash with the length (code points) in the lowest seven bits. Two words of the same identity
    have the same keys, so that none of them is missed.
    """
    mixed = mix((plain_hash(codes) + len(codes) * _LENGTH) & MASK)
    return mixed & ~127 | min(len(codes), 127)


def context(kind: int, identity: int = 0) -> int:
    """What a key is combined with: its kind, and for left parts the word they belong to."""
    return mix((identity + kind * _KIND) & MASK)


def plain_key(base: int, codes: Sequence[int]) -> int:
    """The key of some code points as they are."""
    return key(base, plain_hash(codes), len(codes))


def key(base: int, value: int, length: int) -> int:
    """The key of a hash and its length (code points) in a context."""
    return mix((base + value + length * _LENGTH) & MASK)


def without_one(codes: Sequence[int]) -> list[int]:
    """The hashes of the codes with each one in turn taken out; equal neighbours count once."""
    whole, steps = _steps(codes)
    last = len(codes) - 1
    return [
        (whole + steps[i] * _POWERS[last - i]) & MASK
        for i in range(len(codes))
        if i == last or codes[i] != codes[i + 1]
    ]


def without_two(codes: Sequence[int]) -> list[int]:
    """The hashes of the codes with each two in turn taken out; some hashes may come twice."""
    whole, steps = _steps(codes)
    size = len(codes)
    later = [step * _POWERS[size - 1 - i] for i, step in enumerate(steps)]
    earlier = [step * _POWERS[size - 2 - i] for i, step in enumerate(steps[:-1])]
    return [
        (whole + earlier[i] + later[j]) & MASK for i in range(size - 1) for j in range(i + 1, size)
    ]


def _steps(codes: Sequence[int]) -> tuple[int, list[int]]:
    """The whole hash, and for each place what taking it out adds (times a power of BASE)."""
    value, steps = 0, []
    for code in codes:
        longer = (value * BASE + code + 1) & MASK
        steps.append(value - longer)
        value = longer
    return value, steps


def prefix_hashes(codes: Sequence[int]) -> list[int]:
    """The hashes of the first 0, 1, ... code points."""
    hashes = [0]
    for code in codes:
        hashes.append((hashes[-1] * BASE + code + 1) & MASK)
    return hashes


def substring_hash(prefixes: Sequence[int], start: int, end: int) -> int:
    """The hash of a substring, from the hashes of the prefixes."""
    return (prefixes[end] - prefixes[start] * pow(BASE, end - start, 1 << 64)) & MASK


def letters(codes: Sequence[int]) -> int:
    """Which of 32 classes of characters occur. One edit changes at most two of these bits."""
    found = 0
    for code in codes:
        found |= 1 << (code & 31)
    return found
