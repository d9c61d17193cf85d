"""The files that travel with a message, and what those of text types say."""

from __future__ import annotations

import codecs
from pathlib import PurePath
from typing import Final, NamedTuple

from attrs import evolve

from sendguard.model import Attachment

FILE_LIMIT: Final = 1 << 20
"""Bytes of one file that are read."""

_TEXT_TYPES = ("text/", "application/json", "application/xml")
# What programs attach under a type that says nothing.
_TEXT_NAMES = frozenset(
    {
        ".cfg", ".conf", ".csv", ".env", ".htm", ".html", ".ics", ".ini", ".json", ".key",
        ".log", ".md", ".pem", ".sql", ".tab", ".toml", ".tsv", ".txt", ".vcf", ".xml",
        ".yaml", ".yml",
    }
)  # fmt: skip
_VAGUE_TYPES = frozenset(
    {"application/octet-stream", "application/vnd.ms-excel", "application/x-pem-file", ""}
)
_HTML_NAMES = frozenset({".htm", ".html"})
# Documents that carry text which is not read here.
_DOCUMENT_NAMES = frozenset(
    {
        ".doc", ".docm", ".docx", ".odp", ".ods", ".odt", ".pages", ".numbers", ".pdf",
        ".ppt", ".pptm", ".pptx", ".rtf", ".xls", ".xlsb", ".xlsm", ".xlsx",
    }
)  # fmt: skip
_DOCUMENT_TYPES = (
    "application/pdf", "application/msword", "application/rtf", "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint", "application/vnd.ms-word",
    "application/vnd.oasis.opendocument", "application/vnd.openxmlformats-officedocument",
)  # fmt: skip
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class AttachedFile(NamedTuple):
    """A file, and where it is.

    Attributes:
        part: as in `Finding.part`: ``attachment:0``, or a path into a nested message.
        file: the attachment.
    """

    part: str
    file: Attachment

    @property
    def is_html(self) -> bool:
        """Whether its text is HTML."""
        return self.file.content_type == "text/html" or (
            self.file.content_type in _VAGUE_TYPES and self._suffix in _HTML_NAMES
        )

    @property
    def is_document(self) -> bool:
        """Whether it carries text that only its own program shows: PDF, office documents."""
        is_one = (
            self.file.content_type.startswith(_DOCUMENT_TYPES) or self._suffix in _DOCUMENT_NAMES
        )
        return is_one and self.file.message is None and self.text is None

    @property
    def is_cut(self) -> bool:
        """Whether it is longer than what is read of it."""
        return len(self.file.content) > FILE_LIMIT

    @property
    def text(self) -> str | None:
        """Its beginning as text, where it is a text by its type, or by its name and its bytes.

        >>> AttachedFile("attachment:0", Attachment("a.csv", b"id;name", "text/csv")).text
        'id;name'
        """
        kind = self.file.content_type
        content = self.file.content[:FILE_LIMIT]
        if self.file.message is not None or not content:
            return None
        if not kind.startswith(_TEXT_TYPES):
            if kind not in _VAGUE_TYPES or self._suffix not in _TEXT_NAMES:
                return None
            if b"\0" in content[:1_024] and not content.startswith(_UTF_16):
                return None
        charset = "utf-16" if content.startswith(_UTF_16) else self.file.charset
        return evolve(self.file, content=content, content_type="text/plain", charset=charset).text

    @property
    def _suffix(self) -> str:
        return PurePath(self.file.name.rstrip(". ")).suffix.lower() if self.file.name else ""
