"""A message to an `EmailMessage`, strictly: nothing that could become another header is written."""

from __future__ import annotations

import base64
import re
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP, SMTPUTF8, EmailPolicy
from typing import TYPE_CHECKING

from sendguard.canonical import Mailbox, address_problem
from sendguard.errors import ConfigurationError
from sendguard.model import Attachment, Message, Recipient

if TYPE_CHECKING:
    from collections.abc import Iterable

_BREAK = re.compile("[\r\n\0]")
_NAME = re.compile(r"[!-9;-~]++")
_TYPE = re.compile(r"[\w!#$&^.+-]++/[\w!#$&^.+-]++", re.ASCII)
_LONGEST_LINE = 998  # RFC 5322 §2.1.1, without its CRLF
_WRITTEN_HERE = frozenset(
    (
        "mime-version",
        "content-type",
        "content-transfer-encoding",
        "content-disposition",
        "content-id",
        "from",
        "to",
        "cc",
        "bcc",
        "subject",
    )
)


def write_email(message: Message) -> EmailMessage:
    """The message as mail, with CRLF when it is written as bytes.

    To and Cc are named in its header; Bcc recipients belong in the envelope alone. Recipients that
    are only `shown` are written too, since readers are to see them.

    Raises:
        ConfigurationError: it is no e-mail; or an address, a name, a header or a file's name holds
            CR, LF, NUL or anything else that another reader may take for something else.

    >>> mail = write_email(Message.email(sender="a@x.example", to=["b@y.example"], text="Hi"))
    >>> mail["To"]
    'b@y.example'
    """
    if message.channel != "email":
        raise ConfigurationError(f"only an e-mail can be written as mail, not {message.channel!r}")
    visible = [each for each in (*message.recipients, *message.shown) if each.role != "bcc"]
    senders = [Recipient(message.sender.address, message.sender.name)] if message.sender else []
    ascii_only = all(each.address.isascii() for each in (*visible, *senders))
    policy = SMTP if ascii_only else SMTPUTF8
    mail = EmailMessage(policy)
    for name, people in (
        ("From", senders),
        ("To", [each for each in visible if each.role == "to"]),
        ("Cc", [each for each in visible if each.role == "cc"]),
    ):
        if people:
            mail[name] = ", ".join(_mailbox(name, each) for each in people)
    if message.subject is not None:
        mail["Subject"] = _line("subject", message.subject)
    for name, value in message.headers:
        if name.lower() not in _WRITTEN_HERE:
            _add_header(mail, name, value)
    _fill(mail, message, policy)
    mail["MIME-Version"] = "1.0"
    return mail


def _mailbox(header: str, person: Recipient) -> str:
    problem = address_problem(person.address)
    if problem:
        raise ConfigurationError(f"an address for {header} cannot be written: {problem}")
    return str(Mailbox(_line(f"a display name for {header}", person.name), person.address))


def _add_header(mail: EmailMessage, name: str, value: str) -> None:
    if not _NAME.fullmatch(name):
        raise ConfigurationError(f"header name {name!r} cannot be written; use printable ASCII")
    try:
        mail[name] = _line(f"header {name}", value)
    except ValueError as error:  # a field that may stand only once
        if isinstance(error, ConfigurationError):
            raise
        raise ConfigurationError(f"header {name} cannot be written: {error}") from None


def _line(what: str, text: str) -> str:
    if _BREAK.search(text):
        raise ConfigurationError(
            f"{what} contains CR, LF or NUL, which could begin another header; remove it"
        )
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise ConfigurationError(f"{what} contains a lone surrogate; remove it") from None
    return text


def _fill(mail: MIMEPart, message: Message, policy: EmailPolicy[EmailMessage]) -> None:
    related = [a for a in message.attachments if a.disposition == "inline" and a.content_id]
    if message.html is None:
        related = []
    others = [each for each in message.attachments if each not in related]
    bodies: list[MIMEPart] = []
    if message.text is not None or message.html is None:
        bodies.append(_text_part(message.text or "", "plain", policy))
    if message.html is not None:
        html = _text_part(message.html, "html", policy)
        files = [_file_part(each, policy) for each in related]
        bodies.append(_multipart("related", [html, *files], policy) if files else html)
    body = bodies[0] if len(bodies) == 1 else _multipart("alternative", bodies, policy)
    if others:
        files = [_file_part(each, policy) for each in others]
        body = _multipart("mixed", [body, *files], policy)
    for name, value in body.items():
        mail[name] = value
    mail.set_payload(body.get_payload())


def _multipart(kind: str, parts: Iterable[MIMEPart], policy: EmailPolicy[EmailMessage]) -> MIMEPart:
    whole = MIMEPart(policy)
    whole["Content-Type"] = f"multipart/{kind}"
    whole.set_payload(list(parts))
    return whole


def _text_part(text: str, subtype: str, policy: EmailPolicy[EmailMessage]) -> MIMEPart:
    part = MIMEPart(policy)
    part["Content-Type"] = f'text/{subtype}; charset="utf-8"'
    # SMTP ends every message with a line break; only an encoding tells it from the text's own.
    plain = (
        text.isascii()
        and "\r" not in text
        and "\0" not in text
        and text.endswith("\n")
        and all(len(line) <= _LONGEST_LINE for line in text.split("\n"))
    )
    if plain:
        part["Content-Transfer-Encoding"] = "7bit"
        part.set_payload(text)
    else:
        try:
            _encode(part, text.encode("utf-8"))
        except UnicodeEncodeError:
            raise ConfigurationError(f"the {subtype} text contains a lone surrogate") from None
    return part


def _file_part(attachment: Attachment, policy: EmailPolicy[EmailMessage]) -> MIMEPart:
    if not _TYPE.fullmatch(attachment.content_type):
        raise ConfigurationError("an attachment's content_type is not of the form type/subtype")
    part = MIMEPart(policy)
    content_type = attachment.content_type
    if content_type.startswith(("message/", "multipart/")):
        content_type = "application/octet-stream"  # RFC 2046 §5: those may not be in base64
    if attachment.charset is not None:
        if not _NAME.fullmatch(attachment.charset) or '"' in attachment.charset:
            raise ConfigurationError("an attachment's charset is not the name of one")
        content_type += f'; charset="{attachment.charset}"'
    part["Content-Type"] = content_type
    if attachment.name:
        name = _line("an attachment's name", attachment.name)
        part.add_header("Content-Disposition", attachment.disposition, filename=name)
    else:
        part["Content-Disposition"] = attachment.disposition
    if attachment.content_id:
        part["Content-ID"] = "<" + _line("a content_id", attachment.content_id) + ">"
    _encode(part, attachment.content)
    return part


def _encode(part: MIMEPart, content: bytes) -> None:
    part["Content-Transfer-Encoding"] = "base64"
    part.set_payload(base64.encodebytes(content).decode("ascii"))
