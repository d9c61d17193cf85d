"""Django's `EmailMessage` to a `Message`: from its attributes, as its readers will see them.

The MIME tree that Django makes of a message differs between its versions; the attributes do not.
A subclass that overrides `EmailMessage.message` (to sign, say) sends something else than these.
"""

from __future__ import annotations

import email.message
import mimetypes
from collections.abc import Iterable, Iterator
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from typing import Literal

from attrs import Factory, define, evolve
from django.core.mail import EmailMessage
from django.utils.functional import Promise

from sendguard.canonical import canonical_address, read_mailbox, read_mailboxes
from sendguard.errors import ConfigurationError
from sendguard.model import (
    Attachment,
    Context,
    Defect,
    Envelope,
    Mailbox,
    Message,
    Recipient,
    Role,
    decode_text,
)

MAX_DEPTH = 32  # of messages attached to messages; an object may hold itself, or hold it twice
MAX_MESSAGES = 200


TOO_DEEP = "A message inside the message lies deeper than is read."
TOO_MANY = "There are more messages inside the message than are read."
UNREADABLE = "An attachment has content that is neither text nor bytes nor a message."
ELSEWHERE = "The text is a template that the provider holds."
UNCERTAIN = (
    "An address can be read in more than one way, so it is not certain whom the message would reach"
    " or from whom it seems to come."
)

_VISIBLE: tuple[Role, ...] = ("to", "cc")
_Disposition = Literal["attachment", "inline"]
_OWN_HEADERS = frozenset({"from", "to", "cc", "reply-to"})  # Django writes these from elsewhere
_DEFAULT_TYPE = "application/octet-stream"


def message_of(given: EmailMessage) -> Message:
    """What the readers of a Django message will see, and who they are.

    Args:
        given: a `django.core.mail.EmailMessage`, which is not changed.

    Returns:
        The message; what could not be read is among its `defects`.
    """
    return _read(given, 0, _Allowance())


def context_of(given: EmailMessage) -> Context | None:
    """The facts that a message carries itself, as ``message.sendguard``; None without any.

    Raises:
        ConfigurationError: it is neither a `Context` nor a mapping of the fields of one.
    """
    own = getattr(given, "sendguard", None)
    if own is None or isinstance(own, Context):
        return own
    try:
        return Context(**own)
    except TypeError as error:  # not a mapping, or a name or type that Context has not
        raise ConfigurationError(
            "message.sendguard takes a Context or a mapping of its fields; "
            f"{str(error).replace('Context.__init__()', 'Context')}"
        ) from error


@define
class _Allowance:
    """How many messages inside messages may still be read."""

    left: int = MAX_MESSAGES

    def limit(self, depth: int) -> str | None:
        """What keeps one more from being read; None counts it."""
        if depth >= MAX_DEPTH:
            return TOO_DEEP
        self.left -= 1
        return TOO_MANY if self.left < 0 else None


@define
class _Parts:
    text: str | None = None
    html: str | None = None
    attachments: list[Attachment] = Factory(list)
    defects: list[Defect] = Factory(list)

    def add(self, attachment: Attachment, defects: Iterable[Defect] = ()) -> None:
        place = f"attachment:{len(self.attachments)}"
        for defect in defects:
            part = f"{place}/{defect.part}" if defect.part else place
            self.defects.append(evolve(defect, part=part))
        self.attachments.append(attachment)

    def show(self, content: str, content_type: str) -> None:
        """Take the text for the form of its type; the last of each type is what clients show."""
        if content_type == "text/html":
            before, self.html = self.html, content
        else:
            before, self.text, content_type = self.text, content, "text/plain"
        if before is not None:
            self.add(_text_file("", before, content_type, "inline"))


def _read(given: EmailMessage, depth: int, allowance: _Allowance) -> Message:
    charset = str(given.encoding or "utf-8")
    parts = _Parts()
    _read_bodies(given, charset, parts)
    for item in given.attachments:
        if isinstance(item, email.message.Message):
            _read_mime_part(item, parts)
        else:
            _read_file(*_triple(item), parts, depth, allowance)
    sender = read_mailbox(str(given.from_email))
    recipients = [read_mailbox(str(each)) for each in given.recipients()]
    if not all(map(_is_certain, (sender, *recipients))):
        parts.defects.append(Defect("unparsable", UNCERTAIN))
    reached, shown = _addressed(given, recipients)
    template = getattr(given, "template_id", None)  # as django-anymail names it
    if template is not None and parts.text is None and parts.html is None:
        parts.defects.append(Defect("unreadable", ELSEWHERE))
    return Message(
        channel="email",
        sender=_shown_sender(given, sender),
        recipients=reached,
        subject=str(given.subject),
        text=parts.text,
        html=parts.html,
        headers=tuple(_headers(given)),
        attachments=parts.attachments,
        template=None if template is None else str(template),
        envelope=Envelope(sender.address, tuple(each.address for each in recipients)),
        shown=shown,
        defects=parts.defects,
    )


def _is_certain(box: Mailbox) -> bool:
    """Whether everybody reads the same address, local mailbox, or null path (RFC 5321 §4.5.5)."""
    return box.address in ("", "<>") or any(
        read_mailbox(f"<{each}>").address == each
        for each in (box.address, f"{box.address}@local.example")
    )


def _shown_sender(given: EmailMessage, sender: Mailbox) -> Mailbox:
    if "From" not in given.extra_headers:
        return sender
    shown = str(given.extra_headers["From"])
    return next(iter(read_mailboxes(shown)), Mailbox("", shown))


def _addressed(
    given: EmailMessage, reached: list[Mailbox]
) -> tuple[tuple[Recipient, ...], tuple[Recipient, ...]]:
    """Those who get it, in the role that the headers show, and those whom they only show."""
    addressees: dict[str, Recipient] = {}
    for role in _VISIBLE:
        header = role.capitalize()
        boxes: Iterable[Mailbox]
        if header in given.extra_headers:
            boxes = read_mailboxes(str(given.extra_headers[header]))
        else:
            boxes = (read_mailbox(str(each)) for each in getattr(given, role) if each)
        for box in boxes:
            addressees.setdefault(
                canonical_address(box.address), Recipient(box.address, box.name, role)
            )
    recipients: dict[Recipient, None] = {}
    only_shown = dict(addressees)
    for box in reached:
        key = canonical_address(box.address)
        known = addressees.get(key)
        only_shown.pop(key, None)
        if known is None:
            recipients[Recipient(box.address, box.name, "bcc")] = None
        else:
            recipients[Recipient(box.address, box.name or known.name, known.role)] = None
    return tuple(recipients), tuple(only_shown.values())


def _headers(given: EmailMessage) -> Iterator[tuple[str, str]]:
    if "Reply-To" in given.extra_headers:
        yield "Reply-To", str(given.extra_headers["Reply-To"])
    elif given.reply_to:
        yield "Reply-To", ", ".join(map(str, given.reply_to))
    for name, value in given.extra_headers.items():
        if name.lower() not in _OWN_HEADERS:
            yield str(name), str(value)


def _read_bodies(given: EmailMessage, charset: str, parts: _Parts) -> None:
    alternatives = getattr(given, "alternatives", None) or ()
    body = _as_text(given.body or "", charset)
    # Without a text Django writes no part for it, unless there would be none at all.
    templated = getattr(given, "template_id", None) is not None
    if body or not (alternatives or given.attachments or templated):
        parts.show(body, f"text/{given.content_subtype}".lower())
    for content, mimetype in alternatives:
        kind = _type_of(mimetype, "")
        if kind in ("text/plain", "text/html"):
            parts.show(_as_text(content, charset), kind)
        else:
            parts.add(*_file("", content, kind, "inline"))


def _as_text(content: object, charset: str) -> str:
    if isinstance(content, bytes | bytearray | memoryview):
        return decode_text(bytes(content), charset)
    return str(content)  # or a lazy translation


def _triple(item: Iterable[object]) -> tuple[object, object, object]:
    """The file name, content and type of an attachment, of which the last may be left out."""
    name, content, *rest = item
    return name, content, rest[0] if rest else None


def _type_of(mimetype: object, name: str) -> str:
    guessed = str(mimetype or mimetypes.guess_type(name)[0] or _DEFAULT_TYPE)
    return guessed.partition(";")[0].strip().lower()


def _read_file(
    filename: object,
    content: object,
    mimetype: object,
    parts: _Parts,
    depth: int,
    allowance: _Allowance,
) -> None:
    name = "" if filename is None else str(filename)
    kind = _type_of(mimetype, name)
    nested: Message | None = None
    if isinstance(content, EmailMessage):
        if limit := allowance.limit(depth):
            parts.add(Attachment(name, b"", kind), [Defect("limit", limit)])
            return
        nested = _read(content, depth + 1, allowance)
    elif isinstance(content, email.message.Message):
        nested = Message.from_email(content)  # type: ignore[arg-type]  # it reads the base class too
    elif kind == "message/rfc822" and isinstance(content, str | Promise):
        nested = Message.from_email(str(content).encode("utf-8", "replace"))
    elif kind == "message/rfc822" and isinstance(content, bytes | bytearray | memoryview):
        nested = Message.from_email(bytes(content))
    if nested is not None:
        # Without its bytes, in which Date, Message-ID and boundaries are new each time.
        parts.add(Attachment(name, b"", "message/rfc822", message=nested), nested.defects)
    else:
        parts.add(*_file(name, content, kind, "attachment"))


def _file(
    name: str, content: object, kind: str, disposition: _Disposition
) -> tuple[Attachment, tuple[Defect, ...]]:
    if isinstance(content, str | Promise):
        return _text_file(name, str(content), kind, disposition), ()
    if isinstance(content, bytes | bytearray | memoryview):
        data = bytes(content)
        if kind.startswith("text/") and not _is_utf8(data):
            kind = _DEFAULT_TYPE  # as Django sends it
        return Attachment(name, data, kind, disposition=disposition), ()
    return Attachment(name, b"", kind, disposition=disposition), (Defect("unreadable", UNREADABLE),)


def _text_file(name: str, content: str, kind: str, disposition: _Disposition) -> Attachment:
    return Attachment(
        name,
        content.encode("utf-8", "replace"),
        kind,
        charset="utf-8",
        disposition=disposition,
    )


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _read_mime_part(part: email.message.Message, parts: _Parts) -> None:
    """Take a ready MIME part for the files in it, read as in a mail of its own."""
    mail = MIMEMultipart(_subparts=[MIMEText("-"), part])
    files = Message.from_email(mail)  # type: ignore[arg-type]  # it reads the base class too
    first = len(parts.attachments)
    parts.attachments.extend(files.attachments)
    if part.is_multipart() or not files.attachments:
        alone = Message.from_email(part)  # type: ignore[arg-type]  # it reads the base class too
        for text, kind in ((alone.text, "text/plain"), (alone.html, "text/html")):
            if text is not None:
                parts.add(_text_file("", text, kind, "inline"))
    parts.defects.extend(_moved(files.defects, first))


def _moved(defects: Iterable[Defect], by: int) -> Iterator[Defect]:
    """The defects of a part, whose attachments stand further back in the whole message."""
    for defect in defects:
        kind, _, rest = (defect.part or "").partition(":")
        number, slash, deeper = rest.partition("/")
        if kind == "attachment" and number.isdecimal():
            place = f"attachment:{int(number) + by}{slash}{deeper}"
            yield evolve(defect, part=place)
        else:
            yield evolve(defect, part=f"attachment:{by}")
