"""Tricks that hide something from a filter and not from a mail client: seen, and reported."""

from __future__ import annotations

import pytest

from sendguard.mime import read_email

HEAD = b"From: a@x.example\nTo: b@y.example\n"
EVIL = b"Content-Type: application/x-evil; name=evil.exe\nContent-Transfer-Encoding: base64\n\nRVZJTA==\n"


def mixed(content_type: bytes, boundary: bytes = b"sep", part: bytes = EVIL) -> bytes:
    line = b"--" + boundary
    return HEAD + b"Content-Type: " + content_type + b"\n\n" + line + b"\n" + part + line + b"--\n"


def attached(disposition: bytes = b"", kind: bytes = b"application/x-evil") -> bytes:
    part = b"Content-Type: " + kind + b"\n" + disposition
    part += b"Content-Transfer-Encoding: base64\n\nRVZJTA==\n"
    return mixed(b"multipart/mixed; boundary=sep", part=part)


STRUCTURE = {
    "two types, the multipart last": mixed(
        b"text/plain\nContent-Type: multipart/mixed; boundary=sep"
    ),
    "two types, the multipart first": mixed(
        b"multipart/mixed; boundary=sep\nContent-Type: text/plain"
    ),
    "two boundaries, the first": mixed(b"multipart/mixed; boundary=sep; boundary=no"),
    "two boundaries, the last": mixed(b"multipart/mixed; boundary=no; boundary=sep"),
    "two boundaries in two headers": mixed(
        b"multipart/mixed; boundary=no\nContent-Type: multipart/mixed; boundary=sep"
    ),
    "no boundary": mixed(b"multipart/mixed"),
    "an empty boundary": mixed(b'multipart/mixed; boundary=""'),
    "junk after the quotes": mixed(b'multipart/mixed; boundary="sep"arate'),
    "junk after the quotes counts": mixed(b'multipart/mixed; boundary="sep"arate', b"separate"),
    "quotes that never close": mixed(b'multipart/mixed; boundary="sep; charset=x'),
    "a quote inside": mixed(b'multipart/mixed; boundary=s"e"p', b's"e"p'),
    "a NUL, cut there": mixed(b'multipart/mixed; boundary="sep\0x"'),
    "a NUL, kept": mixed(b'multipart/mixed; boundary="sep\0x"', b"sep\0x"),
    "white space, unquoted, cut": mixed(b"multipart/mixed; boundary=sep arate"),
    "white space, unquoted, kept": mixed(b"multipart/mixed; boundary=sep arate", b"sep arate"),
    "a comment before the type": mixed(b"(text/plain) multipart/mixed; boundary=sep"),
    "a comment in the type": mixed(b"multipart/(x)mixed; boundary=sep"),
    "a comment after the boundary": mixed(b"multipart/mixed; boundary=sep(x)"),
    "no semicolon": mixed(b"multipart/mixed boundary=sep"),
    "RFC 2231 pieces and a plain one": mixed(
        b"multipart/mixed; boundary=no; boundary*0=s; boundary*1=ep"
    ),
    "an extended boundary": mixed(b"multipart/mixed; boundary*=us-ascii''s%65p; boundary=no"),
    "a backslash, undone": mixed(b'multipart/mixed; boundary="se\\"p"', b'se"p'),
    "a backslash, kept": mixed(b'multipart/mixed; boundary="se\\"p"', b'se\\"p'),
    "a transfer encoding on the multipart": mixed(
        b"multipart/mixed; boundary=sep\nContent-Transfer-Encoding: base64"
    ),
    "white space before the colon": mixed(
        b"text/plain\nContent-Type : multipart/mixed; boundary=sep"
    ),
    "a bare CR before the type": mixed(
        b"text/plain\nX: a\rContent-Type: multipart/mixed; boundary=sep"
    ),
    "junk after the boundary": mixed(b"multipart/mixed; boundary=sep", b"sep x"),
    "more after the boundary": mixed(b"multipart/mixed; boundary=sep", b"separate"),
    "a part after the end": HEAD
    + b"Content-Type: multipart/mixed; boundary=sep\n\n--sep\n\nHi\n--sep--\n--sep\n"
    + EVIL
    + b"--sep--\n",
    "a junk line in the header": HEAD
    + b"junk\nContent-Type: multipart/mixed; boundary=sep\n\n--sep\n"
    + EVIL
    + b"--sep--\n",
    "a white line in the header": HEAD
    + b"X: a\n \nContent-Type: multipart/mixed; boundary=sep\n\n--sep\n"
    + EVIL
    + b"--sep--\n",
    "only carriage returns": mixed(b"multipart/mixed; boundary=sep").replace(b"\n", b"\r"),
    "a boundary after a CR": HEAD
    + b"Content-Type: multipart/mixed; boundary=sep\n\n--sep\n\nHi\r--sep\n"
    + EVIL
    + b"--sep--\n",
}
STRUCTURE_SILENT = {  # readers agree, filters may not
    "no end": mixed(b"multipart/mixed; boundary=sep").removesuffix(b"--sep--\n"),
    "folded": mixed(b"multipart/mixed;\n\tboundary=\n sep"),
    "upper case": mixed(b"MULTIPART/MIXED; BOUNDARY=sep"),
    "white space around the equals sign": mixed(b"multipart/mixed; boundary = sep"),
    "white space after the boundary line": mixed(b"multipart/mixed; boundary=sep").replace(
        b"--sep\n", b"--sep \t\n"
    ),
    "an unknown multipart": mixed(b"multipart/x-new; boundary=sep"),
    "RFC 2231 pieces": mixed(b"multipart/mixed; boundary*0=s; boundary*1=ep"),
    "quoted pieces": mixed(b'multipart/mixed; boundary*1="p"; boundary*0="se"'),
    "an alternative": mixed(b"multipart/alternative; boundary=sep"),
}


@pytest.mark.parametrize("name", STRUCTURE)
def test_an_ambiguous_structure_shows_the_file_and_is_reported(name: str) -> None:
    message = read_email(STRUCTURE[name])
    assert [a.content for a in message.attachments] == [b"EVIL"]
    assert "malformed" in [defect.kind for defect in message.defects]


@pytest.mark.parametrize("name", STRUCTURE_SILENT)
def test_an_unusual_structure_shows_the_file(name: str) -> None:
    message = read_email(STRUCTURE_SILENT[name])
    assert [a.content for a in message.attachments] == [b"EVIL"]
    assert message.defects == ()


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (b"attachment; filename=evil.exe", "evil.exe"),
        (b'attachment; filename="evil.exe"', "evil.exe"),
        (b"attachment; filename*=utf-8''%65vil.exe", "evil.exe"),
        (b"attachment; filename*0=evil; filename*1=.exe", "evil.exe"),
        (b"attachment; filename*0*=utf-8''%65vil; filename*1=.exe", "evil.exe"),
        (b"attachment; filename*1=.exe; filename*0=evil", "evil.exe"),
        (b"attachment; filename==?utf-8?q?evil=2Eexe?=", "evil.exe"),
        (b'attachment; filename="=?utf-8?b?ZXZpbC5leGU=?="', "evil.exe"),
        (b'attachment; filename="=?utf-8?q?evil?=\n =?utf-8?q?.exe?="', "evil.exe"),
        ('attachment; filename="évil.exe"'.encode(), "évil.exe"),
        ('attachment; filename="évil.exe"'.encode("latin-1"), "évil.exe"),
        (b"attachment;filename=evil.exe;", "evil.exe"),
        (b"Attachment; FileName=evil.exe", "evil.exe"),
        (b"attachment; name=evil.exe", "evil.exe"),
        (b"nonsense; filename=evil.exe", "evil.exe"),
        (b'attachment; filename="a;b.exe"', "a;b.exe"),
        (b"attachment; filename*=nonsense''%65vil.exe", "evil.exe"),
    ],
)
def test_a_file_has_the_name_that_clients_show(header: bytes, name: str) -> None:
    message = read_email(attached(b"Content-Disposition: " + header + b"\n"))
    assert [(a.name, a.content, a.disposition) for a in message.attachments] == [
        (name, b"EVIL", "attachment")
    ]
    assert message.defects == ()


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (b"attachment; filename=good.txt; filename=evil.exe", "good.txt"),
        (b"attachment; filename=good.txt; filename*=utf-8''evil.exe", "evil.exe"),
        (b"attachment; filename=e.txt\nContent-Disposition: attachment; filename=e.exe", "e.txt"),
        (b"attachment; filename=evil.exe (x).txt", "evil.exe (x).txt"),
        (b'attachment; filename="evil.exe', "evil.exe"),
        (b'attachment; filename="evil.exe" .txt', "evil.exe"),
        (b'attachment; filename="../evil.exe"', "../evil.exe"),
        (b'attachment; filename="C:\\evil.exe"', "C:\\evil.exe"),
        (b"attachment; filename*=utf-8''evil%0D%0A.exe", "evil\r\n.exe"),
        ('attachment; filename="\u202eexe.txt"'.encode(), "\u202eexe.txt"),
        (b'attachment; filename="a\0.exe"', "a\0.exe"),
        (b"attachment filename=evil.exe", "evil.exe"),
    ],
)
def test_an_ambiguous_name_is_reported(header: bytes, name: str) -> None:
    message = read_email(attached(b"Content-Disposition: " + header + b"\n"))
    assert [a.name for a in message.attachments] == [name]
    assert {(d.kind, d.part) for d in message.defects} == {("malformed", "attachment:0")}


@pytest.mark.parametrize("first", [b"attachment", b"inline"])
def test_a_text_with_two_dispositions_is_shown(first: bytes) -> None:
    second = b"inline" if first == b"attachment" else b"attachment"
    dispositions = b"Content-Disposition: %b\nContent-Disposition: %b\n" % (first, second)
    message = read_email(HEAD + dispositions + b"\nHi")
    assert message.text == "Hi"
    assert [(d.kind, d.part) for d in message.defects] == [("malformed", "text")]


@pytest.mark.parametrize(
    ("header", "body", "shown"),
    [
        (b"base64", b"SGk=\nIHlvdQ==\n", "Hi you"),
        (b"base64", b"SG!k\n-- \n", "Hi"),
        (b"base64; x", b"SGk=", "Hi"),
        (b'"base64"', b"SGk=", "Hi"),
        (b"(c) base64", b"SGk=", "Hi"),
        (b"7bit\nContent-Transfer-Encoding: base64", b"SGk=", "Hi"),
        (b"base64\nContent-Transfer-Encoding: 7bit", b"SGk=", "Hi"),
        (b"quoted-printable", b"=48i =4", "Hi =4"),
        (b"rot13", b"Hi", "Hi"),
        (b"x-uuencode", b"Hi", "Hi"),
        (b"x-uuencode", b"begin 644 a\n\x7f\x7f\n", "begin 644 a\n\x7f\x7f\n"),
    ],
)
def test_an_ambiguous_transfer_encoding_shows_the_text_and_is_reported(
    header: bytes, body: bytes, shown: str
) -> None:
    message = read_email(HEAD + b"Content-Transfer-Encoding: " + header + b"\n\n" + body)
    assert message.text == shown
    assert "malformed" in [defect.kind for defect in message.defects]


@pytest.mark.parametrize(
    ("header", "body", "shown"),
    [
        (b"BASE64", b"S G\tk\r\n=\r\n", "Hi"),
        (b"base64", b"SGk", "Hi"),
        (b"quoted-printable", b"H=69= \n you \nx", "Hi you\nx"),
        (b"quoted-printable", b"=48=69=\r\nx=\ny=", "Hixy"),
        (b"Quoted-Printable", b"=c3=BC", "ü"),
        (b"x-uuencode", b"begin 644 a\n#0V%T\n`\nend\n", "Cat"),
    ],
)
def test_an_unusual_transfer_encoding_shows_the_text(
    header: bytes, body: bytes, shown: str
) -> None:
    message = read_email(
        HEAD + b"Content-Type: text/plain\nContent-Transfer-Encoding: " + header + b"\n\n" + body
    )
    assert message.text == shown
    assert message.defects == ()


@pytest.mark.parametrize("name", ["From", "To", "Cc", "Subject", "Date", "Reply-To", "Sender"])
def test_a_field_given_twice_is_reported_and_kept(name: str) -> None:
    field = f"{name}: one@x.example\n{name.upper()}: two@x.example\n".encode()
    rest = b"From: a@x.example\n" if name != "From" else b""
    message = read_email(rest + field + b"\nHi")
    assert [(d.kind, d.part) for d in message.defects] == [("malformed", f"header:{name}")]
    assert [value for key, value in message.headers if key.lower() == name.lower()] == [
        "one@x.example",
        "two@x.example",
    ]


def test_both_fields_name_recipients() -> None:
    message = read_email(b"To: a@x.example\nTo: b@x.example\n\nHi")
    assert [r.address for r in message.recipients] == ["a@x.example", "b@x.example"]


@pytest.mark.parametrize("value", ["a@x.example, b@x.example", "undisclosed:;", ""])
def test_a_from_without_exactly_one_sender_is_kept(value: str) -> None:
    message = read_email(f"From: {value}\nTo: c@x.example\n\nHi".encode())
    assert message.header("From") == value
    assert [(d.kind, d.part) for d in message.defects] == [("malformed", "header:From")]


@pytest.mark.parametrize(
    ("subject", "shown"),
    [
        (b"=?utf-8?q?a=0D=0ABcc:_x?=", "a\r\nBcc: x"),
        (b"=?utf-8?b?AA==?=", "\0"),
        (b"a\rb", "a\rb"),
        (b"a\0b", "a\0b"),
    ],
)
def test_a_hostile_subject_stays_in_the_headers(subject: bytes, shown: str) -> None:
    message = read_email(HEAD + b"Subject: " + subject + b"\n\nHi")
    assert message.subject == shown
    assert message.header("Subject") == shown


def test_a_bare_cr_is_kept_and_begins_a_field_too() -> None:
    message = read_email(HEAD + b"Subject: a\rBcc: e@x.example\n\nHi")
    assert message.subject is not None
    assert message.subject.startswith("a\r")
    assert [r.address for r in message.bcc] == ["e@x.example"]
    assert [d.kind for d in message.defects] == ["malformed"]


def test_an_encoded_display_name_names_nobody_else() -> None:
    for name in (b"=?utf-8?q?c=40x.example=2C?=", b'"=?utf-8?q?=22_<c=40x.example>,?="'):
        message = read_email(HEAD + b"Cc: " + name + b" <d@y.example>\n\nHi")
        assert [r.address for r in message.cc] == ["d@y.example"]
        assert "c@x.example" in message.cc[0].name


def test_a_body_without_a_blank_line_is_shown() -> None:
    message = read_email(HEAD + b"Hello there,\nhow are you?\n\nBye\n")
    assert message.text == "Hello there,\nhow are you?\n\nBye\n"
    assert [d.kind for d in message.defects] == ["malformed"]


@pytest.mark.parametrize(
    "dot", [b"\n.\n", b"\n.\r\n", b"\r.\r\n", b"\r\n.\n", b"\r\n.\r", b"\r.\r"]
)
def test_a_lone_dot_between_mixed_line_endings_is_reported(dot: bytes) -> None:
    mail = (HEAD + b"\nHi").replace(b"\n", b"\r\n")
    message = read_email(mail + dot + b"MAIL FROM:<a@x.example>\r\n")
    assert [d.kind for d in message.defects] == ["malformed"]
    assert "dot" in message.defects[0].detail


def test_a_file_with_lf_may_hold_a_cr_and_a_lone_dot() -> None:
    assert read_email(HEAD + b"\nHi\rthere\n.\nBye\n").defects == ()


@pytest.mark.parametrize("line_break", [b"\n", b"\r\n"])
def test_a_lone_dot_between_the_same_line_endings_is_fine(line_break: bytes) -> None:
    assert read_email((HEAD + b"\nHi\n.\nBye\n").replace(b"\n", line_break)).defects == ()


@pytest.mark.parametrize(
    ("content_type", "body", "shown"),
    [
        (b"text/plain; charset=iso-8859-1", b"\x93x\x94", "“x”"),
        (b"text/plain; charset=gb2312", "镕".encode("gbk"), "镕"),
        (b"text/plain; charset=ks_c_5601-1987", "똠".encode("cp949"), "똠"),
        (b"text/plain; charset=nonsense", "ü".encode(), "ü"),
        (b"text/plain; charset=punycode", b"\xfc", "ü"),
        (b"text/plain", b"\xfc", "ü"),
        (b"text/plain; charset=utf-8", b"\xfc", "\ufffd"),
        (b"text/plain; charset=utf-16", "hi".encode("utf-16"), "hi"),
        (b"text/plain; charset=us-ascii", b"\xef\xbb\xbf\xc3\xbc", "ü"),
        (b"text/plain; charset=utf-7", b"+APw-", "ü"),
        (b"text/html", b"<meta charset=koi8-r>\xc1", "<meta charset=koi8-r>а"),
        (b"text/html; charset=utf-8", b"<meta charset=koi8-r>\xc3\xbc", "<meta charset=koi8-r>ü"),
        (b"text/html", "<meta charset=utf-16>ü".encode(), "<meta charset=utf-16>ü"),
        (b"text; charset=utf-8", "ü".encode(), "ü"),
    ],
)
def test_charsets_are_read_as_clients_do(content_type: bytes, body: bytes, shown: str) -> None:
    message = read_email(HEAD + b"Content-Type: " + content_type + b"\n\n" + body)
    assert (message.html if b"html" in content_type else message.text) == shown
    assert message.defects == ()
