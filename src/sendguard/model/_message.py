"""What is about to be sent, on any channel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal, get_args

from attrs import evolve, field, frozen

from sendguard.canonical import Mailbox, read_mailbox
from sendguard.errors import ConfigurationError
from sendguard.model._attachment import Attachment
from sendguard.model._recipient import Recipient, Role
from sendguard.model._types import instance_of, texts, tuple_of

if TYPE_CHECKING:
    from email.message import EmailMessage
    from typing import Self

Channel = Literal["email", "sms", "chat"]
Recipients = str | Recipient | Iterable[str | Recipient]
Headers = Mapping[str, str] | Iterable[tuple[str, str]]


@frozen(repr=False)
class Envelope:
    """What the SMTP commands say, beside what the headers show (RFC 5321 §2.3.1).

    Args:
        sender: the reverse-path of MAIL FROM, "" for the null path, or None where it is not known.
        recipients: the addresses of the RCPT TO commands, in their order.
    """

    sender: str | None = field(default=None, validator=instance_of(str, type(None)))
    recipients: tuple[str, ...] = field(default=(), converter=texts, validator=tuple_of(str))

    def __repr__(self) -> str:
        return f"Envelope({len(self.recipients)} recipients)"


@frozen
class Defect:
    """Something that reading a message met and could not make good.

    Args:
        kind: "limit" (a cap on bytes, parts or depth cut something off), "unreadable" (a part that
            could not be judged: encrypted, or a template whose body the provider holds),
            "unparsable" (not a message at all), or "malformed" (read, but two readers may differ).
        detail: one sentence for people, without content of the message.
        part: where it stands, as in `Finding.part`.
    """

    kind: Literal["limit", "unreadable", "unparsable", "malformed"]
    detail: str
    part: str | None = None


def _several(values: Iterable[Recipient]) -> tuple[Recipient, ...]:
    return tuple(values)


def _files(values: Iterable[Attachment]) -> tuple[Attachment, ...]:
    return tuple(values)


def _notes(values: Iterable[Defect]) -> tuple[Defect, ...]:
    return tuple(values)


def _channel(_: Message, __: Any, value: Any) -> None:
    if value not in get_args(Channel):
        raise ConfigurationError(
            f"Message.channel is {value!r}; use one of {', '.join(get_args(Channel))}"
        )


_text = instance_of(str, type(None))


@frozen(repr=False)
class Message:
    """A message as its readers will see it. Immutable; build one with `email`, `sms` or `chat`.

    Never rejects content: only a wrong Python type raises. Safe to share between threads.

    Attributes:
        channel: "email", "sms" or "chat".
        sender: the From of the message, or None.
        recipients: exactly those who will get it, in the order given.
        subject, text, html: the parts for reading; None where there is none.
        headers: further header fields, in order, names as written.
        attachments: files, in order; `Finding.part` counts them from 0.
        template: name or id of the template that it was made from.
        date: when it says it was written.
        envelope: what SMTP will be told, where that is known.
        shown: addressees that the headers show but the envelope does not reach.
        defects: what reading it could not make good.
    """

    channel: Channel = field(validator=_channel)
    sender: Mailbox | None = None
    recipients: tuple[Recipient, ...] = field(
        default=(), converter=_several, validator=tuple_of(Recipient)
    )
    subject: str | None = field(default=None, validator=_text)
    text: str | None = field(default=None, validator=_text)
    html: str | None = field(default=None, validator=_text)
    headers: tuple[tuple[str, str], ...] = ()
    attachments: tuple[Attachment, ...] = field(
        default=(), converter=_files, validator=tuple_of(Attachment)
    )
    template: str | None = field(default=None, validator=_text)
    date: datetime | None = field(default=None, validator=instance_of(datetime, type(None)))
    envelope: Envelope | None = None
    shown: tuple[Recipient, ...] = field(
        default=(), converter=_several, validator=tuple_of(Recipient)
    )
    defects: tuple[Defect, ...] = field(default=(), converter=_notes, validator=tuple_of(Defect))

    @classmethod
    def email(
        cls,
        *,
        sender: str | Mailbox | None = None,
        to: Recipients = (),
        cc: Recipients = (),
        bcc: Recipients = (),
        subject: str | None = None,
        text: str | None = None,
        html: str | None = None,
        attachments: Iterable[Attachment] = (),
        headers: Headers = (),
        template: str | None = None,
        date: datetime | None = None,
    ) -> Self:
        """An e-mail; recipients are strings (``"Maria <m@x.example>"``) or `Recipient` objects.

        >>> Message.email(sender="shop@shop.example", to=["maria@x.example"], text="Hi").recipients
        (Recipient('m…@x.example', role='to'),)
        """
        return cls(
            channel="email",
            sender=_sender(sender, read_mailbox),
            recipients=chain(_recipients(to, "to"), _recipients(cc, "cc"), _recipients(bcc, "bcc")),
            subject=subject,
            text=text,
            html=html,
            headers=_header_pairs(headers),
            attachments=attachments,
            template=template,
            date=date,
        )

    @classmethod
    def sms(
        cls,
        *,
        sender: str | None = None,
        to: Recipients = (),
        text: str | None = None,
        template: str | None = None,
        date: datetime | None = None,
    ) -> Self:
        """A text message; `sender` and `to` are phone numbers, short codes or sender ids."""
        return cls(
            channel="sms",
            sender=_sender(sender, _bare_mailbox),
            recipients=_bare_recipients(to),
            text=text,
            template=template,
            date=date,
        )

    @classmethod
    def chat(
        cls,
        *,
        sender: str | None = None,
        to: Recipients = (),
        text: str | None = None,
        html: str | None = None,
        attachments: Iterable[Attachment] = (),
        template: str | None = None,
        date: datetime | None = None,
    ) -> Self:
        """A chat message; `sender` and `to` are the channel's own ids of people and rooms."""
        return cls(
            channel="chat",
            sender=_sender(sender, _bare_mailbox),
            recipients=_bare_recipients(to),
            text=text,
            html=html,
            attachments=attachments,
            template=template,
            date=date,
        )

    @classmethod
    def from_email(cls, source: EmailMessage | bytes, envelope: Envelope | None = None) -> Message:
        """Read RFC 5322/MIME mail as a receiver's mail client would show it. Never raises.

        Args:
            source: an `email.message.EmailMessage` or the bytes of one.
            envelope: what SMTP will be told; without one, To, Cc and Bcc name the recipients.
        """
        from sendguard.mime import read_email

        return read_email(source, envelope)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Message:
        """The message that `to_dict` wrote; ConfigurationError names the field that is wrong."""
        from sendguard.model._serial import message_from_dict

        return message_from_dict(data)

    def to_dict(self) -> dict[str, Any]:
        """Everything, as JSON can hold it (contents in base64, dates in ISO 8601), unmasked."""
        from sendguard.model._serial import message_to_dict

        return message_to_dict(self)

    @property
    def to(self) -> tuple[Recipient, ...]:
        """The recipients in To."""
        return self._in_role("to")

    @property
    def cc(self) -> tuple[Recipient, ...]:
        """The recipients in Cc."""
        return self._in_role("cc")

    @property
    def bcc(self) -> tuple[Recipient, ...]:
        """The recipients that the others cannot see."""
        return self._in_role("bcc")

    def header(self, name: str) -> str | None:
        """The first header field of that name (case-insensitive), or None."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    def replace(self, **changes: Any) -> Message:
        """A copy with other fields, for example ``message.replace(subject="Your invoice")``."""
        return evolve(self, **changes)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the canonical content; see `sendguard.model.message_digest`."""
        from sendguard.model._digest import message_digest

        return message_digest(self)

    def _in_role(self, role: Role) -> tuple[Recipient, ...]:
        return tuple(r for r in self.recipients if r.role == role)

    def __repr__(self) -> str:
        parts = [name for name in ("subject", "text", "html") if getattr(self, name) is not None]
        return (
            f"<Message {self.channel}, {len(self.recipients)} recipients, "
            f"{'+'.join(parts) or 'no text'}, {len(self.attachments)} attachments>"
        )


def _bare_mailbox(text: str) -> Mailbox:
    return Mailbox(name="", address=text.strip())


def _sender(sender: str | Mailbox | None, read: Any) -> Mailbox | None:
    if sender is None or isinstance(sender, Mailbox):
        return sender
    if not isinstance(sender, str):
        raise TypeError(f"Message.sender takes a str, not {type(sender).__name__}")
    mailbox: Mailbox = read(sender)
    return mailbox


def _recipients(given: Recipients, role: Role) -> Iterable[Recipient]:
    if isinstance(given, str | Recipient):
        given = (given,)
    elif not isinstance(given, Iterable):
        raise TypeError(f"{role}= takes strings or Recipients, not {type(given).__name__}")
    for item in given:
        if isinstance(item, Recipient):
            yield item if item.role == role else evolve(item, role=role)
        else:
            yield Recipient.parse(item, role=role)


def _bare_recipients(given: Recipients) -> tuple[Recipient, ...]:
    if isinstance(given, str | Recipient):
        given = (given,)
    recipients = []
    for item in given:
        if not isinstance(item, str | Recipient):
            raise TypeError(f"to= takes strings or Recipients, not {type(item).__name__}")
        recipients.append(item if isinstance(item, Recipient) else Recipient(item.strip()))
    return tuple(recipients)


def _header_pairs(headers: Headers) -> tuple[tuple[str, str], ...]:
    pairs = tuple(
        (name, value)
        for name, value in (headers.items() if isinstance(headers, Mapping) else headers)
    )
    for name, value in pairs:
        if not isinstance(name, str) or not isinstance(value, str):
            raise TypeError(
                f"headers= takes names and values of type str, not "
                f"{type(name).__name__} and {type(value).__name__}"
            )
    return pairs
