"""Real mail, read by this package and by a plain walk over the standard library's parser."""

from __future__ import annotations

import email
import email.policy
import os
from email.header import decode_header, make_header
from email.message import Message as ParsedMessage
from pathlib import Path

import pytest

from sendguard.mime import read_email, write_email
from sendguard.mime._charsets import codec_for_text

FOLDER = os.environ.get("SENDGUARD_SAMPLE_MAIL")
SAMPLES = sorted(Path(FOLDER).glob("*.eml")) if FOLDER else []

pytestmark = pytest.mark.skipif(not SAMPLES, reason="SENDGUARD_SAMPLE_MAIL names no sample mail")


def reference(part: ParsedMessage, shown: dict[str, list[str]]) -> None:
    if part.get_content_maintype() == "multipart":
        for child in part.get_payload():
            reference(child, shown)
        return
    content = part.get_payload(decode=True) or b""
    kind = part.get_content_type()
    file = part.get_content_disposition() == "attachment" or (
        part.get_filename() is not None and shown["text/plain"] + shown["text/html"]
    )
    if not file or part.get_content_disposition() != "attachment":
        if kind in ("text/plain", "text/html"):
            # The name of a charset is read as WHATWG says, which is tested elsewhere.
            codec = codec_for_text(content, part.get_content_charset(), html=kind == "text/html")
            shown[kind].append(content.decode(codec, "replace").replace("\r\n", "\n"))
        else:
            file = True
    if file:
        name = str(make_header(decode_header(part.get_filename() or "")))
        shown["files"].append(name)
        shown["contents"].append(content.hex())


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_text_html_and_files_are_those_of_the_standard_library(path: Path) -> None:
    source = path.read_bytes()
    shown: dict[str, list[str]] = {"text/plain": [], "text/html": [], "files": [], "contents": []}
    parsed = email.message_from_bytes(source, policy=email.policy.compat32)
    reference(parsed, shown)
    message = read_email(source)
    texts = [text if text.endswith("\n") else f"{text}\n" for text in shown["text/plain"]]
    assert (message.text or "").rstrip("\n") == "".join(texts).rstrip("\n")
    for html in shown["text/html"]:
        assert html in (message.html or "")
    assert [a.name for a in message.attachments] == shown["files"]
    assert [a.content.hex() for a in message.attachments] == shown["contents"]
    assert (message.subject is None) == (parsed["Subject"] is None)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_parsed_object_is_read_as_its_bytes_are(path: Path) -> None:
    source = path.read_bytes()
    expected = read_email(source.replace(b"\n", b"\r\n"))
    for policy in (email.policy.compat32, email.policy.default):
        assert read_email(email.message_from_bytes(source, policy=policy)) == expected  # type: ignore[arg-type]  # a base class is read too


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_what_is_written_is_read_again(path: Path) -> None:
    message = read_email(path.read_bytes())
    for again in (read_email(write_email(message)), read_email(write_email(message).as_bytes())):
        for name in ("sender", "recipients", "subject", "text", "html", "attachments"):
            assert getattr(again, name) == getattr(message, name)


def test_honest_mail_is_hardly_ever_malformed() -> None:
    malformed = [path.stem for path in SAMPLES if read_email(path.read_bytes()).defects]
    assert len(malformed) <= len(SAMPLES) / 100, malformed
