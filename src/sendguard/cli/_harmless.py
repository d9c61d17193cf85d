r"""Text that does nothing but be read: no escape sequences, no broken Unicode, no addresses.

What a message or a file name says reaches terminals, build logs and parsers. A terminal obeys
control characters, a strict parser stumbles over half a surrogate pair, a log keeps what it gets.
"""

from __future__ import annotations

import re
import unicodedata

from sendguard.canonical import mask_address

_SPACE = re.compile(r"\s++")
_DROPPED_BY_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REPLACEMENT = "\ufffd"


def fold(text: str) -> str:
    r"""The text on one line: every run of white space is one space.

    >>> fold("Dear\n\t Maria")
    'Dear Maria'
    """
    return _SPACE.sub(" ", text)


def harmless(text: str, encoding: str = "utf-8") -> str:
    r"""The text with what cannot be seen, or cannot be written in the encoding, as escapes.

    Control and format characters, half surrogate pairs and unassigned code points are escaped as
    in a Python string; no character of the result moves a cursor or changes a direction.

    >>> harmless("\x1b[2J\u202egpj.exe")
    '\\x1b[2J\\u202egpj.exe'
    """
    if text.isascii() and text.isprintable():
        return text
    shown = "".join(each if each.isprintable() else escaped(each) for each in text)
    return shown.encode(encoding, "backslashreplace").decode(encoding)


def escaped(character: str) -> str:
    r"""One code point as a Python string would write it.

    >>> escaped("\u200b")
    '\\u200b'
    """
    return character.encode("unicode_escape").decode("ascii")


def columns(text: str) -> int:
    """How many columns of a terminal the text takes (UAX #11 for wide characters).

    >>> columns("日本"), columns("e\u0301")
    (4, 1)
    """
    return len(text) if text.isascii() else sum(map(_columns_of, text))


def _columns_of(character: str) -> int:
    # The second and third parts of a decomposed Hangul syllable join the first.
    if unicodedata.category(character) in ("Mn", "Me") or "\u1160" <= character <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def well_formed(text: str) -> str:
    r"""The text with U+FFFD for each half of a surrogate pair, so that every parser takes it.

    >>> well_formed("a\ud800b")
    'a\ufffdb'
    """
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def xml_text(text: str) -> str:
    r"""The text with U+FFFD for each character that XML 1.0 §2.2 has no place for.

    >>> xml_text("a\x00b\x1b")
    'a\ufffdb\ufffd'
    """
    return _DROPPED_BY_XML.sub(_REPLACEMENT, text)


def masked_name(name: str) -> str:
    """A path with the addresses in it masked, folder by folder.

    Numbers stay, unlike in text: in the name of a file they are dates and serial numbers, without
    which nobody finds it.

    >>> masked_name("outbox/maria@shop.example.eml")
    'outbox/m…@shop.example.eml'
    """
    if "@" not in name:
        return name
    return "/".join(mask_address(each) if "@" in each else each for each in name.split("/"))
