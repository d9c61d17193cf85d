"""A policy, and how to act on it."""

from __future__ import annotations

import os
from collections.abc import Container, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import evolve, field, frozen

from sendguard.checks import Check, all_of
from sendguard.errors import ConfigurationError
from sendguard.guard._admission import Admission, AsyncAdmission
from sendguard.guard._admitting import Admitting
from sendguard.guard._ambient import resolve
from sendguard.guard._desk import Desk, Steps, finished
from sendguard.guard._judging import Judged, does_io, judge_message
from sendguard.guard._leave import leave_for
from sendguard.guard._observers import Observer
from sendguard.guard._pool import IoPool
from sendguard.guard._settings import Settings, canonical_domains, code_patterns, policy_of
from sendguard.model import (
    Action,
    Approval,
    Clock,
    Context,
    Decision,
    Message,
    Mode,
    Override,
    system_clock,
)
from sendguard.policy import Policy, load, shipped, to_toml
from sendguard.stores import AsyncClaimStore, ClaimStore

if TYPE_CHECKING:
    from sendguard.matching import DirectoryLike

T = TypeVar("T")


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
        return self._carried_out(self._admitting.evaluate(message, judged))

    async def aevaluate(self, message: Message, context: Context | None = None) -> Decision:
        """`evaluate` for asyncio; checks that do I/O wait in a thread."""
        judged = await self._ajudged(message, self._context(message, context))
        return await self._acarried_out(self._admitting.evaluate(message, judged))

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
        admission = self._carried_out(self._admitting.admit(message, resolved, judged, leave))
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
            steps = self._admitting.admit(message, resolved, judged, evolve(leave, behind=True))
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

    def _judged(self, message: Message, context: Context) -> Judged:
        return judge_message(self._settings, self._pool, message, context)

    @property
    def _admitting(self) -> Admitting:
        return Admitting(self._settings, self._desk)

    async def _ajudged(self, message: Message, context: Context) -> Judged:
        directory = self._settings.directory
        asks_elsewhere = directory is not None and directory.time_out is not None
        if not (asks_elsewhere or does_io(self._settings.check)):
            return self._judged(message, context)
        import asyncio

        return await asyncio.to_thread(self._judged, message, context)

    def _carried_out(self, steps: Steps[T]) -> T:
        return finished(steps) if self._desk is None else self._desk.run(steps)

    async def _acarried_out(self, steps: Steps[T]) -> T:
        return finished(steps) if self._desk is None else await self._desk.arun(steps)

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
