"""What a ledger's key is used for: one key each, so that none tells anything of another."""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

from attrs import field, frozen

from sendguard.errors import ConfigurationError

SHORTEST: Final = 16
"""Bytes that a key must have at least."""


@frozen(repr=False)
class Keys:
    """Made of the one key that the owner keeps."""

    chain: bytes
    people: bytes
    sign: str = field()

    def person(self, canonical: str) -> str:
        """What stands in the ledger for somebody: 128 bits of HMAC-SHA256, in hex."""
        data = canonical.encode("utf-8", "surrogatepass")
        return hmac.new(self.people, data, hashlib.sha256).hexdigest()[:32]


def keys_of(key: bytes) -> Keys:
    """The keys for each purpose.

    Raises:
        ConfigurationError: it is too short to be a secret.
    """
    if not isinstance(key, bytes):
        raise TypeError(f"Ledger(key=) takes bytes, not {type(key).__name__}")
    if len(key) < SHORTEST:
        raise ConfigurationError(
            f"Ledger(key=) has {len(key)} bytes; use {SHORTEST} or more, such as "
            "secrets.token_bytes(32), and keep them: without them nobody is found again"
        )

    def derived(purpose: bytes) -> bytes:
        return hmac.new(key, b"sendguard ledger 1 " + purpose, hashlib.sha256).digest()

    return Keys(derived(b"chain"), derived(b"people"), derived(b"sign").hex()[:16])
