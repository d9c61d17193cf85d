"""What a store of claims should answer, computed the slow and plain way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from attrs import define, evolve, field

from sendguard.stores import Claim, LatchRecord, Refusal, Settled, Standing


@define
class _Entry:
    key: str
    token: str
    at: datetime
    mark: str
    standing: Standing = "pending"


@define
class _Strike:
    latch: str
    member: str
    at: datetime


@define
class ClaimModel:
    """A store that keeps every entry in one list for ever and counts it through each time.

    It follows `ClaimStore` to the letter for a time that does not run backwards; real stores are
    compared with it.
    """

    time_out: float | None = None
    entries: list[_Entry] = field(factory=list)
    strikes: list[_Strike] = field(factory=list)
    set_latches: dict[str, LatchRecord] = field(factory=dict)

    def take(
        self,
        token: str,
        claims: Sequence[Claim],
        groups: Sequence[Sequence[Claim]] = (),
        *,
        now: datetime,
    ) -> tuple[Refusal, ...]:
        """Described in `ClaimStore`."""
        every = list(claims) + [claim for group in groups for claim in group]
        refusals = self._refusals(every, now, token)
        refused = [refusal.claim for refusal in refusals if refusal.claim.refuses]
        standing = [group for group in groups if not any(claim in refused for claim in group)]
        if not any(claim in refused for claim in claims) and (standing or not groups):
            for claim in list(claims) + [claim for group in standing for claim in group]:
                if not self._has(token, claim):
                    self.entries.append(_Entry(claim.key, token, now, claim.mark))
        told = []
        for refusal in refusals:
            before = len(self.set_latches)
            if refusal.claim.latch is not None and refusal.frees_at is not None:
                self._strike(refusal.claim, now)
            told.append(evolve(refusal, sets_latch=len(self.set_latches) > before))
        return tuple(told)

    def peek(self, claims: Sequence[Claim], *, now: datetime) -> tuple[Refusal, ...]:
        """Described in `ClaimStore`."""
        return self._refusals(list(claims), now, None)

    def settle(self, token: str, claims: Sequence[Claim], outcome: Settled) -> None:
        """Described in `ClaimStore`."""
        keys = {claim.key for claim in claims}
        mine = [entry for entry in self.entries if entry.token == token and entry.key in keys]
        for entry in mine:
            if outcome == "failed":
                self.entries.remove(entry)
            else:
                entry.standing = outcome

    def latches(self) -> tuple[LatchRecord, ...]:
        """Described in `ClaimStore`."""
        return tuple(sorted(self.set_latches.values(), key=lambda each: (each.since, each.key)))

    def reset_latch(self, key: str, *, by: str) -> bool:  # noqa: ARG002  (nothing is logged here)
        """Described in `ClaimStore`."""
        self.strikes = [strike for strike in self.strikes if strike.latch != key]
        return self.set_latches.pop(key, None) is not None

    def _has(self, token: str | None, claim: Claim) -> bool:
        return any(entry.token == token and entry.key == claim.key for entry in self.entries)

    def _refusals(
        self, claims: list[Claim], now: datetime, token: str | None
    ) -> tuple[Refusal, ...]:
        found: list[Refusal] = []
        for claim in claims:
            if self._has(token, claim) or any(refusal.claim == claim for refusal in found):
                continue
            window = timedelta(seconds=claim.window)
            counting = [e for e in self.entries if e.key == claim.key and e.at > now - window]
            latched = self.set_latches.get(claim.latch.key) if claim.latch else None
            since = latched.since if latched else None
            if len(counting) >= claim.limit:
                # So many must go before there is room for one; they go in the order they came.
                last = counting[len(counting) - claim.limit]
                standing = last.standing if last.mark else None
                found.append(Refusal(claim, last.at + window, since, last.mark, standing))
            elif since:
                found.append(Refusal(claim, None, since))
        return tuple(found)

    def _strike(self, claim: Claim, now: datetime) -> None:
        latch = claim.latch
        assert latch is not None
        self.strikes.append(_Strike(latch.key, latch.member, now))
        since = now - timedelta(seconds=latch.window)
        members = {s.member for s in self.strikes if s.latch == latch.key and s.at > since}
        if len(members) >= latch.limit:
            self.set_latches.setdefault(latch.key, LatchRecord(latch.key, latch.label, now))
