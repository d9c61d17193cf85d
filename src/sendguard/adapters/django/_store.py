"""Held messages in Django's database."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import Error, IntegrityError, transaction
from django.db.models import Max, Q

from sendguard.errors import StoreError
from sendguard.stores import (
    ENDED,
    LEASABLE,
    HoldClock,
    HoldRecord,
    HoldState,
    at_most,
    from_microseconds,
    to_microseconds,
)


class DjangoHoldStore:
    """Keeps held messages in a database of the project; implements `HoldStore`.

    It needs ``"sendguard.adapters.django"`` among the ``INSTALLED_APPS`` and ``manage.py migrate``.
    Every step is a transaction of its own, so that nothing which was held or sent is rolled back
    with the view that did it; inside another transaction it raises `StoreError`. Safe to share
    between threads and processes.

    Args:
        using: the alias in ``DATABASES``. Where views are atomic (``ATOMIC_REQUESTS``), give it one
            of its own, which may lead to the same database.
    """

    def __init__(self, using: str = "default") -> None:
        self.using = using

    def hold_clock(self, *, now: datetime) -> HoldClock:
        """`HoldStore.hold_clock`; the time is the one given."""
        with self._reading():
            newest = self._rows("HeldMessage").aggregate(at=Max("held_at"))["at"]
        return HoldClock(now, None if newest is None else from_microseconds(newest))

    def add_hold(self, record: HoldRecord) -> bool:
        """`HoldStore.add_hold`."""
        try:
            with self._writing():
                self._rows("HeldMessage").create(id=record.id, **_columns(record))
                self._label(record)
        except _TakenError:
            return False
        return True

    def get_hold(self, id: str) -> HoldRecord | None:  # noqa: A002  (what it is)
        """`HoldStore.get_hold`."""
        with self._reading():
            row = self._rows("HeldMessage").filter(pk=id).first()
        return None if row is None else _record(row)

    def swap_hold(self, record: HoldRecord) -> bool:
        """`HoldStore.swap_hold`."""
        before = record.revision - 1
        with self._writing():
            # Written before anything is read, so that SQLite has its lock from the start.
            rows = self._rows("HeldMessage").filter(pk=record.id, revision=before)
            if not rows.update(**_columns(record)):
                return False
            self._rows("HeldLabel").filter(held=record.id).delete()
            self._label(record)
        return True

    def lease_hold(self, *, now: datetime, lease: timedelta) -> HoldRecord | None:
        """`HoldStore.lease_hold`."""
        while True:
            with self._reading():
                due = self._rows("HeldMessage").filter(
                    state__in=LEASABLE, due__lte=to_microseconds(now)
                )
                row = due.order_by("due", "id").first()
            if row is None:
                return None
            leased = _record(row).changed(state="leased", due=now + lease)
            with self._writing():
                taken = self._rows("HeldMessage").filter(pk=row.pk, revision=row.revision)
                if taken.update(**_columns(leased)):
                    return leased

    def page_holds(
        self,
        states: Sequence[HoldState],
        *,
        after: tuple[datetime, str] | None = None,
        limit: int = 100,
        label: str | None = None,
    ) -> tuple[HoldRecord, ...]:
        """`HoldStore.page_holds`."""
        with self._reading():
            if label is None:
                rows = self._rows("HeldMessage").filter(state__in=states)
                if after is not None:
                    at = to_microseconds(after[0])
                    rows = rows.filter(Q(held_at__gt=at) | Q(held_at=at, pk__gt=after[1]))
                found = list(rows.order_by("held_at", "id")[: at_most(limit)])
            else:
                labels = self._rows("HeldLabel").filter(label=label, held__state__in=states)
                if after is not None:
                    at = to_microseconds(after[0])
                    labels = labels.filter(Q(held_at__gt=at) | Q(held_at=at, held__gt=after[1]))
                labels = labels.order_by("held_at", "held_id").select_related("held")
                found = [each.held for each in labels[: at_most(limit)]]
        return tuple(map(_record, found))

    def purge_holds(self, *, before: datetime, limit: int = 1_000) -> int:
        """`HoldStore.purge_holds`."""
        ended = {"state__in": ENDED, "due__lt": to_microseconds(before)}
        with self._reading():
            rows = self._rows("HeldMessage").filter(**ended)
            ids = list(rows.values_list("pk", flat=True)[: at_most(limit)])
        with self._writing():
            gone, _ = self._rows("HeldMessage").filter(pk__in=ids, **ended).delete()
        return int(gone)

    def _rows(self, model: str) -> Any:
        # Asked for by name: this file is imported before Django has its models.
        return apps.get_model("sendguard", model)._default_manager.using(self.using)

    def _label(self, record: HoldRecord) -> None:
        if record.state in ENDED:
            return
        model = apps.get_model("sendguard", "HeldLabel")
        at = to_microseconds(record.held_at)
        rows = [model(label=each, held_at=at, held_id=record.id) for each in record.labels]
        self._rows("HeldLabel").bulk_create(rows)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except Error as error:
            raise StoreError(f"the database {self.using!r} failed: {error}") from error

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            with ExitStack() as stack:
                try:
                    stack.enter_context(transaction.atomic(using=self.using, durable=True))
                except RuntimeError as error:
                    raise StoreError(
                        "a held message would be lost if the transaction around it was rolled "
                        "back; give DjangoHoldStore(using=…) an alias of its own in DATABASES"
                    ) from error
                yield
        except IntegrityError as error:
            raise _TakenError(f"the database {self.using!r} failed: {error}") from error
        except Error as error:
            raise StoreError(f"the database {self.using!r} failed: {error}") from error

    def __repr__(self) -> str:
        return f"DjangoHoldStore({self.using!r})"


class _TakenError(StoreError):
    """A row was there already."""


# Texts in JSON have no bare quotes, and the message stands before all that could have such a key.
_CHANNEL = re.compile(r'"channel":"([a-z]{1,20}+)"')


def _columns(record: HoldRecord) -> dict[str, Any]:
    channel = _CHANNEL.search(record.body)
    return {
        "channel": channel[1] if channel else "",  # to filter by; the queue does not read it
        "state": record.state,
        "held_at": to_microseconds(record.held_at),
        "due": None if record.due is None else to_microseconds(record.due),
        "revision": record.revision,
        "labels": " ".join(record.labels),
        "body": record.body,
        "payload": record.payload,
    }


def _record(row: Any) -> HoldRecord:
    return HoldRecord(
        id=row.pk,
        state=row.state,
        held_at=from_microseconds(row.held_at),
        due=None if row.due is None else from_microseconds(row.due),
        body=row.body,
        payload=None if row.payload is None else bytes(row.payload),
        labels=tuple(row.labels.split()),
        revision=row.revision,
    )
