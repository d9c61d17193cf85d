"""Walking a tree of checks: what each found, and whether it passes, objects, or does not know.

This file holds the one place where every exception is caught while judging: a check that fails is
a finding like any other, and the others still run.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import PurePath
from traceback import extract_tb
from typing import Any, TypeVar

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
    StatefulLeaf,
    Unevaluable,
    When,
)
from sendguard.guard._pool import IoPool
from sendguard.model import Action, Commitment, Finding

T = TypeVar("T")

FINDINGS_PER_CHECK = 1_000
FINDINGS_PER_RECIPIENT = 10


class Status(enum.IntEnum):
    """What a check says about one recipient; ``&`` takes the least, ``|`` the greatest."""

    OBJECT = 0
    UNKNOWN = 1
    PASS = 2


@frozen
class Verdict:
    """What a check found.

    `status` gives each recipient's, and is None where it follows from the findings alone, as it
    does wherever no ``|`` is below. `asks` is what it asks of the store. `commitments` are what the
    message promises, whatever becomes of the findings.
    """

    findings: tuple[Finding, ...] = ()
    status: dict[str | None, Status] | None = None
    asks: tuple[Ask, ...] = ()
    commitments: tuple[Commitment, ...] = ()


PASSES = Verdict()


@frozen(eq=False)
class Judge:
    """Judges one case; knows the actions of the guard for what cannot be judged.

    Attributes:
        recipients: each address once; (None,) for a message without recipients, which is judged
            as if it had one without a name.
    """

    case: Case
    on_error: Action
    on_unevaluable: Action
    pool: IoPool
    recipients: tuple[str | None, ...]
    _most: int = field(init=False)

    @_most.default
    def _most_of_all(self) -> int:
        return FINDINGS_PER_CHECK + FINDINGS_PER_RECIPIENT * len(self.recipients)

    def judge(self, check: Check) -> Verdict:
        """What the check says; never raises."""
        try:
            return self._leaf(check) if isinstance(check, Leaf) else self._judge(check)
        except Exception as error:  # noqa: BLE001  (the boundary that makes evaluate total)
            return Verdict((self._failure(check, error),))

    def _judge(self, check: Check) -> Verdict:
        match check:
            case StatefulLeaf():
                return self._stateful(check)
            case AllOf():
                return self._all_of(check)
            case AnyOf():
                return self._any_of(check)
            case When():
                return self._when(check)
            case At():
                return self._at(check)
            case OnStoreError():
                verdict = self.judge(check.check)
                asks = tuple(evolve(a, on_store_error=check.action) for a in verdict.asks)
                return evolve(verdict, asks=asks)
            case Named():
                verdict = self.judge(check.check)
                renamed = (
                    f if f.code.startswith("guard.") else f.replace(code=check.code)
                    for f in verdict.findings
                )
                asks = tuple(_changed(ask, code=check.code) for ask in verdict.asks)
                return Verdict(tuple(renamed), verdict.status, asks, verdict.commitments)
        raise TypeError(f"{type(check).__name__} is no check that this version knows")

    def _leaf(self, leaf: Leaf) -> Verdict:
        most = self._most
        time_out = leaf.time_out_for(self.case)
        if time_out is None:  # as for most: said here, since a call costs as much as a short check
            found = list(islice(leaf.find(self.case), most + 1))
        else:
            found = self.pool.run(lambda: list(islice(leaf.find(self.case), most + 1)), time_out)
        if not found:
            return PASSES
        commitments = tuple(row for row in found if isinstance(row, Commitment))
        findings = [self._finding(row) for row in found[:most] if not isinstance(row, Commitment)]
        if len(found) > most:
            findings.append(self._too_many(leaf))
        return Verdict(tuple(findings), commitments=commitments)

    def _stateful(self, leaf: StatefulLeaf) -> Verdict:
        found = self._within(
            leaf.time_out_for(self.case),
            lambda: list(islice(leaf.claims(self.case), self._most + 1)),
        )
        asks = tuple(row for row in found if isinstance(row, Ask))
        findings = [self._finding(row) for row in found if not isinstance(row, Ask)]
        if len(found) > self._most:
            findings.append(self._too_many(leaf))
        return Verdict(tuple(findings), None, asks)

    def _within(self, time_out: float | None, look: Callable[[], list[T]]) -> list[T]:
        return look() if time_out is None else self.pool.run(look, time_out)

    def _too_many(self, leaf: Leaf | StatefulLeaf) -> Finding:
        return Finding(
            code="guard.limit-exceeded",
            action=Action.HOLD,
            message=f"The check {_name(leaf)} found more than {self._most} things; "
            "the rest was not looked at.",
        )

    def _when(self, check: When) -> Verdict:
        if not check.condition.holds(self.case):
            return PASSES
        verdict = self.judge(check.check)
        # Counted apart: the same limit for marketing alone does not count the other mail.
        scope = repr(check.condition)
        asks = tuple(evolve(ask, claim=ask.claim.scoped(scope)) for ask in verdict.asks)
        return evolve(verdict, asks=asks)

    def _finding(self, row: Finding | Unevaluable) -> Finding:
        if isinstance(row, Finding):
            return row
        if isinstance(row, Unevaluable):
            return not_evaluable(row.reason, row.part, self.on_unevaluable)
        raise TypeError(f"a check gave {type(row).__name__} instead of a Finding")

    def _all_of(self, check: AllOf) -> Verdict:
        # What found nothing changes nothing; those are nearly all, of nearly every message.
        verdicts = [v for each in check.checks if (v := self.judge(each)) is not PASSES]
        if not verdicts:
            return PASSES
        findings = tuple(dict.fromkeys(f for v in verdicts for f in v.findings))
        asks = tuple(dict.fromkeys(ask for v in verdicts for ask in v.asks))
        commitments = _commitments(verdicts)
        if all(verdict.status is None for verdict in verdicts):
            return Verdict(findings, None, asks, commitments)
        statuses = [self._status(verdict) for verdict in verdicts]
        status = {r: min(s[r] for s in statuses) for r in self.recipients}
        return Verdict(findings, status, asks, commitments)

    def _any_of(self, check: AnyOf) -> Verdict:
        verdicts = [self.judge(each) for each in check.checks]
        statuses = [self._status(verdict) for verdict in verdicts]
        status = {r: max(s[r] for s in statuses) for r in self.recipients}
        refused = [r for r in self.recipients if status[r] is not Status.PASS]
        if not refused:
            return Verdict((), status, commitments=_commitments(verdicts))
        findings = dict.fromkeys(f for v in verdicts for f in v.findings)
        if len(refused) < len(self.recipients):
            findings = dict.fromkeys(self._narrowed(findings, refused))
        return Verdict(tuple(findings), status, commitments=_commitments(verdicts))

    def _narrowed(
        self, findings: Iterable[Finding], refused: list[str | None]
    ) -> Iterable[Finding]:
        """The findings without the recipients whom another check passed."""
        for finding in findings:
            if finding.recipient not in self.recipients:  # about the message: about each of them
                for recipient in refused:
                    yield finding.replace(recipient=recipient)
            elif finding.recipient in refused:
                yield finding

    def _at(self, check: At) -> Verdict:
        verdict = self.judge(check.check)
        moved = Verdict(
            tuple(
                f if f.code.startswith("guard.") else f.replace(action=check.action)
                for f in verdict.findings
            ),
            asks=tuple(_changed(ask, action=check.action) for ask in verdict.asks),
            commitments=verdict.commitments,
        )
        if verdict.status is None:
            return moved
        after = self._status(moved)
        return Verdict(
            moved.findings,
            {
                r: Status.UNKNOWN if before is Status.UNKNOWN else after[r]
                for r, before in verdict.status.items()
            },
            moved.asks,
            moved.commitments,
        )

    def _status(self, verdict: Verdict) -> dict[str | None, Status]:
        if verdict.status is not None:
            return verdict.status
        status: dict[str | None, Status] = dict.fromkeys(self.recipients, Status.PASS)
        for finding in verdict.findings:
            if finding.code.startswith("guard."):
                found = Status.UNKNOWN
            elif finding.action >= Action.WARN:
                found = Status.OBJECT
            else:
                continue
            about = (finding.recipient,) if finding.recipient in status else self.recipients
            for recipient in about:
                status[recipient] = min(status[recipient], found)
        return status

    def _failure(self, check: Check, error: Exception) -> Finding:
        # The error's own words may quote the message, so only its type and place are told.
        place = extract_tb(error.__traceback__)[-1]
        return Finding(
            code="guard.check-failed",
            action=self.on_error,
            message=f"The check {_name(check)} failed with {type(error).__name__} "
            f"({PurePath(place.filename).name}, line {place.lineno}); it has judged nothing.",
            suggestion="Mend the check; until then have a person look at the message.",
        )


def not_evaluable(reason: str, part: str | None, action: Action) -> Finding:
    """The finding for something that could not be judged."""
    return Finding(
        code="guard.not-evaluable",
        action=action,
        message=reason,
        part=part,
        suggestion="Have a person look at what could not be judged.",
    )


def _commitments(verdicts: Iterable[Verdict]) -> tuple[Commitment, ...]:
    """Those of all sides: a message keeps what it promises, whichever side of ``|`` passed."""
    return tuple(dict.fromkeys(each for verdict in verdicts for each in verdict.commitments))


def _changed(ask: Ask, **changes: Any) -> Ask:
    return evolve(ask, claim=evolve(ask.claim, **changes))


def _name(check: Check) -> str:
    return str(getattr(check, "code", "")) or str(getattr(check, "name", type(check).__name__))
