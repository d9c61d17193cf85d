"""Messages and contexts to and from what JSON can hold.

Reading is strict: an unknown field or a wrong type is a ConfigurationError that names the field.
"""

from __future__ import annotations

import base64
import binascii
import difflib
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar, cast

from sendguard.canonical import Mailbox
from sendguard.errors import ConfigurationError
from sendguard.model._attachment import Attachment
from sendguard.model._context import Actor, Context
from sendguard.model._message import Defect, Envelope, Message
from sendguard.model._money import Money
from sendguard.model._recipient import Recipient

T = TypeVar("T")
CalendarDate = date  # where a method is called `date`
SCHEMA = 1


def message_to_dict(message: Message) -> dict[str, Any]:
    """See `Message.to_dict`."""
    data: dict[str, Any] = {"schema": SCHEMA, "channel": message.channel}
    if message.sender is not None:
        data["sender"] = {"address": message.sender.address, "name": message.sender.name}
    data["recipients"] = [_recipient_to_dict(r) for r in message.recipients]
    for name in ("subject", "text", "html", "template"):
        if (value := getattr(message, name)) is not None:
            data[name] = value
    if message.headers:
        data["headers"] = [list(pair) for pair in message.headers]
    if message.attachments:
        data["attachments"] = [_attachment_to_dict(a) for a in message.attachments]
    if message.date is not None:
        data["date"] = message.date.isoformat()
    if message.envelope is not None:
        envelope = message.envelope
        data["envelope"] = {"sender": envelope.sender, "recipients": list(envelope.recipients)}
    if message.shown:
        data["shown"] = [_recipient_to_dict(r) for r in message.shown]
    if message.defects:
        data["defects"] = [
            {"kind": d.kind, "detail": d.detail, "part": d.part} for d in message.defects
        ]
    return data


def message_from_dict(data: Mapping[str, Any]) -> Message:
    """See `Message.from_dict`.

    Beside what `to_dict` writes, a message written by hand may give ``to``, ``cc`` and ``bcc`` as
    lists of strings, ``sender`` as a string, and ``headers`` as an object.
    """
    read = _Reader("message", data)
    read.known(
        "schema channel sender recipients to cc bcc subject text html headers attachments "
        "template date envelope shown defects"
    )
    if (schema := data.get("schema", SCHEMA)) != SCHEMA:
        raise ConfigurationError(f"message.schema is {schema!r}; this version reads {SCHEMA}")
    channel = read.get("channel", str, "email")
    recipients = [_recipient_from_dict(r) for r in read.rows("recipients")]
    for role in ("to", "cc", "bcc"):
        listed = read.get(role, list, [])
        if channel == "email":
            recipients += [Recipient.parse(text, role=role) for text in _strings(role, listed)]
        else:
            recipients += [Recipient(text, role=role) for text in _strings(role, listed)]
    return Message(
        channel=cast("Any", channel),  # the constructor checks it
        sender=_sender_from_dict(channel, data.get("sender")),
        recipients=tuple(recipients),
        subject=read.get("subject", str, None),
        text=read.get("text", str, None),
        html=read.get("html", str, None),
        headers=_headers_from_dict(data.get("headers", ())),
        attachments=tuple(_attachment_from_dict(a) for a in read.rows("attachments")),
        template=read.get("template", str, None),
        date=read.date("date"),
        envelope=_envelope_from_dict(read.object("envelope")),
        shown=tuple(_recipient_from_dict(r) for r in read.rows("shown")),
        defects=tuple(_defect_from_dict(d) for d in read.rows("defects")),
    )


def context_to_dict(context: Context) -> dict[str, Any]:
    """See `Context.to_dict`."""
    data: dict[str, Any] = {}
    if context.actor is not None:
        actor = context.actor
        data["actor"] = {"id": actor.id, "roles": list(actor.roles), "name": actor.name}
    for name in (*_CONTEXT_TEXTS, "internal_domains", "facts", "extra"):
        value = getattr(context, name)
        if isinstance(value, str):
            data[name] = value
        elif value:
            data[name] = dict(value) if isinstance(value, Mapping) else list(value)
    if "facts" in data:
        data["facts"] = {name: _fact_to_dict(value) for name, value in data["facts"].items()}
    for name in _CONTEXT_DATES:
        if (moment := getattr(context, name)) is not None:
            data[name] = moment.isoformat()
    if context.thread:
        data["thread"] = [message_to_dict(message) for message in context.thread]
    return data


def context_from_dict(data: Mapping[str, Any]) -> Context:
    """See `Context.from_dict`; ``actor`` may also be an id."""
    read = _Reader("context", data)
    read.known(
        " ".join((*_CONTEXT_TEXTS, *_CONTEXT_DATES, "actor thread facts internal_domains extra"))
    )
    actor = data.get("actor")
    if isinstance(actor, Mapping):
        person = _Reader("context.actor", actor)
        person.known("id roles name")
        actor = Actor(
            person.need("id", str),
            roles=tuple(_strings("context.actor.roles", person.get("roles", list, []))),
            name=person.get("name", str, ""),
        )
    elif not isinstance(actor, str | None):
        raise ConfigurationError(f"context.actor takes an id or an object, not {_kind(actor)}")
    return Context(
        actor=actor,
        thread=tuple(message_from_dict(row) for row in read.rows("thread")),
        facts={
            name: _fact_from_dict(f"context.facts.{name}", value)
            for name, value in (read.object("facts") or {}).items()
        },
        extra=read.object("extra") or {},
        internal_domains=tuple(
            _strings("context.internal_domains", read.get("internal_domains", list, []))
        ),
        **cast("Any", {name: read.get(name, str, None) for name in _CONTEXT_TEXTS}),
        **cast("Any", {name: read.date(name) for name in _CONTEXT_DATES}),
    )


def _fact_to_dict(value: object) -> object:
    """A fact as JSON can hold it: an object whose fields say what it is, or the value itself."""
    match value:
        case Money():
            data = {"amount": f"{value.amount:f}", "currency": value.currency}
            if value.per is not None:
                data["per"] = _whole(value.per)
            return data if value.unit is None else data | {"unit": value.unit}
        case datetime():
            return {"datetime": value.isoformat()}
        case date():
            return {"date": value.isoformat()}
        case Decimal():
            return {"decimal": str(value)}
    return value


def _whole(number: Decimal) -> Any:
    return int(number) if number == number.to_integral_value() else str(number)


def _fact_from_dict(where: str, value: object) -> Any:
    """The fact that `_fact_to_dict` wrote; an object with other fields stays what it is."""
    if not isinstance(value, Mapping):
        return value
    read = _Reader(where, value)
    names = set(value)
    if {"amount", "currency"} <= names <= {"amount", "currency", "per", "unit"}:
        try:
            return Money(
                value["amount"], read.need("currency", str), value.get("per"), value.get("unit")
            )
        except (ConfigurationError, TypeError) as error:
            raise ConfigurationError(f"{where}: {error}") from None
    if names == {"datetime"}:
        return read.date("datetime")
    if names == {"date"}:
        return read.day("date")
    if names == {"decimal"}:
        return read.decimal("decimal")
    return value


_CONTEXT_TEXTS = (
    "customer",
    "purpose",
    "environment",
    "language",
    "time_zone",
    "customer_state",
    "campaign",
    "key",
)
_CONTEXT_DATES = ("now", "draft_started", "deadline")


class _Reader:
    """Takes typed fields out of a mapping and says exactly what is wrong with one."""

    def __init__(self, where: str, data: object) -> None:
        if not isinstance(data, Mapping):
            raise ConfigurationError(f"{where} takes an object with fields, not {_kind(data)}")
        self.where = where
        self.data = data

    def known(self, names: str) -> None:
        allowed = names.split()
        for name in self.data:
            if name not in allowed:
                near = difflib.get_close_matches(str(name), allowed, n=1)
                meant = f"; did you mean {near[0]!r}?" if near else f"; use {', '.join(allowed)}"
                raise ConfigurationError(f"{self.where} has no field {name!r}{meant}")

    def get(self, name: str, kind: type[Any], default: Any) -> Any:
        value = self.data.get(name)
        if value is None:
            return default
        if not isinstance(value, kind):
            raise ConfigurationError(
                f"{self.where}.{name} takes {_NAMES[kind]}, not {_kind(value)}"
            )
        return value

    def need(self, name: str, kind: type[T]) -> T:
        if self.data.get(name) is None:
            raise ConfigurationError(f"{self.where}.{name} is missing")
        return cast("T", self.get(name, kind, None))

    def rows(self, name: str) -> list[Any]:
        rows: list[Any] = self.get(name, list, [])
        return rows

    def object(self, name: str) -> Mapping[str, Any] | None:
        value = self.data.get(name)
        if value is not None and not isinstance(value, Mapping):
            raise ConfigurationError(f"{self.where}.{name} takes an object, not {_kind(value)}")
        return value

    def date(self, name: str) -> datetime | None:
        value = self.data.get(name)
        if value is None or isinstance(value, datetime):  # TOML has dates of its own
            return value
        return self._read(
            name, "a date and time such as 2026-03-01T09:00:00+00:00", datetime.fromisoformat
        )

    def day(self, name: str) -> CalendarDate:
        value = self.data[name]
        if isinstance(value, CalendarDate):
            return value
        return self._read(name, "a date such as 2026-03-01", CalendarDate.fromisoformat)

    def decimal(self, name: str) -> Decimal:
        return self._read(name, "a number as a text, such as '1.5'", Decimal)

    def bytes(self, name: str) -> bytes:
        if self.data.get(name) is None:
            return b""
        return self._read(name, "base64", lambda text: base64.b64decode(text, validate=True))

    def _read(self, name: str, wanted: str, convert: Callable[[str], T]) -> T:
        value = self.get(name, str, None)
        try:
            return convert(value)
        except (ValueError, TypeError, InvalidOperation, binascii.Error):
            raise ConfigurationError(f"{self.where}.{name} takes {wanted}") from None


_NAMES: dict[type, str] = {str: "a text", list: "a list"}


def _kind(value: object) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return "a truth value"
        case str():
            return "a text"
        case int() | float():
            return "a number"
        case list():
            return "a list"
        case Mapping():
            return "an object"
    return type(value).__name__


def _strings(where: str, values: Iterable[object]) -> list[str]:
    for value in values:
        if not isinstance(value, str):
            raise ConfigurationError(f"{where} takes texts, not {_kind(value)}")
    return cast("list[str]", list(values))


def _recipient_to_dict(recipient: Recipient) -> dict[str, str]:
    return {"address": recipient.address, "name": recipient.name, "role": recipient.role}


def _recipient_from_dict(data: object) -> Recipient:
    read = _Reader("message.recipients", data)
    read.known("address name role")
    return Recipient(
        read.need("address", str), read.get("name", str, ""), read.get("role", str, "to")
    )


def _sender_from_dict(channel: str, data: object) -> Mailbox | None:
    if data is None:
        return None
    if isinstance(data, str):
        build = Message.email if channel == "email" else Message.sms
        return build(sender=data).sender
    read = _Reader("message.sender", data)
    read.known("address name")
    return Mailbox(name=read.get("name", str, ""), address=read.need("address", str))


def _headers_from_dict(data: object) -> tuple[tuple[str, str], ...]:
    rows = data.items() if isinstance(data, Mapping) else data
    if not isinstance(rows, Iterable) or isinstance(rows, str):
        raise ConfigurationError(f"message.headers takes an object or pairs, not {_kind(data)}")
    pairs = []
    for row in rows:
        match row:
            case (str(name), str(value)) | [str(name), str(value)]:
                pairs.append((name, value))
            case _:
                raise ConfigurationError("message.headers takes names and values that are texts")
    return tuple(pairs)


def _envelope_from_dict(data: Mapping[str, Any] | None) -> Envelope | None:
    if data is None:
        return None
    read = _Reader("message.envelope", data)
    read.known("sender recipients")
    recipients = _strings("message.envelope.recipients", read.rows("recipients"))
    return Envelope(sender=read.get("sender", str, None), recipients=tuple(recipients))


def _defect_from_dict(data: object) -> Defect:
    read = _Reader("message.defects", data)
    read.known("kind detail part")
    kind = read.need("kind", str)
    if kind not in ("limit", "unreadable", "unparsable", "malformed"):
        raise ConfigurationError(f"message.defects.kind is {kind!r}, which this version lacks")
    return Defect(
        cast("Any", kind),  # just checked
        read.need("detail", str),
        read.get("part", str, None),
    )


def _attachment_to_dict(attachment: Attachment) -> dict[str, Any]:
    data: dict[str, Any] = {
        "name": attachment.name,
        "content": base64.b64encode(attachment.content).decode("ascii"),
        "content_type": attachment.content_type,
        "disposition": attachment.disposition,
    }
    if attachment.charset is not None:
        data["charset"] = attachment.charset
    if attachment.content_id:
        data["content_id"] = attachment.content_id
    if attachment.message is not None:
        data["message"] = message_to_dict(attachment.message)
    return data


def _attachment_from_dict(data: object) -> Attachment:
    read = _Reader("message.attachments", data)
    read.known("name content content_type disposition charset content_id message")
    nested = read.object("message")
    return Attachment(
        name=read.get("name", str, ""),
        content=read.bytes("content"),
        content_type=read.get("content_type", str, "application/octet-stream"),
        charset=read.get("charset", str, None),
        disposition=read.get("disposition", str, "attachment"),
        content_id=read.get("content_id", str, ""),
        message=None if nested is None else message_from_dict(nested),
    )
