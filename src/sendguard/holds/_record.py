"""A held message to and from the JSON that stores keep.

The format has a number. A later version may add fields, which this one passes over; whatever it
cannot read without loss raises the number, and then the older version leaves the record alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from attrs import asdict, field, frozen

from sendguard.errors import ConfigurationError, StoreError
from sendguard.holds._held import Entry, Need, Signature
from sendguard.model import (
    Action,
    Context,
    Decision,
    Finding,
    FrozenMap,
    Message,
    Recipient,
    RecipientDecision,
    Terms,
)

FORMAT: Final = 1


@frozen(kw_only=True)
class Status:
    """All that is kept of a held message beside what the store sorts by, and its payload."""

    message: Message
    context: Context
    decision: Decision
    needs: tuple[Need, ...]
    release_at: datetime | None
    expires_at: datetime | None
    retry_at: datetime | None = None
    approvals: tuple[Signature, ...] = ()
    history: tuple[Entry, ...] = ()
    editors: tuple[str, ...] = ()
    payload_digest: str | None = None
    transport: Mapping[str, Any] = field(factory=FrozenMap, converter=FrozenMap)


def to_body(status: Status) -> str:
    """The JSON, in ASCII.

    Raises:
        ConfigurationError: the context or `transport` has a value that JSON cannot hold.
    """
    data = {
        "format": FORMAT,
        "message": status.message.to_dict(),
        "context": status.context.to_dict(),
        "decision": _decision_to_dict(status.decision),
        "needs": [asdict(need) for need in status.needs],
        "release_at": _iso(status.release_at),
        "expires_at": _iso(status.expires_at),
        "retry_at": _iso(status.retry_at),
        "approvals": [asdict(each) for each in status.approvals],
        "history": [asdict(each) for each in status.history],
        "editors": list(status.editors),
        "payload_digest": status.payload_digest,
        "transport": dict(status.transport),
    }
    return json.dumps(data, default=_tagged, separators=(",", ":"))


def from_body(body: str) -> Status:
    """What `to_body` wrote, here or in another version.

    Raises:
        StoreError: a newer version wrote it in another format, or it is damaged.
    """
    try:
        data = json.loads(body, object_hook=_untagged)
        if (version := data["format"]) > FORMAT:
            raise StoreError(
                f"a held message has format {version}, written by a newer sendguard; "
                f"this one knows {FORMAT}"
            )
        message = Message.from_dict(data["message"])
        return Status(
            message=message,
            context=Context.from_dict(data["context"]),
            decision=_decision_from_dict(data["decision"]),
            needs=tuple(Need(each["approvals"], tuple(each["roles"])) for each in data["needs"]),
            release_at=_moment(data["release_at"]),
            expires_at=_moment(data["expires_at"]),
            retry_at=_moment(data["retry_at"]),
            approvals=tuple(
                Signature(each["by"], each["at"], each["note"], tuple(each["roles"]))
                for each in data["approvals"]
            ),
            history=tuple(
                Entry(each["at"], each["what"], each["by"], each["note"])
                for each in data["history"]
            ),
            editors=tuple(data["editors"]),
            payload_digest=data["payload_digest"],
            transport=data["transport"],
        )
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        # The error's own words may quote the message.
        raise StoreError(f"a held message cannot be read: {type(error).__name__}") from error


def _decision_to_dict(decision: Decision) -> dict[str, Any]:
    return {
        "mode": decision.mode,
        "digest": decision.digest,
        "findings": [_finding_to_dict(finding) for finding in decision.findings],
        "recipients": [
            [each.recipient.address, each.recipient.name, each.recipient.role, each.action.label]
            for each in decision.recipients
        ],
    }


def _decision_from_dict(data: Mapping[str, Any]) -> Decision:
    return Decision(
        findings=tuple(_finding_from_dict(each) for each in data["findings"]),
        recipients=tuple(
            RecipientDecision(Recipient(address, name, role), Action.from_label(action))
            for address, name, role, action in data["recipients"]
        ),
        digest=data["digest"],
        mode=data["mode"],
    )


def _finding_to_dict(finding: Finding) -> dict[str, Any]:
    data = finding.to_dict(reveal=True)
    if (terms := finding.terms) is not None:
        data["terms"] = {
            "release_after": _seconds(terms.release_after),
            "approvals": terms.approvals,
            "roles": list(terms.roles),
            "expires": _seconds(terms.expires),
        }
    return data


def _finding_from_dict(data: Mapping[str, Any]) -> Finding:
    span, terms = data["span"], data.get("terms")
    return Finding(
        code=data["code"],
        action=Action.from_label(data["action"]),
        message=data["message"],
        recipient=data["recipient"],
        part=data["part"],
        span=None if span is None else (span[0], span[1]),
        suggestion=data["suggestion"],
        terms=None
        if terms is None
        else Terms(
            release_after=_length(terms["release_after"]),
            approvals=terms["approvals"],
            roles=tuple(terms["roles"]),
            expires=_length(terms["expires"]),
        ),
    )


def _tagged(value: object) -> object:
    match value:
        case datetime():
            return {"$datetime": value.isoformat()}
        case date():
            return {"$date": value.isoformat()}
        case Decimal():
            return {"$decimal": str(value)}
        case FrozenMap():
            return dict(value)
    raise ConfigurationError(
        f"a held message has {type(value).__name__} in Context.facts, Context.extra or transport; "
        "use what JSON can hold, dates and Decimal"
    )


def _untagged(data: dict[str, Any]) -> Any:
    if len(data) == 1:
        match data:
            case {"$datetime": str(text)}:
                return datetime.fromisoformat(text)
            case {"$date": str(text)}:
                return date.fromisoformat(text)
            case {"$decimal": str(text)}:
                return Decimal(text)
    return data


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _seconds(length: timedelta | None) -> float | None:
    return None if length is None else length.total_seconds()


def _length(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)
