"""A guard that counts: nothing is counted twice, freed early, or lost when the store is."""

from __future__ import annotations

import asyncio
import contextlib
import pickle
import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import plain_messages

from sendguard import (
    Action,
    AlreadySent,
    Context,
    Finding,
    Guard,
    Message,
    MessageBlocked,
    MessageHeld,
    Override,
    Recipient,
    StoreError,
    checks,
    conditions,
    rule,
)
from sendguard.errors import ConfigurationError
from sendguard.stores import MemoryStore
from sendguard.stores.sqlite import SQLiteStore
from sendguard.testing import ClaimModel

MESSAGE = Message.email(sender="shop@shop.example", to="ann@a.example", subject="s", text="Hello")
OTHER = MESSAGE.replace(text="Hello again")
BOTH = Message.email(sender="shop@shop.example", to=["ann@a.example", "bob@b.example"], text="Hi")


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **length) -> None:
        self.now += timedelta(**length)


class Recorder:
    def __init__(self) -> None:
        self.kinds = []

    def notify(self, event) -> None:
        self.kinds.append(event.kind)


class Flaky(MemoryStore):
    """A store that fails when it is told to, after or before it has done its work."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = []
        self.fails = None

    def _failing(self, method, *args, **options):
        self.calls.append(method)
        if self.fails == "before":
            raise StoreError("told to fail")
        answer = getattr(super(), method)(*args, **options)
        if self.fails == "after":
            raise StoreError("told to fail")
        return answer

    def take(self, *args, **options):
        return self._failing("take", *args, **options)

    def peek(self, *args, **options):
        return self._failing("peek", *args, **options)

    def settle(self, *args, **options):
        return self._failing("settle", *args, **options)


def codes(decision) -> list[str]:
    return [finding.code for finding in decision.findings]


def counting(limit=1, per="1h", by="recipient", **options) -> Guard:
    options.setdefault("store", MemoryStore())
    return Guard(checks.rate_limit(limit=limit, per=per, by=by), **options)


def send(guard, message=MESSAGE, facts=None, **options):
    with guard.admit(message, facts, **options) as admission:
        return admission


# -- evaluate, admit, settle ----------------------------------------------------------------------


def test_admit_counts_and_evaluate_does_not():
    guard = counting(limit=2)
    for _ in range(5):
        assert guard.evaluate(MESSAGE).findings == ()
    send(guard)
    send(guard)
    decision = guard.evaluate(MESSAGE)
    assert codes(decision) == ["state.rate-limit"]
    assert decision.action is Action.HOLD
    with pytest.raises(MessageHeld) as error:
        guard.admit(MESSAGE)
    assert codes(error.value.decision) == ["state.rate-limit"]


@given(plain_messages())
def test_evaluate_twice_gives_an_equal_decision_and_admit_the_same(message):
    guard = Guard(
        checks.rate_limit(limit=1, per="1h", by="recipient"),
        checks.duplicate(within="1h"),
        checks.rate_limit(limit=1, per="1d", by="all").at(Action.WARN),
        store=MemoryStore(),
        clock=Clock(),
    )
    send(guard, message)
    first = guard.evaluate(message)
    assert guard.evaluate(message) == first
    try:
        decision = send(guard, message).decision
    except MessageHeld as error:
        decision = error.decision
    assert decision == first


def test_a_refusal_says_when_there_is_room_again_and_no_address():
    clock = Clock()
    guard = counting(clock=clock)
    send(guard)
    clock.passes(minutes=1, microseconds=1)
    (finding,) = guard.evaluate(MESSAGE).findings
    assert finding.suggestion == "There is room again at 2026-03-01 13:00:00 UTC."
    assert finding.recipient == "ann@a.example"
    assert "ann" not in finding.message


def test_what_counts_is_the_clock_of_the_guard_and_not_the_time_to_judge_by():
    clock = Clock()
    guard = counting(clock=clock)
    send(guard)
    tomorrow = Context(now=clock.now + timedelta(days=1))
    assert not guard.evaluate(MESSAGE, tomorrow).allowed
    clock.passes(hours=1)
    assert guard.evaluate(MESSAGE, Context(now=clock.now - timedelta(days=1))).allowed


@pytest.mark.parametrize(
    ("outcome", "free"), [("failed", True), ("sent", False), ("unknown", False)]
)
def test_only_a_clean_failure_gives_the_claims_back(outcome, free):
    guard = counting()
    getattr(guard.admit(MESSAGE), outcome)()
    assert guard.evaluate(MESSAGE).allowed is free


def test_leaving_the_block_by_an_exception_keeps_the_claims():
    guard = counting()
    with pytest.raises(LookupError), guard.admit(MESSAGE):
        raise LookupError
    assert not guard.evaluate(MESSAGE).allowed


def test_a_recipient_whom_the_transport_refused_was_not_written_to():
    guard = counting()
    guard.admit(BOTH).sent(refused={"bob@b.example": (550, b"gone")})
    decision = guard.evaluate(BOTH)
    assert [finding.recipient for finding in decision.findings] == ["ann@a.example"]


def test_a_message_that_another_check_holds_takes_nothing():
    @rule("test.held")
    def held(message, facts):
        return Finding(code="test.held", action=Action.HOLD, message="no") if facts.extra else None

    guard = counting().extended(held)
    with pytest.raises(MessageHeld):
        guard.admit(MESSAGE, Context(extra={"hold": True}))
    assert guard.evaluate(MESSAGE).allowed
    send(guard)
    with pytest.raises(MessageHeld) as error:
        guard.admit(MESSAGE, Context(extra={"hold": True}))
    assert set(codes(error.value.decision)) == {"test.held", "state.rate-limit"}


def test_one_refused_claim_keeps_all_others_from_being_taken():
    store = MemoryStore()
    both = Guard(
        checks.rate_limit(limit=1, per="1h", by="recipient"),
        checks.rate_limit(limit=3, per="1h", by="all"),
        store=store,
    )
    send(both)
    for _ in range(5):
        with pytest.raises(MessageHeld):
            both.admit(MESSAGE)
    send(both, MESSAGE.replace(recipients=BOTH.recipients[1:]))
    assert not both.evaluate(BOTH).allowed
    assert counting(3, by="all", store=store).evaluate(MESSAGE).allowed


def test_threads_that_race_through_one_guard_get_exactly_the_limit():
    guard, admitted = counting(limit=5, by="all"), []
    gate = threading.Barrier(8)

    def work():
        gate.wait()
        for _ in range(4):
            try:
                send(guard)
            except MessageHeld:
                continue
            admitted.append(1)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(admitted) == 5


def test_ten_thousand_recipients_are_counted_and_settled_in_passing():
    crowd = MESSAGE.replace(recipients=[Recipient(f"r{n}@a.example") for n in range(10_000)])
    guard = counting()
    guard.admit(crowd).sent(refused={"r7@a.example": (550, b"gone")})
    assert len(guard.evaluate(crowd).findings) == 9_999
    refused = {recipient.address: (550, b"gone") for recipient in crowd.recipients}
    counting(store=MemoryStore()).admit(crowd).sent(refused)


def test_a_pickled_guard_counts_in_the_same_file(tmp_path):
    guard = counting(store=SQLiteStore(tmp_path / "claims.db"))
    send(guard)
    assert not pickle.loads(pickle.dumps(guard)).evaluate(MESSAGE).allowed


# -- actions, overrides, modes, the algebra -------------------------------------------------------


def test_below_hold_a_claim_counts_and_does_not_refuse():
    guard = Guard(
        checks.rate_limit(limit=1, per="1h", by="all").at(Action.WARN).named("shop.many"),
        checks.rate_limit(limit=2, per="1h", by="all"),
        store=MemoryStore(),
    )
    assert codes(send(guard).decision) == []
    assert codes(send(guard).decision) == ["shop.many"]
    with pytest.raises(MessageHeld):
        guard.admit(MESSAGE)


def test_actions_and_codes_of_the_guard_reach_the_store():
    guard = counting()
    soft = guard.with_actions({"state.*": Action.WARN})
    send(soft)
    assert codes(send(soft).decision) == ["state.rate-limit"]
    assert send(guard.without("state.rate-limit")).decision.findings == ()
    with pytest.raises(MessageBlocked):
        guard.with_actions({"state.rate-limit": Action.BLOCK}).admit(MESSAGE)


def test_an_overridden_limit_lets_it_pass_counts_it_and_is_recorded():
    clock = Clock()
    guard = counting(clock=clock)
    send(guard)
    clock.passes(minutes=30)
    word = Override("state.*", by="Ann", reason="he asked for it")
    admission = send(guard, override=word)
    assert [finding.code for finding in admission.decision.overridden] == ["state.rate-limit"]
    clock.passes(minutes=30)  # the first is free again, the overridden one counts
    assert not guard.evaluate(MESSAGE).allowed


def test_an_override_for_something_else_changes_nothing():
    guard = counting()
    send(guard)
    with pytest.raises(MessageHeld):
        guard.admit(MESSAGE, override=Override("tone.*", by="Ann", reason="no"))


def test_observing_decides_the_same_sends_all_and_counts_for_itself():
    store = MemoryStore()
    watching, enforcing = counting(store=store, mode="observe"), counting(store=store)
    assert send(watching).decision.findings == ()
    for _ in range(3):
        decision = send(watching).decision
        assert codes(decision) == ["state.rate-limit"]
        assert not decision.enforced
    assert send(enforcing).decision.findings == ()


def test_a_limit_under_a_condition_counts_only_what_it_is_about():
    limit = checks.rate_limit(limit=1, per="1h", by="recipient")
    guard = Guard(limit.when(conditions.purpose("marketing")), store=MemoryStore())
    for _ in range(3):
        send(guard, MESSAGE, Context(purpose="transactional"))
    send(guard, MESSAGE, Context(purpose="marketing"))
    with pytest.raises(MessageHeld):
        guard.admit(MESSAGE, Context(purpose="marketing"))


def test_limits_under_different_conditions_count_apart():
    limit = checks.rate_limit(limit=1, per="1h", by="recipient")
    guard = Guard(
        limit.when(conditions.purpose("marketing")),
        limit.when(conditions.purpose("internal")),
        checks.rate_limit(limit=3, per="1h", by="recipient"),
        store=MemoryStore(),
    )
    for purpose in ("transactional", "internal", "marketing"):
        send(guard, MESSAGE, Context(purpose=purpose))
    (finding,) = guard.evaluate(MESSAGE, Context(purpose="transactional")).findings
    assert finding.message.startswith("More than 3 ")


def test_a_check_that_counts_is_refused_inside_or():
    limit = checks.rate_limit(limit=1, per="1h", by="all")
    for nested in (limit, limit.at(Action.WARN), limit.named("a.b"), limit & checks.addresses()):
        with pytest.raises(ConfigurationError, match="join it with & instead"):
            checks.any_of(nested, checks.addresses())
    with pytest.raises(ConfigurationError):
        checks.addresses() | limit


# -- without a store, and with one that is dead ---------------------------------------------------


@pytest.mark.parametrize("facts", [None, Context(key="k")])
def test_without_a_store_what_needs_one_is_not_evaluable(facts):
    guard = Guard() if facts else counting(store=None)
    decision = guard.evaluate(MESSAGE, facts)
    assert codes(decision) == ["guard.not-evaluable"]
    assert decision.action is Action.WARN
    send(guard, MESSAGE, facts)
    with pytest.raises(MessageBlocked):
        Guard(counting()._settings.check, on_unevaluable=Action.BLOCK).admit(MESSAGE)


def test_only_a_store_is_taken_for_one():
    with pytest.raises(TypeError, match="not dict"):
        Guard(store={})


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("fails", ["before", "after"])
def test_a_store_that_fails_gives_the_action_that_the_owner_chose(action, fails):
    store = Flaky()
    guard = counting(store=store, on_store_error=action)
    store.fails = fails
    decision = guard.evaluate(MESSAGE)
    assert codes(decision) == ["guard.store-unavailable"]
    assert decision.action is action
    if action > Action.WARN:
        with pytest.raises((MessageHeld, MessageBlocked)) as error:
            guard.admit(MESSAGE)
        assert error.value.decision == decision
    else:
        assert send(guard).decision == decision


@pytest.mark.parametrize("error", [ValueError, RecursionError, OSError, KeyError, TimeoutError])
def test_any_error_of_a_store_of_ones_own_is_a_store_that_fails(error):
    class Broken(ClaimModel):
        def peek(self, claims, *, now):
            raise error("canary ann@a.example")

        take = settle = peek

    guard = counting(store=Broken())
    for decision in (guard.evaluate(MESSAGE), counting(store=Broken()).evaluate(MESSAGE)):
        assert codes(decision) == ["guard.store-unavailable"]
        assert "canary" not in decision.explain() + repr(decision)
    with pytest.raises(MessageHeld):
        guard.admit(MESSAGE)


def test_a_store_that_hangs_is_given_up_within_its_time():
    gate = threading.Event()

    class Hanging(ClaimModel):
        def peek(self, claims, *, now):
            gate.wait()
            return ()

    guard = counting(store=Hanging(time_out=0.05))
    assert codes(guard.evaluate(MESSAGE)) == ["guard.store-unavailable"]
    gate.set()


def test_what_a_failed_call_took_is_given_back_when_the_store_is_back():
    store = Flaky()
    guard = Guard(store=store)
    store.fails = "after"
    with pytest.raises(MessageHeld):
        guard.admit(MESSAGE, Context(key="k"))
    store.fails = None
    send(guard, MESSAGE, Context(key="k"))
    with pytest.raises(AlreadySent):
        guard.admit(MESSAGE, Context(key="k"))


def test_what_a_call_took_after_it_was_given_up_is_given_back():
    gate, taken = threading.Event(), threading.Event()

    class Slow(MemoryStore):
        time_out = 0.05

        def take(self, *args, **options):
            gate.wait()
            answer = super().take(*args, **options)
            taken.set()
            return answer

    guard = Guard(store=Slow())
    with pytest.raises(MessageHeld):
        guard.admit(MESSAGE, Context(key="k"))
    guard._desk.doubtful.clear()  # as if they had been given back before they were taken
    gate.set()
    assert taken.wait(10)
    while not guard._desk.doubtful:
        pass
    send(guard, MESSAGE, Context(key="k"))


def test_a_failure_that_the_store_did_not_hear_of_is_told_later(caplog):
    store = Flaky()
    guard = counting(store=store)
    admission = guard.admit(MESSAGE)
    store.fails = "before"
    admission.failed()
    assert "could not be told that a message was failed" in caplog.text
    store.fails = None
    send(guard)


def test_a_dead_store_is_left_alone_and_found_again():
    store = Flaky()
    guard = counting(store=store)
    store.fails = "before"
    for _ in range(10):
        guard.evaluate(MESSAGE)
    assert len(store.calls) == 3
    assert codes(guard.extended().evaluate(MESSAGE)) == ["guard.store-unavailable"]
    assert len(store.calls) == 3


# -- partial sends --------------------------------------------------------------------------------


def test_a_partial_send_leaves_out_whom_a_limit_refuses():
    guard = counting()
    send(guard)
    with pytest.raises(MessageHeld):
        guard.admit(BOTH)
    admission = send(guard, BOTH, partial=True)
    assert [r.address for r in admission.recipients] == ["bob@b.example"]
    assert [r.recipient.address for r in admission.refused] == ["ann@a.example"]
    with pytest.raises(MessageHeld):
        guard.admit(BOTH, partial=True)


def test_a_partial_send_to_nobody_takes_nothing_of_the_message_either():
    store = MemoryStore()
    guard = counting(store=store).extended(checks.rate_limit(limit=2, per="1h", by="all"))
    send(guard)
    for _ in range(3):
        with pytest.raises(MessageHeld):
            guard.admit(MESSAGE, partial=True)
    send(guard, BOTH, partial=True)
    assert not counting(2, by="all", store=store).evaluate(MESSAGE).allowed


def test_a_partial_send_counts_nobody_whom_another_check_refuses():
    @rule("test.no-bob")
    def no_bob(message, facts):
        return Finding(
            code="test.no-bob", action=Action.HOLD, message="no", recipient="bob@b.example"
        )

    store = MemoryStore()
    send(counting(store=store).extended(no_bob), BOTH, partial=True)
    decision = counting(store=store).evaluate(BOTH)
    assert [finding.recipient for finding in decision.findings] == ["ann@a.example"]


# -- idempotency keys -----------------------------------------------------------------------------


def test_the_same_key_and_content_was_sent_already():
    recorder = Recorder()
    guard = Guard(store=MemoryStore(), observers=[recorder])
    facts = Context(key="order 7")
    admission = guard.admit(MESSAGE, facts)
    with pytest.raises(AlreadySent) as error:
        guard.admit(MESSAGE, facts)
    assert error.value.outcome == "pending"
    assert codes(error.value.decision) == ["state.already-sent"]
    admission.sent()
    with pytest.raises(AlreadySent) as error:
        guard.admit(MESSAGE, facts)
    assert error.value.outcome == "sent"
    assert pickle.loads(pickle.dumps(error.value)).outcome == "sent"
    assert recorder.kinds == ["admitted", "blocked", "sent", "blocked"]


def test_a_key_of_a_send_that_nobody_knows_of_is_used_and_of_a_failed_one_free():
    guard, facts = Guard(store=MemoryStore()), Context(key="order 7")
    guard.admit(MESSAGE, facts).failed()
    guard.admit(MESSAGE, facts).unknown()
    with pytest.raises(AlreadySent) as error:
        guard.admit(MESSAGE, facts)
    assert error.value.outcome == "unknown"


def test_the_same_key_for_other_content_is_blocked():
    guard, facts = Guard(store=MemoryStore()), Context(key="order 7")
    send(guard, MESSAGE, facts)
    with pytest.raises(MessageBlocked) as error:
        guard.admit(OTHER, facts)
    assert codes(error.value.decision) == ["state.key-reused"]
    send(guard, OTHER, Context(key="order 8"))


def test_a_retry_is_already_sent_whatever_else_is_found():
    guard, facts = counting(by="all"), Context(key="order 7")
    send(guard, MESSAGE, facts)
    with pytest.raises(AlreadySent):
        guard.admit(MESSAGE, facts)


def test_without_drops_no_key():
    guard, facts = Guard(store=MemoryStore()).without("state.*"), Context(key="order 7")
    send(guard, MESSAGE, facts)
    with pytest.raises(AlreadySent):
        guard.admit(MESSAGE, facts)


def test_observing_sends_the_same_key_again():
    guard, facts = Guard(store=MemoryStore(), mode="observe"), Context(key="order 7")
    send(guard, MESSAGE, facts)
    assert codes(send(guard, MESSAGE, facts).decision) == ["state.already-sent"]


def test_a_race_on_one_key_sends_once():
    guard, admitted, gate = Guard(store=MemoryStore()), [], threading.Barrier(8)

    def work():
        gate.wait()
        with contextlib.suppress(AlreadySent):
            admitted.append(guard.admit(MESSAGE, Context(key="k")))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(admitted) == 1


# -- asyncio --------------------------------------------------------------------------------------


class AsyncModel(ClaimModel):
    """A store that is awaited, and counts how often it was called without."""

    awaits = True

    async def atake(self, *args, **options):
        return super().take(*args, **options)

    async def apeek(self, *args, **options):
        return super().peek(*args, **options)

    async def asettle(self, *args, **options):
        return super().settle(*args, **options)

    def take(self, *args, **options):
        raise AssertionError("called without await")

    peek = settle = take


@pytest.mark.parametrize("store", [MemoryStore, AsyncModel])
def test_aadmit_and_aevaluate_do_as_admit_and_evaluate(store):
    async def sends():
        guard = counting(store=store())
        async with guard.aadmit(MESSAGE) as admission:
            admission.failed()
        async with guard.aadmit(MESSAGE):
            assert (await guard.aevaluate(MESSAGE)).action is Action.HOLD
        with pytest.raises(MessageHeld):
            await guard.aadmit(MESSAGE)

    asyncio.run(sends())


def test_an_admission_awaited_without_a_block_settles_behind():
    async def sends():
        guard = counting(store=AsyncModel())
        admission = await guard.aadmit(MESSAGE)
        admission.failed()
        while not (await guard.aevaluate(MESSAGE)).allowed:
            await asyncio.sleep(0)

    asyncio.run(asyncio.wait_for(sends(), 10))


def test_a_cancelled_aadmit_gives_back_what_it_may_have_taken():
    class Slow(AsyncModel):
        async def atake(self, *args, **options):
            answer = await super().atake(*args, **options)
            await asyncio.sleep(3_600 if slow else 0)
            return answer

    async def admitted(guard):
        return await guard.aadmit(MESSAGE, Context(key="k"))

    async def sends():
        nonlocal slow
        guard = Guard(store=Slow())
        store = guard._settings.store
        task = asyncio.ensure_future(admitted(guard))
        while not store.entries:
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        slow = False
        async with guard.aadmit(MESSAGE, Context(key="k")):
            pass

    slow = True
    asyncio.run(sends())


def test_an_awaited_store_that_hangs_is_given_up_within_its_time():
    class Hanging(AsyncModel):
        async def apeek(self, *args, **options):
            await asyncio.Event().wait()

    decision = asyncio.run(counting(store=Hanging(time_out=0.05)).aevaluate(MESSAGE))
    assert codes(decision) == ["guard.store-unavailable"]


@given(st.booleans(), plain_messages())
def test_a_guard_that_counts_nothing_asks_no_store(partial, message):
    store = Flaky()
    store.fails = "before"
    Guard(checks.addresses().at(Action.WARN), store=store).evaluate(message)
    assert store.calls == []


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_of_all_workers_one_tells_its_observers_that_a_latch_was_set(kind, tmp_path):
    clock = Clock()
    shared = MemoryStore()
    heard = [Recorder(), Recorder()]
    workers = [
        Guard(
            checks.loop(within="1h", recipients=2),
            store=shared if kind == "memory" else SQLiteStore(tmp_path / "claims.db"),
            clock=clock,
            observers=[recorder],
        )
        for recorder in heard
    ]
    for worker in workers:
        for _ in range(3):
            for name in ("ann", "ben", "cleo"):
                with contextlib.suppress(MessageHeld):
                    worker.admit(
                        MESSAGE.replace(recipients=(Recipient(f"{name}@a.example"),))
                    ).sent()
    assert [recorder.kinds.count("latched") for recorder in heard] == [1, 0]
    (latch,) = workers[0]._settings.store.latches()
    workers[1]._settings.store.reset_latch(latch.key, by="Maria")
    for _ in range(2):
        for name in ("dora", "emil"):
            with contextlib.suppress(MessageHeld):
                workers[1].admit(
                    MESSAGE.replace(recipients=(Recipient(f"{name}@a.example"),))
                ).sent()
    assert [recorder.kinds.count("latched") for recorder in heard] == [1, 1]
