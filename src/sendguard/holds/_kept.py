"""One record of the store and what it says, and the steps from one revision to the next."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from attrs import evolve, frozen

from sendguard.errors import StoreError
from sendguard.guard import payload_digest
from sendguard.holds._held import Entry, Held, Signature, State, What, have
from sendguard.holds._people import authors_of
from sendguard.holds._record import Status, from_body, to_body
from sendguard.model import Action, Decision
from sendguard.stores import ENDED, HoldRecord, HoldState


@frozen
class Kept:
    """A record as it was read.

    Attributes:
        record: the revision that is in the store.
        status: what it says.
        lasting: how long an approval counts, from when it was given or the timer ran out.
    """

    record: HoldRecord
    status: Status
    lasting: timedelta

    @classmethod
    def read(cls, record: HoldRecord, lasting: timedelta) -> Kept:
        """Read a record; StoreError where it cannot be."""
        status = from_body(record.body)
        payload = record.payload
        if (None if payload is None else payload_digest(payload)) != status.payload_digest:
            raise StoreError("the payload of a held message is not the one that was held")
        return cls(record, status, lasting)

    @classmethod
    def new(
        cls, id_: str, status: Status, at: datetime, payload: bytes | None, lasting: timedelta
    ) -> Kept:
        """A message that is held from now on."""
        labels = labels_of(status.decision)
        record = HoldRecord(id_, "waiting", at, None, to_body(status), payload, labels)
        kept = cls(record, status, lasting)
        return evolve(kept, record=evolve(record, due=kept.due(at)))

    def noted(self, at: datetime, what: What, by: str = "", note: str = "", **changes: Any) -> Kept:
        """With one line more in its history, and these changes."""
        history = (*self.status.history, Entry(at, what, by, note))
        return evolve(self, status=evolve(self.status, history=history, **changes))

    def next(
        self, state: HoldState, due: datetime | None, payload: bytes | None = None
    ) -> HoldRecord:
        """The next revision of the record."""
        return self.record.changed(
            state=state,
            due=due,
            body=to_body(self.status),
            payload=self.record.payload if payload is None else payload,
            labels=labels_of(self.status.decision),
        )

    def waits(self, now: datetime, payload: bytes | None = None) -> HoldRecord:
        """The next revision, in which it waits (on)."""
        return self.next("waiting", self.due(now), payload)

    def due(self, now: datetime) -> datetime | None:
        """When something is to happen with it while it waits."""
        times = (self.ready_at(now), self.status.expires_at)
        return min((each for each in times if each is not None), default=None)

    def ends(self, state: HoldState, now: datetime) -> HoldRecord:
        """The next and last revision."""
        return self.next(state, now)

    def approvals(self, now: datetime) -> tuple[Signature, ...]:
        """Those that count now; once it has ended, those that did."""
        if self.record.state in ENDED:
            return self.status.approvals
        return tuple(each for each in self.status.approvals if now < self._lapses(each))

    def is_approved(self, now: datetime) -> bool:
        """Whether all needs are met now."""
        approvals = self.approvals(now)
        return all(have(need, approvals) >= need.approvals for need in self.status.needs)

    def ready_at(self, now: datetime) -> datetime | None:
        """From when it may be released, as things stand; None while approvals are missing."""
        if not self.is_approved(now):
            return None
        times = (self.record.held_at, self.status.release_at, self.status.retry_at)
        return max(each for each in times if each is not None)

    def has_expired(self, now: datetime) -> bool:
        """Whether it may not wait any longer."""
        return self.status.expires_at is not None and self.status.expires_at <= now

    @property
    def authors(self) -> tuple[str, ...]:
        """Who may not approve it."""
        return tuple(dict.fromkeys((*authors_of(self.status.context), *self.status.editors)))

    def state(self, now: datetime) -> State:
        """Where it stands, as people see it."""
        match self.record.state:
            case "sent" | "rejected" | "undone" | "expired" as ended:
                return ended
            case "doubt":
                return "in-doubt"
            case "sending":
                due = self.record.due
                return "in-doubt" if due is not None and due <= now else "sending"
        return "approved" if self.status.needs and self.is_approved(now) else "waiting"

    def held(self, now: datetime) -> Held:
        """What people and programs get to see."""
        status, approvals = self.status, self.approvals(now)
        return Held(
            id=self.record.id,
            message=status.message,
            context=status.context,
            decision=status.decision,
            state=self.state(now),
            held_at=self.record.held_at,
            release_at=status.release_at,
            expires_at=status.expires_at,
            needs=status.needs,
            approvals=approvals,
            history=status.history,
            payload=self.record.payload,
            payload_digest=status.payload_digest,
            transport=status.transport,
            authors=self.authors,
            lapses_at=min(map(self._lapses, approvals), default=None),
        )

    def _lapses(self, signature: Signature) -> datetime:
        release_at = self.status.release_at
        return max(signature.at, release_at or signature.at) + self.lasting


def labels_of(decision: Decision) -> tuple[str, ...]:
    """The codes to list it by."""
    return tuple({f.code for f in decision.findings if f.action >= Action.HOLD})
