"""The queue of held messages."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from datetime import datetime, timedelta
from itertools import count, islice
from typing import Any, Literal

from attrs import evolve

from sendguard.errors import ConfigurationError, HoldError, StoreError
from sendguard.guard import Guard, keep_key, payload_digest, resolve, without_ambient
from sendguard.holds._held import Entry, Held, Signature
from sendguard.holds._keeper import Keeper, need_waiting
from sendguard.holds._kept import Kept
from sendguard.holds._notices import HoldObserver, only
from sendguard.holds._people import Roles, identity, named, roles_of
from sendguard.holds._record import Status
from sendguard.holds._releasing import Releaser, Send
from sendguard.holds._report import ReleaseReport
from sendguard.holds._terms import Waiting, check_terms, overridden, waiting_for
from sendguard.model import (
    Action,
    Actor,
    Clock,
    Context,
    Decision,
    Duration,
    Message,
    Terms,
    seconds_of,
    system_clock,
)
from sendguard.stores import HoldRecord, HoldStore


class HoldQueue:
    """Keeps messages that may not leave yet: until a timer ends, people approve, or it expires.

    What was held leaves at most once, and only as it was approved. Safe to share between threads,
    and between processes as far as its store is.

    Args:
        store: where they lie; may be the guard's own.
        guard: judges again what is edited and what is released.
        terms: what a message waits for, by finding code or pattern. Of several the strictest wins;
            a finding of which neither they nor its check say anything needs one approval.
        clock: where the time comes from; by default the guard's.
        roles: who may approve in which role.
        approval_lasts: how long an approval counts, from when it was given or the timer ran out.
        lease: how long one message may take to be sent; after that it is in doubt.
        retry: how long a message waits that could not leave because of a limit, quiet hours or a
            clean failure of the transport.
        notify: hears of everything that happens: an observer, or several.
        on_held, on_expired: functions of the `Held` that was held, or rejected as expired.

    Raises:
        ConfigurationError, TypeError: an argument has a value that it cannot have.
    """

    def __init__(
        self,
        store: HoldStore,
        guard: Guard | None = None,
        *,
        terms: Mapping[str, Terms] | None = None,
        clock: Clock | None = None,
        roles: Roles | None = None,
        approval_lasts: Duration = "1d",
        lease: Duration = "5m",
        retry: Duration = "1m",
        notify: HoldObserver | Iterable[HoldObserver] = (),
        on_held: Callable[[Held], object] | None = None,
        on_expired: Callable[[Held], object] | None = None,
    ) -> None:
        if not isinstance(store, HoldStore):
            raise TypeError(f"HoldQueue.store takes a HoldStore, not {type(store).__name__}")
        if guard is not None and not isinstance(guard, Guard):
            raise TypeError(f"HoldQueue.guard takes a Guard, not {type(guard).__name__}")
        observers = [notify] if callable(notify) else list(notify)
        observers += [only("held", on_held)] if on_held is not None else []
        observers += [only("expired", on_expired)] if on_expired is not None else []
        for each in observers:
            if not callable(each):
                raise TypeError(f"HoldQueue.notify takes callables, not {type(each).__name__}")
        self._roles: Roles = roles or {}
        self._keeper = Keeper(
            store,
            guard,
            check_terms(terms or {}),
            clock or (system_clock if guard is None else guard.clock),
            lasting=_length("HoldQueue.approval_lasts", approval_lasts),
            lease=_length("HoldQueue.lease", lease),
            retry=_length("HoldQueue.retry", retry),
            observers=tuple(observers),
        )

    @property
    def guard(self) -> Guard | None:
        """Who judges again."""
        return self._keeper.guard

    def guarded(self, guard: Guard) -> HoldQueue:
        """This queue, or if it has no guard, the same with that one."""
        if self.guard is not None:
            return self
        queue = copy(self)
        queue._keeper = evolve(self._keeper, guard=guard)
        return queue

    def hold(
        self,
        message: Message,
        context: Context | None,
        decision: Decision,
        *,
        payload: bytes | None = None,
        release_after: Duration | None = None,
        approvals: int = 0,
        expires: Duration | None = None,
        transport: Mapping[str, Any] | None = None,
    ) -> Held:
        """Keep a message.

        Args:
            message, context, decision: what was held, with what, and why.
            payload: the exact bytes that are to leave, where the transport knows them.
            release_after, approvals: what it waits for; when one is given, the terms of the queue
                and of the findings do not count, except that what could not be judged
                (``guard.*``) is always approved by a person.
            expires: how long it may wait, whatever the terms say.
            transport: what the transport has to know beside the payload, as JSON can hold it.

        Raises:
            AlreadySent, MessageBlocked: its idempotency key was used meanwhile.
            ConfigurationError: an argument has a value that it cannot have.
            StoreError: it could not be kept; the caller still owns it.
        """
        _check(message, decision, payload)
        context = resolve(message, context)
        keeper = self._keeper
        time = keeper.store.hold_clock(now=keeper.given())
        # Never before the newest: a clock that was set back ends no time of waiting early.
        at = max(time.now, time.newest or time.now)
        terms = overridden(
            decision,
            keeper.terms,
            None if release_after is None else _length("hold(release_after=)", release_after),
            _number(approvals),
            None if expires is None else _length("hold(expires=)", expires),
        )
        status = Status(
            message=message,
            context=context,
            decision=decision,
            needs=terms.needs,
            release_at=None if terms.release_after is None else at + terms.release_after,
            expires_at=None if terms.expires is None else at + terms.expires,
            history=(Entry(at, "held"),),
            payload_digest=None if payload is None else payload_digest(payload),
            transport=transport,
        )
        kept = Kept.new(secrets.token_hex(16), status, at, payload, keeper.lasting)
        if keeper.guard is not None:
            keep_key(keeper.guard, message, context, kept.record.id)
        try:
            keeper.store.add_hold(kept.record)
        except StoreError:
            keeper.free_key(message, context, kept.record.id)
            raise
        return keeper.told("held", kept, at)

    def pending(
        self,
        *,
        code: str | None = None,
        limit: int | None = None,
        after: Held | None = None,
    ) -> Iterator[Held]:
        """Those not yet sent, rejected, expired or in doubt, the oldest first.

        Read page by page while one goes along, so that a million are no burden.

        Args:
            code: only those that wait for this finding.
            limit: at most so many.
            after: only those behind this one; for pages of one's own.
        """
        now = self._keeper.now()
        rows = self._keeper.listed(("waiting", "leased", "sending"), code, after)
        found = (kept.held(now) for kept in rows if kept.state(now) != "in-doubt")
        return islice(found, limit)

    def in_doubt(self, *, limit: int | None = None, after: Held | None = None) -> Iterator[Held]:
        """Those of which nobody knows whether they left, the oldest first.

        A message that was being sent is among them from the end of its lease on, since whoever
        sent it has died or hangs.
        """
        now = self._keeper.now()
        rows = self._keeper.listed(("sending", "doubt"), None, after)
        found = (kept.held(now) for kept in rows if kept.state(now) == "in-doubt")
        return islice(found, limit)

    def get(self, id: str) -> Held:  # noqa: A002  (what it is)
        """The message of that id.

        Raises:
            HoldError: there is none.
        """
        return self._keeper.kept(id).held(self._keeper.now())

    def approve(self, id: str, *, by: Actor | str, note: str = "") -> Held:  # noqa: A002  (what it is)
        """One person's approval of the message as it is now. The same person counts once.

        Args:
            id: of the message.
            by: who; his roles are those of the `Actor` and those that the queue knows of.
            note: why, for the record.

        Raises:
            HoldError: he is its author, has none of the roles, or it does not wait any more.
            ConfigurationError: nobody is named.
        """
        person = named(by, "approve")
        roles = roles_of(person, self._roles)

        def step(kept: Kept, now: datetime) -> tuple[Kept, HoldRecord]:
            need_waiting(kept, now)
            _may_approve(kept, person, roles)
            mine = identity(person.id)
            others = tuple(s for s in kept.approvals(now) if identity(s.by) != mine)
            signature = Signature(person.id, now, note, roles)
            kept = kept.noted(
                now, "approved", person.id, note, approvals=(*others, signature), retry_at=None
            )
            return kept, kept.waits(now)

        return self._keeper.step(id, "approved", step, person.id)

    def reject(self, id: str, *, by: Actor | str, reason: str) -> Held:  # noqa: A002  (what it is)
        """The message will not leave. Its author may do that too.

        Raises:
            HoldError: it does not wait any more.
            ConfigurationError: nobody is named, or no reason.
        """
        if not reason.strip():
            raise ConfigurationError("reject: reason= is empty; say why")
        return self._ended(id, "rejected", named(by, "reject").id, reason)

    def undo(self, id: str, *, by: Actor | str) -> Held:  # noqa: A002  (what it is)
        """Take the message back before it leaves, as its author does who has thought again.

        Raises:
            HoldError: it does not wait any more.
            ConfigurationError: nobody is named.
        """
        return self._ended(id, "undone", named(by, "undo").id)

    def edit(
        self,
        id: str,  # noqa: A002  (what it is)
        message: Message,
        *,
        by: Actor | str,
        payload: bytes | None = None,
    ) -> Held:
        """Put another message in its place. It is judged again, and all approvals are void.

        A timer begins anew. Whoever edits is an author from then on. A message to which the guard
        has no objection any more needs no approval.

        Args:
            id: of the held message.
            message: the new one.
            by: who edits.
            payload: the bytes of the new one; needed where the old one had some.

        Raises:
            HoldError: it does not wait any more.
            ConfigurationError: nobody is named, the queue has no guard, or the payload is missing.
        """
        person = named(by, "edit")
        if self.guard is None:
            raise ConfigurationError("edit: the queue has no guard to judge the message again")
        guard, terms_by_code = self.guard, self._keeper.terms

        def step(kept: Kept, now: datetime) -> tuple[Kept, HoldRecord]:
            need_waiting(kept, now)
            if (payload is None) != (kept.record.payload is None):
                raise ConfigurationError(
                    "edit: payload= is missing; the message leaves as these bytes"
                    if payload is None
                    else "edit: payload= is given, but the message was held without one"
                )
            # Without its own key, which it has used itself.
            context = evolve(kept.status.context, key=None, now=None)
            with without_ambient():
                decision = guard.evaluate(message, context)
            terms = Waiting() if decision.allowed else waiting_for(decision, terms_by_code)
            kept = kept.noted(
                now,
                "edited",
                person.id,
                message=message,
                decision=decision,
                needs=terms.needs,
                release_at=None if terms.release_after is None else now + terms.release_after,
                approvals=(),
                editors=(*kept.status.editors, person.id),
                payload_digest=None if payload is None else payload_digest(payload),
            )
            return kept, kept.waits(now, payload)

        return self._keeper.step(id, "edited", step, person.id)

    def release(
        self,
        send: Send,
        *,
        limit: int | None = None,
        failed_on: type[Exception] | tuple[type[Exception], ...] = (),
    ) -> ReleaseReport:
        """Send what may leave now, each message at most once; reject what has expired.

        Each message is leased, judged again with its approval, marked as being sent, and sent. A
        worker that dies before that mark has sent nothing, and the message waits on; one that dies
        after it leaves the message in doubt.

        Args:
            send: sends one `Held`. What returns has sent it. `SendFailed`, `MessageNotSent` and
                `failed_on` say that it reached nobody, and it waits on; so does a guarded
                transport inside that knows. Any other exception leaves it in doubt.
            limit: at most so many messages.
            failed_on: exceptions by which `send` says that it certainly reached nobody.

        Raises:
            StoreError: the store does not answer; what was being sent is in doubt.
        """
        if not callable(send):
            raise TypeError(f"release: send takes a callable, not {type(send).__name__}")
        failures = failed_on if isinstance(failed_on, tuple) else (failed_on,)
        keeper = self._keeper
        releaser = Releaser(keeper, send, failures)
        for _ in count() if limit is None else range(limit):
            record = keeper.store.lease_hold(now=keeper.given(), lease=keeper.lease)
            if record is None:
                break
            releaser.release(record)
        return releaser.report()

    def resolve(
        self,
        id: str,  # noqa: A002  (what it is)
        *,
        sent: bool,
        by: Actor | str,
        note: str = "",
    ) -> Held:
        """Say what became of a message in doubt: it has left, or it has not and waits on.

        Raises:
            HoldError: it is not in doubt.
            ConfigurationError: nobody is named.
        """
        person = named(by, "resolve")

        def step(kept: Kept, now: datetime) -> tuple[Kept, HoldRecord]:
            if kept.state(now) != "in-doubt":
                raise HoldError(id, f"it is not in doubt but {kept.state(now)}")
            said = "; ".join(filter(None, ("sent" if sent else "not sent", note)))
            kept = kept.noted(now, "resolved", person.id, said)
            return kept, kept.ends("sent", now) if sent else kept.waits(now)

        return self._keeper.step(id, "resolved", step, person.id)

    def purge(self, older_than: Duration) -> int:
        """Forget messages that ended longer ago than that; returns how many.

        What waits or is in doubt is never forgotten.
        """
        before = self._keeper.now() - _length("purge(older_than=)", older_than)
        gone = 0
        while found := self._keeper.store.purge_holds(before=before):
            gone += found
        return gone

    def _ended(
        self, id_: str, what: Literal["rejected", "undone"], by: str, note: str = ""
    ) -> Held:
        def step(kept: Kept, now: datetime) -> tuple[Kept, HoldRecord]:
            need_waiting(kept, now)
            kept = kept.noted(now, what, by, note)
            return kept, kept.ends(what, now)

        held = self._keeper.step(id_, what, step, by)
        self._keeper.free_key(held.message, held.context, id_)
        return held

    def __repr__(self) -> str:
        return f"HoldQueue({self._keeper.store!r})"


def _check(message: Message, decision: Decision, payload: bytes | None) -> None:
    given: tuple[tuple[str, object, Any], ...] = (
        ("message", message, Message),
        ("decision", decision, Decision),
        ("payload", payload, bytes | None),
    )
    for name, value, kind in given:
        if not isinstance(value, kind):
            raise TypeError(f"hold: {name}= cannot be a {type(value).__name__}")
    if message.digest != decision.digest:
        raise ConfigurationError(
            "hold: the decision is about another content; give the message that was judged"
        )


def _may_approve(kept: Kept, person: Actor, roles: tuple[str, ...]) -> None:
    """Raise HoldError unless this person's approval would count."""
    id_, status = kept.record.id, kept.status
    names = {identity(name) for name in (person.id, person.name) if name}
    if not names.isdisjoint(map(identity, kept.authors)):
        raise HoldError(id_, "its author cannot approve it; ask somebody else")
    if _is_blocked(status):
        raise HoldError(id_, "it is blocked, which nobody can approve; edit or reject it")
    asked = [need.roles for need in status.needs]
    if asked and not any(not wanted or set(wanted) & set(roles) for wanted in asked):
        wanted = ", ".join(sorted({role for some in asked for role in some}))
        raise HoldError(id_, f"it needs an approver in one of the roles {wanted}")


def _is_blocked(status: Status) -> bool:
    notice = status.context.purpose == "service-notice"
    return any(
        finding.action is Action.BLOCK and not (notice and finding.code.startswith("consent."))
        for finding in status.decision.findings
    )


def _length(where: str, given: Duration) -> timedelta:
    return timedelta(seconds=seconds_of(where, given))


def _number(approvals: int) -> int:
    return Terms(approvals=approvals).approvals or 0  # validated there
