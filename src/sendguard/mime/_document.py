"""One message of a source, and the messages in it, from the tree of its parts to what is shown."""

from __future__ import annotations

import re
from html import escape
from typing import Literal

from attrs import Factory, define

from sendguard.mime._charsets import codec_for_text, decode
from sendguard.mime._content import Content
from sendguard.mime._headers import shown
from sendguard.mime._structure import NO_PARTS, Allowance, Part, split
from sendguard.mime._transfer import decode_transfer, uuencoded_files
from sendguard.model import Defect

ENCRYPTED = "A part is encrypted."
SIGNED_OPAQUE = "A part is encrypted or signed by S/MIME and cannot be read."
PGP_TEXT = "The text holds a block that is encrypted by PGP."
TNEF = "A file is a winmail.dat, whose content only Outlook shows."
ELSEWHERE = "A part is kept elsewhere or split over several messages."
NESTED_TOO_LARGE = "The messages inside the message are together larger than is read."
NESTED_TOO_DEEP = "A message inside the message lies deeper than is read."

_TEXTUAL = ("text/", "application/json", "application/xml")
_SMIME = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_TNEF = ("application/ms-tnef", "application/vnd.ms-tnef")
_ELSEWHERE = ("message/partial", "message/external-body")
_PGP = re.compile(r"^-----BEGIN PGP MESSAGE-----", re.MULTILINE)

# Between two HTML parts, which clients show in frames of their own: ends whatever the first left
# open (a comment, an attribute, raw text), so that it cannot hide the second.
_HTML_SEAM = "\n<!--\"'>--></title></textarea></style></script>\n"


@define
class File:
    """An attachment to be: its nested message is built after it."""

    content: Content
    data: bytes
    disposition: Literal["attachment", "inline"]
    charset: str | None = None
    nested: Document | None = None


@define
class _Piece:
    kind: Literal["text", "html"]
    value: str
    form: int | None  # the multipart/alternative that it is a form of


@define
class Document:
    """One message: its root part, what is shown of it, its files, its defects."""

    root: Part
    data: bytes
    files: list[File] = Factory(list)
    defects: list[Defect] = Factory(list)
    pieces: list[_Piece] = Factory(list)

    @property
    def text(self) -> str | None:
        """What a client shows that does not show HTML."""
        texts = [piece.value for piece in self.pieces if piece.kind == "text"]
        return _on_lines(texts) if texts else None

    @property
    def html(self) -> str | None:
        """What a client shows that does; plain parts without an HTML form are in it too."""
        forms = {piece.form for piece in self.pieces if piece.kind == "html"}
        if not forms:
            return None
        shown_pieces = [
            piece.value
            if piece.kind == "html"
            else f"<pre>{escape(piece.value, quote=False)}</pre>"
            for piece in self.pieces
            if piece.kind == "html" or piece.form is None or piece.form not in forms
        ]
        return _HTML_SEAM.join(shown_pieces)

    def note(
        self, kind: Literal["limit", "unreadable", "malformed"], detail: str, part: str | None
    ) -> None:
        """Remember a defect."""
        self.defects.append(Defect(kind, detail, part))


def _on_lines(texts: list[str]) -> str:
    pieces = [text if text.endswith("\n") else f"{text}\n" for text in texts[:-1]]
    return "".join((*pieces, texts[-1]))


@define
class Reading:
    """The documents of one source, outer ones first, and what may still be read."""

    allowance: Allowance
    room: int  # bytes that nested messages may still take, beside those of the source
    documents: list[Document] = Factory(list)

    def read(self, data: bytes, start: int, end: int, depth: int) -> Document:
        """Split one message; `read_parts` does the rest."""
        document = Document(split(data, start, end, depth, self.allowance), data)
        self.documents.append(document)
        return document

    def read_parts(self) -> None:
        """Read all parts of all documents, those that are found meanwhile too."""
        for document in self.documents:  # grows
            _PartReader(self, document).read()


@define
class _Task:
    part: Part
    form: int | None = None
    is_file: bool = False
    is_related: bool = False


@define
class _PartReader:
    reading: Reading
    document: Document

    def read(self) -> None:
        tasks = [_Task(self.document.root)]
        while tasks:
            task = tasks.pop()
            content = task.part.content
            if content.is_multipart and task.part.parts:
                self._note_problems(task.part, "header:Content-Type")
                tasks += reversed(self._children(task))
                continue
            if content.is_multipart and task.part.depth < self.reading.allowance.limits.depth:
                content.note(NO_PARTS)
                content.type, content.encoding = "text/plain", ""
            self._leaf(task)

    def _children(self, task: _Task) -> list[_Task]:
        part = task.part
        match part.content.type:
            case "multipart/alternative":
                form = id(part) if task.form is None else task.form
                return [_Task(each, form, task.is_file, task.is_related) for each in part.parts]
            case "multipart/related":
                root = next(
                    (
                        p
                        for p in part.parts
                        if part.content.start and p.content.id == part.content.start
                    ),
                    part.parts[0],
                )
                return [
                    _Task(each, task.form, task.is_file or each is not root, each is not root)
                    for each in part.parts
                ]
            case "multipart/encrypted":
                self.document.note("unreadable", ENCRYPTED, None)
                return [_Task(each, task.form, is_file=True) for each in part.parts]
        return [_Task(each, task.form, task.is_file, task.is_related) for each in part.parts]

    def _leaf(self, task: _Task) -> None:
        part, content = task.part, task.part.content
        raw = self.document.data[part.body : part.end]
        data, problem = decode_transfer(raw, content.encoding)
        if problem:
            content.note(problem)
        kind = self._shown_kind(task)
        named = bool(content.name) and bool(self.document.pieces)
        if kind is None or named:
            self._file(task, raw, data)
        if kind is not None:
            self._show(task, kind, data)

    def _shown_kind(self, task: _Task) -> Literal["text", "html"] | None:
        content = task.part.content
        if task.is_file or content.disposition == "attachment":
            return None
        if content.type == "text/html":
            return "html"
        # Another text that is the whole message is shown as plain text (RFC 2046 §4.1.4).
        alone = task.part is self.document.root and content.type.startswith("text/")
        return "text" if content.type == "text/plain" or alone else None

    def _show(self, task: _Task, kind: Literal["text", "html"], data: bytes) -> None:
        content = task.part.content
        text = decode(data, codec_for_text(data, content.charset, html=kind == "html"))
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        self.document.pieces.append(_Piece(kind, text, task.form))
        self._note_problems(task.part, kind)
        if kind == "text":
            if _PGP.search(text):
                self.document.note("unreadable", PGP_TEXT, "text")
            for name, inside, problem in uuencoded_files(data):
                file = Content(type="application/octet-stream", name=shown(name))
                if problem:
                    self.document.note(
                        "malformed", problem, f"attachment:{len(self.document.files)}"
                    )
                self.document.files.append(File(file, inside, "attachment"))

    def _file(self, task: _Task, raw: bytes, data: bytes) -> None:
        content = task.part.content
        where = f"attachment:{len(self.document.files)}"
        self._note_problems(task.part, where)
        self._note_unreadable(content, where)
        inline = content.disposition == "inline" or (
            not content.disposition and (task.is_related or task.form is not None)
        )
        file = File(content, data, "inline" if inline else "attachment")
        if content.is_message:
            self._nest(task, file, where, encoded=data is not raw)
        elif content.type.startswith(_TEXTUAL):
            file.charset = codec_for_text(data, content.charset, html=content.type == "text/html")
        self.document.files.append(file)

    def _nest(self, task: _Task, file: File, where: str, *, encoded: bool) -> None:
        reading, part = self.reading, task.part
        if part.depth >= reading.allowance.limits.depth:
            self.document.note("limit", NESTED_TOO_DEEP, where)
        elif reading.room < len(file.data):
            file.data = b""  # or many messages inside each other would be many copies
            self.document.note("limit", NESTED_TOO_LARGE, where)
        elif reading.allowance.has_part():
            reading.room -= len(file.data)
            if encoded:
                file.nested = reading.read(file.data, 0, len(file.data), part.depth + 1)
            else:
                file.nested = reading.read(self.document.data, part.body, part.end, part.depth + 1)

    def _note_unreadable(self, content: Content, where: str) -> None:
        if content.type in _SMIME:
            self.document.note("unreadable", SIGNED_OPAQUE, where)
        elif content.type in _TNEF or content.name.lower() == "winmail.dat":
            self.document.note("unreadable", TNEF, where)
        elif content.type in _ELSEWHERE:
            self.document.note("unreadable", ELSEWHERE, where)

    def _note_problems(self, part: Part, where: str) -> None:
        for problem in part.problems:
            self.document.note("malformed", problem, None if part is self.document.root else where)
        for problem in part.content.problems:
            self.document.note("malformed", problem, where)
