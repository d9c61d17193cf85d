"""One value for "the same content": what approvals, idempotency keys and decisions refer to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from sendguard.model._recipient import ROLES

if TYPE_CHECKING:
    from sendguard.model._attachment import Attachment
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
    Message-ID, boundaries or Received. Each value is length-prefixed, so no two contents that
    differ share an encoding.
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
    digest = hashlib.sha256()
    for value in _values(message, nested):
        if value is None:
            digest.update(b"-;")
        else:
            data = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
            digest.update(b"%d:%b" % (len(data), data) if len(data) < 1_000 else b"%d:" % len(data))
            if len(data) >= 1_000:  # a long one is not copied
                digest.update(data)
    return f"{VERSION}:{digest.hexdigest()}"


def _values(message: Message, nested: Mapping[int, str]) -> Iterator[str | bytes | None]:
    yield message.channel
    yield from (message.sender.name, message.sender.address) if message.sender else (None,)
    for role in ROLES:
        found = sorted((r.address, r.name) for r in message.recipients if r.role == role)
        yield from _counted(found)
    yield from _counted(sorted((r.role, r.address, r.name) for r in message.shown))
    if message.envelope is None:
        yield None
    else:
        yield message.envelope.sender
        yield from _counted([(address,) for address in sorted(message.envelope.recipients)])
    yield from (message.subject, message.text, message.html, message.template)
    authored = (
        (name.lower(), value) for name, value in message.headers if name.lower() not in NOT_AUTHORED
    )
    yield from _counted(sorted(authored, key=lambda pair: pair[0]))
    yield str(len(message.attachments))
    for attachment in message.attachments:
        yield from _attachment(attachment, nested)


def _attachment(attachment: Attachment, nested: Mapping[int, str]) -> Iterator[str | bytes | None]:
    yield from (attachment.name, attachment.content_type, attachment.charset)
    yield from (attachment.disposition, attachment.content_id)
    yield attachment.content
    yield nested[id(attachment.message)] if attachment.message is not None else None


def _counted(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    yield str(len(rows))
    for row in rows:
        yield from row
