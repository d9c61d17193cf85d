"""A Django message as a hold queue keeps it: its bytes, and its attributes for other backends.

Backends for SMTP write ``message()`` out, and those for an HTTP API read the attributes; a message
that comes out of the queue gives both what was kept. The payload is one line of JSON, which has the
attributes, and after it the MIME message with CRLF line ends.
"""

from __future__ import annotations

import email
import email.message
import email.policy
import inspect
import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.utils.functional import Promise

from sendguard.adapters.django._reading import MAX_DEPTH, message_of
from sendguard.errors import SendGuardError
from sendguard.model import Message

_LISTS: Final = ("to", "cc", "bcc", "reply_to")
_TEXTS: Final = ("subject", "from_email", "content_subtype")
_READ: Final = frozenset(
    {*_LISTS, *_TEXTS, "body", "encoding", "extra_headers", "attachments", "alternatives"}
)
# What belongs to the sending of a message and not to it; the last is django-anymail's.
_PASSING: Final = frozenset({"connection", "sendguard", "anymail_status"})


class CannotBeKept(SendGuardError):  # noqa: N818  (it says what happened)
    """A message has something that a queue cannot keep, so that it would leave as another one."""


class StoredMessage(EmailMultiAlternatives):  # type: ignore[misc]  # Django has no type hints
    """A message that was held, as it leaves.

    Attributes:
        payload: what it was made of.
    """

    def __init__(self, payload: bytes) -> None:
        super().__init__()
        head, _, self._mime = payload.partition(b"\n")
        fields = json.loads(head, object_hook=_untagged)
        _fill(self, fields)
        self._recipients: list[str] = fields["recipients"]
        self.payload = payload

    def recipients(self) -> list[str]:
        """Those whom the message named when it was held."""
        return list(self._recipients)

    def message(self, *, policy: email.policy.Policy | None = None) -> Any:
        """The MIME message, which writes itself as the bytes that were held."""
        written = email.message_from_bytes(self._mime, _class=_Written)
        written.held_bytes = self._mime
        written.held_linesep = "\n" if policy is None else policy.linesep
        return written


class _Written(email.message.Message):
    """A MIME message that was written once and is not written anew."""

    held_bytes: bytes | None = None
    held_linesep: str = "\n"

    def as_bytes(  # type: ignore[override]  # Django 5.2 has another third argument
        self,
        unixfrom: bool = False,
        linesep: str | None = None,
        policy: email.policy.Policy | None = None,
    ) -> bytes:
        if self.held_bytes is None:  # a part of it
            return super().as_bytes(unixfrom)
        wanted = linesep or (self.held_linesep if policy is None else policy.linesep)
        if wanted == "\r\n":
            return self.held_bytes
        return self.held_bytes.replace(b"\r\n", b"\n")

    def as_string(self, *args: Any, **options: Any) -> str:
        return self.as_bytes(*args, **options).decode("utf-8", "surrogateescape")


def payload_of(given: EmailMessage, message: Message) -> bytes:
    """All that is needed to send a message later exactly as it is now.

    Args:
        given: what Django was to send.
        message: the same as it was read.

    Raises:
        CannotBeKept: it has something that cannot be kept; the message says what.
    """
    try:
        fields = {**_fields(given, 0), "recipients": [str(each) for each in given.recipients()]}
        payload = json.dumps(fields, default=_tagged).encode("ascii") + b"\n" + _mime(given)
        same = message_of(StoredMessage(payload)).digest == message.digest
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        raise CannotBeKept(f"it cannot be written down: {type(error).__name__}") from error
    if not same:
        raise CannotBeKept(f"a {type(given).__qualname__} does not read the same when it is kept")
    return payload


def _mime(given: EmailMessage) -> bytes:
    takes_policy = "policy" in inspect.signature(given.message).parameters  # since Django 6.0
    written = given.message(policy=email.policy.SMTP) if takes_policy else given.message()
    data: bytes = written.as_bytes()
    return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _fields(given: EmailMessage, depth: int) -> dict[str, Any]:
    if depth > MAX_DEPTH:
        raise CannotBeKept("a message inside it lies deeper than is kept")
    more = {
        name: value
        for name, value in vars(given).items()
        if name not in _READ | _PASSING
        and not name.startswith("_")
        and not isinstance(value, type)  # how django-anymail says "not given"
    }
    return {
        **{name: str(getattr(given, name)) for name in _TEXTS},
        **{name: [str(each) for each in getattr(given, name)] for name in _LISTS},
        "body": _content(given.body, depth),
        "encoding": None if given.encoding is None else str(given.encoding),
        "headers": {str(name): str(value) for name, value in given.extra_headers.items()},
        "attachments": [_attachment(each, depth) for each in given.attachments],
        "alternatives": [
            [_content(content, depth), None if kind is None else str(kind)]
            for content, kind in getattr(given, "alternatives", None) or ()
        ],
        "more": more,
    }


def _attachment(item: Any, depth: int) -> list[Any] | dict[str, Any]:
    if isinstance(item, email.message.Message):
        return _content(item, depth)
    name, content, *rest = item
    kind = rest[0] if rest else None
    return [
        None if name is None else str(name),
        _content(content, depth),
        None if kind is None else str(kind),
    ]


def _content(value: object, depth: int) -> dict[str, Any]:
    match value:
        case None:
            return {"text": ""}
        case str() | Promise():
            return {"text": str(value)}
        case bytes() | bytearray() | memoryview():
            return {"bytes": b64encode(bytes(value)).decode("ascii")}
        case EmailMessage():
            return {"message": _fields(value, depth + 1)}
        case email.message.Message():
            kind = "modern" if isinstance(value, email.message.MIMEPart) else "mime"
            return {kind: b64encode(value.as_bytes()).decode("ascii")}
    raise CannotBeKept(f"an attachment holds a {type(value).__name__}")


def _fill(empty: EmailMultiAlternatives, fields: Mapping[str, Any]) -> EmailMultiAlternatives:
    for name in (*_TEXTS, *_LISTS, "encoding"):
        setattr(empty, name, fields[name])
    empty.body = _read(fields["body"])
    empty.extra_headers = dict(fields["headers"])
    for item in fields["attachments"]:
        if isinstance(item, dict):
            empty.attachments.append(_read(item))
        else:
            name, content, kind = item
            empty.attachments.append((name, _read(content), kind))
    empty.alternatives = [(_read(content), kind) for content, kind in fields["alternatives"]]
    vars(empty).update(fields["more"])
    return empty


def _read(kept: Mapping[str, Any]) -> Any:
    ((kind, value),) = kept.items()
    match kind:
        case "text":
            return value
        case "bytes":
            return b64decode(value)
        case "message":
            return _fill(EmailMultiAlternatives(), value)
        case "modern":
            return email.message_from_bytes(b64decode(value), policy=email.policy.default)
    return email.message_from_bytes(b64decode(value))


def _tagged(value: object) -> object:
    match value:
        case Promise():
            return str(value)
        case datetime():
            return {"$datetime": value.isoformat()}
        case date():
            return {"$date": value.isoformat()}
    raise CannotBeKept(f"one of its attributes holds a {type(value).__name__}")


def _untagged(data: dict[str, Any]) -> Any:
    match data:
        case {"$datetime": str(text), **rest} if not rest:
            return datetime.fromisoformat(text)
        case {"$date": str(text), **rest} if not rest:
            return date.fromisoformat(text)
    return data
