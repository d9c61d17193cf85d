"""Held messages in Redis: the requests for its script, and what its replies mean."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from attrs import frozen

from sendguard.stores._hold_protocol import HoldClock, HoldRecord, HoldState, at_most
from sendguard.stores._instant import from_microseconds, to_microseconds

HOLD_FORMAT: Final = 1

_MICROSECOND = timedelta(microseconds=1)


@frozen
class Asked:
    """One call of the script: the request, and the two long texts beside it."""

    request: dict[str, Any]
    body: str = ""
    payload: str = ""


def keeping(call: str, record: HoldRecord) -> Asked:
    """To add a record, or to swap it in."""
    row = {
        "id": record.id,
        "state": record.state,
        "held": to_microseconds(record.held_at),
        "revision": record.revision,
        "labels": " ".join(record.labels),
    }
    if record.due is not None:
        row["due"] = to_microseconds(record.due)
    # In base64, since a client may be set to read every reply as text.
    payload = "" if record.payload is None else "=" + base64.b64encode(record.payload).decode()
    return Asked({"call": call, "record": row}, record.body, payload)


def leasing(lease: timedelta) -> Asked:
    """To lease what is due."""
    return Asked({"call": "lease", "lease": lease // _MICROSECOND})


def paging(
    states: Sequence[HoldState], after: tuple[datetime, str] | None, limit: int, label: str | None
) -> Asked:
    """To list."""
    request: dict[str, Any] = {
        "call": "page",
        "states": list(dict.fromkeys(states)),
        "limit": at_most(limit),
    }
    if after is not None:
        request["after"] = {"held": to_microseconds(after[0]), "id": after[1]}
    if label is not None:
        request["label"] = label
    return Asked(request)


def purging(before: datetime, limit: int) -> Asked:
    """To forget what has ended."""
    return Asked({"call": "purge", "before": to_microseconds(before), "limit": at_most(limit)})


def clock_of(reply: Sequence[Any]) -> HoldClock:
    """The answer to ``clock``."""
    now, newest = map(_text, reply)
    return HoldClock(
        from_microseconds(int(now)), from_microseconds(int(newest)) if newest else None
    )


def record_of(reply: Sequence[Any]) -> HoldRecord | None:
    """The record of a reply, or None where it is empty."""
    if not reply:
        return None
    id_, state, held, due, revision, labels, body, payload = map(_text, reply)
    return HoldRecord(
        id_,
        state,  # type: ignore[arg-type]  # checked there
        from_microseconds(int(held)),
        from_microseconds(int(due)) if due else None,
        body,
        base64.b64decode(payload[1:]) if payload else None,
        tuple(labels.split()),
        int(revision),
    )


def records_of(reply: Sequence[Sequence[Any]]) -> tuple[HoldRecord, ...]:
    """The records of a page."""
    return tuple(record for row in reply if (record := record_of(row)) is not None)


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
