"""What a suppression list keeps of a value: 64 bits of its hash.

Mailers exchange suppression lists as MD5, SHA-1 or SHA-256 of the lower-cased address. A list may
mix these with plain addresses; a plain address is then looked up in each of the forms that occur.
"""

from __future__ import annotations

import hashlib
import string
from typing import TYPE_CHECKING

from sendguard.matching import _keys as k

if TYPE_CHECKING:
    from collections.abc import Callable

PLAIN, MD5, SHA1, SHA256 = range(4)
# The key context of each form; the numbers are part of the file format, as those in _keys.py.
_CONTEXTS = tuple(k.context(10 + form) for form in range(4))
_FORM_OF_LENGTH = {32: MD5, 40: SHA1, 64: SHA256}
_DIGESTS: tuple[Callable[[bytes], bytes], ...] = (
    lambda raw: hashlib.md5(raw, usedforsecurity=False).digest(),
    lambda raw: hashlib.sha1(raw, usedforsecurity=False).digest(),
    lambda raw: hashlib.sha256(raw).digest(),
)
_HEXADECIMAL = frozenset(string.hexdigits)


def fingerprint(value: str) -> tuple[int, int]:
    """Form and key of one value: a digest if it looks like one, else a plain address."""
    bare = value.strip().lower()
    form = _FORM_OF_LENGTH.get(len(bare), PLAIN)
    if form == PLAIN or not _HEXADECIMAL.issuperset(bare):
        return PLAIN, k.plain_key(_CONTEXTS[PLAIN], k.codes_of(bare))
    return form, _digest_key(form, bytes.fromhex(bare))


def all_fingerprints(value: str, forms: int) -> list[int]:
    """The keys under which a value may be listed, given the forms that occur (bit n for form n).

    A value that is a digest itself has one key.
    """
    form, key = fingerprint(value)
    if form != PLAIN:
        return [key]
    raw = value.strip().lower().encode("utf-8", "surrogatepass")
    keys = [key] if forms & 1 else []
    keys += [
        _digest_key(number, digest(raw))
        for number, digest in enumerate(_DIGESTS, MD5)
        if forms >> number & 1
    ]
    return keys


def _digest_key(form: int, digest: bytes) -> int:
    return k.key(_CONTEXTS[form], int.from_bytes(digest[:8], "little"), 0)
