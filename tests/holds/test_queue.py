from __future__ import annotations

import asyncio
import pickle
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.holds.conftest import BY_ANN, LETTER, held_in

import sendguard
from sendguard import (
    Action,
    Actor,
    AlreadySent,
    Context,
    Finding,
    Guard,
    Message,
    MessageBlocked,
    Recipient,
    StoreError,
    checks,
    rule,
)
from sendguard.errors import ConfigurationError, HoldError, SendFailed
from sendguard.holds import HoldQueue, Need, Terms
from sendguard.stores import MemoryStore


def with_bcc(message):
    hidden = Recipient("eve@evil.example", role="bcc")
    return message.replace(recipients=(*message.recipients, hidden))


# --- what a message waits for ---


def test_what_is_held_without_terms_leaves_once_somebody_else_approves(queue, outbox):
    held = held_in(queue, payload=b"to the byte")
    assert (held.state, held.needs, held.missing) == ("waiting", (Need(1),), 1)
    assert [f.code for f in held.reasons] == ["placeholder.unreplaced"]
    assert queue.release(outbox).sent == ()
    assert queue.approve(held.id, by="bo@shop.example", note="meant so").state == "approved"
    assert [each.id for each in queue.pending()] == [held.id]
    assert queue.release(outbox).sent == (held.id,)
    assert [(each.message, each.payload) for each in outbox] == [(LETTER, b"to the byte")]
    assert queue.get(held.id).state == "sent"
    assert list(queue.pending()) == list(queue.in_doubt()) == []
    assert queue.release(outbox).sent == ()


def test_a_cooling_off_leaves_by_itself_when_it_is_over_and_not_before(store, time, outbox):
    queue = HoldQueue(store, Guard(checks.cooling_off("1m"), store=store, clock=time))
    held = held_in(queue)
    assert held.release_at == time.now + timedelta(minutes=1)
    time.passes(seconds=59, microseconds=999_999)
    assert queue.release(outbox).sent == ()
    time.passes(microseconds=1)
    assert queue.release(outbox).sent == (held.id,)


def test_a_cooling_off_can_be_undone_by_its_author(store, time, outbox):
    queue = HoldQueue(store, Guard(checks.cooling_off("1m"), store=store, clock=time))
    held = held_in(queue)
    assert queue.undo(held.id, by="ann@shop.example").state == "undone"
    time.passes(hours=1)
    assert queue.release(outbox).sent == ()
    with pytest.raises(HoldError, match="is undone"):
        queue.undo(held.id, by="ann@shop.example")


def test_a_timer_and_approvals_together_mean_both(store, time, outbox):
    guard = Guard(checks.cooling_off("1m"), checks.needs_approval(approvals=2), clock=time)
    queue = HoldQueue(store, guard)
    held = held_in(queue)
    queue.approve(held.id, by="bo")
    queue.approve(held.id, by="cy")
    assert queue.release(outbox).sent == ()
    time.passes(minutes=1)
    assert queue.release(outbox).sent == (held.id,)
    late = held_in(queue)
    queue.approve(late.id, by="bo")
    time.passes(minutes=1)
    assert queue.release(outbox).sent == ()


def test_of_several_terms_the_strictest_wins(store, guard):
    terms = {
        "placeholder.*": Terms(release_after="1m", expires="1d"),
        "placeholder.unreplaced": Terms(release_after="5m", approvals=2),
        "*": Terms(approvals=1, roles=["editor"], expires="2d"),
    }
    held = held_in(HoldQueue(store, guard, terms=terms))
    assert held.release_at == held.held_at + timedelta(minutes=5)
    assert held.expires_at == held.held_at + timedelta(days=1)
    assert held.needs == (Need(2), Need(1, ("editor",)))


def test_terms_that_only_expire_leave_the_approval_as_it_was(store, guard):
    held = held_in(HoldQueue(store, guard, terms={"*": Terms(expires="1d")}))
    assert held.needs == (Need(1),)


def test_the_arguments_of_hold_override_the_terms(store, guard):
    queue = HoldQueue(store, guard, terms={"*": Terms(approvals=3, expires="1d")})
    held = held_in(queue, release_after="2m", expires="1h")
    assert held.needs == ()
    assert held.release_at == held.held_at + timedelta(minutes=2)
    assert held.expires_at == held.held_at + timedelta(hours=1)
    assert held_in(queue, approvals=1).needs == (Need(1),)


def test_what_could_not_be_judged_never_leaves_by_a_timer(store, time, outbox):
    @rule("shop.broken")
    def broken(message, context):
        raise ValueError

    queue = HoldQueue(store, Guard(broken, clock=time), terms={"*": Terms(release_after="1m")})
    held = held_in(queue)
    assert held.needs == held_in(queue, release_after="1m").needs == (Need(1),)
    time.passes(minutes=2)
    assert queue.release(outbox).sent == ()
    queue.approve(held.id, by="bo")
    assert queue.release(outbox).sent == (held.id,)


# --- who may approve ---


@pytest.mark.parametrize(
    "by",
    [
        "ann@shop.example",
        " Ann@SHOP.example ",
        "Ann Lee <ann@shop.example>",
        "аnn@shop.example",  # with a Cyrillic letter
        "ann\u200b@shop.example",
        Actor("u1", name="ann@shop.example"),
    ],
)
def test_an_author_never_approves_his_own_message_however_he_is_spelt(queue, by):
    held = held_in(queue)
    with pytest.raises(HoldError, match="author"):
        queue.approve(held.id, by=by)
    assert queue.get(held.id).approvals == ()


@pytest.mark.parametrize("by", ["", "  ", "\u200b"])
def test_a_message_without_an_actor_needs_a_named_approver(queue, by):
    held = held_in(queue, context=Context())
    with pytest.raises(ConfigurationError, match="name the person"):
        queue.approve(held.id, by=by)


def test_the_same_person_counts_once(queue, outbox):
    held = held_in(queue, approvals=2)
    queue.approve(held.id, by="bo@shop.example")
    held = queue.approve(held.id, by="BO@shop.example ")
    assert (held.missing, len(held.approvals)) == (1, 1)
    assert queue.release(outbox).sent == ()


def test_an_approver_needs_one_of_the_roles(store, time):
    check = checks.needs_approval(roles=["editor", "lawyer"])
    queue = HoldQueue(store, Guard(check, clock=time), roles={"Bo": ["editor"]})
    held = held_in(queue)
    with pytest.raises(HoldError, match="roles editor, lawyer"):
        queue.approve(held.id, by="cy")
    assert queue.approve(held.id, by="bo").state == "approved"
    other = held_in(queue)
    assert queue.approve(other.id, by=Actor("cy", roles=("lawyer",))).state == "approved"


def test_each_need_counts_those_in_its_roles(store, guard):
    terms = {"*": Terms(approvals=1, roles=["lawyer"]), "placeholder.*": Terms(approvals=2)}
    queue = HoldQueue(
        store, guard, terms=terms, roles=lambda name: ["lawyer"] if name == "cy" else []
    )
    held = held_in(queue)
    queue.approve(held.id, by="bo")
    assert queue.approve(held.id, by="di").state == "waiting"
    assert queue.approve(held.id, by="cy").state == "approved"


def test_whoever_edits_is_an_author_from_then_on(queue):
    held = held_in(queue)
    queue.edit(held.id, LETTER.replace(text="Dear {{name}},"), by="bo")
    with pytest.raises(HoldError, match="author"):
        queue.approve(held.id, by="bo")
    queue.approve(held.id, by="cy")


def test_what_is_blocked_cannot_be_approved(store, time):
    guard = Guard(checks.placeholders().at(Action.BLOCK), clock=time)
    queue = HoldQueue(store, guard)
    held = queue.hold(LETTER, BY_ANN, guard.evaluate(LETTER))
    with pytest.raises(HoldError, match="blocked"):
        queue.approve(held.id, by="bo")


# --- approvals hold for one content, once, for a while ---


def test_an_approval_lapses(queue, time, outbox):
    held = held_in(queue)
    queue.approve(held.id, by="bo")
    assert queue.get(held.id).lapses_at == time.now + timedelta(days=1)
    time.passes(days=1)
    assert queue.get(held.id).state == "waiting"
    assert queue.release(outbox).waiting == (held.id,)
    assert queue.release(outbox).waiting == ()
    assert queue.get(held.id).history[-1].what == "lapsed"
    queue.approve(held.id, by="bo")
    assert queue.release(outbox).sent == (held.id,)


def test_an_edit_voids_the_approvals(queue, outbox):
    held = held_in(queue)
    queue.approve(held.id, by="bo")
    edited = queue.edit(held.id, LETTER.replace(subject="Your {{order}}"), by="cy")
    assert (edited.state, edited.approvals) == ("waiting", ())
    assert {f.part for f in edited.reasons} == {"subject", "text"}
    assert queue.release(outbox).sent == ()


def test_an_edit_that_the_guard_has_nothing_against_needs_no_approval(queue, outbox):
    held = held_in(queue, context=Context(actor="ann", key="k"))
    mended = LETTER.replace(text="Dear Maria,")
    edited = queue.edit(held.id, mended, by="ann")
    assert (edited.reasons, edited.needs) == ((), ())
    assert queue.release(outbox).sent == (held.id,)
    assert [each.message for each in outbox] == [mended]


def test_an_edit_of_what_was_held_with_its_bytes_brings_new_bytes(queue, outbox):
    held = held_in(queue, payload=b"old")
    mended = LETTER.replace(text="Dear Maria,")
    with pytest.raises(ConfigurationError, match="payload= is missing"):
        queue.edit(held.id, mended, by="ann")
    queue.edit(held.id, mended, by="ann", payload=b"new")
    queue.release(outbox)
    assert [each.payload for each in outbox] == [b"new"]
    with pytest.raises(ConfigurationError, match="without one"):
        queue.edit(held_in(queue).id, mended, by="ann", payload=b"new")


def test_a_decision_about_another_content_is_not_taken(queue, guard):
    decision = guard.evaluate(LETTER)
    with pytest.raises(ConfigurationError, match="another content"):
        queue.hold(with_bcc(LETTER), BY_ANN, decision)


def test_an_approval_counts_for_a_day_after_a_longer_timer(store, time, outbox):
    guard = Guard(checks.cooling_off("2d"), checks.placeholders(), clock=time)
    queue = HoldQueue(store, guard)
    held = held_in(queue)
    queue.approve(held.id, by="bo")
    time.passes(days=2)
    assert queue.release(outbox).sent == (held.id,)


# --- judged again at release ---


def test_what_was_approved_is_not_found_again_and_what_is_new_is(store, time, outbox):
    @rule("shop.late")
    def late(message, context):
        if context.now.minute > 40:
            return a_finding("shop.late")
        return None

    guard = Guard(checks.placeholders(), late, store=store, clock=time)
    queue = HoldQueue(store, guard)
    held = held_in(queue)
    queue.approve(held.id, by="bo")
    time.passes(minutes=15)
    assert queue.release(outbox).waiting == (held.id,)
    held = queue.get(held.id)
    assert (held.state, held.approvals) == ("waiting", ())
    assert [f.code for f in held.reasons] == ["placeholder.unreplaced", "shop.late"]
    queue.approve(held.id, by="bo")
    assert queue.release(outbox).sent == (held.id,)


def a_finding(code, action=Action.HOLD):
    return Finding(code=code, action=action, message="It is late.")


def test_a_new_finding_with_a_timer_of_its_own_waits_that_long(store, time, outbox):
    @rule("shop.late")
    def late(message, context):
        return a_finding("shop.late") if context.now.minute > 40 else None

    guard = Guard(checks.placeholders(), late, store=store, clock=time)
    terms = {"placeholder.*": Terms(approvals=0), "shop.late": Terms(release_after="5m")}
    queue = HoldQueue(store, guard, terms=terms)
    held = held_in(queue)
    time.passes(minutes=15)
    assert queue.release(outbox).waiting == (held.id,)
    assert queue.get(held.id).release_at == time.now + timedelta(minutes=5)
    time.passes(minutes=4, seconds=59)
    assert queue.release(outbox).sent == ()
    time.passes(seconds=1)
    assert queue.release(outbox).sent == (held.id,)


def test_what_is_refused_again_and_again_is_tried_once_a_call(store, time, outbox):
    @rule("shop.blocked")
    def blocked(message, context):
        return a_finding("shop.blocked", Action.BLOCK) if context.now.minute > 40 else None

    guard = Guard(checks.placeholders(), blocked, store=store, clock=time)
    queue = HoldQueue(store, guard, terms={"*": Terms(approvals=0)})
    held = held_in(queue)
    time.passes(minutes=15)
    for _ in range(3):
        assert queue.release(outbox).waiting == (held.id,)
        time.passes(minutes=1)
    assert outbox == []


def test_an_asyncio_transport_inside_recognises_the_release_too(queue, guard):
    held = held_in(queue, payload=b"bytes")
    queue.approve(held.id, by="bo")
    seen = []

    async def submit(held):
        async with guard.aadmit(held.message, held.context, payload=held.payload) as admission:
            seen.append(admission.decision.approval.by)

    assert queue.release(lambda held: asyncio.run(submit(held))).sent == (held.id,)
    assert seen == [("bo",)]


def test_a_store_that_dies_after_the_send_leaves_the_message_in_doubt(queue, time, outbox):
    held = held_in(queue)
    queue.approve(held.id, by="bo")
    store = queue._keeper.store
    swap = store.swap_hold

    def dead(record):
        raise StoreError("gone")

    def send(held):
        outbox.append(held)
        store.swap_hold = dead

    with pytest.raises(StoreError):
        queue.release(send)
    store.swap_hold = swap
    time.passes(minutes=5)
    assert [each.id for each in queue.in_doubt()] == [held.id]
    assert queue.release(outbox).sent == ()
    assert len(outbox) == 1


def test_limits_are_counted_at_release_and_the_message_waits_for_room(store, time, outbox):
    limit = checks.rate_limit(limit=1, per="1h", by="all")
    guard = Guard(checks.placeholders(), limit, store=store, clock=time)
    queue = HoldQueue(store, guard)
    first, second = held_in(queue), held_in(queue)
    for held in (first, second):
        queue.approve(held.id, by="bo")
    report = queue.release(outbox)
    first, second = sorted((first, second), key=lambda held: held.id)
    assert (report.sent, report.waiting) == ((first.id,), (second.id,))
    assert queue.get(second.id).state == "approved"
    time.passes(minutes=30)
    assert queue.release(outbox).waiting == (second.id,)
    time.passes(minutes=30)
    assert queue.release(outbox).sent == (second.id,)


def test_quiet_hours_are_judged_again_by_the_time_of_the_release(store, time, outbox):
    quiet = checks.quiet_hours(start="00:00", end="08:00", time_zone="UTC")
    guard = Guard(quiet, store=store, clock=time)
    queue = HoldQueue(store, guard, terms={"timing.quiet-hours": Terms(approvals=0)})
    held = held_in(queue, context=Context(now=time.now))
    assert queue.release(outbox).waiting == (held.id,)
    time.passes(hours=8)
    assert queue.release(outbox).sent == (held.id,)


def notice_guard(store, time, action):
    @rule("consent.suppressed")
    def suppressed(message, context):
        return a_finding("consent.suppressed", action)

    loop = checks.loop(within="1h", recipients=1)
    return Guard(suppressed, loop, store=store, clock=time)


@pytest.mark.parametrize("action", [Action.HOLD, Action.BLOCK])
def test_an_approved_service_notice_passes_the_unsubscribe_and_the_latch(
    store, time, outbox, action
):
    looping = Message.sms(to="+441632960001", text="Your code")
    loop = Guard(checks.loop(within="1h", recipients=1), store=store, clock=time)
    loop.admit(looping).sent()
    for message in (looping, LETTER):  # a repeat, which sets the latch that stops everything
        with pytest.raises(Exception, match=r"state\.loop"):
            loop.admit(message)
    guard = notice_guard(store, time, action)
    queue = HoldQueue(store, guard)
    for purpose, leaves in (("transactional", False), ("service-notice", True)):
        facts = Context(actor="ann", purpose=purpose)
        decision = guard.evaluate(LETTER, facts)
        assert {f.code for f in decision.findings} == {"consent.suppressed", "state.loop"}
        held = queue.hold(LETTER, facts, decision)
        if action is Action.BLOCK and not leaves:
            with pytest.raises(HoldError, match="blocked"):
                queue.approve(held.id, by="bo")
        else:
            queue.approve(held.id, by="bo")
        assert (queue.release(outbox).sent == (held.id,)) is leaves


def test_a_service_notice_is_still_refused_to_whom_it_was_sent(store, time, outbox):
    guard = notice_guard(store, time, Action.HOLD)
    queue = HoldQueue(store, guard)
    facts = Context(purpose="service-notice")
    for _ in range(2):
        held = queue.hold(LETTER, facts, guard.evaluate(LETTER, facts))
        queue.approve(held.id, by="bo")
        queue.release(outbox)
    assert len(outbox) == 1
    assert queue.get(held.id).history[-1].note == "state.loop"


# --- how it ends ---


def test_an_expired_message_is_rejected_with_notice_and_never_sent(store, guard, time, outbox):
    expired = []
    queue = HoldQueue(store, guard, terms={"*": Terms(expires="1h")}, on_expired=expired.append)
    approved, waiting = held_in(queue), held_in(queue)
    queue.approve(approved.id, by="bo")
    time.passes(hours=1)
    with pytest.raises(HoldError, match="expired"):
        queue.approve(waiting.id, by="bo")
    assert set(queue.release(outbox).expired) == {approved.id, waiting.id}
    assert outbox == []
    assert {each.id for each in expired} == {approved.id, waiting.id}
    assert {each.state for each in expired} == {"expired"}


def test_a_rejected_message_does_not_leave(queue, outbox):
    held = held_in(queue)
    queue.approve(held.id, by="bo")
    with pytest.raises(ConfigurationError, match="reason"):
        queue.reject(held.id, by="bo", reason=" ")
    held = queue.reject(held.id, by="ann@shop.example", reason="wrong customer")
    assert (held.state, held.history[-1].note) == ("rejected", "wrong customer")
    assert queue.release(outbox).sent == ()
    with pytest.raises(HoldError, match="is rejected"):
        queue.approve(held.id, by="cy")


def test_a_clean_failure_lets_it_wait_on_and_any_other_leaves_it_in_doubt(queue, time, outbox):
    clean, named, doubtful = (held_in(queue) for _ in range(3))
    for held in (clean, named, doubtful):
        queue.approve(held.id, by="bo")
    errors = {clean.id: SendFailed("no server"), named.id: KeyError(), doubtful.id: OSError()}

    def send(held):
        raise errors[held.id]

    report = queue.release(send, failed_on=KeyError)
    assert set(report.waiting) == {clean.id, named.id}
    assert report.in_doubt == (doubtful.id,)
    assert [each.id for each in queue.in_doubt()] == [doubtful.id]
    assert queue.get(doubtful.id).history[-1].note == "OSError"
    assert queue.release(outbox).sent == ()
    time.passes(minutes=1)
    assert set(queue.release(outbox).sent) == {clean.id, named.id}


def test_an_interrupt_leaves_it_in_doubt_and_is_passed_on(queue):
    held = held_in(queue)
    queue.approve(held.id, by="bo")

    def send(held):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        queue.release(send)
    assert [each.id for each in queue.in_doubt()] == [held.id]


def test_what_is_in_doubt_is_resolved_by_a_person(queue, outbox):
    def send(held):
        raise OSError

    both = [held_in(queue), held_in(queue)]
    for held in both:
        queue.approve(held.id, by="bo")
    queue.release(send)
    left, lost = both
    assert queue.resolve(left.id, sent=True, by="cy").state == "sent"
    assert queue.resolve(lost.id, sent=False, by="cy", note="asked her").state == "approved"
    assert queue.release(outbox).sent == (lost.id,)
    with pytest.raises(HoldError, match="not in doubt"):
        queue.resolve(lost.id, sent=True, by="cy")


def test_what_is_being_sent_is_nobodys_and_in_doubt_once_its_lease_is_over(queue, time):
    held = held_in(queue)
    queue.approve(held.id, by="bo")

    def send(inside):
        assert inside.state == "sending"
        assert [each.id for each in queue.pending()] == [held.id]
        with pytest.raises(HoldError, match="is sending"):
            queue.reject(held.id, by="cy", reason="too late")
        time.passes(minutes=4, seconds=59)
        assert list(queue.in_doubt()) == []
        time.passes(seconds=1)
        assert [each.id for each in queue.in_doubt()] == [held.id]
        assert list(queue.pending()) == []

    assert queue.release(send).sent == (held.id,)  # it came back after all


def test_a_lease_that_ends_before_sending_began_gives_the_message_to_another(queue, time, outbox):
    held = held_in(queue)
    queue.approve(held.id, by="bo")
    store = queue._keeper.store
    lost = store.lease_hold(now=time.now, lease=timedelta(minutes=5))
    assert queue.release(outbox).sent == ()
    time.passes(minutes=5)
    assert list(queue.in_doubt()) == []
    assert queue.release(outbox).sent == (held.id,)
    assert not store.swap_hold(lost.changed(state="sending"))


def test_ended_messages_are_purged_by_when_they_ended(queue, time, outbox):
    sent, waiting = held_in(queue), held_in(queue)
    time.passes(days=30)
    queue.approve(sent.id, by="bo")
    queue.release(outbox)
    time.passes(hours=1)
    assert queue.purge("1d") == 0
    time.passes(days=1)
    assert queue.purge("1d") == 1
    with pytest.raises(HoldError, match="no such message"):
        queue.get(sent.id)
    assert [each.id for each in queue.pending()] == [waiting.id]


# --- the guarded transport inside ---


def test_a_guarded_transport_inside_judges_and_claims_nothing_again(store, time):
    once = checks.duplicate(within="1h")
    guard = Guard(checks.placeholders(), once, store=store, clock=time)
    queue = HoldQueue(store, guard)
    held = held_in(queue, payload=b"bytes")
    queue.approve(held.id, by="bo")
    inside = []

    def send(held):
        with guard.admit(held.message, held.context, payload=held.payload) as admission:
            inside.append(admission.decision)

    assert queue.release(send).sent == (held.id,)
    (decision,) = inside
    assert decision.approval.by == ("bo",)
    assert [f.code for f in decision.waived] == ["placeholder.unreplaced"]
    assert "Approved by bo: placeholder.unreplaced" in decision.explain()


@pytest.mark.parametrize(
    ("change", "payload"),
    [
        (lambda message: message.replace(subject="Another"), b"bytes"),
        (with_bcc, b"bytes"),
        (lambda message: message, b"other"),
        (lambda message: message, None),
    ],
)
def test_anything_else_sent_inside_is_judged_as_any_message(queue, guard, change, payload):
    held = held_in(queue, payload=b"bytes")
    queue.approve(held.id, by="bo")

    def send(held):
        guard.admit(change(held.message), held.context, payload=payload)

    report = queue.release(send)
    assert (report.sent, report.waiting) == ((), (held.id,))


def test_an_approval_is_for_one_send(queue, guard):
    held = held_in(queue)
    queue.approve(held.id, by="bo")

    def send(held):
        guard.admit(held.message, held.context).failed()
        guard.admit(held.message, held.context)

    assert queue.release(send).waiting == (held.id,)


def test_what_the_transport_says_counts_more_than_how_it_ends(queue, guard, time):
    def after(outcome, error=None):
        def send(held):
            getattr(guard.admit(held.message, held.context), outcome)()
            if error is not None:
                raise error

        return send

    cases = [
        (after("sent", OSError()), "sent"),
        (after("failed", OSError()), "waiting"),
        (after("unknown", SendFailed()), "in_doubt"),
        (after("failed"), "in_doubt"),
        (after("unknown"), "in_doubt"),
        (after("sent"), "sent"),
    ]
    for send, outcome in cases:
        held = held_in(queue)
        queue.approve(held.id, by="bo")
        assert getattr(queue.release(send), outcome) == (held.id,)


def test_a_queue_without_a_guard_lets_the_one_inside_judge_with_the_approval(store, guard):
    queue = HoldQueue(store)
    held = queue.hold(LETTER, BY_ANN, guard.evaluate(LETTER, BY_ANN))
    queue.approve(held.id, by="bo")

    def send(held):
        guard.admit(held.message, held.context).unknown()

    assert queue.release(send).in_doubt == (held.id,)


def test_what_is_in_doubt_counts_and_what_failed_cleanly_does_not(store, time, outbox):
    once = checks.rate_limit(limit=1, per="1h", by="all")
    guard = Guard(checks.placeholders(), once, store=store, clock=time)
    queue = HoldQueue(store, guard)
    plain = LETTER.replace(text="Dear Maria,")
    for error, free in ((SendFailed(), True), (OSError(), False)):
        held = held_in(queue)
        queue.approve(held.id, by="bo")

        def send(held, error=error):
            raise error

        queue.release(send)
        assert guard.evaluate(plain).allowed is free
        time.passes(seconds=1)
        if free:
            queue.reject(held.id, by="bo", reason="enough")


# --- idempotency keys ---


def test_a_message_is_not_refused_because_of_its_own_key(store, time, outbox):
    @rule("shop.late")
    def late(message, context):
        return a_finding("shop.late") if context.now.minute > 40 else None

    queue = HoldQueue(store, Guard(checks.placeholders(), late, store=store, clock=time))
    held = held_in(queue, context=Context(key="order 7"))
    queue.approve(held.id, by="bo")
    time.passes(minutes=15)
    queue.release(outbox)
    assert queue.get(held.id).history[-1].note == "shop.late"


def test_the_key_of_a_message_that_waits_is_used_and_free_once_it_is_rejected(queue, guard, time):
    facts = Context(actor="ann", key="order 7")
    held = held_in(queue, context=facts)
    with pytest.raises(AlreadySent) as error:
        guard.admit(LETTER, facts)
    assert error.value.outcome == "pending"
    with pytest.raises(MessageBlocked, match=r"state\.key-reused"):
        guard.admit(LETTER.replace(text="Dear Maria"), facts)
    queue.reject(held.id, by="bo", reason="no")
    guard.admit(LETTER.replace(text="Dear Maria"), facts).sent()


def test_a_held_message_keeps_its_key_over_a_failure_and_leaves_with_it(queue, guard, time, outbox):
    facts = Context(actor="ann", key="order 7")
    held = held_in(queue, context=facts)
    queue.approve(held.id, by="bo")

    def send(held):
        raise SendFailed("no server")

    assert queue.release(send).waiting == (held.id,)
    with pytest.raises(AlreadySent):
        guard.admit(LETTER, facts)
    time.passes(minutes=1)
    assert queue.release(outbox).sent == (held.id,)
    with pytest.raises(AlreadySent) as error:
        guard.admit(LETTER, facts)
    assert error.value.outcome == "sent"


def test_two_copies_that_are_held_at_once_under_one_key_are_held_once(queue, guard):
    facts = Context(actor="ann", key="order 7")
    decision = guard.evaluate(LETTER, facts)
    queue.hold(LETTER, facts, decision)
    with pytest.raises(AlreadySent):
        queue.hold(LETTER, facts, decision)
    other = LETTER.replace(subject="Other")
    with pytest.raises(MessageBlocked):
        queue.hold(other, facts, guard.evaluate(other, Context()))
    assert len(list(queue.pending())) == 1


# --- time ---


def test_no_step_of_the_clock_backwards_releases_early(store, time, outbox):
    queue = HoldQueue(store, Guard(checks.cooling_off("1m"), store=store, clock=time))
    held_in(queue)
    time.passes(hours=-1)
    early = held_in(queue)  # held while the clock was wrong
    assert queue.release(outbox).sent == ()
    time.passes(hours=1, seconds=59)
    assert early.release_at == time.now + timedelta(seconds=1)
    assert queue.release(outbox).sent == ()
    time.passes(seconds=1)
    assert len(queue.release(outbox).sent) == 2


# --- reading the queue ---


def test_pending_is_read_in_pages_and_by_code(queue, guard, time):
    ids = []
    for number in range(250):
        ids.append(held_in(queue).id)
        if number % 2:
            time.passes(microseconds=1)
    plain = LETTER.replace(text="Dear Maria,")
    odd = queue.hold(plain, BY_ANN, guard.evaluate(plain))
    listed = [each.id for each in queue.pending()]
    assert sorted(listed) == sorted([*ids, odd.id])
    assert [each.id for each in queue.pending(code="placeholder.unreplaced")] == listed[:-1] or (
        odd.id not in [each.id for each in queue.pending(code="placeholder.unreplaced")]
    )
    assert [each.id for each in queue.pending(limit=7)] == listed[:7]
    rest = queue.pending(after=queue.get(listed[99]))
    assert [each.id for each in rest] == listed[100:]


def test_observers_hear_of_everything_and_break_nothing(store, guard, outbox, caplog):
    heard, kept = [], []

    def broken(event):
        raise ValueError("canary")

    queue = HoldQueue(
        store,
        guard,
        notify=[broken, lambda event: heard.append((event.kind, event.by))],
        on_held=kept.append,
    )
    held = held_in(queue)
    queue.approve(held.id, by="bo")
    queue.release(outbox)
    assert heard == [("held", ""), ("approved", "bo"), ("sent", "")]
    assert [each.id for each in kept] == [held.id]
    assert "ValueError" in caplog.text
    assert "canary" not in caplog.text


def test_a_held_message_survives_pickling_and_shows_no_address(queue):
    held = held_in(queue, payload=b"canary")
    assert pickle.loads(pickle.dumps(held)) == held
    assert "maria@north" not in repr(held) + repr(held.history) + repr(held.approvals)
    held = queue.approve(held.id, by="bo.miller@shop.example")
    assert "bo.miller@" not in repr(held) + repr(held.approvals)


def test_surrounding_context_is_kept_and_that_of_the_releaser_has_no_part(store, time):
    seen = []

    @rule("shop.who")
    def who(message, context):
        seen.append(context.customer)

    queue = HoldQueue(store, Guard(checks.cooling_off("1m"), who, clock=time))
    with sendguard.context(customer="north"):
        held_in(queue)
    time.passes(minutes=1)
    with sendguard.context(customer="south", environment="staging"):
        queue.release(lambda held: seen.append(held.context.environment))
    assert seen == ["north", "north", None]


@pytest.mark.parametrize(
    "options",
    [
        {"terms": {"No Code": Terms()}},
        {"lease": "soon"},
        {"retry": "0s"},
        {"approval_lasts": ""},
    ],
)
def test_options_that_cannot_be_used_are_refused(options):
    with pytest.raises(ConfigurationError):
        HoldQueue(MemoryStore(), **options)


@pytest.mark.parametrize("options", [{"terms": {"*": 1}}, {"notify": [1]}, {"guard": object()}])
def test_options_of_the_wrong_type_are_refused(options):
    with pytest.raises(TypeError):
        HoldQueue(MemoryStore(), **options)
    with pytest.raises(TypeError):
        HoldQueue(object())


@pytest.mark.parametrize("approvals", [-1, 101])
def test_a_number_of_approvals_that_nobody_gives_is_refused(queue, approvals):
    with pytest.raises(ConfigurationError):
        held_in(queue, approvals=approvals)


def test_what_json_cannot_hold_is_said_before_anything_is_kept(queue, guard):
    facts = Context(extra={"when": object()}, key="k")
    with pytest.raises(ConfigurationError, match="object in Context"):
        queue.hold(LETTER, facts, guard.evaluate(LETTER, facts))
    assert list(queue.pending()) == []


def test_a_minute_is_a_minute_where_summer_time_ends(store, time, outbox):
    berlin = ZoneInfo("Europe/Berlin")
    time.now = datetime(2026, 10, 25, 2, 59, 30, tzinfo=berlin)  # at three it is two again
    queue = HoldQueue(store, Guard(checks.cooling_off("1m"), clock=time))
    held = held_in(queue)
    assert held.release_at == datetime(2026, 10, 25, 1, 0, 30, tzinfo=UTC)
    time.now = datetime(2026, 10, 25, 2, 0, 29, tzinfo=berlin, fold=1)
    assert queue.release(outbox).sent == ()
    time.now = datetime(2026, 10, 25, 2, 0, 30, tzinfo=berlin, fold=1)
    assert queue.release(outbox).sent == (held.id,)
