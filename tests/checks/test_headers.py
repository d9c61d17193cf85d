"""Line ends in headers, and mail that two programs may read differently."""

from __future__ import annotations

import pytest

from sendguard import Action, Attachment, Guard, Message, Recipient, checks
from sendguard.model import Defect, Envelope, Mailbox

GUARD = Guard(checks.header_injection())
BREAKS = [
    "\n",
    "\r",
    "\r\n",
    "\0",
    "=?utf-8?q?=0A?=",
    "=?utf-8?b?DQo=?=",
    "=?utf-8?q?a=0Db?=",
    "\f",
    "\v",
    "\x1e",
]


def carriers(bad: str) -> dict[str, Message]:
    plain = Message.email(sender="shop@shop.example", to="ann@a.example", subject="s", text="t")
    value = f"x{bad}Bcc: eve@e.example"
    return {
        "subject": plain.replace(subject=value),
        "sender name": plain.replace(sender=Mailbox(name=value, address="shop@shop.example")),
        "sender address": plain.replace(sender=Mailbox(name="", address=value)),
        "recipient name": plain.replace(recipients=(Recipient("a@a.example", value),)),
        "recipient address": plain.replace(recipients=(Recipient(value),)),
        "bcc": plain.replace(recipients=(Recipient(value, role="bcc"),)),
        "header": plain.replace(headers=(("X-Campaign", value),)),
        "reply-to": plain.replace(headers=(("Reply-To", value),)),
        "file name": plain.replace(attachments=(Attachment(value),)),
        "content id": plain.replace(attachments=(Attachment("a", content_id=value),)),
        "envelope": plain.replace(envelope=Envelope(value, ("ann@a.example",))),
        "shown": plain.replace(shown=(Recipient(value),)),
    }


@pytest.mark.parametrize("bad", BREAKS, ids=repr)
@pytest.mark.parametrize("place", list(carriers("")))
def test_a_line_end_in_any_header_is_blocked(place, bad):
    decision = GUARD.evaluate(carriers(bad)[place])
    assert {f.code for f in decision.findings} == {"header.injection"}
    assert decision.action is Action.BLOCK
    assert "eve@" not in decision.explain()


@pytest.mark.parametrize("place", list(carriers("")))
def test_the_same_without_a_line_end_is_not(place):
    assert GUARD.evaluate(carriers("=?utf-8?q?caf=C3=A9?=")[place]).findings == ()


@pytest.mark.parametrize("name", ["X Y", "X:Y", "", "X\nY", "Ü", "X\t"])
def test_a_name_that_no_header_may_have_is_blocked(name):
    decision = GUARD.evaluate(Message.email(to="a@a.example", headers={name: "v"}))
    assert [f.code for f in decision.findings] == ["header.invalid-name"]


@pytest.mark.parametrize("text", ["line\nline", "\r\n.\r\n", "a\0b"])
def test_texts_may_have_lines(text):
    assert GUARD.evaluate(Message.email(to="a@a.example", text=text, html=text)).findings == ()
    assert GUARD.evaluate(Message.sms(to="+447400123456", text=text)).findings == ()


def test_mail_that_readers_may_disagree_about_is_a_warning():
    message = Message.email(to="a@a.example").replace(
        defects=(Defect("malformed", "There are two Subject headers.", "subject"),)
    )
    (finding,) = Guard(checks.malformed()).evaluate(message).findings
    assert (finding.code, finding.action, finding.part) == (
        "content.malformed",
        Action.WARN,
        "subject",
    )
    assert Guard().evaluate(message).findings == ()
