"""One record of a ledger, and the line that it is kept as.

A line is canonical JSON: keys in order, ASCII, no white space that means nothing. Beside what
happened it has ``v`` (the format), ``n`` (its number), ``at``, ``kind``, ``prev`` (the digest of
the record before it), ``mac`` (HMAC-SHA256 of all these, by the ledger's key) and ``hash``
(SHA-256 of all these and the mac).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from attrs import field, frozen

from sendguard.errors import StoreError
from sendguard.model import FrozenMap

FORMAT: Final = 1
START: Final = "0" * 64
"""What the first record has in place of the digest of the one before."""

_OWN: Final = ("v", "n", "at", "kind", "prev", "mac", "hash")


@frozen
class Record:
    """One thing that happened.

    Attributes:
        number: its place in the ledger, from 0.
        at: when it was written.
        kind: "opened" for the first; "admitted", "held", "blocked", "sent", "failed", "unknown"
            of a guard; "hold.approved" and the like of a queue; "mended" after a torn line.
        facts: what is kept of it; no body, and of addresses only digests.
        previous: digest of the record before it, in hex.
        mac: by the ledger's key, in hex.
        digest: of this record, in hex; the last one's is the head of the ledger.
    """

    number: int
    at: datetime
    kind: str
    facts: Mapping[str, Any] = field(converter=FrozenMap, repr=False)
    previous: str = field(repr=False)
    mac: str = field(repr=False)
    digest: str

    def to_dict(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {
            "number": self.number,
            "at": self.at.isoformat(),
            "kind": self.kind,
            **self.facts,
            "digest": self.digest,
        }


def line_of(
    number: int, at: datetime, kind: str, facts: Mapping[str, Any], previous: str, chain_key: bytes
) -> bytes:
    """The line of a new record, without a line feed."""
    row = {
        **facts,
        "v": FORMAT,
        "n": number,
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "kind": kind,
        "prev": previous,
    }
    row["mac"] = mac_of(row, chain_key)
    row["hash"] = hashlib.sha256(_canonical(row)).hexdigest()
    return _canonical(row)


def read_line(line: bytes) -> Record:
    """The record that a line holds, when the line agrees with itself.

    Raises:
        ValueError: it does not; the error says in what.
        StoreError: a newer sendguard wrote it.
    """
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError("is no JSON") from None
    if not isinstance(row, dict) or not all(name in row for name in _OWN):
        raise ValueError("is no record")
    if type(row["v"]) is int and row["v"] > FORMAT:
        raise StoreError(
            f"the ledger has format {row['v']}, written by a newer sendguard; this one knows "
            f"{FORMAT}"
        )
    digest = row.pop("hash")
    if _canonical({**row, "hash": digest}) != line:
        raise ValueError("is not written as a ledger writes it")
    if hashlib.sha256(_canonical(row)).hexdigest() != digest:
        raise ValueError("was changed: its digest is another")
    try:
        at = datetime.fromisoformat(row["at"])
    except (TypeError, ValueError):
        raise ValueError("has no time") from None
    if type(row["n"]) is not int or not all(
        isinstance(row[name], str) for name in ("kind", "prev", "mac")
    ):
        raise ValueError("is no record")
    facts = {name: value for name, value in row.items() if name not in _OWN}
    return Record(row["n"], at, row["kind"], facts, row["prev"], row["mac"], digest)


def is_by(record: Record, chain_key: bytes) -> bool:
    """Whether somebody who had the key wrote the record."""
    row = {
        **record.facts,
        "v": FORMAT,
        "n": record.number,
        "at": record.at.isoformat(timespec="microseconds"),
        "kind": record.kind,
        "prev": record.previous,
    }
    return hmac.compare_digest(mac_of(row, chain_key), record.mac)


def mac_of(row: Mapping[str, Any], chain_key: bytes) -> str:
    """The mac of a record's fields."""
    return hmac.new(chain_key, _canonical(row), hashlib.sha256).hexdigest()


def _canonical(row: Mapping[str, Any]) -> bytes:
    return json.dumps(row, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")
