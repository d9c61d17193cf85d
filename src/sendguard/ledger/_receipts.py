"""Whether somebody got something, by what the ledger says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Literal

from attrs import frozen

from sendguard.ledger._record import Record

_STOPPED = ("hold", "block")


@frozen
class Receipt:
    """One message that reached somebody, or may have.

    Attributes:
        number: of the record that says so.
        at: when it was written.
        digest: of the message's content (`Message.digest`).
        outcome: "sent"; "unknown" when nobody can say whether it left; "pending" when it was let
            go and nothing more was heard, because its sender is still at it or stopped half-way.
    """

    number: int
    at: datetime
    digest: str
    outcome: Literal["sent", "unknown", "pending"]


def receipts(records: Iterable[Record], person: str) -> tuple[Receipt, ...]:
    """What somebody got, in the order of the ledger.

    Args:
        records: of the ledger, the oldest first.
        person: as `Keys.person` writes him.
    """
    found = list(_followed(records, person))
    return tuple(sorted(found, key=lambda receipt: receipt.number))


def _followed(records: Iterable[Record], person: str) -> Iterator[Receipt]:
    out: dict[str, list[Record]] = {}  # by content: let go, and not heard of since
    told: Counter[str] = Counter()  # by content: of which the queue has not spoken yet
    for record in records:
        if not _is_for(record, person):
            continue
        digest = record.facts["digest"]
        match record.kind:
            case "admitted":
                out.setdefault(digest, []).append(record)
            case "sent" | "unknown" | "failed":
                if out.get(digest):
                    out[digest].pop(0)
                if record.kind != "failed" and person not in record.facts.get("refused", ()):
                    told[digest] += 1
                    yield Receipt(record.number, record.at, digest, _outcome(record.kind))
            case "hold.sent" | "hold.in-doubt":
                # A queue with a guard has both of them speak of the same message.
                if told[digest]:
                    told[digest] -= 1
                else:
                    yield Receipt(record.number, record.at, digest, _outcome(record.kind))
    for waiting in out.values():
        for record in waiting:
            yield Receipt(record.number, record.at, record.facts["digest"], "pending")


def _is_for(record: Record, person: str) -> bool:
    to = record.facts.get("to", {})
    if person not in to:
        return False
    if record.kind.startswith("hold.") or record.facts.get("observed"):
        return True
    return to[person] not in _STOPPED


def _outcome(kind: str) -> Literal["sent", "unknown"]:
    return "sent" if kind.endswith("sent") else "unknown"
