"""One value for "the same content": what approvals, idempotency keys and decisions refer to."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING

from sendguard.model._recipient import ROLES

if TYPE_CHECKING:
    from sendguard.model._message import Message

VERSION = "1"

# Added by the transports on the way. Everything else is what its author set; From, To and Subject
# stand among the headers only where reading them left something over.
NOT_AUTHORED = frozenset(
    {
        *("arc-authentication-results", "arc-message-signature", "arc-seal"),
        *("authentication-results", "delivered-to", "dkim-signature", "received", "received-spf"),
        *("content-description", "content-disposition", "content-id", "content-language"),
        *("content-transfer-encoding", "content-type", "mime-version"),
        *("date", "lines", "message-id", "return-path", "status", "user-agent"),
        *("x-mailer", "x-status"),
    }
)


def message_digest(message: Message) -> str:
    """SHA-256, in hex after a version, over what the readers get and who they are.

    Covers channel, sender, recipients (sorted within To, Cc and Bcc), envelope, subject, every part
    and attachment, template, and the header fields that the author set (sorted by name); not Date,
    Message-ID, boundaries or Received. Each value is prefixed with its length (code points of a
    text, bytes of a file), so no two contents that differ share an encoding.
    """
    digests: dict[int, str] = {}
    for each in reversed(_with_nested(message)):  # innermost first; recursion would end too early
        digests[id(each)] = _digest(each, digests)
    return digests[id(message)]


def _with_nested(message: Message) -> list[Message]:
    """The message and those that it carries, each before those inside it."""
    found = [message]
    for each in found:  # which grows
        found += [file.message for file in each.attachments if file.message is not None]
    return found


def _digest(message: Message, nested: Mapping[int, str]) -> str:
    texts = [
        "-;" if value is None else f"{len(value)}:{value}" for value in _values(message, nested)
    ]
    digest = hashlib.sha256("".join(texts).encode("utf-8", "surrogatepass"))
    for file in message.attachments:
        digest.update(b"%d:" % len(file.content))
        digest.update(file.content)
    return f"{VERSION}:{digest.hexdigest()}"


def _values(message: Message, nested: Mapping[int, str]) -> list[str | None]:
    sender, envelope = message.sender, message.envelope
    values: list[str | None] = [message.channel]
    values += [sender.name, sender.address] if sender is not None else [None]
    for role in ROLES:
        _add_rows(values, [(r.address, r.name) for r in message.recipients if r.role == role])
    _add_rows(values, [(r.role, r.address, r.name) for r in message.shown])
    if envelope is None:
        values.append(None)
    else:
        values.append(envelope.sender)
        _add_rows(values, [(address,) for address in envelope.recipients])
    values += (message.subject, message.text, message.html, message.template)
    authored = [(name.lower(), value) for name, value in message.headers]
    authored = [pair for pair in authored if pair[0] not in NOT_AUTHORED]
    authored.sort(key=itemgetter(0))  # of one name, in their order
    values.append(str(len(authored)))
    for pair in authored:
        values += pair
    values.append(str(len(message.attachments)))
    for file in message.attachments:
        values += (file.name, file.content_type, file.charset, file.disposition, file.content_id)
        values.append(None if file.message is None else nested[id(file.message)])
    return values


def _add_rows(values: list[str | None], rows: Sequence[tuple[str, ...]]) -> None:
    """Their number, then all of them in an order that owes nothing to who came first."""
    values.append(str(len(rows)))
    for row in sorted(rows):
        values += row
