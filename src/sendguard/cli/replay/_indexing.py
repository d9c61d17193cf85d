"""Files that hold many messages, as offsets: read in pieces, sixteen bytes kept for a message."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from attrs import frozen

_PIECE: Final = 1 << 20
_LONGEST_SEPARATOR: Final = 1_000  # bytes; a longer line that begins with "From " separates nothing

# RFC 4155: an empty line, then "From ", who sent it, and a date with the time. Asking for the time
# keeps a sentence that begins with "From" from cutting a mail in two where its writer quoted none.
_SEPARATOR: Final = re.compile(rb"\n\r?\n(?=From [^\n:]{0,900}+:[0-9]{2})")
_FIRST: Final = re.compile(rb"From [^\n:]{0,900}+:[0-9]{2}")
_QUOTED_FROM: Final = re.compile(rb"^>(?=>*+From )", re.MULTILINE)
_EMPTY_LINE: Final = re.compile(rb"(?<=\n)\r?\n\Z")


@frozen(eq=False)
class Bounds:
    """Where each message of a file begins.

    Attributes:
        offsets: one for each message, in bytes, and at last where the file ends.
        numbers: what each is called in reports, the first mail or line being 1.
    """

    offsets: array[int]
    numbers: array[int]

    def __len__(self) -> int:
        return len(self.numbers)


def is_mbox(path: Path) -> bool:
    """Whether the file begins as an mbox does.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return _FIRST.match(file.read(_LONGEST_SEPARATOR)) is not None


def mbox_bounds(path: Path) -> Bounds:
    """Find the mails of an mbox (RFC 4155), whatever its size.

    Raises:
        OSError: it cannot be read.
    """
    offsets = array("Q", [0])
    begin, held = 0, b""  # `begin` is where what is held lies in the file
    for piece in _pieces(path):
        held += piece
        sure = max(len(held) - _LONGEST_SEPARATOR, 0)  # what begins before is seen whole
        offsets.extend(begin + m.end() for m in _SEPARATOR.finditer(held) if m.start() < sure)
        begin, held = begin + sure, held[sure:]
    offsets.extend(begin + m.end() for m in _SEPARATOR.finditer(held))
    offsets.append(begin + len(held))
    return Bounds(offsets, array("Q", range(1, len(offsets))))


def line_bounds(path: Path) -> Bounds:
    """Find the lines of a file of JSON lines, but those in which nothing stands.

    Raises:
        OSError: it cannot be read.
    """
    offsets, numbers = array("Q"), array("Q")
    at, begin, line = 0, 0, 1
    says_something = False
    for piece in _pieces(path):
        start = 0
        while start < len(piece):
            end = piece.find(b"\n", start) + 1 or len(piece)
            if not says_something and not piece[start:end].isspace():
                says_something = True
                offsets.append(begin)
                numbers.append(line)
            if piece[end - 1 : end] == b"\n":
                begin, line, says_something = at + end, line + 1, False
            start = end
        at += len(piece)
    offsets.append(at)
    return Bounds(offsets, numbers)


def read_mail(path: Path, start: int, end: int, most: int) -> bytes:
    """One mail of an mbox, without its separator and with its own "From " lines (mboxrd).

    Args:
        path: the mbox.
        start, end: what `mbox_bounds` found.
        most: bytes that are read at most.

    Raises:
        OSError: it cannot be read.
    """
    data = read_stretch(path, start, end, most)
    if _FIRST.match(data):
        data = data.partition(b"\n")[2]
    return _QUOTED_FROM.sub(b"", _EMPTY_LINE.sub(b"", data))


def read_stretch(path: Path, start: int, end: int, most: int) -> bytes:
    """The bytes of a file between two offsets, so many at most.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        file.seek(start)
        return file.read(min(end - start, most))


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece
