"""A policy, and how to act on it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Container, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeVar

from attrs import evolve, field, frozen

from sendguard.checks import (
    AllOf,
    AnyOf,
    Ask,
    At,
    Case,
    Check,
    Leaf,
    Named,
    OnStoreError,
    When,
    all_of,
)
from sendguard.errors import AlreadySent, ConfigurationError, MessageBlocked, MessageHeld
from sendguard.guard._adding_up import decision_of
from sendguard.guard._admission import Admission, AsyncAdmission, refused_by
from sendguard.guard._ambient import resolve
from sendguard.guard._claims import Answer, key_ask, peek, take
from sendguard.guard._desk import Desk, Steps, finished
from sendguard.guard._judge import Judge, not_evaluable
from sendguard.guard._leave import Leave, leave_for
from sendguard.guard._observers import Event, Observer, notify_all
from sendguard.guard._pool import IoPool
from sendguard.guard._settings import Settings, canonical_domains, code_patterns, policy_of
from sendguard.model import (
    Action,
    Approval,
    Clock,
    Commitment,
    Context,
    Decision,
    Defect,
    Finding,
    Message,
    Mode,
    Override,
    matches_code,
    system_clock,
)
from sendguard.policy import Policy, load, shipped, to_toml
from sendguard.stores import AsyncClaimStore, ClaimStore
from sendguard.text import Analysis

if TYPE_CHECKING:
    from sendguard.matching import DirectoryLike

T = TypeVar("T")

# Unless the owner names them himself. Who may send is not for the sender to say: what waits for a
# second person is approved in a hold queue, where the author's own word does not count.
_NEVER_OVERRIDABLE: Final = ("authority.*", "guard.*", "header.*")


@frozen
class _Judged:
    """What the checks found, what they ask of the store, and what the message promises."""

    findings: tuple[Finding, ...]
    asks: tuple[Ask, ...]
    commitments: tuple[Commitment, ...]


@frozen(init=False, repr=False)
class Guard:
    """Judges messages by its checks. Immutable; safe to share between threads and over forks.

    Args:
        checks: all must pass; compose them with ``&``, ``|``, `when`, `at` and so on.
        store: where all workers count together; without one, what needs it is not evaluable.
        on_error: the action for a check that fails (``guard.check-failed``).
        on_store_error: the action when the store does not answer (``guard.store-unavailable``).
        on_unevaluable: the action for what cannot be judged (``guard.not-evaluable``).
        mode: "enforce", or "observe" to record and let everything pass.
        observers: hear what `admit` decides, and how each send ended.
        overridable: codes or patterns that an `Override` may set aside; by default every finding
            that holds, except those of ``authority.*``, ``guard.*`` and ``header.*``.
        directory: whom the organisation knows, for the checks that ask who somebody is.
        suppression: whom it must not write to, such as a `SuppressionList`.
        internal_domains: domains of the sending organisation.
        default_region: ISO 3166 region for phone numbers without a country code.
        clock: where the time comes from.

    Raises:
        ConfigurationError: an option has a value that it cannot have.

    >>> from sendguard import Guard, Message, checks
    >>> guard = Guard(checks.placeholders())
    >>> message = Message.email(to="m@x.example", subject="Hi", text="Dear {{first_name}},")
    >>> guard.evaluate(message).action
    <Action.HOLD: 2>
    """

    _settings: Settings
    _pool: IoPool = field(eq=False)
    _desk: Desk | None = field(eq=False)

    def __init__(
        self,
        *checks: Check,
        store: ClaimStore | AsyncClaimStore | None = None,
        on_error: Action = Action.HOLD,
        on_store_error: Action = Action.HOLD,
        on_unevaluable: Action = Action.WARN,
        mode: Mode = "enforce",
        observers: Iterable[Observer] = (),
        overridable: Iterable[str] | None = None,
        directory: DirectoryLike | None = None,
        suppression: Container[str] | None = None,
        internal_domains: Iterable[str] = (),
        default_region: str | None = None,
        clock: Clock | None = None,
    ) -> None:
        settings = Settings(
            check=all_of(*checks),
            on_error=on_error,
            on_unevaluable=on_unevaluable,
            mode=mode,
            observers=tuple(observers),
            overridable=None if overridable is None else code_patterns("overridable", overridable),
            directory=directory,
            suppression=suppression,
            internal_domains=canonical_domains(internal_domains),
            default_region=default_region,
            clock=clock or system_clock,
            store=store,
            on_store_error=on_store_error,
        )
        pool = IoPool()
        self.__attrs_init__(settings, pool, None if store is None else Desk(store, pool))

    def _changed(self, **changes: Any) -> Guard:
        guard = object.__new__(Guard)
        guard.__attrs_init__(evolve(self._settings, **changes), self._pool, self._desk)
        return guard

    @property
    def clock(self) -> Clock:
        """Where its time comes from."""
        return self._settings.clock

    @property
    def mode(self) -> Mode:
        """Whether it acts ("enforce") or only records ("observe")."""
        return self._settings.mode

    @classmethod
    def recommended(cls, **options: Any) -> Guard:
        """What a careful engineer switches on without knowing anything about the organisation.

        Takes the options of `Guard`.
        """
        return cls.from_policy(shipped("recommended"), **options)

    @classmethod
    def from_policy(cls, policy: Policy, **options: Any) -> Guard:
        """The guard that a policy describes; the options of `Guard` given here win over it."""
        guard = cls(*policy.checks, **{**policy.guard_options, **options})
        return guard.without(*policy.without).with_actions(dict(policy.actions))

    @classmethod
    def from_toml(
        cls, path: str | os.PathLike[str], *, environment: str | None = None, **options: Any
    ) -> Guard:
        """The guard that a policy file describes; the options of `Guard` given here win over it.

        Args:
            path: a policy file, a pyproject.toml with a table ``[tool.sendguard]``, or the name
                of a shipped policy.
            environment: whose tables of the file lie on top; None for "production".
            options: as for `Guard`.

        Raises:
            ConfigurationError: something is wrong in the file; the message says where, what was
                expected, and the nearest valid name. Nothing of it counts then.
        """
        policy = load(path, environment=environment)
        try:
            return cls.from_policy(policy, **options)
        except ConfigurationError as error:
            raise ConfigurationError(f"{os.fspath(path)}: {error}") from error

    @property
    def policy(self) -> Policy:
        """What it was built of, as a value."""
        return policy_of(self._settings)

    def to_toml(self) -> str:
        """The text of a policy file that describes this guard; observers and clock left out.

        Raises:
            ConfigurationError: a part of it is known to Python alone; the message says which.
        """
        return to_toml(self.policy)

    def extended(self, *checks: Check) -> Guard:
        """This guard with further checks."""
        return self._changed(check=all_of(self._settings.check, *checks))

    def without(self, *codes: str) -> Guard:
        """This guard without the findings of these codes or patterns; never without ``guard.*``."""
        return self._changed(dropped=self._settings.dropped + code_patterns("without", codes))

    def with_actions(self, actions: Mapping[str, Action]) -> Guard:
        """This guard with other actions for codes or patterns; a whole code wins over a pattern.

        ``guard.*`` is never changed: it has `on_error` and `on_unevaluable`.
        """
        for action in actions.values():
            if not isinstance(action, Action):
                raise TypeError(f"with_actions takes Actions, not {type(action).__name__}")
        patterns = code_patterns("with_actions", actions)
        merged = {
            **dict(self._settings.actions),
            **dict(zip(patterns, actions.values(), strict=True)),
        }
        # The longest pattern is the most exact one, so the order of the keys means nothing.
        return self._changed(
            actions=tuple(sorted(merged.items(), key=lambda row: (-len(row[0]), row[0])))
        )

    def evaluate(self, message: Message, context: Context | None = None) -> Decision:
        """Judge a message: total and pure. Writes nothing, and raises for no message.

        Args:
            message: what is about to be sent.
            context: the facts of this send, over those of a surrounding `sendguard.context`.

        Raises:
            TypeError: for something that is no `Message` or no `Context`.
        """
        judged = self._judged(message, self._context(message, context))
        return self._carried_out(self._evaluating(message, judged))

    async def aevaluate(self, message: Message, context: Context | None = None) -> Decision:
        """`evaluate` for asyncio; checks that do I/O wait in a thread."""
        judged = await self._ajudged(message, self._context(message, context))
        return await self._acarried_out(self._evaluating(message, judged))

    def admit(
        self,
        message: Message,
        context: Context | None = None,
        *,
        partial: bool = False,
        override: Override | None = None,
        approval: Approval | None = None,
        payload: bytes | None = None,
    ) -> Admission:
        """Judge a message that is to be sent now, and give leave to send it.

        Args:
            message: what is about to be sent.
            context: the facts of this send, over those of a surrounding `sendguard.context`.
            partial: leave out refused recipients (`Admission.refused`) rather than refuse the
                message for all.
            override: a person's word that it goes although these codes objected.
            approval: what was approved while it was held.
            payload: the exact bytes that are about to leave, from a transport that knows them. A
                message that a hold queue releases, and has judged again, is not judged once more
                by the guarded transport that sends it, if these are the bytes that were approved.

        Raises:
            MessageBlocked, MessageHeld: it may not leave; the caller still owns it.
            AlreadySent: its key was used for the same content.
        """
        leave, release = leave_for(message, partial, override, approval, payload)
        if release is not None and release.admission is not None:
            return release.admission
        resolved = self._context(message, context)
        judged = self._judged(message, resolved)
        admission = self._carried_out(self._admitting(message, resolved, judged, leave))
        if release is not None:
            release.admission = admission
        return admission

    def aadmit(
        self,
        message: Message,
        context: Context | None = None,
        *,
        partial: bool = False,
        override: Override | None = None,
        approval: Approval | None = None,
        payload: bytes | None = None,
    ) -> AsyncAdmission:
        """`admit` for asyncio: await it, or enter it with ``async with``."""

        async def admit() -> Admission:
            leave, release = leave_for(message, partial, override, approval, payload)
            if release is not None and release.admission is not None:
                return release.admission
            resolved = self._context(message, context)
            judged = await self._ajudged(message, resolved)
            steps = self._admitting(message, resolved, judged, evolve(leave, behind=True))
            admission = await self._acarried_out(steps)
            if release is not None:
                release.admission = admission
            return admission

        return AsyncAdmission(admit)

    def _context(self, message: Message, context: Context | None) -> Context:
        if not isinstance(message, Message):
            raise TypeError(f"a guard judges a Message, not {type(message).__name__}")
        if context is not None and not isinstance(context, Context):
            raise TypeError(f"context takes a Context or None, not {type(context).__name__}")
        resolved = resolve(message, context)
        return resolved if resolved.now is not None else resolved.at(self._settings.clock())

    def _judged(self, message: Message, context: Context) -> _Judged:
        internal = self._settings.internal_domains
        if context.internal_domains:
            internal |= canonical_domains(context.internal_domains)
        analysis = Analysis(message)
        judge = Judge(
            case=Case(
                message,
                context,
                analysis,
                internal,
                self._settings.default_region,
                self._settings.directory,
                self._settings.suppression,
                self._settings.store is not None,
            ),
            on_error=self._settings.on_error,
            on_unevaluable=self._settings.on_unevaluable,
            pool=self._pool,
            recipients=tuple(dict.fromkeys(r.address for r in message.recipients)) or (None,),
        )
        verdict = judge.judge(self._settings.check)
        findings = [kept for f in verdict.findings if (kept := self._acted(f))]
        findings += [
            self._defect(defect) for defect in analysis.defects if defect.kind != "malformed"
        ]
        asks = [wanted for ask in verdict.asks if (wanted := self._asked(ask))]
        if context.key is not None:
            asks.append(key_ask(context.key, message.digest))
        if asks and self._desk is None:
            reason = "The guard has no store, so limits, repeats and keys could not be judged."
            findings.append(not_evaluable(reason, None, self._settings.on_unevaluable))
            asks = []
        if (scope := self._settings.scope) is not None:
            asks = [evolve(ask, claim=ask.claim.scoped(scope)) for ask in asks]
        return _Judged(tuple(findings), tuple(asks), verdict.commitments)

    async def _ajudged(self, message: Message, context: Context) -> _Judged:
        directory = self._settings.directory
        asks_elsewhere = directory is not None and directory.time_out is not None
        if not (asks_elsewhere or _does_io(self._settings.check)):
            return self._judged(message, context)
        return await asyncio.to_thread(self._judged, message, context)

    def _carried_out(self, steps: Steps[T]) -> T:
        return finished(steps) if self._desk is None else self._desk.run(steps)

    async def _acarried_out(self, steps: Steps[T]) -> T:
        return finished(steps) if self._desk is None else await self._desk.arun(steps)

    def _evaluating(self, message: Message, judged: _Judged) -> Steps[Decision]:
        findings = judged.findings
        if judged.asks:
            answer = yield from self._peek(judged.asks)
            findings += answer.findings
        return decision_of(message, findings, self._settings.mode, judged.commitments)

    def _peek(self, asks: tuple[Ask, ...]) -> Steps[Answer]:
        return peek(asks, self._settings.clock(), self._settings.on_store_error)

    def _asked(self, ask: Ask) -> Ask | None:
        claim = ask.claim
        acted = self._acted(Finding(code=claim.code, action=claim.action, message=ask.message))
        if acted is None:
            return None
        return evolve(ask, claim=evolve(claim, code=acted.code, action=acted.action))

    def _acted(self, finding: Finding) -> Finding | None:
        if finding.code.startswith("guard."):
            return finding
        if matches_code(finding.code, self._settings.dropped):
            return None
        for pattern, action in self._settings.actions:
            if matches_code(finding.code, (pattern,)):
                return finding.replace(action=action)
        return finding

    def _defect(self, defect: Defect) -> Finding:
        if defect.kind == "unreadable":
            return not_evaluable(defect.detail, defect.part, self._settings.on_unevaluable)
        limited = defect.kind == "limit"
        return Finding(
            code="guard.limit-exceeded" if limited else "guard.unreadable",
            action=Action.HOLD,
            message=defect.detail,
            part=defect.part,
            suggestion="Have a person look at it; only a part of it could be judged."
            if limited
            else "Have a person look at it; it could not be read as a message.",
        )

    def _admitting(
        self,
        message: Message,
        context: Context,
        judged: _Judged,
        leave: Leave,
    ) -> Steps[Admission]:
        leave = leave.for_content(message, context, self._settings.clock())
        decision = self._decided(message, judged, (), leave)
        answer = Answer()
        asks = tuple(map(leave.asked, judged.asks))
        if asks and self._desk is not None:
            if self._stops(decision, leave.partial):
                # A message that was held has its key, and is not refused because of itself.
                others = tuple(ask for ask in asks if leave.held is None or not ask.claim.mark)
                answer = yield from self._peek(others)
            else:
                answer = yield from self._take(self._desk, message, asks, decision, leave)
            decision = self._decided(message, judged, answer.findings, leave)
        if answer.latched:
            event = Event("latched", decision, message, context)
            notify_all(self._settings.observers, event)
        stopped = self._stops(decision, leave.partial)
        if stopped or (answer.already is not None and decision.enforced):
            blocked = decision.action is Action.BLOCK
            notify_all(
                self._settings.observers,
                Event("blocked" if blocked else "held", decision, message, context),
            )
            if answer.already is not None:
                raise AlreadySent(decision, answer.already)
            raise MessageBlocked(decision) if blocked else MessageHeld(decision)
        notify_all(self._settings.observers, Event("admitted", decision, message, context))
        refused = refused_by(decision) if decision.enforced else frozenset()
        return Admission(
            message,
            context,
            decision,
            recipients=tuple(r for r in message.recipients if r not in refused),
            refused=tuple(each for each in decision.recipients if each.recipient in refused),
            observers=self._settings.observers,
            booking=answer.booking,
            behind=leave.behind,
        )

    def _stops(self, decision: Decision, partial: bool) -> bool:
        """Whether it may go to nobody."""
        if decision.allowed or not decision.enforced:
            return False
        refused = refused_by(decision)
        return not partial or all(each.recipient in refused for each in decision.recipients)

    def _take(
        self, desk: Desk, message: Message, asks: tuple[Ask, ...], decision: Decision, leave: Leave
    ) -> Steps[Answer]:
        left = None
        if leave.partial and decision.enforced:
            refused = refused_by(decision)
            out = {recipient.address for recipient in refused}
            asks = tuple(ask for ask in asks if ask.recipient not in out)
            left = tuple(r for r in message.recipients if r not in refused)
        set_aside = {ask for ask in asks if self._is_overridden(ask, decision.override)}
        now, on_error = self._settings.clock(), self._settings.on_store_error
        return take(desk, asks, left, set_aside, now, on_error, leave.held)

    def _decided(
        self,
        message: Message,
        judged: _Judged,
        answered: tuple[Finding, ...],
        leave: Leave,
    ) -> Decision:
        mode, commitments = self._settings.mode, judged.commitments
        waived = frozenset(filter(leave.waives, judged.findings))
        findings = [each for each in judged.findings + answered if each not in waived]
        decision = decision_of(message, findings, mode, commitments)
        if leave.approval is not None:
            ordered = sorted(waived, key=lambda finding: finding.sort_key)
            decision = evolve(decision, approval=leave.approval, waived=tuple(ordered))
        override = leave.override
        if override is None:
            return decision
        set_aside = tuple(
            finding
            for finding in decision.findings
            if matches_code(finding.code, override.codes)
            and self._may_override(finding.code, finding.action)
        )
        gone = frozenset(set_aside)
        kept = [finding for finding in decision.findings if finding not in gone]
        rest = decision_of(message, kept, self._settings.mode)
        return evolve(
            decision,
            findings=rest.findings,
            recipients=rest.recipients,
            override=override,
            overridden=set_aside,
        )

    def _is_overridden(self, ask: Ask, override: Override | None) -> bool:
        claim = ask.claim
        return (
            override is not None
            and matches_code(claim.code, override.codes)
            and self._may_override(claim.code, claim.action)
        )

    def _may_override(self, code: str, action: Action) -> bool:
        if self._settings.overridable is not None:
            return matches_code(code, self._settings.overridable)
        return action is Action.HOLD and not matches_code(code, _NEVER_OVERRIDABLE)

    def __repr__(self) -> str:
        shown = [repr(check) for check in self._settings.check.checks]
        if self._settings.mode != "enforce":
            shown.append(f"mode={self._settings.mode!r}")
        changed = [f".without({code!r})" for code in self._settings.dropped]
        if self._settings.actions:
            rows = ", ".join(
                f"{code!r}: Action.{action.name}" for code, action in self._settings.actions
            )
            changed.append(f".with_actions({{{rows}}})")
        return f"Guard({', '.join(shown)}){''.join(changed)}"


def _does_io(check: Check) -> bool:
    match check:
        case Leaf():
            return check.time_out is not None
        case AllOf() | AnyOf():
            return any(map(_does_io, check.checks))
        case When() | At() | Named() | OnStoreError():
            return _does_io(check.check)
    return False
