"""Twilio's request to send a message, read as the message that its recipient will see.

Knows the HTTP interface (Messages resource of the API 2010-04-01), not the SDK.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from attrs import frozen

from sendguard.adapters._reroute import Reroute
from sendguard.errors import ConfigurationError
from sendguard.model import Attachment, Defect, Message, Recipient

Fields = Mapping[str, tuple[str, ...]]
"""The values of each field, by its name in lower case."""

_RESOURCES: Final = frozenset(
    f"messages{extension}" for extension in ("", ".json", ".xml", ".csv", ".html")
)
_HELD_BY_TWILIO: Final = Defect(
    "unreadable",
    "The text is a content template that Twilio holds; only the values filled in could be judged.",
    "text",
)
_MEDIA_ONLY: Final = Defect(
    "unreadable",
    "The message has no text, only media that Twilio fetches by their links; "
    "what they show could not be judged.",
)
_NO_FORM: Final = Defect("unparsable", "The form of the request to Twilio could not be read.")


def is_send(method: str, url: str) -> bool:
    """Whether this request makes a Message; any host, account, edge and region will do.

    >>> is_send("POST", "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json")
    True
    >>> is_send("POST", "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/SM1.json")
    False
    """
    if method.upper() != "POST":
        return False
    path = posixpath.normpath(unquote(urlsplit(url).path)).lower()
    *folders, resource = path.split("/")
    return resource in _RESOURCES and "accounts" in folders


def read_fields(url: str, params: object, data: object) -> Fields | None:
    """The fields in the URL, the query and the form together; None when they cannot be read."""
    found: dict[str, list[str]] = {}
    for source in (urlsplit(url).query, params, data):
        pairs = _pairs(source)
        if pairs is None:
            return None
        for name, value in pairs:
            found.setdefault(name.lower(), []).append(value)
    return {name: tuple(values) for name, values in found.items()}


@frozen
class Request:
    """One request to send, as a hold queue keeps it.

    Attributes:
        url: with the account whose message it is.
        params, data: the fields of the query and of the form.
    """

    url: str
    params: dict[str, str | list[str]]
    data: dict[str, str | list[str]]


def to_payload(url: str, params: object, data: object) -> bytes | None:
    """The request as JSON: each field of the query and of the form; None when they are no form."""
    sources = _pairs(params), _pairs(data)
    if None in sources:
        return None
    forms = [_form(pairs) for pairs in sources if pairs is not None]
    return json.dumps({"url": url, "params": forms[0], "data": forms[1]}).encode("ascii")


def from_payload(payload: bytes) -> Request:
    """The request that `to_payload` wrote."""
    return Request(**json.loads(payload))


def _form(pairs: list[tuple[str, str]]) -> dict[str, str | list[str]]:
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return {name: found if len(found) > 1 else found[0] for name, found in values.items()}


def read_message(fields: Fields | None) -> Message:
    """The message that Twilio would send. What could not be read is in its `Message.defects`."""
    if fields is None:
        return Message.sms().replace(defects=(_NO_FORM,))
    senders, to = fields.get("from", ()), fields.get("to", ())
    template = next(iter(fields.get("contentsid", ())), None)
    texts = fields.get("body", ()) + _filled_in(fields.get("contentvariables", ()))
    media = fields.get("mediaurl", ())
    make = Message.chat if any(map(_channel, senders + to)) else Message.sms
    defects: tuple[Defect, ...] = ()
    if template is not None:
        defects = (_HELD_BY_TWILIO,)
    elif media and not any(texts):
        defects = (_MEDIA_ONLY,)
    return make(
        sender=next(iter(senders), None),
        to=to,
        text="\n".join(texts) if texts else None,
        template=template,
    ).replace(
        headers=tuple(
            ("MessagingServiceSid", each) for each in fields.get("messagingservicesid", ())
        ),
        attachments=(
            # What travels is the link (RFC 2483), so it is the link that is judged.
            *(_attachment(each, "text/uri-list") for each in media),
            *(_attachment(each, "text/plain") for each in fields.get("persistentaction", ())),
        ),
        defects=defects,
    )


def due(fields: Fields | None) -> datetime | None:
    """When a scheduled message will leave, or None when it leaves at once."""
    if fields is None or not fields.get("scheduletype"):
        return None  # Twilio takes SendAt for scheduled messages only
    for value in fields.get("sendat", ()):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return None
        return None if moment.utcoffset() is None else moment
    return None


def check_single_reroute(to: Reroute | None) -> None:
    """Raise unless `to` names one address, or is a function, or None."""
    if to is None or callable(to):
        return
    several = (to,) if isinstance(to, str) else tuple(to)
    if not all(isinstance(each, str) for each in several):
        raise TypeError("reroute= takes an address, or a function of the recipient")
    if len(several) != 1 or not several[0].strip():
        raise ConfigurationError(
            f"reroute= has {len(several)} addresses; name one, as a request to Twilio "
            "has one recipient"
        )


def rerouted_form(fields: Fields | None, data: object, to: Reroute) -> dict[str, Any] | None:
    """The form with another recipient, of the same kind (``whatsapp:``) unless `to` names its own.

    Returns:
        A new form; the given one stays as it is. None when nobody is left to send to, or when it
        is not the form alone that names the recipient, so that an original might remain.
    """
    named = () if fields is None else fields.get("to", ())
    if not isinstance(data, Mapping) or len(named) != 1:
        return None
    form = {name: value for name, value in data.items() if str(name).lower() != "to"}
    if len(form) == len(data):
        return None  # it is named in the query
    target = _target(Recipient(named[0].strip()), to)
    if target is None:
        return None
    if _channel(named[0]) and not _channel(target):
        target = f"{_channel(named[0])}:{target}"
    return {**form, "To": target}


def _target(recipient: Recipient, to: Reroute) -> str | None:
    if not callable(to):
        return to.strip() if isinstance(to, str) else to[0].strip()
    answer = to(recipient)
    if answer is not None and not isinstance(answer, str):
        raise TypeError(f"reroute= takes addresses of type str, not {type(answer).__name__}")
    return None if answer is None or not answer.strip() else answer.strip()


def _pairs(source: object) -> list[tuple[str, str]] | None:
    if source is None:
        return []
    if isinstance(source, bytes | bytearray):
        source = source.decode("utf-8", "replace")
    if isinstance(source, str):
        return parse_qsl(source, keep_blank_values=True)
    items: Iterable[Any]
    if isinstance(source, Mapping):
        items = source.items()
    elif isinstance(source, list | tuple):
        items = source
    else:
        return None
    found: list[tuple[str, str]] = []
    for item in items:
        if not isinstance(item, tuple | list) or len(item) != 2:
            return None
        name, value = item
        several = value if isinstance(value, list | tuple | set | frozenset) else (value,)
        found.extend((_as_text(name), _as_text(each)) for each in several if each is not None)
    return found


def _as_text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _filled_in(variables: tuple[str, ...]) -> tuple[str, ...]:
    """What a template is filled in with: the part of its text that is known here."""
    found: list[str] = []
    for text in variables:
        try:
            values = json.loads(text)
        except (ValueError, RecursionError):
            values = None
        if isinstance(values, dict):
            found.extend(each if isinstance(each, str) else str(each) for each in values.values())
        else:
            found.append(text)
    return tuple(found)


def _channel(address: str) -> str:
    """The kind of address that Twilio's prefix names, such as "whatsapp", or ""."""
    name, colon, _ = address.strip().partition(":")
    return name if colon and name.isascii() and name.isalpha() else ""


def _attachment(text: str, content_type: str) -> Attachment:
    content = text.encode("utf-8", "surrogatepass")
    return Attachment(content=content, content_type=content_type, charset="utf-8")
