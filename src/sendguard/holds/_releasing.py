"""Sending held messages: each at most once, and none without a trace.

A leased message that nobody marked as *sending* has not left, so when its worker dies it simply
waits on. From that mark on, until the outcome is written down, it may have left; whoever dies in
between leaves it in doubt.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Literal

from attrs import define, evolve, field

from sendguard.errors import MessageNotSent, SendFailed, StoreError
from sendguard.guard import Release, decision_of, releasing
from sendguard.holds._held import Held
from sendguard.holds._keeper import Keeper
from sendguard.holds._kept import Kept
from sendguard.holds._report import ReleaseReport
from sendguard.holds._terms import waiting_for
from sendguard.model import Action, Approval, Decision, matches_code
from sendguard.stores import HoldRecord

Send = Callable[[Held], object]
"""Sends one held message: `Held.payload` where there is one, else `Held.message`."""

_PASSING = ("consent.*", "guard.store-unavailable", "state.*", "timing.quiet-hours")
"""What may have changed meanwhile and may change again: no reason to ask people once more."""

Became = Literal["sent", "waiting", "in_doubt", "expired"]


@define(eq=False)
class Releaser:
    """One call of `HoldQueue.release`."""

    keeper: Keeper
    send: Send
    failures: tuple[type[Exception], ...]
    _became: dict[Became, list[str]] = field(factory=dict)

    def report(self) -> ReleaseReport:
        """What was done so far."""
        return ReleaseReport(**{outcome: tuple(ids) for outcome, ids in self._became.items()})

    def release(self, record: HoldRecord) -> None:
        """Do with a leased message what is due."""
        keeper = self.keeper
        now = keeper.now()
        try:
            kept = keeper.read(record)
        except StoreError as error:
            logging.getLogger("sendguard").warning("%s; it is left alone: %s", record.id, error)
            self._note("waiting", record.id)
            keeper.store.swap_hold(record.changed(state="waiting", due=now + keeper.retry))
            return
        if kept.has_expired(now):
            self._expire(kept, now)
        elif not kept.is_approved(now):
            kept = kept.noted(now, "lapsed", approvals=())
            self._put(kept, kept.waits(now), "waiting", now)
        else:
            self._judge(kept, now)

    def _judge(self, kept: Kept, now: datetime) -> None:
        approval = Approval(
            digest=kept.status.message.digest,
            findings=kept.held(now).reasons,
            by=tuple(signature.by for signature in kept.approvals(now)),
        )
        leave = Release(approval.digest, kept.status.payload_digest, approval, token=kept.record.id)
        guard = self.keeper.guard
        if guard is not None:
            context = evolve(kept.status.context, now=None)
            # Judged for its content alone; the transport inside is held to the payload too.
            judging = Release(approval.digest, None, approval, token=kept.record.id)
            try:
                with releasing(judging):
                    leave.admission = guard.admit(kept.status.message, context)
            except MessageNotSent as error:
                self._refuse(kept, now, error.decision)
                return
        self._begin(kept, leave)

    def _begin(self, kept: Kept, leave: Release) -> None:
        keeper = self.keeper
        now = keeper.now()
        record = kept.next("sending", now + keeper.lease)
        # By the time that judging took, it may have expired, or the lease be over.
        if kept.has_expired(now) or not keeper.store.swap_hold(record):
            if leave.admission is not None:
                leave.admission.failed()
            if kept.has_expired(now):
                self._expire(kept, now)
            else:
                self._note("waiting", record.id)
            return
        self._send(evolve(kept, record=record), leave, now)

    def _send(self, kept: Kept, leave: Release, now: datetime) -> None:
        try:
            with releasing(leave):
                self.send(kept.held(now))
        except BaseException as error:
            became = self._after_error(leave, error)
            self._finish(kept, became, type(error).__name__)
            if not isinstance(error, Exception):
                raise
        else:
            self._finish(kept, _after_return(leave), "")

    def _after_error(self, leave: Release, error: BaseException) -> Became:
        admission = leave.admission
        match None if admission is None else admission.outcome:
            case "sent":  # and what failed came after
                return "sent"
            case "failed":
                return "waiting"
            case "unknown":
                return "in_doubt"
        clean = isinstance(error, (MessageNotSent, SendFailed, *self.failures))
        if admission is not None:
            admission.failed() if clean else admission.unknown()
        return "waiting" if clean else "in_doubt"

    def _finish(self, kept: Kept, became: Became, note: str) -> None:
        now = self.keeper.now()
        match became:
            case "sent":
                kept = kept.noted(now, "sent", note=note)
                record = kept.ends("sent", now)
            case "waiting":
                kept = kept.noted(now, "failed", note=note, retry_at=now + self.keeper.retry)
                record = kept.waits(now)
            case _:
                kept = kept.noted(now, "in-doubt", note=note)
                record = kept.next("doubt", None)
        self._put(kept, record, became, now)

    def _refuse(self, kept: Kept, now: datetime, decision: Decision) -> None:
        """It goes on waiting: for better times, or for what the new findings ask for."""
        stopping = tuple(f for f in decision.findings if f.action >= Action.HOLD)
        codes = ", ".join(sorted({finding.code for finding in stopping}))
        retry_at = now + self.keeper.retry
        if all(matches_code(finding.code, _PASSING) for finding in stopping):
            kept = kept.noted(now, "refused", note=codes, retry_at=retry_at)
        else:
            findings = decision.findings + decision.waived
            union = decision_of(kept.status.message, findings, decision.mode)
            timer = waiting_for(evolve(union, findings=stopping), self.keeper.terms).release_after
            kept = kept.noted(
                *(now, "refused"),
                note=codes,
                decision=union,
                approvals=(),
                needs=waiting_for(union, self.keeper.terms).needs,
                release_at=kept.status.release_at if timer is None else now + timer,
                retry_at=retry_at,
            )
        self._put(kept, kept.waits(now), "waiting", now)

    def _expire(self, kept: Kept, now: datetime) -> None:
        self.keeper.free_key(kept.status.message, kept.status.context, kept.record.id)
        kept = kept.noted(now, "expired")
        self._put(kept, kept.ends("expired", now), "expired", now)

    def _put(self, kept: Kept, record: HoldRecord, became: Became, now: datetime) -> None:
        self._note(became, record.id)
        if self.keeper.store.swap_hold(record):
            self.keeper.told(kept.status.history[-1].what, evolve(kept, record=record), now)
        else:  # the lease was over, and somebody else has decided
            logging.getLogger("sendguard").error(
                "held message %s was changed while it was released; for this worker it is %s",
                *(record.id, became),
            )

    def _note(self, became: Became, id_: str) -> None:
        self._became.setdefault(became, []).append(id_)


def _after_return(leave: Release) -> Became:
    admission = leave.admission
    if admission is None:
        return "sent"
    if admission.outcome is None:
        admission.sent()
    # A transport that failed, and a function that says nothing of it: nobody knows.
    return "sent" if admission.outcome == "sent" else "in_doubt"
