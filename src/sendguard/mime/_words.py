"""Encoded words in header values (RFC 2047), as tolerantly as mail clients read them."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

from sendguard.mime._charsets import codec_of, decode, decode_guessed
from sendguard.mime._transfer import decode_base64

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# White space inside a word is against RFC 2047 §2 and shown by clients all the same. Each "=?"
# reads on to at most three question marks, so the search is linear.
_WORD = re.compile(r"=\?([^?\s]*+)\?([bBqQ])\?([^?]*+)\?=")
_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")
_QUOTED = re.compile(r'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_SPECIALS = re.compile(r'[()<>\[\]:;@\\,."\x00-\x1f\x7f]')
_GAP = re.compile(r"\s*+")


def decode_words(text: str) -> str:
    r"""The value as a reader sees it. A line break that was encoded stays in it.

    >>> decode_words("=?utf-8?q?Caf?= =?utf-8?q?=C3=A9?= at 5")
    'Café at 5'
    >>> decode_words("=?utf-8?q?a=0D=0ABcc:_x?=")
    'a\r\nBcc: x'
    """
    return _decode(text, lambda words: words) if "=?" in text else text


def decode_address_words(text: str) -> str:
    """The same for a list of addresses: what was encoded can name nobody.

    A decoded comma or address is inside quotes, so that it remains a part of its display name.

    >>> decode_address_words("=?utf-8?q?Lopez=2C_Mar=C3=ADa?= <m@shop.example>")
    '"Lopez, María" <m@shop.example>'
    """
    if "=?" not in text:
        return text
    pieces = []
    position = 0
    for match in _QUOTED.finditer(text):
        pieces.append(_decode(text[position : match.start()], _in_quotes))
        pieces.append(_decode(match.group(), _escaped))
        position = match.end()
    pieces.append(_decode(text[position:], _in_quotes))
    return "".join(pieces)


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace('"', '\\"')


def _in_quotes(words: str) -> str:
    return f'"{_escaped(words)}"' if _SPECIALS.search(words) else words


def _decode(text: str, write: Callable[[str], str]) -> str:
    pieces: list[str] = []
    position = 0
    for start, end, words in _runs(text):
        pieces += (text[position:start], write(words))
        position = end
    pieces.append(text[position:])
    return "".join(pieces)


def _runs(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and text of each run of words with nothing but white space between them."""
    words: list[tuple[str | None, bytes]] = []
    start = end = 0
    for match in _WORD.finditer(text):
        gap = _GAP.fullmatch(text, end, match.start())
        if words and gap is None:
            yield start, end, _joined(words)
            words = []
        if not words:
            start = match.start()
        words.append(_content(match))
        end = match.end()
    if words:
        yield start, end, _joined(words)


def _content(match: re.Match[str]) -> tuple[str | None, bytes]:
    label, encoding, encoded = match.groups()
    raw = encoded.encode("utf-8", "surrogateescape")
    if encoding in "bB":
        content = decode_base64(raw)[0]
    else:
        content = _HEX.sub(
            lambda digits: base64.b16decode(digits[1].upper()), raw.replace(b"_", b" ")
        )
    return codec_of(label.partition("*")[0]), content  # RFC 2231 §5: charset*language


def _joined(words: list[tuple[str | None, bytes]]) -> str:
    # A character may be cut between two words of one charset: their bytes are joined first.
    pieces: list[str] = []
    codec, content = words[0][0], bytearray()
    for other, more in words:
        if other != codec:
            pieces.append(_text(bytes(content), codec))
            codec, content = other, bytearray()
        content += more
    pieces.append(_text(bytes(content), codec))
    return "".join(pieces)


def _text(content: bytes, codec: str | None) -> str:
    return decode(content, codec) if codec else decode_guessed(content)
