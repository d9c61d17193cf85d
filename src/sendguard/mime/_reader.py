"""Mail to a message, as the receiver's mail client shows it."""

from __future__ import annotations

from email.message import EmailMessage
from email.message import Message as AnyMessage

from attrs import evolve

from sendguard.mime._document import Document, Reading
from sendguard.mime._fields import address, read_fields
from sendguard.mime._flatten import flatten
from sendguard.mime._limits import Limits
from sendguard.mime._smuggling import SMUGGLING, has_smuggling
from sendguard.mime._structure import Allowance
from sendguard.model import Attachment, Defect, Envelope, Message

_DEFAULT = Limits()
_NESTED_COPIES = 8  # bytes that nested messages may take, as a multiple of the source

NOT_MAIL = "This is not a mail message: it has no header field."
TOO_LONG = "The message is longer than is read."
CR_ONLY = "Every line of the message ends in a carriage return alone."

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def read_email(
    source: EmailMessage | bytes, envelope: Envelope | None = None, *, limits: Limits = _DEFAULT
) -> Message:
    """The message as a receiver's mail client shows it (RFC 5322, RFC 2045 to 2047, 2231).

    Never raises, whatever the source holds. Where two readers may see different things, the
    reading that shows more is taken and a `Defect` of kind "malformed" says so. The defects of
    nested messages are also among those of the outer one, with the path of the attachment.

    Args:
        source: an `email.message.EmailMessage` (or its base class), or the bytes of a mail.
        envelope: what SMTP will be told. With it, the recipients are exactly its own; without
            it, To, Cc and Bcc name them.
        limits: how much is read.

    Raises:
        TypeError: `source` or `envelope` is of another type.

    >>> read_email(b"Subject: =?utf-8?q?Caf=C3=A9?=\\n\\nAt five?\\n").subject
    'Café'
    """
    if not isinstance(envelope, Envelope | None):
        raise TypeError(f"envelope= takes an Envelope, not {type(envelope).__name__}")
    defects: list[Defect] = []
    if isinstance(source, AnyMessage):
        data, problems, reached = flatten(source, limits)
        defects += (Defect("malformed", problem) for problem in problems)
        defects += (Defect("limit", limit) for limit in reached)
    elif isinstance(source, bytes | bytearray | memoryview):
        data = bytes(source)
    else:
        raise TypeError(f"mail is bytes or an EmailMessage, not {type(source).__name__}")
    if len(data) > limits.bytes:
        data = data[: limits.bytes]
        defects.append(Defect("limit", TOO_LONG))
    data = data.removeprefix(_BYTE_ORDER_MARK)
    if has_smuggling(data):
        defects.append(Defect("malformed", SMUGGLING))
    if b"\r" in data and b"\n" not in data:
        data = data.replace(b"\r", b"\n")
        defects.append(Defect("malformed", CR_ONLY))
    reading = Reading(Allowance(limits), room=_NESTED_COPIES * len(data))
    outer = reading.read(data, 0, len(data), 0)
    reading.read_parts()
    defects += (Defect("limit", reached) for reached in reading.allowance.reached)
    built: dict[int, Message] = {}
    for document in reversed(reading.documents):  # inner ones come after those that hold them
        own = document is outer
        built[id(document)] = _message(
            document, built, envelope if own else None, defects if own else []
        )
    return built[id(outer)]


def _message(
    document: Document,
    built: dict[int, Message],
    envelope: Envelope | None,
    defects: list[Defect],
) -> Message:
    fields = read_fields(document.root.fields)
    recipients, shown = address(fields.addressees, envelope)
    defects = [*defects, *fields.defects, *document.defects]
    if not any(name for name, _ in document.root.fields):
        defects.append(Defect("unparsable", NOT_MAIL))
    attachments = []
    for index, file in enumerate(document.files):
        nested = built[id(file.nested)] if file.nested is not None else None
        if nested is not None:
            defects += (_inside(index, defect) for defect in nested.defects)
        attachments.append(
            Attachment(
                file.content.name,
                file.data,
                file.content.type,
                charset=file.charset,
                disposition=file.disposition,
                content_id=file.content.id,
                message=nested,
            )
        )
    return Message(
        channel="email",
        sender=fields.sender,
        recipients=tuple(recipients),
        subject=fields.subject,
        text=document.text,
        html=document.html,
        headers=tuple(fields.headers),
        attachments=tuple(attachments),
        date=fields.date,
        envelope=envelope,
        shown=tuple(shown),
        defects=_once(defects),
    )


def _inside(index: int, defect: Defect) -> Defect:
    path = f"attachment:{index}/{defect.part}" if defect.part else f"attachment:{index}"
    return evolve(defect, part=path)


def _once(defects: list[Defect]) -> tuple[Defect, ...]:
    """The first of each sort: how often a trick is played is the sender's choice."""
    first: dict[tuple[str, str], Defect] = {}
    for defect in defects:
        first.setdefault((defect.kind, defect.detail), defect)
    return tuple(first.values())
