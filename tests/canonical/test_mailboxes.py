from __future__ import annotations

import email
import email.utils
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sendguard.canonical import Mailbox, address_problem, read_mailbox, read_mailboxes

LONG = 250_000
ANYTHING = st.text(st.characters(exclude_categories=())) | st.text(
    'ab1"\\@<>(),;:[]. \t\r\n\x00\ud800é=?'
)


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        ("a@b.example", "", "a@b.example"),
        ("<a@b.example>", "", "a@b.example"),
        (" a@b.example ", "", "a@b.example"),
        ("Maria Lopez <a@b.example>", "Maria Lopez", "a@b.example"),
        ("María J. López<a@b.example>", "María J. López", "a@b.example"),
        ('"Lopez, Maria" <a@b.example>', "Lopez, Maria", "a@b.example"),
        ('"say \\"hi\\" \\\\" <a@b.example>', 'say "hi" \\', "a@b.example"),
        ('Dr "Bob" Roe <a@b.example>', "Dr Bob Roe", "a@b.example"),
        ('"a b"@c.example', "", '"a b"@c.example'),
        ("=?utf-8?q?Mar=C3=ADa?= <a@b.example>", "=?utf-8?q?Mar=C3=ADa?=", "a@b.example"),
    ],
)
def test_a_well_formed_mailbox_is_taken_apart(text: str, name: str, address: str) -> None:
    assert read_mailbox(text) == Mailbox(name, address)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "alice@example.org(<bob@example.net>",
        "user@good.example(x)evil.example",
        "user@good.example (x) evil.example",
        "a@b.example, c@d.example",
        "a@b.example c@d.example",
        "a@b.example <c@d.example>",
        "<a@b.example> <c@d.example>",
        "Maria <a@b.example> later",
        "Maria <a@b.example",
        "Maria <a@b.example>>",
        "Lopez, Maria <a@b.example>",
        "a@b.example (Maria)",
        "team: a@b.example;",
        "<@relay.example:a@b.example>",
        "Maria <a@b.example>\n",
        "Maria\r\nBcc: x@y.example <a@b.example>",
        '"Maria\r\nBcc: x@y.example" <a@b.example>',
        "Maria\x00 <a@b.example>",
        "Maria\udc80 <a@b.example>",
        '"Maria <a@b.example>',
        "Maria",
        "<>",
        "Maria <maria>",
        "< a@b.example >",
    ],
)
def test_what_is_not_surely_one_mailbox_is_kept_whole_and_has_a_problem(text: str) -> None:
    assert read_mailbox(text) == Mailbox("", text)
    assert address_problem(text) is not None


@given(ANYTHING)
def test_reading_one_mailbox_never_raises_and_never_invents_an_address(text: str) -> None:
    mailbox = read_mailbox(text)
    assert mailbox.address in text
    assert mailbox.address or not text


names = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]))


@given(names, st.from_regex(r"[a-z0-9]+(\.[a-z0-9]+)?@[a-z]+\.example", fullmatch=True))
def test_a_written_mailbox_reads_back_the_same(name: str, address: str) -> None:
    assert read_mailbox(str(Mailbox(name, address))) == Mailbox(name, address)


@given(ANYTHING, ANYTHING)
def test_a_written_mailbox_stays_on_one_line(name: str, address: str) -> None:
    assert not set("\r\n\x00\x0b\x0c\x85\u2028\u2029") & set(str(Mailbox(name, address)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" , ;,", []),
        ("undisclosed-recipients:;", []),
        ("a@b.example,c@d.example", [("", "a@b.example"), ("", "c@d.example")]),
        ("a@b.example; c@d.example", [("", "a@b.example"), ("", "c@d.example")]),
        (
            '"Lopez, M." <a@b.example>,\r\n Bo <c@d.example>',
            [("Lopez, M.", "a@b.example"), ("Bo", "c@d.example")],
        ),
        ("a@b.example (Maria (Sales))", [("Maria (Sales)", "a@b.example")]),
        (
            "Maria (Sales) <a@b.example> (again)",
            [("Maria (Sales again)", "a@b.example")],
        ),
        (
            "team: a@b.example, Bo <c@d.example>; d@e.example",
            [("", "a@b.example"), ("Bo", "c@d.example"), ("", "d@e.example")],
        ),
        ("<@one.example,@two.example:a@b.example>, c@d.example", [("", "a@b.example"), ("", "c@d.example")]),
        ("bob@x.example <bob@x.example>", [("bob@x.example", "bob@x.example")]),
        ("a@[192.0.2.1]", [("", "a@[192.0.2.1]")]),
    ],
)  # fmt: skip
def test_a_header_value_is_read_as_a_mail_client_reads_it(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert read_mailboxes(text) == tuple(Mailbox(*pair) for pair in expected)


@pytest.mark.parametrize(
    "entry",
    [
        "user@good.example(x)evil.example",
        "user@good.example (x) evil.example",
        "user@good.example .evil.example",
        "user @good.example",
        "user(x)@good.example",
        "<user@ good.example>",
        "alice@example.org(<bob@example.net>",
        "<a@b.example> <c@d.example>",
        "Maria <a@b.example> later",
        "Maria <a@b.example",
        '"Maria <a@b.example>',
        "a@b.example:c@d.example",
        "Maria <>",
        "one two",
        "a\\@b.example",
        "Mar\\ia <a@b.example>",
        "<a@b.example> (unended",
    ],
)
def test_a_malformed_entry_is_kept_whole(entry: str) -> None:
    assert read_mailboxes(f"first@x.example, {entry}") == (
        Mailbox("", "first@x.example"),
        Mailbox("", entry),
    )


@given(ANYTHING)
def test_reading_a_header_value_never_raises_and_never_joins_parts(text: str) -> None:
    for mailbox in read_mailboxes(text):
        assert mailbox.address
        assert mailbox.address in text


@pytest.mark.parametrize(
    "piece",
    ["(", ")", '"', "\\", "<", ">", "[", "@", ":", ";", ",", "<@", "<@a:", "a:", "(a)", '""', "a@b,", " ", "a", "\x00", "<(a)@", ':"', "a (", "<a@b>,"],
)  # fmt: skip
def test_a_quarter_of_a_megabyte_of_anything_is_read_in_linear_time(piece: str) -> None:
    text = piece * (LONG // len(piece))
    read_mailboxes(text)
    read_mailboxes('"' + text[: LONG // 10])
    read_mailboxes("<@a" + text[: LONG // 10] + "@b")
    read_mailbox(text)


def _trimmed(name: str) -> str:
    # Quoted white space at an end of a name is not shown.
    return " ".join(name.split())


def _is_clean(value: str, pairs: list[tuple[str, str]]) -> bool:
    # In nested comments the standard library drops the inner parentheses.
    return (
        value.isprintable()
        and "((" not in value
        and all(
            address.count("@") == 1 and address_problem(address) is None for _, address in pairs
        )
    )


@pytest.mark.skipif(
    "SENDGUARD_SAMPLE_MAIL" not in os.environ, reason="SENDGUARD_SAMPLE_MAIL names no folder"
)
def test_real_mail_reads_as_the_standard_library_reads_it() -> None:
    compared = 0
    for path in sorted(Path(os.environ["SENDGUARD_SAMPLE_MAIL"]).rglob("*.eml")):
        message = email.message_from_bytes(path.read_bytes())
        for field in ("From", "To", "Cc", "Reply-To", "Sender"):
            for value in message.get_all(field, ()):
                unfolded = " ".join(str(value).split())
                theirs = email.utils.getaddresses([unfolded])
                if _is_clean(unfolded, theirs):
                    ours = [
                        (_trimmed(each.name), each.address) for each in read_mailboxes(unfolded)
                    ]
                    assert ours == [(_trimmed(name), address) for name, address in theirs]
                    compared += 1
    assert compared > 100
