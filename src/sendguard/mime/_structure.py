"""Bytes to a tree of parts: one pass over the lines that may be boundaries, without recursion.

Source: RFC 2046 §5.1. Nothing is copied: a part knows where in the source it begins and ends.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attrs import Factory, define

from sendguard.mime._content import Content, read_content
from sendguard.mime._headers import HeaderBlock, read_headers

if TYPE_CHECKING:
    from sendguard.mime._limits import Limits

_DASHES = re.compile(rb"[\r\n]--([^\r\n]*+)(\r\n|\n|\r|\Z)")

_EXTENDED = re.compile(rb"[\w'()+,./:=?-]")  # RFC 2046 §5.1.1, bchars

AFTER_JUNK = "A boundary line has something after the boundary."
AFTER_CLOSE = "A multipart goes on after its closing boundary."
AFTER_CR = "A boundary line follows a carriage return alone."
NO_PARTS = "A multipart has no parts: its boundary does not occur."
TOO_MANY = "The message has more parts than are read."
TOO_DEEP = "The message has parts inside parts, deeper than are read."
HEADER_CUT = "The message has more header than is read."


@define
class Part:
    """One node: where its body lies, what its headers say, and its parts.

    `problems` are those of its header block as a whole.
    """

    content: Content
    depth: int
    body: int
    end: int
    fields: list[tuple[str, str]] = Factory(list)
    parts: list[Part] = Factory(list)
    problems: list[str] = Factory(list)


@define
class Allowance:
    """What is left of the limits, and which were reached."""

    limits: Limits
    parts: int = 0
    headers: int = 0
    reached: dict[str, None] = Factory(dict)

    def has_part(self) -> bool:
        """Count one part; False where there is none left."""
        if self.parts >= self.limits.parts:
            self.reached[TOO_MANY] = None
            return False
        self.parts += 1
        return True

    def block(self, data: bytes, start: int, end: int) -> HeaderBlock:
        """Read one header block and count its fields."""
        left = self.limits.headers - self.headers
        block = read_headers(
            data, start, end, header_bytes=self.limits.header_bytes, headers=max(left, 1)
        )
        self.headers += len(block.fields)
        if block.cut:
            self.reached[HEADER_CUT] = None
        return block


@define
class _Open:
    part: Part
    boundaries: tuple[bytes, ...]
    closed: bool = False


def split(data: bytes, start: int, end: int, depth: int, allowance: Allowance) -> Part:
    """The tree of the message that lies there; always at least its root."""
    root = _part(data, start, end, depth, "text/plain", allowance)
    opened: list[_Open] = []
    _open(opened, root, data, end, allowance)
    if opened:
        _split_parts(data, end, opened, allowance)
    return root


def _split_parts(data: bytes, end: int, opened: list[_Open], allowance: Allowance) -> None:
    position = max(opened[0].part.body - 1, 0)
    leaf: Part | None = None  # the part whose end is not yet known
    beginnings = _boundaries(opened)
    while found := _DASHES.search(data, position, end):
        position = found.end(1)
        if not found[1].startswith(beginnings):
            continue
        level, closing, junk = _find(opened, found[1])
        if _EXTENDED.match(junk) and leaf is not None and leaf.content.is_message:
            continue  # a boundary of that message, which begins as one of ours does
        here = found.start()
        if data[here : here + 1] == b"\n" and data[here - 1 : here] == b"\r":
            here -= 1
        for each in (leaf, *(each.part for each in opened[level + 1 :])):
            if each is not None:
                each.end = max(each.body, here)
        leaf = None
        parent = opened[level]
        if len(opened) > level + 1:
            del opened[level + 1 :]
            beginnings = _boundaries(opened)
        note = parent.part.content.note
        if junk:
            note(AFTER_JUNK)
        if found.group().startswith(b"\r"):
            note(AFTER_CR)
        if closing:
            parent.closed = True
            continue
        if parent.closed:
            parent.closed = False
            note(AFTER_CLOSE)
        if not allowance.has_part():
            return
        default = (
            "message/rfc822" if parent.part.content.type == "multipart/digest" else "text/plain"
        )
        leaf = _part(data, found.end(), end, parent.part.depth + 1, default, allowance)
        parent.part.parts.append(leaf)
        position = max(leaf.body - 1, position)
        if _open(opened, leaf, data, end, allowance):
            leaf = None
            beginnings = _boundaries(opened)


def _part(
    data: bytes, start: int, end: int, depth: int, default: str, allowance: Allowance
) -> Part:
    block = allowance.block(data, start, end)
    content = read_content(block, default=default)
    return Part(content, depth, block.body, end, block.fields, problems=block.problems)


def _open(opened: list[_Open], part: Part, data: bytes, end: int, allowance: Allowance) -> bool:
    if not part.content.is_multipart:
        return False
    if part.depth >= allowance.limits.depth:
        allowance.reached[TOO_DEEP] = None
        return False
    boundaries = part.content.boundaries
    if not boundaries and (guessed := _first_dashes(data, part.body, end)) is not None:
        boundaries = (guessed,)
    if not boundaries:
        return False
    opened.append(_Open(part, boundaries))
    return True


def _first_dashes(data: bytes, start: int, end: int) -> bytes | None:
    found = _DASHES.search(data, max(start - 1, 0), end)
    return found[1].rstrip() if found else None


def _boundaries(opened: list[_Open]) -> tuple[bytes, ...]:
    return tuple(boundary for each in opened for boundary in each.boundaries)


def _find(opened: list[_Open], line: bytes) -> tuple[int, bool, bytes]:
    """Level, whether it closes, and what junk follows: the longest boundary, the innermost.

    RFC 2046 §5.1.1 lets a boundary be the mere beginning of its line, and clients do as it says.
    """
    length, _, level = max(
        (len(boundary), not each.closed, level)
        for level, each in enumerate(opened)
        for boundary in each.boundaries
        if line.startswith(boundary)
    )
    rest = line[length:].rstrip()
    return level, rest.startswith(b"--"), rest.removeprefix(b"--")
