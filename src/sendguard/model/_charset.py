"""Bytes to text when the charset's name cannot be trusted."""

from __future__ import annotations

import codecs

# Python's codecs that are no charsets of mail; some are quadratic in their input.
_NO_CHARSETS = frozenset({"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"})


def decode_text(content: bytes, charset: str | None) -> str:
    """Decode as a mail client would: what does not decode becomes U+FFFD, nothing raises.

    An unknown charset is read as UTF-8 and, where that fails, as Windows-1252 (WHATWG Encoding).
    """
    try:
        if codecs.lookup(charset or "utf-8").name not in _NO_CHARSETS:
            return content.decode(charset or "utf-8", "replace")
    except (LookupError, ValueError):  # unknown, not a text encoding, or a name with a NUL
        pass
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
