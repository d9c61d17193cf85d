"""Message objects, whole and broken, are read as they would be sent."""

from __future__ import annotations

import email
import email.policy
from email.header import Header
from email.message import EmailMessage
from email.message import Message as AnyMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.mime.test_hostile import LINES

from sendguard.mime import Limits, read_email


def sample() -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Jörg <a@x.example>"
    mail["To"] = '"López, María" <b@y.example>, c@y.example'
    mail["Subject"] = "Grüße " * 30
    mail.set_content("Hi\nyou\n")
    mail.add_alternative("<p>Hi ü", subtype="html")
    mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="übersicht.pdf")
    inner = EmailMessage()
    inner["Subject"] = "inner"
    inner.set_content("in")
    mail.add_attachment(inner)
    return mail


def test_an_object_is_read_as_its_bytes_are() -> None:
    mail = sample()
    message = read_email(mail)
    assert message.sender is not None
    assert message.sender.name == "Jörg"
    assert [(r.name, r.address) for r in message.to] == [
        ("López, María", "b@y.example"),
        ("", "c@y.example"),
    ]
    assert message.subject is not None
    assert message.subject.startswith("Grüße Grüße")
    assert (message.text, message.html) == ("Hi\nyou\n", "<p>Hi ü\n")
    assert message.attachments[0].name == "übersicht.pdf"
    assert message.attachments[1].message is not None
    assert message.attachments[1].message.subject == "inner"
    assert message.digest == read_email(mail.as_bytes(policy=email.policy.SMTP)).digest


def test_reading_changes_nothing_in_the_object() -> None:
    mail = MIMEMultipart("mixed")
    mail.attach(MIMEText("Hi"))
    assert mail.get_boundary() is None
    message = read_email(mail)  # type: ignore[arg-type]  # a base class is read too
    assert message.text == "Hi"
    assert mail.get_boundary() is None
    assert read_email(mail) == message  # type: ignore[arg-type]  # likewise


def test_our_boundary_occurs_in_no_text() -> None:
    mail = MIMEMultipart("mixed")
    mail.preamble = "--=_part-4-1\n\npreamble"
    for number in range(4):
        mail.attach(MIMEText(f"a\n--=_part-{number}-1\nb\n--=_part-{number}-1--\n"))
    message = read_email(mail)  # type: ignore[arg-type]  # a base class is read too
    assert message.attachments == ()
    assert "--=_part-3-1--" in (message.text or "")
    assert "preamble" not in (message.text or "")
    assert message.defects == ()


@pytest.mark.parametrize("content_type", ["multipart/mixed", 'multipart/mixed; start="<a>"'])
@pytest.mark.parametrize("where", ["first", "last"])
def test_a_boundary_is_added_where_there_is_none(content_type: str, where: str) -> None:
    mail = AnyMessage()
    if where == "last":
        mail["Subject"] = "s"
    mail["Content-Type"] = content_type
    if where == "first":
        mail["Subject"] = "s"
    mail.set_payload([MIMEText("Hi"), MIMEText("you")])
    message = read_email(mail)  # type: ignore[arg-type]  # a base class is read too
    assert (message.subject, message.text) == ("s", "Hi\nyou")
    assert message.defects == ()


def with_header(name: str, value: Any) -> AnyMessage:
    mail = AnyMessage()
    mail["From"] = "a@x.example"
    mail._headers.append((name, value))  # type: ignore[attr-defined]  # older versions let it in
    mail.set_payload("Hi")
    return mail


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r", "\r\n\r\n"])
@pytest.mark.parametrize("name", ["Subject", "X-A"])
def test_a_line_break_in_a_value_stays_in_that_value(name: str, line_break: str) -> None:
    value = f"a{line_break}Bcc: e@x.example"
    message = read_email(with_header(name, value))  # type: ignore[arg-type]  # a base class
    assert message.header(name) == value
    assert message.recipients == ()
    assert message.text == "Hi"
    assert [d.kind for d in message.defects] == ["malformed"]


def test_a_folded_value_is_fine() -> None:
    message = read_email(with_header("X-A", "a\n b"))  # type: ignore[arg-type]  # a base class
    assert message.header("X-A") == "a b"
    assert message.defects == ()


@pytest.mark.parametrize(
    "payload",
    [
        None,
        "é\ud800",
        b"\xff",
        ["text"],
        [MIMEText("in")],
        MIMEText("in"),
        7,
        [None, 3],
        {"a": "b"},
    ],
)
@pytest.mark.parametrize(
    "content_type",
    [None, "text/plain", "multipart/mixed", "message/rfc822", "message/delivery-status", "x", ";;"],
)
def test_any_payload_is_read(payload: Any, content_type: str | None) -> None:
    mail = with_header("X", "y")
    if content_type is not None:
        mail["Content-Type"] = content_type
    mail._payload = payload  # type: ignore[attr-defined]  # as broken code leaves it
    message = read_email(mail)  # type: ignore[arg-type]  # a base class is read too
    inside = payload[:1] if isinstance(payload, list) else [payload]
    if isinstance(inside[0], MIMEText):
        shown = [message.text, *(a.message.text for a in message.attachments if a.message)]
        assert "in" in shown or content_type == "message/delivery-status"


class Raises:
    name = "x"

    def fold(self, *, policy: object) -> str:
        raise IndexError

    def __str__(self) -> str:
        raise UnicodeDecodeError("x", b"", 0, 0, "x")


@pytest.mark.parametrize(
    "value", [Raises(), Header("a\nBcc: b@x.example"), Header("ü", "utf-8"), 3, None, "\ud800"]
)
@pytest.mark.parametrize("policy", [email.policy.compat32, email.policy.default])
def test_any_value_is_read(value: Any, policy: Any) -> None:
    mail = with_header("X", value)
    mail.policy = policy
    assert read_email(mail).text == "Hi"  # type: ignore[arg-type]  # a base class is read too


def test_an_object_that_holds_itself_is_cut() -> None:
    mail = MIMEMultipart("mixed")
    mail.attach(mail)
    message = read_email(mail)  # type: ignore[arg-type]  # a base class is read too
    assert "limit" in [defect.kind for defect in message.defects]


def test_a_part_held_a_million_times_is_cut() -> None:
    part: AnyMessage = MIMEText("x" * 1000)
    for _ in range(20):
        whole = MIMEMultipart("mixed")
        whole.set_payload([part, part])
        part = whole
    message = read_email(part, limits=Limits(bytes=100_000))  # type: ignore[arg-type]  # likewise
    assert "limit" in [defect.kind for defect in message.defects]


@given(LINES, st.sampled_from([email.policy.compat32, email.policy.default]))
def test_whatever_was_parsed_is_read(source: bytes, policy: Any) -> None:
    try:
        mail = email.message_from_bytes(source, policy=policy)
    except (LookupError, ValueError, AttributeError, TypeError):
        return  # what the parser itself cannot read is no object
    read_email(mail)
