"""Header injection through smtplib, as far as a real server (promise 15)."""

from __future__ import annotations

import smtplib
from collections import Counter
from email import message_from_bytes
from email.errors import MessageError
from email.header import Header
from email.message import EmailMessage
from email.mime.text import MIMEText
from email.policy import SMTP as SMTP_POLICY
from email.policy import compat32, default

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sendguard import Guard, MessageNotSent
from sendguard.adapters import smtp

SHOP = "shop@shop.example"
MARIA = "maria@north.example"
EVIL = "evil@evil.example"
BODY = "On its way.\r\n"

VALUES = {
    "CRLF": f"Hi\r\nBcc: {EVIL}",
    "LF": f"Hi\nBcc: {EVIL}",
    "CR": f"Hi\rBcc: {EVIL}",
    "NUL": f"Hi\0Bcc: {EVIL}",
    "empty line": "Hi\r\n\r\nevil text",
    "two LF": "Hi\n\nevil text",
    "LF CR": "Hi\n\revil text",
    "no colon": "Hi\nevil text",
    "after a fold": f"Hi\r\n x\r\nBcc: {EVIL}",
    "white line": f"Hi\r\n \r\nBcc: {EVIL}",
    "vertical tab": f"Hi\x0bBcc: {EVIL}",
    "form feed": f"Hi\x0cBcc: {EVIL}",
    "form feed first": "\x0cevil text",
    "file separator": f"Hi\x1cBcc: {EVIL}",
    "NEL": f"Hi\x85Bcc: {EVIL}",
    "line separator": f"Hi\u2028Bcc: {EVIL}",
    "encoded CRLF in Q": f"=?utf-8?q?Hi=0D=0ABcc:_{EVIL}?=",
    "encoded LF in Q": f"=?utf-8?q?Hi=0ABcc:_{EVIL}?=",
    "encoded CR in Q": f"=?utf-8?q?Hi=0DBcc:_{EVIL}?=",
    "encoded NUL in Q": f"=?utf-8?q?Hi=00Bcc:_{EVIL}?=",
    "encoded CRLF in B": "=?utf-8?b?SGkNCkJjYzogZXZpbEBldmlsLmV4YW1wbGU=?=",
    "encoded text after an empty line": "=?utf-8?q?Hi=0D=0A=0D=0Aevil_text?=",
    "two encoded words": f"=?utf-8?q?Hi=0D?= =?utf-8?q?=0ABcc:_{EVIL}?=",
    "encoded in Latin-1": f"=?iso-8859-1?Q?Hi=0D=0ABcc:_{EVIL}?=",
}
SOUND = {"vertical tab", "form feed", "file separator", "NEL", "line separator"}


def email_message(field, value, policy=None):
    message = EmailMessage(policy) if policy else EmailMessage()
    message.set_content(BODY.replace("\r\n", "\n"))
    message["From"] = SHOP
    message["To"] = f"Maria <{MARIA}>"
    message[field] = value
    return message


def smtp_policy(field, value):
    return email_message(field, value, SMTP_POLICY)


def mime_text(field, value):
    message = MIMEText(BODY.replace("\r\n", "\n"))
    message["From"] = SHOP
    message["To"] = f"Maria <{MARIA}>"
    message[field] = value
    return message


def mime_text_with_header(field, value):
    return mime_text(field, Header(value, "utf-8"))


def by_name(field, value):
    message = mime_text("Subject", "Hi")
    message[f"X-{value}"] = "x"
    return message


def attached(field, value):
    message = EmailMessage()
    message["From"] = SHOP
    message["To"] = MARIA
    message.set_content(BODY.replace("\r\n", "\n"))
    message.add_attachment(b"x", maintype="application", subtype="pdf", filename=value)
    return message


def names(data):
    head = data.partition(b"\r\n\r\n")[0].replace(b"\r", b"\n").replace(b"\n\n", b"\n")
    lines = [line for line in head.split(b"\n") if line[:1] not in (b" ", b"\t", b"")]
    return Counter(line.partition(b":")[0].decode("latin-1").lower() for line in lines)


def send(client, make, field, value):
    """Send a message with the value in it; what it should look like where it arrives."""
    message = make(field, value)
    client.send_message(message, SHOP, [MARIA])
    return Counter(name.lower() for name, _ in message.items())


@pytest.mark.parametrize("field", ["Subject", "X-Order", "Reply-To"])
@pytest.mark.parametrize(
    "make", [email_message, smtp_policy, mime_text, mime_text_with_header, by_name, attached]
)
@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_a_value_injects_neither_header_nor_text_nor_recipient(smtp_sink, make, field, value):
    with smtp.SMTP(smtp_sink.host, smtp_sink.port, guard=Guard.recommended()) as client:
        try:
            wanted = send(client, make, field, value)
        except (ValueError, MessageError, MessageNotSent):
            assert smtp_sink.received == []  # refused by the guard, or by Python before it
            return
    (arrived,) = smtp_sink.received
    assert arrived.rcpt_tos == [MARIA]
    assert names(arrived.data) == wanted
    body = arrived.data.partition(b"\r\n\r\n")[2]
    assert body == BODY.encode() or make is attached


def test_fields_of_parts_are_looked_at_too(smtp_sink):
    message = attached("", "order.pdf")
    (part,) = message.iter_attachments()
    part["X-Order"] = VALUES["encoded CRLF in Q"]
    with (
        smtp.SMTP(smtp_sink.host, smtp_sink.port, guard=Guard.recommended()) as client,
        pytest.raises((MessageError, MessageNotSent)),
    ):
        client.send_message(message, SHOP, [MARIA])
    assert smtp_sink.received == []


@pytest.mark.parametrize("policy", [compat32, default, SMTP_POLICY])
def test_folded_fields_are_no_injection(smtp_sink, policy):
    data = (
        f"From: {SHOP}\r\nTo: Maria\r\n\t<{MARIA}>\r\n"
        f"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n =?utf-8?q?_an_alle?=\r\n\r\n{BODY}"
    ).encode()
    with smtp.SMTP(smtp_sink.host, smtp_sink.port, guard=Guard.recommended()) as client:
        assert client.send_message(message_from_bytes(data, policy=policy)) == {}
    assert smtp_sink.received[0].rcpt_tos == [MARIA]


def test_a_refused_object_leaves_nothing_behind_for_the_next_mail(smtp_sink):
    with smtp.SMTP(smtp_sink.host, smtp_sink.port, guard=Guard.recommended()) as client:
        with pytest.raises(MessageNotSent):
            client.send_message(mime_text("Subject", VALUES["no colon"]), SHOP, [MARIA])
        client.sendmail(SHOP, [MARIA], f"From: {SHOP}\nTo: {MARIA}\nSubject: Hi\n\n{BODY}")
    assert len(smtp_sink.received) == 1


@pytest.mark.parametrize("value", [VALUES[name] for name in VALUES if name not in SOUND])
@pytest.mark.parametrize("place", ["From", "To", "Cc", "Sender"])
def test_a_display_name_injects_nothing(smtp_sink, place, value):
    with smtp.SMTP(smtp_sink.host, smtp_sink.port, guard=Guard.recommended()) as client:
        for shown in (f"{value} <{MARIA}>", f'"{value}" <{MARIA}>', value):
            message = MIMEText(BODY)
            message[place] = shown
            with pytest.raises((ValueError, MessageError, MessageNotSent)):
                client.send_message(message, SHOP, [MARIA])
    assert smtp_sink.received == []


@pytest.mark.parametrize("value", [VALUES[name] for name in VALUES if "encoded" not in name])
def test_an_address_injects_no_command(smtp_sink, value):
    hostile = [
        f"maria@north.example{value[2:]}",
        f"maria@north.example>{value[2:]}",
        f"{value} <{MARIA}>",
        f"maria@north.example\r\nRCPT TO:<{EVIL}>\r\nDATA\r\n",
    ]
    with smtp.SMTP(smtp_sink.host, smtp_sink.port, guard=Guard.recommended()) as client:
        for address in hostile:
            for sender, recipient in ((SHOP, address), (address, MARIA)):
                with pytest.raises(MessageNotSent):
                    client.sendmail(sender, [recipient], f"Subject: Hi\r\n\r\n{BODY}")
    assert smtp_sink.commands == []


@pytest.mark.parametrize("which", ["mail_options", "rcpt_options"])
def test_an_option_injects_no_command(smtp_sink, guard, recorder, which):
    with smtp.SMTP(smtp_sink.host, smtp_sink.port, guard=guard) as client:
        for line_end in ("\r\n", "\n", "\r"):
            with pytest.raises(ValueError, match="newline"):
                client.sendmail(
                    SHOP,
                    [MARIA],
                    f"Subject: Hi\r\n\r\n{BODY}",
                    **{which: [f"X{line_end}RCPT TO:<{EVIL}>"]},
                )
            client.rset()
    assert not any(EVIL in command for command in smtp_sink.commands)
    assert recorder.kinds == ["admitted", "failed"] * 3


@pytest.mark.parametrize("before", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("after", ["\r\n", "\n", "\r"])
def test_a_lone_dot_between_odd_line_ends_is_reported_and_ends_nothing(
    smtp_sink, recorder, before, after
):
    tail = f"MAIL FROM:<{SHOP}>\r\nRCPT TO:<{EVIL}>\r\nDATA\r\n"
    data = f"From: {SHOP}\r\nTo: {MARIA}\r\nSubject: Hi\r\n\r\nx{before}.{after}{tail}".encode()
    watched = Guard.recommended(observers=[recorder])
    with smtp.SMTP(smtp_sink.host, smtp_sink.port, guard=watched) as client:
        client.sendmail(SHOP, [MARIA], data)
    codes = [finding.code for finding in recorder.events[0].decision.findings]
    assert ("content.malformed" in codes) == ((before, after) != ("\r\n", "\r\n"))
    (arrived,) = smtp_sink.received
    assert arrived.rcpt_tos == [MARIA]
    assert arrived.data.endswith(tail.encode())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.sampled_from(
            ["Hi", "\r", "\n", "\0", " ", "\t", "Bcc: ", "=?utf-8?q?", "?=", "=0D=0A", "=0A", ":"]
        )
        | st.characters(),
        max_size=12,
    ).map("".join),
    st.sampled_from([email_message, smtp_policy, mime_text, mime_text_with_header, by_name]),
)
def test_whatever_the_value_what_arrives_has_the_fields_that_were_set(smtp_sink, value, make):
    smtp_sink.received.clear()
    with smtp.SMTP(smtp_sink.host, smtp_sink.port, guard=Guard.recommended()) as client:
        try:
            wanted = send(client, make, "X-Order", value)
        except (ValueError, LookupError, TypeError, MessageError, MessageNotSent):
            assert smtp_sink.received == []
            return
        except smtplib.SMTPException:
            pytest.fail("the server saw something that it did not understand")
    (arrived,) = smtp_sink.received
    assert names(arrived.data) == wanted
    assert arrived.data.partition(b"\r\n\r\n")[2] == BODY.encode()
