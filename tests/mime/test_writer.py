"""Writing is strict, and what was written is read as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sendguard.errors import ConfigurationError
from sendguard.mime import read_email, write_email
from sendguard.model import Attachment, Message, Recipient

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60)
BODY = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.just("\n")), max_size=200
).map(lambda text: text.replace("\r", "").removeprefix("\ufeff"))
WORDS = st.lists(
    st.sampled_from(["Ann", "López", "a,b", '"', "\\", "(x)", "<y@z>", "日本"]), max_size=4
)


@given(
    name=WORDS.map(" ".join),
    address=st.sampled_from(["b@y.example", "ü@bücher.example", "a.very.long.one@y.example"]),
    subject=st.none() | WORDS.map(" ".join),
    text=BODY,
    html=st.none() | BODY,
    files=st.lists(st.tuples(WORDS.map("-".join), st.binary(max_size=50)), max_size=3),
)
def test_what_is_written_is_read_again(
    name: str,
    address: str,
    subject: str | None,
    text: str,
    html: str | None,
    files: list[tuple[str, bytes]],
) -> None:
    message = Message.email(
        sender="a@x.example",
        to=[Recipient(address, name), "c@y.example"],
        subject=subject,
        text=text,
        html=html,
        attachments=[Attachment(name, content) for name, content in files],
    )
    for again in (
        read_email(write_email(message)),
        read_email(write_email(message).as_bytes() + b"\r\n"),
    ):
        assert (again.sender, again.recipients) == (message.sender, message.recipients)
        assert (again.text, again.html) == (message.text, message.html)
        assert again.subject == subject
        assert again.attachments == message.attachments


def test_bcc_is_not_written() -> None:
    mail = write_email(Message.email(to=["a@x.example"], bcc=["b@x.example"], text="Hi"))
    assert "b@x.example" not in mail.as_string()


def test_inline_files_stay_with_the_html() -> None:
    logo = Attachment("l.png", b"PNG", "image/png", disposition="inline", content_id="logo@x")
    message = Message.email(text="Hi", html="<img src='cid:logo@x'>", attachments=[logo])
    mail = write_email(message)
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
    ]
    assert read_email(mail).attachments == (logo,)


def test_other_headers_are_written() -> None:
    message = Message.email(text="Hi", headers=[("X-A", "ü"), ("List-Id", "<l.x.example>")])
    assert read_email(write_email(message)).header("X-A") == "ü"
    assert read_email(write_email(message)).header("List-Id") == "<l.x.example>"


@pytest.mark.parametrize("bad", ["a\rb", "a\nb", "a\r\nBcc: e@x.example", "a\0b", "a\ud800"])
def test_what_could_begin_another_header_is_refused(bad: str) -> None:
    file = Attachment(bad, b"")
    for message in (
        Message.email(subject=bad),
        Message.email(to=[Recipient("a@x.example", bad)]),
        Message.email(to=[Recipient(f"{bad}@x.example")]),
        Message.email(headers={"X-A": bad}),
        Message.email(headers={bad: "a"}),
        Message.email(attachments=[file]),
        Message.email(attachments=[Attachment("a", b"", f"text/{bad}")]),
        Message.email(attachments=[Attachment("a", b"", "text/plain", charset=bad)]),
        Message.email(attachments=[Attachment("a", b"", content_id=bad)]),
    ):
        with pytest.raises(ConfigurationError):
            write_email(message)


def test_what_cannot_be_written_is_refused() -> None:
    for message in (
        Message.sms(to=["+49301234567"], text="Hi"),
        Message.email(to=["no address"]),
        Message.email(headers=[("Sender", "a@x.example"), ("Sender", "b@x.example")]),
        Message.email(text="\ud800"),
    ):
        with pytest.raises(ConfigurationError):
            write_email(message)
