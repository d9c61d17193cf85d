"""Held messages in an SQLite file: the statements, each inside a transaction of the store's."""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final

from sendguard.errors import StoreError
from sendguard.stores._hold_protocol import ENDED, LEASABLE, HoldRecord, HoldState, at_most
from sendguard.stores._instant import from_microseconds, to_microseconds

Execute = Callable[..., sqlite3.Cursor]

# Counted apart from the file's own format, so that a version which knows no held messages goes on
# counting claims in the same file.
HOLD_FORMAT: Final = 1
_TABLES = """
CREATE TABLE IF NOT EXISTS formats (name TEXT PRIMARY KEY, version INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS holds (
    id TEXT PRIMARY KEY, state TEXT NOT NULL, held_at INTEGER NOT NULL, due INTEGER,
    revision INTEGER NOT NULL, labels TEXT NOT NULL, body TEXT NOT NULL, payload BLOB);
CREATE INDEX IF NOT EXISTS holds_by_state ON holds (state, held_at, id);
CREATE INDEX IF NOT EXISTS holds_by_due ON holds (state, due, id);
CREATE INDEX IF NOT EXISTS holds_by_age ON holds (held_at);
CREATE TABLE IF NOT EXISTS hold_labels (
    label TEXT NOT NULL, held_at INTEGER NOT NULL, id TEXT NOT NULL,
    PRIMARY KEY (label, held_at, id)) WITHOUT ROWID
"""
_GET = "SELECT id, state, held_at, due, body, payload, labels, revision FROM holds WHERE id = ?"


def prepare(execute: Execute, name: str) -> None:
    """Make the tables where they are missing; StoreError where a newer version made them."""
    for statement in _TABLES.split(";"):  # not a script, which would commit
        execute(statement)
    execute("INSERT OR IGNORE INTO formats VALUES ('holds', ?)", (HOLD_FORMAT,))
    (version,) = execute("SELECT version FROM formats WHERE name = 'holds'").fetchone()
    if version > HOLD_FORMAT:
        raise StoreError(
            f"{name} keeps held messages in format {version}, written by a newer sendguard; "
            f"this one knows {HOLD_FORMAT}"
        )


def newest(execute: Execute) -> datetime | None:
    """Since when the latest is held."""
    (at,) = execute("SELECT max(held_at) FROM holds").fetchone()
    return None if at is None else from_microseconds(at)


def get(execute: Execute, id_: str) -> HoldRecord | None:
    """`HoldStore.get_hold`."""
    row = execute(_GET, (id_,)).fetchone()
    return None if row is None else _record(row)


def add(execute: Execute, record: HoldRecord) -> bool:
    """`HoldStore.add_hold`."""
    added = execute(
        "INSERT OR IGNORE INTO holds (id, state, held_at, due, revision, labels, body, payload) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(record.id, record.state, to_microseconds(record.held_at), _instant(record.due)),
            *(record.revision, " ".join(record.labels), record.body, record.payload),
        ),
    )
    if added.rowcount < 1:
        return False
    _label(execute, record)
    return True


def swap(execute: Execute, record: HoldRecord) -> bool:
    """`HoldStore.swap_hold`."""
    kept = execute(
        "SELECT labels, state, held_at FROM holds WHERE id = ? AND revision = ?",
        (record.id, record.revision - 1),
    ).fetchone()
    if kept is None:
        return False
    for label in kept[0].split():
        execute(
            "DELETE FROM hold_labels WHERE label = ? AND held_at = ? AND id = ?",
            (label, kept[2], record.id),
        )
    execute(
        "UPDATE holds SET state = ?, held_at = ?, due = ?, revision = ?, labels = ?, body = ?, "
        "payload = ? WHERE id = ?",
        (
            *(record.state, to_microseconds(record.held_at), _instant(record.due)),
            *(record.revision, " ".join(record.labels), record.body, record.payload, record.id),
        ),
    )
    _label(execute, record)
    return True


def lease(execute: Execute, now: datetime, length: timedelta) -> HoldRecord | None:
    """`HoldStore.lease_hold`."""
    found = [
        row
        for state in LEASABLE
        if (
            row := execute(
                "SELECT due, id FROM holds WHERE state = ? AND due <= ? ORDER BY due, id LIMIT 1",
                (state, to_microseconds(now)),
            ).fetchone()
        )
    ]
    if not found:
        return None
    _, id_ = min(found)
    execute(
        "UPDATE holds SET state = 'leased', due = ?, revision = revision + 1 WHERE id = ?",
        (to_microseconds(now + length), id_),
    )
    return get(execute, id_)


def page(
    execute: Execute,
    states: Sequence[HoldState],
    after: tuple[datetime, str] | None,
    limit: int,
    label: str | None,
) -> tuple[HoldRecord, ...]:
    """`HoldStore.page_holds`."""
    at, id_ = (to_microseconds(after[0]), after[1]) if after else (-(2**62), "")
    found = [
        execute(
            "SELECT held_at, id FROM holds WHERE state = ? AND (held_at, id) > (?, ?) "
            "ORDER BY held_at, id LIMIT ?",
            (state, at, id_, at_most(limit)),
        )
        if label is None
        else execute(
            "SELECT hold_labels.held_at, hold_labels.id FROM hold_labels "
            "CROSS JOIN holds ON holds.id = hold_labels.id "
            "WHERE label = ? AND (hold_labels.held_at, hold_labels.id) > (?, ?) AND state = ? "
            "ORDER BY hold_labels.held_at, hold_labels.id LIMIT ?",
            (label, at, id_, state, at_most(limit)),
        )
        for state in dict.fromkeys(states)
    ]
    ids = [each for _, each in islice(heapq.merge(*found), limit)]
    return tuple(record for each in ids if (record := get(execute, each)))


def purge(execute: Execute, before: datetime, limit: int) -> int:
    """`HoldStore.purge_holds`."""
    left = at_most(limit)
    for state in ENDED:
        left -= execute(
            "DELETE FROM holds WHERE id IN "
            "(SELECT id FROM holds WHERE state = ? AND due < ? LIMIT ?)",
            (state, to_microseconds(before), left),
        ).rowcount
    return limit - left


def _label(execute: Execute, record: HoldRecord) -> None:
    if record.state not in ENDED:
        for label in record.labels:
            execute(
                "INSERT OR IGNORE INTO hold_labels VALUES (?, ?, ?)",
                (label, to_microseconds(record.held_at), record.id),
            )


def _instant(moment: datetime | None) -> int | None:
    return None if moment is None else to_microseconds(moment)


def _record(row: Sequence[Any]) -> HoldRecord:
    id_, state, held_at, due, body, payload, labels, revision = row
    return HoldRecord(
        id_,
        state,
        from_microseconds(held_at),
        None if due is None else from_microseconds(due),
        body,
        payload,
        tuple(labels.split()),
        revision,
    )
