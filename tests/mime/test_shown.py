"""What a mail client shows of well-formed mail."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest

from sendguard.mime import read_email
from sendguard.model import Envelope, Message

HEAD = b"From: Ann <a@x.example>\nTo: b@y.example\nSubject: Hello\nMIME-Version: 1.0\n"


def multipart(kind: str, *parts: bytes, boundary: str = "sep", extra: str = "") -> bytes:
    line = b"--" + boundary.encode()
    body = b"".join(line + b"\n" + part + b"\n" for part in parts)
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"{extra}\n\n'.encode()
    return head + body + line + b"--\n"


def text(value: str, subtype: str = "plain", **headers: str) -> bytes:
    more = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in headers.items())
    return f"Content-Type: text/{subtype}; charset=utf-8\n{more}\n{value}".encode()


def file(content_type: str, content: bytes, disposition: str) -> bytes:
    head = f"Content-Type: {content_type}\nContent-Disposition: {disposition}\n"
    return f"{head}Content-Transfer-Encoding: base64\n\n".encode() + base64.encodebytes(content)


PDF = file("application/pdf", b"%PDF-1", 'attachment; filename="a.pdf"')


def test_plain_mail_has_its_fields_and_its_text() -> None:
    message = read_email(
        HEAD + b"Cc: C <c@z.example>\nDate: Tue, 3 Mar 2026 10:00:00 +0000\nX-A: b\n c\n\nHi\n"
    )
    assert message.sender is not None
    assert (message.sender.name, message.sender.address) == ("Ann", "a@x.example")
    assert [(r.address, r.role) for r in message.recipients] == [
        ("b@y.example", "to"),
        ("c@z.example", "cc"),
    ]
    assert (message.subject, message.text, message.html) == ("Hello", "Hi\n", None)
    assert message.header("x-a") == "b c"
    assert message.header("subject") is None
    assert message.date == datetime(2026, 3, 3, 10, tzinfo=UTC)
    assert message.defects == ()


def test_message_from_email_reads_it_too() -> None:
    assert Message.from_email(HEAD + b"\nHi\n") == read_email(HEAD + b"\nHi\n")


def test_a_mailbox_file_line_and_a_byte_order_mark_are_no_fields() -> None:
    plain = read_email(HEAD + b"\nHi\n")
    assert read_email(b"From a@x Thu Aug 22 16:27:21 2002\n" + HEAD + b"\nHi\n") == plain
    assert read_email(b"\xef\xbb\xbf" + HEAD + b"\nHi\n") == plain


def test_crlf_is_read_as_lf() -> None:
    mail = HEAD + multipart("alternative", text("Hi\nyou\n"), text("<p>Hi\n", "html"))
    assert read_email(mail.replace(b"\n", b"\r\n")) == read_email(mail)


def test_an_alternative_gives_both_forms() -> None:
    message = read_email(HEAD + multipart("alternative", text("Hi"), text("<p>Hi", "html")))
    assert (message.text, message.html, message.attachments) == ("Hi", "<p>Hi", ())


def test_an_alternative_inside_an_alternative_is_a_form_of_the_same() -> None:
    inner = multipart("alternative", text("<p>Hi", "html"), boundary="in")
    message = read_email(HEAD + multipart("alternative", text("Hi"), inner))
    assert (message.text, message.html) == ("Hi", "<p>Hi")


def test_a_multipart_may_have_the_boundary_of_the_one_around_it() -> None:
    inner = multipart("alternative", text("Hi"), text("<p>Hi", "html"))
    message = read_email(HEAD + multipart("mixed", inner, PDF))
    assert (message.text, message.html) == ("Hi", "<p>Hi")
    assert [a.name for a in message.attachments] == ["a.pdf"]
    assert message.defects == ()


def test_a_related_file_is_inline() -> None:
    image = file("image/png", b"PNG", "inline; filename=l.png").replace(
        b"Content-Disposition", b"Content-ID: <logo@x>\nContent-Disposition"
    )
    related = multipart("related", text("<img src='cid:logo@x'>", "html"), image, boundary="in")
    message = read_email(HEAD + multipart("alternative", text("Hi"), related))
    (logo,) = message.attachments
    assert (logo.name, logo.content, logo.disposition) == ("l.png", b"PNG", "inline")
    assert logo.content_id == "logo@x"
    assert message.html == "<img src='cid:logo@x'>"


def test_the_start_parameter_names_the_root_of_a_related() -> None:
    root = text("<p>root", "html", Content_ID="<r@x>")
    other = text("<p>other", "html", Content_ID="<o@x>")
    message = read_email(HEAD + multipart("related", other, root, extra='; start="<r@x>"'))
    assert message.html == "<p>root"
    assert [a.content for a in message.attachments] == [b"<p>other"]


def test_a_footer_after_an_alternative_is_in_both_forms() -> None:
    both = multipart("alternative", text("Hi"), text("<p>Hi", "html"), boundary="in")
    message = read_email(HEAD + multipart("mixed", both, text("list <footer>")))
    assert message.text == "Hi\nlist <footer>"
    assert message.html is not None
    assert message.html.startswith("<p>Hi")
    assert message.html.endswith("<pre>list &lt;footer&gt;</pre>")


def test_one_html_part_cannot_hide_the_next() -> None:
    from selectolax.lexbor import LexborHTMLParser

    for opened in ("<!-- ", "<style>", '<a title="', "<a title='", "<title>", "<textarea>", "<p>"):
        message = read_email(
            HEAD + multipart("mixed", text(opened, "html"), text("<b>seen</b>", "html"))
        )
        body = LexborHTMLParser(message.html or "").body
        assert body is not None
        assert body.css_first("b") is not None, opened


def test_a_named_inline_text_is_shown_and_is_a_file() -> None:
    notes = text("notes", Content_Disposition="inline; filename=n.txt")
    message = read_email(HEAD + multipart("mixed", text("Hi"), notes))
    assert message.text == "Hi\nnotes"
    assert [(a.name, a.text, a.disposition) for a in message.attachments] == [
        ("n.txt", "notes", "inline")
    ]


def test_an_attached_text_is_a_file_only() -> None:
    notes = text("notes", Content_Disposition="attachment; filename=n.txt")
    message = read_email(HEAD + multipart("mixed", text("Hi"), notes, PDF))
    assert message.text == "Hi"
    assert [a.name for a in message.attachments] == ["n.txt", "a.pdf"]


def test_a_calendar_in_an_alternative_is_a_file() -> None:
    message = read_email(HEAD + multipart("alternative", text("Hi"), text("BEGIN:", "calendar")))
    assert message.text == "Hi"
    assert [a.content_type for a in message.attachments] == ["text/calendar"]


def test_a_signature_is_a_file() -> None:
    signature = b"Content-Type: application/pgp-signature\n\nabc"
    message = read_email(HEAD + multipart("signed", text("Hi"), signature))
    assert message.text == "Hi"
    assert [a.content_type for a in message.attachments] == ["application/pgp-signature"]
    assert message.defects == ()


@pytest.mark.parametrize("boundary", ["other", "sep2"])
def test_a_nested_message_is_read_whole(boundary: str) -> None:
    inner = HEAD.replace(b"Hello", b"Inner") + multipart(
        "mixed", text("in"), PDF, boundary=boundary
    )
    wrapped = b"Content-Type: message/rfc822\n\n" + inner
    message = read_email(HEAD + multipart("mixed", text("out"), wrapped))
    (nested,) = message.attachments
    assert nested.content == inner
    assert nested.message is not None
    assert (nested.message.subject, nested.message.text) == ("Inner", "in")
    assert [a.name for a in nested.message.attachments] == ["a.pdf"]
    assert message.defects == ()


def test_a_nested_message_in_base64_is_read_too() -> None:
    message = read_email(
        HEAD + multipart("mixed", file("message/rfc822", HEAD + b"\nin", "attachment"))
    )
    assert message.attachments[0].message is not None
    assert message.attachments[0].message.text == "in"


def test_the_parts_of_a_digest_are_messages() -> None:
    message = read_email(
        HEAD + multipart("digest", b"\n" + HEAD + b"\none", b"\n" + HEAD + b"\ntwo")
    )
    assert [a.message.text for a in message.attachments if a.message] == ["one", "two"]


def test_defects_of_a_nested_message_reach_the_outer_one() -> None:
    inner = b"Content-Type: message/rfc822\n\n" + HEAD + b"From: c@x.example\n\nHi"
    message = read_email(HEAD + multipart("mixed", text("out"), inner))
    assert [(d.kind, d.part) for d in message.defects] == [
        ("malformed", "attachment:0/header:From"),
    ]


@pytest.mark.parametrize(
    ("body", "part"),
    [
        (multipart("encrypted", b"Content-Type: application/pgp-encrypted\n\n1"), None),
        (b"Content-Type: application/pkcs7-mime; name=smime.p7m\n\nx", "attachment:0"),
        (b"Content-Type: application/ms-tnef\n\nx", "attachment:0"),
        (b"Content-Type: application/octet-stream; name=WINMAIL.DAT\n\nx", "attachment:0"),
        (b"Content-Type: message/partial; id=1; number=1\n\nx", "attachment:0"),
        (b"Content-Type: message/external-body; access-type=URL\n\nx", "attachment:0"),
        (b"\n-----BEGIN PGP MESSAGE-----\n\nabc\n", "text"),
    ],
)
def test_what_cannot_be_read_is_named(body: bytes, part: str | None) -> None:
    assert [(d.kind, d.part) for d in read_email(HEAD + body).defects] == [("unreadable", part)]


@pytest.mark.parametrize("source", [b"", b" \r\n", b"no header here\nat all", bytes(range(256))])
def test_what_is_no_mail_is_unparsable(source: bytes) -> None:
    assert "unparsable" in [defect.kind for defect in read_email(source).defects]


def test_a_uuencoded_file_in_the_text_is_a_file() -> None:
    message = read_email(HEAD + b"\nSee:\nbegin 644 cat.txt\n#0V%T\n`\nend\nBye\n")
    assert [(a.name, a.content) for a in message.attachments] == [("cat.txt", b"Cat")]
    assert "Bye" in (message.text or "")
    assert message.defects == ()


class TestEnvelope:
    mail = b"From: a@x.example\nTo: Bo <B@Y.example>, d@y.example\nCc: c@y.example\n\nHi"

    def test_recipients_are_exactly_those_of_the_envelope(self) -> None:
        envelope = Envelope("bounce@x.example", ("z@z.example", "c@y.example", "b@y.example"))
        message = read_email(self.mail, envelope)
        assert [(r.address, r.name, r.role) for r in message.recipients] == [
            ("z@z.example", "", "bcc"),
            ("c@y.example", "", "cc"),
            ("b@y.example", "Bo", "to"),
        ]
        assert [(r.address, r.role) for r in message.shown] == [("d@y.example", "to")]
        assert message.envelope == envelope

    def test_without_one_resent_fields_name_nobody(self) -> None:
        message = read_email(b"Bcc: e@y.example\nResent-To: f@y.example\n" + self.mail)
        assert [r.address for r in message.recipients] == [
            "B@Y.example",
            "d@y.example",
            "c@y.example",
            "e@y.example",
        ]
        assert message.header("Resent-To") == "f@y.example"


def test_other_python_types_are_a_type_error() -> None:
    with pytest.raises(TypeError, match="not str"):
        read_email("From: a@x.example\n\nHi")  # type: ignore[arg-type]  # what is tested
    with pytest.raises(TypeError, match="not tuple"):
        read_email(b"", ("a@x.example",))  # type: ignore[arg-type]  # what is tested


class TestDigest:
    def mail(self, encoding: str, boundary: str, date: str, name: str = "a.pdf") -> bytes:
        body = "Grüße\n".encode()
        encoded = {
            "base64": base64.encodebytes(body),
            "quoted-printable": b"Gr=C3=BC=C3=9F=\ne\n",
            "8bit": body,
        }[encoding]
        head = f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: {encoding}\n\n"
        part = head.encode() + encoded
        pdf = PDF.replace(b"a.pdf", name.encode())
        head = HEAD + f"Date: {date}\nMessage-ID: <{date}@x>\n".encode()
        return head + multipart("mixed", part, pdf, boundary=boundary)

    def test_is_the_same_for_the_same_content_otherwise_encoded(self) -> None:
        digests = {
            read_email(self.mail("base64", "a", "1 Jan 2026 10:00:00 +0000")).digest,
            read_email(self.mail("quoted-printable", "b", "2 Jan 2026 10:00:00 +0000")).digest,
            read_email(self.mail("8bit", "c", "3 Jan 2026 10:00:00 +0000")).digest,
        }
        assert len(digests) == 1

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            (b"Ann", b"Bea"),
            (b"b@y.example", b"c@y.example"),
            (b"Hello", b"Hallo"),
            (b"a.pdf", b"b.pdf"),
            (b"JVBERi0x", b"JVBERi0y"),
            (b"R3", b"S3"),
            (b"MIME-Version", b"X-Author: me\nMIME-Version"),
            (b"To: ", b"Bcc: z@z.example\nTo: "),
        ],
    )
    def test_is_another_for_any_change(self, old: bytes, new: bytes) -> None:
        mail = self.mail("base64", "a", "1 Jan 2026 10:00:00 +0000")
        assert old in mail
        assert read_email(mail).digest != read_email(mail.replace(old, new)).digest
