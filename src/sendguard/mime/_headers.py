"""A header block: which lines are fields, and where the body begins.

Source: RFC 5322 §2.2 and §4. Values stay lossless: UTF-8, with other bytes as lone surrogates.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from attrs import Factory, define

from sendguard.mime._charsets import decode_guessed

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIELD = re.compile(rb"([!-9;-~]++)([ \t]*+):")
_CR_BEFORE_FIELD = re.compile(rb"\r(?=[!-9;-~]++[ \t]*+:)")
_MAILBOX_FILE = re.compile(rb">?From ")
_AFTER_BLOCK = re.compile(rb"\n(?:\r*+\n|(?=--))")
_SPACE = b" \t\r\n"

BARE_CR = "A header contains a carriage return alone, which some readers take as a line break."
NUL = "A header contains a NUL, where some readers stop."
NO_BLANK_LINE = "The header ends without a blank line."
JUNK = "A line in the header is no header field."
SPACE_LINE = "A header has a line of nothing but white space, where some readers end it."
SPACE_BEFORE_COLON = "A header about the content has white space before its colon."


@define
class HeaderBlock:
    """The fields of one header block, unfolded.

    Attributes:
        fields: name and value as written; the name is "" for a line that is no field.
        body: where the body begins.
        problems: what two readers may see differently.
        cut: whether a cap was reached.
    """

    fields: list[tuple[str, str]] = Factory(list)
    body: int = 0
    problems: list[str] = Factory(list)
    cut: bool = False

    def values(self, name: str) -> list[str]:
        """The values of all fields of that lower-case name."""
        return [value for key, value in self.fields if key.lower() == name]


def read_headers(
    data: bytes, start: int, end: int, *, header_bytes: int, headers: int
) -> HeaderBlock:
    """Read the block that begins at `start`.

    Args:
        data: the source.
        start: of the block, in bytes.
        end: of what the block and its body may take.
        header_bytes: how much of the block is read.
        headers: how many fields are read.
    """
    block = HeaderBlock(body=end)
    stop = min(end, start + header_bytes)
    lines = bytearray()  # of the field that is being read
    if _MAILBOX_FILE.match(data, start):  # the line that parts messages in a mailbox file
        start = _line_end(data, start, end)
        if data.startswith(b">From ", start):
            start = _line_end(data, start, end)
    position = start
    while position < stop:
        after = _line_end(data, position, stop)
        line = _without_break(data[position:after])
        if not line.strip(b"\r"):
            block.body = after
            break
        if line[0] in b" \t" and (lines or not block.fields):
            if not line.strip(_SPACE):
                _note(block, SPACE_LINE)
            lines += line
        elif (is_field := _is_field(line)) or _is_field_next(data, after, stop):
            _finish(block, lines, headers)
            lines = bytearray()
            if len(block.fields) >= headers:
                block.cut = True
                break
            if is_field:
                lines += line
            else:
                _note(block, JUNK)
                block.fields.append(("", _text(line)))
        else:
            block.body = position
            if position > start:
                _note(block, NO_BLANK_LINE)
            break
        position = after
    _finish(block, lines, headers)
    if block.cut or len(block.fields) > headers or (block.body == end and stop < end):
        del block.fields[headers:]
        block.cut = True
        blank = _AFTER_BLOCK.search(data, max(position - 1, 0), end)
        block.body = blank.end() if blank else end
    return block


def shown(value: str) -> str:
    """A lossless value as text for people: UTF-8 where it is, else Windows-1252."""
    return value if value.isascii() else decode_guessed(value.encode("utf-8", "surrogateescape"))


def _line_end(data: bytes, position: int, end: int) -> int:
    found = data.find(b"\n", position, end)
    return end if found < 0 else found + 1


def _without_break(line: bytes) -> bytes:
    if line.endswith(b"\n"):
        line = line[:-1]
        if line.endswith(b"\r"):
            line = line[:-1]
    return line


def _is_field(line: bytes) -> bool:
    # A line that begins as a boundary does is never a field, so that no part is swallowed.
    return not line.startswith(b"--") and _FIELD.match(line) is not None


def _is_field_next(data: bytes, position: int, stop: int) -> bool:
    return not data.startswith(b"--", position) and (
        _FIELD.match(data, position, min(stop, position + 100)) is not None
    )


def _finish(block: HeaderBlock, lines: bytearray, headers: int) -> None:
    if not lines:
        return
    # One more than is read tells that there were too many.
    for line in islice(_split_at_cr(block, bytes(lines)), headers + 1 - len(block.fields)):
        match = _FIELD.match(line)
        if match is None:  # a continuation of nothing
            _note(block, JUNK)
            block.fields.append(("", _text(line)))
            continue
        name = match[1].decode("ascii")
        if match[2] and name.lower().startswith("content-"):
            _note(block, SPACE_BEFORE_COLON)
        block.fields.append((name, _text(line[match.end() :])))


def _split_at_cr(block: HeaderBlock, line: bytes) -> Iterator[bytes]:
    """Both readings of a bare CR: it stays in the value, and what follows it is a field too."""
    if b"\0" in line:
        _note(block, NUL)
    if b"\r" not in line:
        yield line
        return
    _note(block, BARE_CR)
    position = 0
    for match in _CR_BEFORE_FIELD.finditer(line):
        yield line[position : match.end()]
        position = match.end()
    yield line[position:]


def _text(value: bytes) -> str:
    return value.strip(b" \t").decode("utf-8", "surrogateescape")


def _note(block: HeaderBlock, problem: str) -> None:
    if problem not in block.problems:
        block.problems.append(problem)
