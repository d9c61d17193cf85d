"""What the Content-* fields say about one part, in the reading that shows more."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attrs import Factory, define

from sendguard.mime._charsets import codec_of
from sendguard.mime._parameters import COMMENTS, ODD_QUOTES, Parameters, read_parameters

if TYPE_CHECKING:
    from sendguard.mime._headers import HeaderBlock

_TYPE = re.compile(r"([\w!#$%&'*+.^`{|}~-]++)\s*+/\s*+([\w!#$%&'*+.^`{|}~-]++)", re.ASCII)
_ENCODING = re.compile(r"[A-Za-z0-9-]++")
_ENCODED = ("base64", "quoted-printable", "x-uuencode", "uuencode", "x-uue", "uue")
_IDENTITY = ("", "7bit", "8bit", "binary")
_LONGEST_BOUNDARY = 70  # RFC 2046 §5.1.1
_MOST_BOUNDARIES = 8  # readings that are followed at once

TYPE_TWICE = "A part has two content types."
TYPE_BROKEN = "A part has a content type that cannot be read."
BOUNDARY_TWICE = "A multipart has two boundaries."
BOUNDARY_ODD = "A multipart has a boundary that readers cut differently."
BOUNDARY_MISSING = "A multipart names no boundary."
ENCODING_TWICE = "A part has two transfer encodings."
ENCODING_ODD = "A part writes its transfer encoding in an unusual way."
ENCODED_MULTIPART = "A multipart has a transfer encoding, which readers ignore or undo."
DISPOSITION_TWICE = "A part has two dispositions."
NAME_TWICE = "A file has two names of different kinds."
NAME_ODD = "A file name contains a path or a control character."
CHARSET_TWICE = "A text has two charsets."

_CONTROL_OR_PATH = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069/\\\\]")


@define
class Content:
    """The headers of one part, read.

    Attributes:
        type: media type, lower case.
        boundaries: all readings of the boundary of a multipart; () for another.
        charset: the label as written, or None.
        encoding: the transfer encoding, lower case.
        disposition: "", "inline" or "attachment".
        name: the file name that most clients show, or "".
        id: of Content-ID, without angle brackets.
        start: the Content-ID of the root of a multipart/related, or "".
        named: whether the headers gave a type at all.
        problems: what two readers may see differently.
    """

    type: str = "text/plain"
    boundaries: tuple[bytes, ...] = ()
    charset: str | None = None
    encoding: str = ""
    disposition: str = ""
    name: str = ""
    id: str = ""
    start: str = ""
    named: bool = False
    problems: list[str] = Factory(list)

    def note(self, problem: str) -> None:
        """Remember a problem, once."""
        if problem not in self.problems:
            self.problems.append(problem)

    @property
    def is_multipart(self) -> bool:
        """Whether it has parts of its own."""
        return self.type.startswith("multipart/")

    @property
    def is_message(self) -> bool:
        """Whether it is a whole message."""
        return self.type in ("message/rfc822", "message/global")


def read_content(block: HeaderBlock, *, default: str = "text/plain") -> Content:
    """Read the Content-* fields; `default` is the type of a part that names none."""
    content = Content(type=default)
    types = [read_parameters(value) for value in block.values("content-type")]
    dispositions = [read_parameters(value) for value in block.values("content-disposition")]
    for parameters in (*types, *dispositions):
        content.problems += parameters.problems
    _read_type(content, types)
    _read_encoding(content, block.values("content-transfer-encoding"))
    _read_disposition(content, dispositions)
    _read_name(content, types, dispositions)
    content.id = next(iter(block.values("content-id")), "").strip().strip("<>")
    return content


def _read_type(content: Content, types: list[Parameters]) -> None:
    if not types:
        return
    if len(types) > 1:
        content.note(TYPE_TWICE)
    names = []
    for parameters in types:
        match = _TYPE.match(parameters.value)
        if match is None:
            if parameters.value.lower() not in ("text", ""):
                content.note(TYPE_BROKEN)
            names.append("text/plain")
        else:
            names.append(f"{match[1]}/{match[2]}".lower())
    multipart = next((name for name in names if name.startswith("multipart/")), None)
    content.type = multipart or names[0]
    content.named = True
    charsets = list(dict.fromkeys(c for each in types for c in each.texts("charset")))
    if charsets:
        content.charset = next((c for c in charsets if codec_of(c)), charsets[0])
    if len({codec_of(charset) for charset in charsets}) > 1:
        content.note(CHARSET_TWICE)
    content.start = next((s for each in types for s in each.texts("start")), "").strip("<> ")
    if multipart:
        _read_boundaries(content, types)


def _read_boundaries(content: Content, types: list[Parameters]) -> None:
    readings: list[bytes] = []
    for parameters in types:
        # Lossless text, so that a boundary of any bytes is found in the body.
        raw = [value.encode("utf-8", "surrogateescape") for value in parameters.raw("boundary")]
        raw += [text.encode("utf-8", "replace") for text in parameters.texts("boundary")[:1]]
        for value in raw:
            if b"\0" in value:
                raw.append(value.partition(b"\0")[0])
            readings.append(value.rstrip())
    distinct = tuple(dict.fromkeys(value for value in readings if value))
    content.boundaries = distinct[:_MOST_BOUNDARIES]
    if not distinct:
        content.note(BOUNDARY_MISSING)
    elif len(distinct) > 1:
        content.note(BOUNDARY_ODD if ODD_QUOTES in content.problems else BOUNDARY_TWICE)
    if any(len(value) > _LONGEST_BOUNDARY for value in distinct):
        content.note(BOUNDARY_ODD)


def _read_encoding(content: Content, values: list[str]) -> None:
    found = []
    for value in values:
        match = _ENCODING.search(COMMENTS.sub(" ", value))
        found.append(match.group().lower() if match else "")
        if match and match.group() != value.strip():
            content.note(ENCODING_ODD)
    if len(set(found)) > 1:
        content.note(ENCODING_TWICE)
    content.encoding = next((each for each in found if each in _ENCODED), next(iter(found), ""))
    if content.is_multipart and content.encoding not in _IDENTITY:
        content.note(ENCODED_MULTIPART)


def _read_disposition(content: Content, dispositions: list[Parameters]) -> None:
    kinds = []
    for parameters in dispositions:
        value = parameters.value.lower()
        # RFC 2183 §2.8: what is not known is an attachment.
        kinds.append(value if value in ("", "inline") else "attachment")
    if len(kinds) > 1:
        content.note(DISPOSITION_TWICE)
    content.disposition = "inline" if "inline" in kinds else next(iter(kinds), "")


def _read_name(content: Content, types: list[Parameters], dispositions: list[Parameters]) -> None:
    names = [name for each in dispositions for name in each.texts("filename")]
    names += [name for each in dispositions for name in each.texts("name")]
    names += [name for each in types for name in (*each.texts("name"), *each.texts("filename"))]
    names = [name for name in names if name]
    content.name = next(iter(names), "")
    if len({_extension(name) for name in names}) > 1:
        content.note(NAME_TWICE)
    if any(_CONTROL_OR_PATH.search(name) for name in names):
        content.note(NAME_ODD)


def _extension(name: str) -> str:
    return name.rstrip(". ").rpartition(".")[2].casefold() if "." in name else ""
