"""Bodies back to the bytes that were encoded (RFC 2045 §6), as mail clients do with broken ones.

Each decoder returns the content, never longer than what it was given, and what is ambiguous in it.
"""

from __future__ import annotations

import binascii
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_BASE64 = bytes(sorted(set(range(256)) - set(_ALPHABET + b"=")))
_NOT_SPACE = bytes(sorted(set(range(256)) - set(b" \t\r\n")))
_NO_PADDING = re.compile(rb"[^=]++")
_QUOTED = re.compile(rb"((?:=[0-9A-Fa-f]{2})++)|=[ \t]*+(?:\r\n?|\n|\Z)|(?<![ \t])[ \t]++(?=\r?\n)")
_BAD_ESCAPE = re.compile(rb"=(?![0-9A-Fa-f]{2}|[ \t]*+(?:[\r\n]|\Z))")
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} ([^\r\n]*+)\r?\n", re.MULTILINE)
_LINE = re.compile(rb"([^\r\n]*+)(?:\r\n|\r|\n|\Z)")

BASE64_GARBAGE = "A base64 body contains other characters, which readers skip or stop at."
BASE64_AFTER_END = "A base64 body goes on after its padding, where some readers stop."
QUOTED_GARBAGE = "A quoted-printable body has a = that begins no escape."
UU_BROKEN = "A uuencoded body is broken."
UNKNOWN_ENCODING = "A part names a transfer encoding that readers do not know."


def decode_transfer(data: bytes, encoding: str) -> tuple[bytes, str | None]:
    """Decode by the name of the Content-Transfer-Encoding; an unknown one is left as it is."""
    match encoding:
        case "base64":
            return decode_base64(data)
        case "quoted-printable":
            return decode_quoted(data), QUOTED_GARBAGE if _BAD_ESCAPE.search(data) else None
        case "x-uuencode" | "uuencode" | "x-uue" | "uue":
            return next(
                ((content, problem) for _, content, problem in uuencoded_files(data)),
                (data, UU_BROKEN),
            )
        case "7bit" | "8bit" | "binary" | "":
            return data, None
    return data, UNKNOWN_ENCODING


def decode_base64(data: bytes) -> tuple[bytes, str | None]:
    """Everything that the body encodes, also after a padding in its middle."""
    problem = None
    letters = data.translate(None, _NOT_BASE64)
    if len(letters) + len(data.translate(None, _NOT_SPACE)) != len(data):
        problem = BASE64_GARBAGE
    ended = letters.rstrip(b"=")
    if b"=" not in ended:
        return _quanta(ended), problem
    content = bytearray()
    for piece in _NO_PADDING.finditer(ended):
        content += _quanta(piece.group())
    return bytes(content), BASE64_AFTER_END


def _quanta(letters: bytes) -> bytes:
    if len(letters) % 4 == 1:  # six bits, which make no byte
        letters = letters[:-1]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def decode_quoted(data: bytes) -> bytes:
    """RFC 2045 §6.7; a broken escape stands for itself.

    `binascii.a2b_qp` would drop what follows ``=`` and a bare CR, which clients show.
    """
    content = bytearray()
    position = 0
    for match in _QUOTED.finditer(data):
        content += data[position : match.start()]
        if match[1]:
            content += bytes.fromhex(match[1].translate(None, b"=").decode("ascii"))
        position = match.end()
    content += data[position:]
    return bytes(content)


def uuencoded_files(data: bytes) -> Iterator[tuple[str, bytes, str | None]]:
    """Name, content and problem of each uuencoded file between lines of text."""
    position = 0
    while begin := _UU_BEGIN.search(data, position):
        content, position, problem = _uu_lines(data, begin.end())
        if content:
            yield begin[1].decode("utf-8", "surrogateescape").strip(), content, problem


def _uu_lines(data: bytes, position: int) -> tuple[bytes, int, str | None]:
    content = bytearray()
    while line := _LINE.match(data, position):
        if line[1].strip() == b"end":
            return bytes(content), line.end(), None
        try:
            # A line may claim more than it holds, and would get zeros for the rest.
            content += binascii.a2b_uu(line[1])[: len(line[1])]
        except binascii.Error:
            break
        if line.end() == position:
            break
        position = line.end()
    return bytes(content), position, UU_BROKEN
