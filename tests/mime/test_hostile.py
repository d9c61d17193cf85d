"""Whatever the bytes are: no exception, no more than a small multiple of memory, no silent cut."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sendguard.errors import ConfigurationError
from sendguard.mime import Limits, read_email
from sendguard.model import Attachment, Envelope, Message

HEAD = b"From: a@x.example\nTo: b@y.example\n"

FRAGMENTS = [
    b"From: a@x.example, <b@",
    b"To: =?utf-8?q?a=2C?= <c@x.example>, (d",
    b"Bcc: x: y@x.example;",
    b"Subject: =?iso-2022-jp?B?GyRC?= =?utf-8?b?gA?=",
    b"Date: Thu, 99 Aug 2002 25:61:99 +9999",
    b"Content-Type: multipart/mixed; boundary=b",
    b'Content-Type: multipart/related; boundary="b"; start="<i>"',
    b"Content-Type: multipart/alternative; boundary*0=c; boundary*1=",
    b"Content-Type: multipart/digest; boundary=bb",
    b"Content-Type: multipart/encrypted",
    b"Content-Type: message/rfc822",
    b"Content-Type: text/html; charset=utf-16",
    b"Content-Type: text/plain; charset=utf-32; name*=x''%ff%",
    b"Content-Type: application/json; name=a.json",
    b"Content-Disposition: attachment; filename*1*=%41; filename*0*=utf-7''+",
    b'Content-Disposition: inline; filename="a\\',
    b"Content-ID: <i>",
    b"Content-Transfer-Encoding: base64",
    b"Content-Transfer-Encoding: quoted-printable",
    b"Content-Transfer-Encoding: x-uue",
    b"begin 644 f",
    b"M",
    b"#0V%T",
    b"`",
    b"end",
    b"--b",
    b"--b--",
    b"--bb",
    b"--c",
    b"--",
    b"-----BEGIN PGP MESSAGE-----",
    b"SGVsbG8=",
    b"=48=\xff= ",
    b"<meta charset=utf-16>",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"From x",
    b">From ",
    b" ",
    b"\t folded",
    b".",
    b"\0",
]
LINES = st.lists(
    st.tuples(
        st.one_of(st.sampled_from(FRAGMENTS), st.binary(max_size=20)),
        st.sampled_from([b"\n", b"\n", b"\n", b"\r\n", b"\r", b"\n\n", b""]),
    ).map(b"".join),
    max_size=40,
).map(b"".join)


def decoded_size(message: Message) -> int:
    inside = sum(
        len(a.content) + (decoded_size(a.message) if a.message else 0) for a in message.attachments
    )
    return inside + len(message.text or "") + len(message.html or "") + len(message.subject or "")


@given(LINES, st.sampled_from([None, Envelope("", ("b@y.example",))]))
@settings(max_examples=500)
def test_anything_is_read(source: bytes, envelope: Envelope | None) -> None:
    message = read_email(source, envelope)
    # Nested messages are at most eight more copies; `&` in a footer is five characters in HTML.
    assert decoded_size(message) <= 20 * len(source) + 100
    assert message == read_email(source, envelope)
    assert message.digest
    assert Message.from_dict(message.to_dict()) == message
    if envelope is not None:
        assert [r.address for r in message.recipients] == list(envelope.recipients)


@given(LINES)
@settings(max_examples=200)
def test_the_smallest_limits_hold(source: bytes) -> None:
    limits = Limits(bytes=200, parts=2, depth=1, header_bytes=100, headers=2)
    message = read_email(source, limits=limits)
    assert decoded_size(message) <= 20 * 200 + 100


@given(st.binary(max_size=300))
def test_any_bytes_are_read(source: bytes) -> None:
    read_email(source)


def opened(boundary: bytes) -> bytes:
    return b'Content-Type: multipart/mixed; boundary="%b"\n\n--%b\n' % (boundary, boundary)


def limits_reached(message: Message) -> list[str]:
    return [defect.detail for defect in message.defects if defect.kind == "limit"]


DEEP = {
    "multiparts with boundaries of their own": HEAD
    + b"".join(opened(b"b%d" % level) for level in range(10_000))
    + b"\nHi\n",
    "multiparts with one boundary": HEAD + opened(b"b") * 10_000 + b"\nHi\n",
    "messages": HEAD + b"Content-Type: message/rfc822\n\n" * 10_000 + HEAD + b"\nHi\n",
}


@pytest.mark.parametrize("name", DEEP)
def test_ten_thousand_levels_are_cut_and_reported(name: str) -> None:
    assert limits_reached(read_email(DEEP[name]))


def test_what_lies_before_a_limit_is_read() -> None:
    mail = HEAD + opened(b"b") + b"\nfirst\n" + b"--b\n\nmore\n" * 2000
    message = read_email(mail)
    assert (message.text or "").startswith("first\nmore\n")
    assert len(limits_reached(message)) == 1


@pytest.mark.parametrize(
    ("limits", "mail"),
    [
        (Limits(bytes=100), HEAD + b"\n" + b"x" * 100),
        (Limits(headers=3), HEAD + b"A: b\nC: d\n\nHi"),
        (Limits(headers=3), HEAD + b"A: b\rC: d\n\nHi"),
        (Limits(headers=3), HEAD + b"junk\nA: b\n\nHi"),
        (Limits(headers=3), HEAD + opened(b"b") + b"Content-ID: <a>\nA: b\n\nHi"),
        (Limits(header_bytes=100), HEAD + b"X: " + b"x" * 100 + b"\n\nHi"),
        (Limits(parts=1), HEAD + opened(b"b") + b"\nHi\n--b\n\nHo\n"),
        (Limits(depth=1), HEAD + opened(b"b") + opened(b"c") + b"\nHi\n"),
        (Limits(depth=1), HEAD + opened(b"b") + b"Content-Type: message/rfc822\n\n" + HEAD),
    ],
)
def test_each_limit_is_reported(limits: Limits, mail: bytes) -> None:
    assert limits_reached(read_email(mail, limits=limits))
    assert not limits_reached(read_email(mail))


def test_a_body_after_a_cut_header_is_shown() -> None:
    mail = HEAD + b"X: " + b"x" * 2_000_000 + b"\n\nHi\n"
    message = read_email(mail)
    assert message.text == "Hi\n"
    assert len(limits_reached(message)) == 1


@pytest.mark.parametrize("value", [0, -1])
def test_a_limit_is_positive(value: int) -> None:
    with pytest.raises(ConfigurationError, match=r"Limits\.depth"):
        Limits(depth=value)


def test_a_limit_is_a_number() -> None:
    with pytest.raises(TypeError, match=r"Limits\.parts"):
        Limits(parts=1.5)  # type: ignore[arg-type]  # what is tested


SIZE = 300_000
LARGE = {
    **DEEP,
    "one header": HEAD + b"X: " + b"a" * SIZE + b"\n\nHi",
    "one folded header": HEAD + b"X: " + b"a\n " * (SIZE // 3) + b"\n\nHi",
    "encoded words": HEAD + b"Subject: " + b"=?utf-8?q?a?= " * (SIZE // 14) + b"\n\nHi",
    "openers of encoded words": HEAD + b"Subject: " + b"=?a?q?" * (SIZE // 6) + b"\n\nHi",
    "empty parts": HEAD + opened(b"b") + b"--b\n" * (SIZE // 4),
    "ends": HEAD + opened(b"b") + b"--b--\n" * (SIZE // 6),
    "lines like boundaries": HEAD
    + b"".join(opened(b"b%d" % level) for level in range(30))
    + b"--c\n" * (SIZE // 4),
    "parameters": HEAD + b"Content-Type: text/plain" + b";a=1" * (SIZE // 4) + b"\n\nHi",
    "quotes": HEAD + b'Content-Type: text/plain;"' + b'\\"' * (SIZE // 2) + b"\n\nHi",
    "parentheses": HEAD + b"Content-Type: text/plain" + b"(" * SIZE + b"\n\nHi",
    "paddings": HEAD + b"Content-Transfer-Encoding: base64\n\n" + b"AA=" * (SIZE // 3),
    "equals signs": HEAD + b"Content-Transfer-Encoding: quoted-printable\n\n" + b"=" * SIZE,
    "spaces": HEAD + b"Content-Transfer-Encoding: quoted-printable\n\n" + b" " * SIZE + b"x",
    "uuencoded lines that claim more": HEAD + b"\nbegin 644 a\n" + b"M\n" * (SIZE // 2),
    "uuencoded beginnings": HEAD + b"\n" + b"begin 644 a\n" * (SIZE // 12),
    "carriage returns in a header": HEAD + b"X: " + b"\ra:" * (SIZE // 3) + b"\n\nHi",
    "empty fields": HEAD + b"a:\n" * (SIZE // 3) + b"\nHi",
    "messages in messages": HEAD
    + b"Content-Type: message/rfc822\n\n" * 20
    + HEAD
    + b"\n"
    + b"x" * SIZE,
    "a footer to escape": HEAD
    + opened(b"b")
    + b"Content-Type: text/html\n\nx\n--b\n\n"
    + b"&" * SIZE,
    "lone dots": (HEAD + b"\n" + b".\n" * (SIZE // 2)).replace(b"\n", b"\r\n"),
}


@pytest.mark.parametrize("name", LARGE)
def test_memory_is_a_small_multiple_of_the_source(name: str) -> None:
    source = LARGE[name]
    read_email(source[:1000])  # what is made once is not counted
    tracemalloc.start()
    try:
        read_email(source)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    # Fields and parts are objects of some hundred bytes, of which the limits allow a few thousand.
    assert peak <= 13 * len(source) + 2_000_000


def test_addressees_take_a_bounded_amount_each() -> None:
    count = 20_000
    source = b"To: " + b"a@b.c," * count + b"\n\nHi"
    tracemalloc.start()
    try:
        assert len(read_email(source).recipients) == count
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak <= 400 * count


def test_an_attachment_knows_a_charset_that_decodes_it() -> None:
    def attached(content_type: bytes, body: bytes) -> Attachment:
        disposition = b"\nContent-Disposition: attachment\n\n"
        mail = HEAD + b"Content-Type: " + content_type + disposition + body
        return read_email(mail).attachments[0]

    assert attached(b"text/csv", b"\xfc").text == "ü"
    assert attached(b"text/csv; charset=punycode", b"\xfc").text == "ü"
    assert attached(b"text/csv; charset=latin1", b"\x93").text == "“"
    assert attached(b"application/pdf", b"\xfc").charset is None
