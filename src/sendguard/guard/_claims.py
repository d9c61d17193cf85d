"""From what checks ask of the store to findings: pure, whatever the store answers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from attrs import evolve, frozen

from sendguard.checks import Ask
from sendguard.guard._desk import Desk, Request, Steps
from sendguard.model import Action, Finding, Recipient
from sendguard.stores import Claim, Refusal, Settled, Standing, new_token, opaque_key

KEY_WINDOW: Final = 30 * 86_400.0
"""Seconds for which a store remembers an idempotency key."""
_ALREADY_SENT: Final = "state.already-sent"


@frozen
class Answer:
    """What the store said.

    Attributes:
        findings: one for each ask that it refused, or one that says why it could not be asked.
        already: what became of the message that used the same key for the same content, if one
            did.
        booking: to settle with, where something may have been taken.
        latched: whether it was this message's repeat that set a latch.
    """

    findings: tuple[Finding, ...] = ()
    already: Standing | None = None
    booking: Booking | None = None
    latched: bool = False


@frozen(eq=False)
class Booking:
    """The claims of one message on its way out."""

    desk: Desk
    asks: tuple[Ask, ...]
    token: str
    kept: tuple[Claim, ...] = ()  # stay taken if it fails: a held message keeps its key

    def settle(self, outcome: Settled, refused: Mapping[str, object]) -> Steps[None]:
        """Tell the store; a recipient whom the transport refused got nothing, so his go back."""
        kept = {ask.claim: None for ask in self.asks if ask.recipient not in refused}
        back = {ask.claim: None for ask in self.asks if ask.claim not in kept}
        if outcome == "failed":
            kept |= back
            kept = {claim: None for claim in kept if claim not in self.kept}
        elif back:
            yield from self.desk.settle(self.token, list(back), "failed")
        if kept:
            yield from self.desk.settle(self.token, list(kept), outcome)

    def doubt(self) -> None:
        """The message stays; whatever the store may have taken for it is to go back."""
        claims = [ask.claim for ask in self.asks if ask.claim not in self.kept]
        self.desk.doubtful.append((self.token, claims))


def key_ask(key: str, digest: str) -> Ask:
    """The claim of an idempotency key: one message, and always the same content."""
    claim = Claim(
        opaque_key("key", key),
        limit=1,
        window=KEY_WINDOW,
        code="state.key-reused",
        action=Action.BLOCK,
        mark=digest,
    )
    return Ask(claim, "Another message was sent under the same idempotency key.")


def softened(ask: Ask) -> Ask:
    """The same ask, which counts and does not refuse."""
    return evolve(ask, claim=evolve(ask.claim, action=min(ask.claim.action, Action.WARN)))


def past_latches(ask: Ask) -> Ask:
    """The same ask, counted as ever, which no latch stops."""
    return evolve(ask, claim=evolve(ask.claim, latch=None))


def peek(asks: tuple[Ask, ...], now: datetime, on_error: Action) -> Steps[Answer]:
    """What the store would say; changes nothing in it."""
    try:
        refusals = yield Request("peek", (_claims(asks),), {"now": now})
    except Exception:  # noqa: BLE001  (the boundary that makes evaluate total)
        return Answer(_unavailable(asks, on_error))
    return answered(asks, refusals)


def take(
    desk: Desk,
    asks: tuple[Ask, ...],
    recipients: tuple[Recipient, ...] | None,
    set_aside: Collection[Ask],
    now: datetime,
    on_error: Action,
    held: str | None = None,
) -> Steps[Answer]:
    """Take the claims in one step.

    Args:
        desk: where.
        asks: what the message asks for; what is not about one of `recipients` is its own.
        recipients: for a partial send, those who are left; else None.
        set_aside: asks that a person overrode.
        now: the time.
        on_error: the action when the store cannot be asked.
        held: the token under which a message that was held has its key already.
    """
    booked = tuple(softened(ask) if ask in set_aside else ask for ask in asks)
    own, groups = _grouped(booked, recipients)
    booking = Booking(desk, booked, new_token(now))
    if held is not None:
        keys = tuple(ask.claim for ask in booked if ask.claim.mark)
        booking = evolve(booking, token=held, kept=keys)
    stays = any(_on_error(ask, on_error) > Action.WARN for ask in asks)
    try:
        yield from desk.give_back_doubtful()
        refusals = yield Request(
            "take",
            (booking.token, own, groups),
            {"now": now},
            late=booking.doubt if stays else None,
        )
    except Exception:  # noqa: BLE001  (the boundary that keeps a dead store from raising)
        if stays:
            booking.doubt()
        return Answer(_unavailable(asks, on_error), booking=booking)
    except BaseException:  # cancelled meanwhile, so the message stays
        booking.doubt()
        raise
    return evolve(_answer(booked, asks, refusals), booking=booking)


def _claims(asks: Iterable[Ask]) -> list[Claim]:
    return list(dict.fromkeys(ask.claim for ask in asks))


def _grouped(
    asks: tuple[Ask, ...], recipients: tuple[Recipient, ...] | None
) -> tuple[list[Claim], list[list[Claim]]]:
    if recipients is None:
        return _claims(asks), []
    groups: dict[str | None, list[Ask]] = {recipient.address: [] for recipient in recipients}
    own: list[Ask] = []
    for ask in asks:
        groups.get(ask.recipient, own).append(ask)
    return _claims(own), [_claims(group) for group in groups.values()]


def answered(asks: tuple[Ask, ...], refusals: Iterable[Refusal]) -> Answer:
    """What the store's refusals of these asks mean."""
    return _answer(asks, asks, refusals)


def _answer(booked: tuple[Ask, ...], told: tuple[Ask, ...], refusals: Iterable[Refusal]) -> Answer:
    """The answer, told with the actions that were asked for, so that an override shows them."""
    by_claim: dict[Claim, list[Ask]] = {}
    for ask, as_told in zip(booked, told, strict=True):
        by_claim.setdefault(ask.claim, []).append(as_told)
    findings, already, latched = [], None, False
    for refusal in refusals:
        latched = latched or refusal.sets_latch
        for ask in by_claim[refusal.claim]:
            if refusal.mark and refusal.mark == ask.claim.mark:
                already = refusal.standing
                findings.append(_sent_before(ask.claim, already))
            else:
                findings.append(_refused(refusal, ask))
    return Answer(tuple(findings), already, latched=latched)


def _refused(refusal: Refusal, ask: Ask) -> Finding:
    claim, message = ask.claim, ask.message
    suggestion = None
    if claim.latch is not None and refusal.latched_since is not None:
        message = f"Sending is stopped since {_shown(refusal.latched_since)}: {claim.latch.label}."
        suggestion = "Find out what repeats itself, then have a person reset the latch."
    elif refusal.mark:
        suggestion = "Give each message a key of its own."
    elif refusal.frees_at is not None:
        suggestion = f"There is room again at {_shown(refusal.frees_at)}."
    return Finding(
        code=claim.code,
        action=claim.action,
        message=message,
        recipient=ask.recipient,
        suggestion=suggestion,
    )


def _sent_before(claim: Claim, standing: Standing | None) -> Finding:
    became = {
        "sent": "was sent",
        "unknown": "may have been sent",
        "pending": "is being sent, or its sender stopped half-way",
    }
    return Finding(
        code=_ALREADY_SENT,
        action=claim.action,
        message=f"The same message {became[standing or 'pending']} under the same idempotency key.",
        suggestion="Send nothing; for a new message use a new key.",
    )


def _shown(instant: datetime) -> str:
    rounded_up = instant + timedelta(microseconds=-instant.microsecond % 1_000_000)
    return f"{rounded_up:%Y-%m-%d %H:%M:%S} UTC"


def _on_error(ask: Ask, usual: Action) -> Action:
    return usual if ask.on_store_error is None else ask.on_store_error


def _unavailable(asks: tuple[Ask, ...], usual: Action) -> tuple[Finding, ...]:
    """A finding for each mode in which the asks are left unanswered, the strictest first."""
    modes: dict[Action, set[str]] = {}
    for ask in asks:
        modes.setdefault(_on_error(ask, usual), set()).add(ask.claim.code)
    # The same sentences however it failed, so that twice the same state gives an equal decision.
    return tuple(
        Finding(
            code="guard.store-unavailable",
            action=action,
            message="The store where all workers count did not answer, so these could not be "
            f"judged: {', '.join(sorted(codes))} (on_store_error: {action.label}).",
            suggestion="Send it again when the store is back; until then have a person look at it.",
        )
        for action, codes in sorted(modes.items(), reverse=True)
    )
