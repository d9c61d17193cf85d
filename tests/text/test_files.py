from __future__ import annotations

import pytest
from hypothesis import given
from tests.strategies import messages

from sendguard import Attachment, Message
from sendguard.text import FILE_LIMIT, Analysis, AttachedFile


def attached(*args: object, **options: object) -> AttachedFile:
    return AttachedFile("attachment:0", Attachment(*args, **options))


@pytest.mark.parametrize(
    ("name", "kind", "content", "text"),
    [
        ("a.txt", "text/plain", b"Hi", "Hi"),
        ("a", "text/csv", b"a;b", "a;b"),
        ("a", "application/json", b"{}", "{}"),
        ("a.csv", "application/octet-stream", b"a;b", "a;b"),
        ("A.CSV", "application/vnd.ms-excel", b"a;b", "a;b"),
        ("a.txt", "application/octet-stream", "Hi".encode("utf-16"), "Hi"),
        ("a.txt. ", "application/octet-stream", b"Hi", "Hi"),
        ("a.csv", "application/octet-stream", b"\0\1\2", None),
        ("a.bin", "application/octet-stream", b"Hi", None),
        ("a.txt", "image/png", b"Hi", None),
        ("a.xls", "application/vnd.ms-excel", b"\xd0\xcf", None),
        ("a.txt", "text/plain", b"", None),
    ],
)
def test_reads_texts_by_their_type_or_by_name_and_bytes(name, kind, content, text):
    assert attached(name, content, kind).text == text


@pytest.mark.parametrize(
    ("name", "kind", "is_document"),
    [
        ("a.pdf", "application/pdf", True), ("a.pdf", "application/octet-stream", True), ("a", "application/pdf", True),
        ("a.docx", "application/octet-stream", True), ("a.ods", "application/vnd.oasis.opendocument.spreadsheet", True),
        ("a.csv", "application/vnd.ms-excel", False), ("a.txt", "text/plain", False), ("a.png", "image/png", False),
        ("a.zip", "application/zip", False), ("", "application/octet-stream", False),
    ],
)  # fmt: skip
def test_knows_documents_whose_text_is_not_read(name, kind, is_document):
    assert attached(name, b"x", kind).is_document is is_document


def test_a_long_file_is_read_to_the_limit_and_says_so():
    assert not attached("a.txt", b"x" * FILE_LIMIT, "text/plain").is_cut
    long = attached("a.txt", b"x" * (FILE_LIMIT + 1), "text/plain")
    assert long.is_cut
    assert len(long.text) == FILE_LIMIT


def test_files_of_attached_messages_have_paths_and_html_is_read_as_it_is_shown():
    inner = Message.email(
        attachments=[Attachment("a.html", b"<p>Dear <b>Ann</b><p hidden>psst", "text/html")]
    )
    outer = Message.email(
        attachments=[
            Attachment("a.txt", b"one", "text/plain"),
            Attachment("", b"", "message/rfc822", message=inner),
        ]
    )
    analysis = Analysis(outer)
    assert [file.part for file in analysis.files] == [
        "attachment:0",
        "attachment:1",
        "attachment:1/attachment:0",
    ]
    assert [(place.part, place.text, place.hidden) for place in analysis.file_texts] == [
        ("attachment:0.text", "one", False),
        ("attachment:1/attachment:0.text", "Dear Ann", False),
        ("attachment:1/attachment:0.text", "psst", True),
    ]


@given(messages())
def test_any_files_are_read(message):
    analysis = Analysis(message)
    assert len(analysis.files) >= len(message.attachments)
    assert all(place.part.endswith(".text") for place in analysis.file_texts)
