"""From what was found to leave to send: decisions, overrides, approvals, claims."""

from __future__ import annotations

from typing import Final

from attrs import evolve, frozen

from sendguard.checks import Ask
from sendguard.errors import AlreadySent, MessageBlocked, MessageHeld
from sendguard.guard._adding_up import decision_of
from sendguard.guard._admission import Admission, refused_by
from sendguard.guard._claims import Answer, peek, take
from sendguard.guard._desk import Desk, Steps
from sendguard.guard._judging import Judged
from sendguard.guard._leave import Leave
from sendguard.guard._observers import Event, notify_all
from sendguard.guard._settings import Settings
from sendguard.model import Action, Context, Decision, Finding, Message, Override, matches_code

# Unless the owner names them himself. Who may send is not for the sender to say: what waits for a
# second person is approved in a hold queue, where the author's own word does not count.
_NEVER_OVERRIDABLE: Final = ("authority.*", "guard.*", "header.*")


@frozen(eq=False)
class Admitting:
    """Decides for a guard; pure but for the steps that it yields to the desk."""

    settings: Settings
    desk: Desk | None

    def evaluate(self, message: Message, judged: Judged) -> Steps[Decision]:
        """The decision, with what the store would say now."""
        findings = judged.findings
        if judged.asks:
            answer = yield from self.peek(judged.asks)
            findings += answer.findings
        return decision_of(message, findings, self.settings.mode, judged.commitments)

    def peek(self, asks: tuple[Ask, ...]) -> Steps[Answer]:
        """What the store would say to these claims now."""
        return peek(asks, self.settings.clock(), self.settings.on_store_error)

    def admit(
        self,
        message: Message,
        context: Context,
        judged: Judged,
        leave: Leave,
    ) -> Steps[Admission]:
        """Decide, take the claims, and give leave or raise."""
        leave = leave.for_content(message, context, self.settings.clock())
        decision = self._decided(message, judged, (), leave)
        answer = Answer()
        asks = tuple(map(leave.asked, judged.asks))
        if asks and self.desk is not None:
            if self._stops(decision, leave.partial):
                # A message that was held has its key, and is not refused because of itself.
                others = tuple(ask for ask in asks if leave.held is None or not ask.claim.mark)
                answer = yield from self.peek(others)
            else:
                answer = yield from self._take(self.desk, message, asks, decision, leave)
            decision = self._decided(message, judged, answer.findings, leave)
        if answer.latched:
            event = Event("latched", decision, message, context)
            notify_all(self.settings.observers, event)
        stopped = self._stops(decision, leave.partial)
        if stopped or (answer.already is not None and decision.enforced):
            blocked = decision.action is Action.BLOCK
            notify_all(
                self.settings.observers,
                Event("blocked" if blocked else "held", decision, message, context),
            )
            if answer.already is not None:
                raise AlreadySent(decision, answer.already)
            raise MessageBlocked(decision) if blocked else MessageHeld(decision)
        notify_all(self.settings.observers, Event("admitted", decision, message, context))
        refused = refused_by(decision) if decision.enforced else frozenset()
        return Admission(
            message,
            context,
            decision,
            recipients=tuple(r for r in message.recipients if r not in refused),
            refused=tuple(each for each in decision.recipients if each.recipient in refused),
            observers=self.settings.observers,
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
        now, on_error = self.settings.clock(), self.settings.on_store_error
        return take(desk, asks, left, set_aside, now, on_error, leave.held)

    def _decided(
        self,
        message: Message,
        judged: Judged,
        answered: tuple[Finding, ...],
        leave: Leave,
    ) -> Decision:
        mode, commitments = self.settings.mode, judged.commitments
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
        rest = decision_of(message, kept, self.settings.mode)
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
        if self.settings.overridable is not None:
            return matches_code(code, self.settings.overridable)
        return action is Action.HOLD and not matches_code(code, _NEVER_OVERRIDABLE)
