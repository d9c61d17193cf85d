"""Header fields to the fields of a message: sender, recipients, subject, the rest."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from attrs import Factory, define

from sendguard.canonical import Mailbox, canonical_address, read_mailboxes
from sendguard.mime._dates import read_date
from sendguard.mime._headers import shown
from sendguard.mime._words import decode_address_words, decode_words
from sendguard.model import ROLES, Defect, Envelope, Recipient

if TYPE_CHECKING:
    from datetime import datetime

_OWN = ("from", "to", "cc", "bcc", "subject")
_ADDRESSES = frozenset(
    (
        "from",
        "to",
        "cc",
        "bcc",
        "sender",
        "reply-to",
        "return-path",
        "errors-to",
        "disposition-notification-to",
        "return-receipt-to",
        "mail-followup-to",
        "mail-reply-to",
        "resent-from",
        "resent-to",
        "resent-cc",
        "resent-bcc",
        "resent-sender",
        "resent-reply-to",
    )
)
_ONCE = ("from", "sender", "reply-to", "to", "cc", "bcc", "subject", "date")  # RFC 5322 §3.6
_CONTROL = re.compile("[\x00-\x08\x0a-\x1f\x7f]")

SENDERS = "The From field does not name exactly one sender."


@define
class Fields:
    """What the header fields of one message say."""

    sender: Mailbox | None = None
    subject: str | None = None
    date: datetime | None = None
    addressees: list[Recipient] = Factory(list)
    headers: list[tuple[str, str]] = Factory(list)
    defects: list[Defect] = Factory(list)


def read_fields(fields: list[tuple[str, str]]) -> Fields:
    """Read the fields of a message's own header block.

    From, To, Cc, Bcc and Subject are left out of `headers` unless they are given twice, hold a
    control character, or, for From, name other than one sender: a check can then see them all.
    Resent fields tell of an earlier delivery and name no recipients.
    """
    found = Fields()
    by_name: dict[str, list[str]] = {}
    values: list[str] = []
    for name, raw in fields:
        key = name.lower()
        text = shown(raw)
        value = decode_address_words(text) if key in _ADDRESSES else decode_words(text)
        values.append(value)
        by_name.setdefault(key, []).append(value)
    for name in _ONCE:
        if len(by_name.get(name, ())) > 1:
            detail = f"The {name.title()} field is given twice; readers show one or the other."
            found.defects.append(Defect("malformed", detail, f"header:{name.title()}"))
    senders = [box for value in by_name.get("from", ()) for box in read_mailboxes(value)]
    if senders:
        found.sender = senders[0]
    if len(by_name.get("from", ())) == 1 and len(senders) != 1:
        found.defects.append(Defect("malformed", SENDERS, "header:From"))
    for role in ROLES:
        for box in chain.from_iterable(map(read_mailboxes, by_name.get(role, ()))):
            found.addressees.append(Recipient(box.address, box.name, role))
    found.subject = next(iter(by_name.get("subject", ())), None)
    found.date = next(filter(None, map(read_date, by_name.get("date", ()))), None)
    for (name, _), value in zip(fields, values, strict=True):
        key = name.lower()
        if (
            key not in _OWN
            or len(by_name[key]) > 1
            or _CONTROL.search(value)
            or (key == "from" and len(senders) != 1)
        ):
            found.headers.append((name, value))
    return found


def address(
    addressees: list[Recipient], envelope: Envelope | None
) -> tuple[list[Recipient], list[Recipient]]:
    """Who gets the message, and who is only shown.

    With an envelope the recipients are its own, in its order, under the name and role of the first
    addressee with that address; those whom no header names are "bcc".
    """
    if envelope is None:
        return addressees, []
    first: dict[str, Recipient] = {}
    for each in addressees:
        first.setdefault(canonical_address(each.address), each)
    reached = {}
    recipients = []
    for path in envelope.recipients:
        key = canonical_address(path)
        reached[key] = True
        known = first.get(key)
        recipients.append(
            Recipient(path, known.name, known.role) if known else Recipient(path, role="bcc")
        )
    return recipients, [
        each for each in addressees if canonical_address(each.address) not in reached
    ]
