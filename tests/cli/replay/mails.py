"""Mails of each sort, and policies that disagree about them."""

from __future__ import annotations

import json

from sendguard import Message

OLD = """\
[[checks]]
check = "empty_subject"
[[checks]]
check = "placeholders"
"""
NEW = """\
[[checks]]
check = "empty_subject"
at = "hold"
[[checks]]
check = "shouting"
at = "block"
[[checks]]
check = "attachments_announced"
at = "warn"
"""
MAILS = {
    "fine": ("Your order", "Dear Maria,\n\nit is on its way.\n"),
    "no subject": ("", "Dear Maria,\n\nit is on its way.\n"),
    "merge field": ("Your order", "Dear {{first_name}},\n\nit is on its way.\n"),
    "shouting": ("Your order", "PLEASE ANSWER THIS MAIL AT ONCE OR ELSE WE STOP ALL WORK!!!\n"),
    "no file": ("Your order", "Dear Maria,\n\nplease find the invoice attached.\n"),
}


def mail(name: str, *, date: str = "Mon, 2 Mar 2026 09:00:00 +0000") -> bytes:
    subject, text = MAILS[name]
    return (
        f"From: Shop <orders@shop.example>\nTo: maria.lopez@customer.example\n"
        f"Subject: {subject}\nDate: {date}\n\n{text}"
    ).encode()


def mbox(*mails: bytes) -> bytes:
    line = b"From orders@shop.example Mon Mar  2 09:00:00 2026\n"
    return b"".join(line + each + b"\n" for each in mails)


def record(text: str, **more: object) -> str:
    message = Message.email(to="maria.lopez@customer.example", subject="s", text=text)
    return json.dumps({"message": message.to_dict(), **more})
