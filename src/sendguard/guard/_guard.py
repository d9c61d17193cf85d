"""A policy, and how to act on it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any, Final, get_args

from attrs import evolve, field, frozen

from sendguard.canonical import address_problem, domain_of
from sendguard.checks import AllOf, AnyOf, At, Case, Check, Leaf, Named, When, all_of
from sendguard.errors import ConfigurationError, MessageBlocked, MessageHeld
from sendguard.guard._admission import Admission, AsyncAdmission, refused_by
from sendguard.guard._ambient import resolve
from sendguard.guard._judge import Judge, not_evaluable
from sendguard.guard._observers import Event, Observer, notify_all
from sendguard.guard._pool import IoPool
from sendguard.model import (
    ROLES,
    Action,
    Clock,
    Context,
    Decision,
    Defect,
    Finding,
    Message,
    Mode,
    Override,
    RecipientDecision,
    check_code,
    matches_code,
    system_clock,
)
from sendguard.policy import recommended
from sendguard.text import Analysis

_NEVER_OVERRIDABLE: Final = ("guard.*", "header.*")  # unless the owner names them himself


@frozen
class _Settings:
    check: AllOf
    on_error: Action
    on_unevaluable: Action
    mode: Mode
    observers: tuple[Observer, ...]
    overridable: tuple[str, ...] | None
    internal_domains: frozenset[str]
    default_region: str | None
    clock: Clock
    actions: tuple[tuple[str, Action], ...] = ()
    dropped: tuple[str, ...] = ()


@frozen(init=False, repr=False)
class Guard:
    """Judges messages by its checks. Immutable; safe to share between threads and over forks.

    Args:
        checks: all must pass; compose them with ``&``, ``|``, `when`, `at` and so on.
        on_error: the action for a check that fails (``guard.check-failed``).
        on_unevaluable: the action for what cannot be judged (``guard.not-evaluable``).
        mode: "enforce", or "observe" to record and let everything pass.
        observers: hear what `admit` decides, and how each send ended.
        overridable: codes or patterns that an `Override` may set aside; by default every finding
            that holds, except those of ``guard.*`` and ``header.*``.
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

    _settings: _Settings
    _pool: IoPool = field(eq=False)

    def __init__(
        self,
        *checks: Check,
        on_error: Action = Action.HOLD,
        on_unevaluable: Action = Action.WARN,
        mode: Mode = "enforce",
        observers: Iterable[Observer] = (),
        overridable: Iterable[str] | None = None,
        internal_domains: Iterable[str] = (),
        default_region: str | None = None,
        clock: Clock | None = None,
    ) -> None:
        for name, action in (("on_error", on_error), ("on_unevaluable", on_unevaluable)):
            if not isinstance(action, Action):
                raise TypeError(f"Guard.{name} takes an Action, not {type(action).__name__}")
        if mode not in get_args(Mode):
            raise ConfigurationError(f"Guard.mode is {mode!r}; use 'enforce' or 'observe'")
        if default_region is not None and not (
            len(default_region) == 2 and default_region.isascii() and default_region.isupper()
        ):
            raise ConfigurationError(
                f"Guard.default_region is {default_region!r}; use an ISO 3166 code such as 'GB'"
            )
        settings = _Settings(
            check=all_of(*checks),
            on_error=on_error,
            on_unevaluable=on_unevaluable,
            mode=mode,
            observers=tuple(observers),
            overridable=None if overridable is None else _patterns("overridable", overridable),
            internal_domains=_canonical_domains(internal_domains),
            default_region=default_region,
            clock=clock or system_clock,
        )
        self.__attrs_init__(settings, IoPool())

    def _changed(self, **changes: Any) -> Guard:
        guard = object.__new__(Guard)
        guard.__attrs_init__(evolve(self._settings, **changes), self._pool)
        return guard

    @property
    def mode(self) -> Mode:
        """Whether it acts ("enforce") or only records ("observe")."""
        return self._settings.mode

    @classmethod
    def recommended(cls, **options: Any) -> Guard:
        """What a careful engineer switches on without knowing anything about the organisation.

        Takes the options of `Guard`.
        """
        return cls(*recommended(), **options)

    def extended(self, *checks: Check) -> Guard:
        """This guard with further checks."""
        return self._changed(check=all_of(self._settings.check, *checks))

    def without(self, *codes: str) -> Guard:
        """This guard without the findings of these codes or patterns; never without ``guard.*``."""
        return self._changed(dropped=self._settings.dropped + _patterns("without", codes))

    def with_actions(self, actions: Mapping[str, Action]) -> Guard:
        """This guard with other actions for codes or patterns; a whole code wins over a pattern.

        ``guard.*`` is never changed: it has `on_error` and `on_unevaluable`.
        """
        for action in actions.values():
            if not isinstance(action, Action):
                raise TypeError(f"with_actions takes Actions, not {type(action).__name__}")
        patterns = _patterns("with_actions", actions)
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
        return self._evaluate(message, self._context(message, context))

    async def aevaluate(self, message: Message, context: Context | None = None) -> Decision:
        """`evaluate` for asyncio; checks that do I/O wait in a thread."""
        if not _does_io(self._settings.check):
            return self.evaluate(message, context)
        return await asyncio.to_thread(self.evaluate, message, context)

    def admit(
        self,
        message: Message,
        context: Context | None = None,
        *,
        partial: bool = False,
        override: Override | None = None,
    ) -> Admission:
        """Judge a message that is to be sent now, and give leave to send it.

        Args:
            message: what is about to be sent.
            context: the facts of this send, over those of a surrounding `sendguard.context`.
            partial: leave out refused recipients (`Admission.refused`) rather than refuse the
                message for all.
            override: a person's word that it goes although these codes objected.

        Raises:
            MessageBlocked, MessageHeld: it may not leave; the caller still owns it.
        """
        resolved = self._context(message, context)
        return self._admitted(
            message, resolved, self._evaluate(message, resolved), partial, override
        )

    def aadmit(
        self,
        message: Message,
        context: Context | None = None,
        *,
        partial: bool = False,
        override: Override | None = None,
    ) -> AsyncAdmission:
        """`admit` for asyncio: await it, or enter it with ``async with``."""

        async def admit() -> Admission:
            resolved = self._context(message, context)
            decision = await self.aevaluate(message, resolved)
            return self._admitted(message, resolved, decision, partial, override)

        return AsyncAdmission(admit)

    def _context(self, message: Message, context: Context | None) -> Context:
        if not isinstance(message, Message):
            raise TypeError(f"a guard judges a Message, not {type(message).__name__}")
        if context is not None and not isinstance(context, Context):
            raise TypeError(f"context takes a Context or None, not {type(context).__name__}")
        resolved = resolve(message, context)
        return resolved if resolved.now is not None else resolved.at(self._settings.clock())

    def _evaluate(self, message: Message, context: Context) -> Decision:
        internal = self._settings.internal_domains
        if context.internal_domains:
            internal |= _canonical_domains(context.internal_domains)
        analysis = Analysis(message)
        judge = Judge(
            case=Case(message, context, analysis, internal, self._settings.default_region),
            on_error=self._settings.on_error,
            on_unevaluable=self._settings.on_unevaluable,
            pool=self._pool,
            recipients=tuple(dict.fromkeys(r.address for r in message.recipients)) or (None,),
        )
        judged = [
            kept for f in judge.judge(self._settings.check).findings if (kept := self._acted(f))
        ]
        judged += [
            self._defect(defect) for defect in analysis.defects if defect.kind != "malformed"
        ]
        return _decision(message, judged, self._settings.mode)

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

    def _admitted(
        self,
        message: Message,
        context: Context,
        decision: Decision,
        partial: bool,
        override: Override | None,
    ) -> Admission:
        if override is not None:
            decision = self._overridden(message, decision, override)
        refused = refused_by(decision) if decision.enforced else frozenset()
        recipients = tuple(r for r in message.recipients if r not in refused)
        stopped = decision.enforced and not decision.allowed
        if stopped and not (partial and recipients):
            blocked = decision.action is Action.BLOCK
            notify_all(
                self._settings.observers,
                Event("blocked" if blocked else "held", decision, message, context),
            )
            raise MessageBlocked(decision) if blocked else MessageHeld(decision)
        notify_all(self._settings.observers, Event("admitted", decision, message, context))
        return Admission(
            message,
            context,
            decision,
            recipients=recipients,
            refused=tuple(each for each in decision.recipients if each.recipient in refused),
            observers=self._settings.observers,
        )

    def _overridden(self, message: Message, decision: Decision, override: Override) -> Decision:
        if not isinstance(override, Override):
            raise TypeError(f"override takes an Override, not {type(override).__name__}")
        set_aside = tuple(
            finding
            for finding in decision.findings
            if matches_code(finding.code, override.codes) and self._may_override(finding)
        )
        kept = [finding for finding in decision.findings if finding not in set_aside]
        return evolve(
            _decision(message, kept, self._settings.mode), override=override, overridden=set_aside
        )

    def _may_override(self, finding: Finding) -> bool:
        if self._settings.overridable is not None:
            return matches_code(finding.code, self._settings.overridable)
        return finding.action is Action.HOLD and not matches_code(finding.code, _NEVER_OVERRIDABLE)

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


def _decision(message: Message, findings: Iterable[Finding], mode: Mode) -> Decision:
    ordered = sorted(dict.fromkeys(findings), key=lambda finding: finding.sort_key)
    addresses = {recipient.address for recipient in message.recipients}
    everyone = max(
        (f.action for f in ordered if f.recipient not in addresses), default=Action.ALLOW
    )
    actions: dict[str, Action] = {}
    for finding in ordered:
        if finding.recipient in addresses:
            own = actions.get(finding.recipient, Action.ALLOW)
            actions[finding.recipient] = max(own, finding.action)
    recipients = sorted(message.recipients, key=lambda r: (ROLES.index(r.role), r.address, r.name))
    return Decision(
        findings=tuple(ordered),
        recipients=tuple(
            RecipientDecision(r, max(everyone, actions.get(r.address, Action.ALLOW)))
            for r in recipients
        ),
        digest=message.digest,
        mode=mode,
    )


def _canonical_domains(domains: Iterable[str]) -> frozenset[str]:
    if isinstance(domains, str):
        raise TypeError("internal_domains takes several domains, not one str")
    given = tuple(domains)
    for domain in given:
        if problem := address_problem(f"x@{domain}"):
            raise ConfigurationError(f"internal_domains has {domain!r}: {problem}")
    return frozenset(domain_of(f"x@{domain}") for domain in given)


def _patterns(where: str, patterns: Iterable[str]) -> tuple[str, ...]:
    if isinstance(patterns, str):
        patterns = (patterns,)
    found = tuple(patterns)
    for pattern in found:
        if not isinstance(pattern, str):
            raise TypeError(f"{where} takes finding codes, not {type(pattern).__name__}")
        if pattern != "*":
            check_code(f"{pattern[:-1]}x" if pattern.endswith(".*") else pattern)
    return found


def _does_io(check: Check) -> bool:
    match check:
        case Leaf():
            return check.time_out is not None
        case AllOf() | AnyOf():
            return any(map(_does_io, check.checks))
        case When() | At() | Named():
            return _does_io(check.check)
    return False
