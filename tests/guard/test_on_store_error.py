"""What happens to a message while the store does not answer, check by check."""

from __future__ import annotations

import asyncio

import pytest

from sendguard import (
    Action,
    ConfigurationError,
    Context,
    Guard,
    Message,
    MessageBlocked,
    MessageHeld,
    StoreError,
    checks,
    conditions,
)
from sendguard.policy import loads
from sendguard.stores import MemoryStore

MESSAGE = Message.email(sender="shop@shop.example", to="ann@a.example", subject="s", text="Hello")
LIMIT = checks.rate_limit(limit=3, per="1h", by="all")
LOOP = checks.loop(within="1h")


class Dead(MemoryStore):
    def take(self, *args, **options):
        raise StoreError("it is down")

    peek = take


def modes(*given, message=MESSAGE, context=None, **options) -> list[tuple[Action, str]]:
    guard = Guard(*given, store=Dead(), **options)
    findings = guard.evaluate(message, context).findings
    assert {finding.code for finding in findings} <= {"guard.store-unavailable"}
    return [(finding.action, finding.message.partition("judged: ")[2]) for finding in findings]


def test_a_check_may_have_an_action_of_its_own():
    assert modes(LIMIT.on_store_error(Action.ALLOW)) == [
        (Action.ALLOW, "state.rate-limit (on_store_error: allow).")
    ]
    Guard(LIMIT.on_store_error(Action.WARN), store=Dead()).admit(MESSAGE).sent()
    with pytest.raises(MessageBlocked):
        Guard(LIMIT.on_store_error(Action.BLOCK), store=Dead()).admit(MESSAGE)


def test_the_others_keep_that_of_the_guard_and_the_strictest_wins():
    assert modes(LIMIT.on_store_error(Action.ALLOW), LOOP) == [
        (Action.HOLD, "state.loop (on_store_error: hold)."),
        (Action.ALLOW, "state.rate-limit (on_store_error: allow)."),
    ]
    with pytest.raises(MessageHeld):
        Guard(LIMIT.on_store_error(Action.ALLOW), LOOP, store=Dead()).admit(MESSAGE)
    assert modes(LIMIT, LOOP.on_store_error(Action.WARN), on_store_error=Action.BLOCK) == [
        (Action.BLOCK, "state.rate-limit (on_store_error: block)."),
        (Action.WARN, "state.loop (on_store_error: warn)."),
    ]


def test_an_idempotency_key_has_that_of_the_guard():
    found = modes(LIMIT.on_store_error(Action.ALLOW), context=Context(key="order 1"))
    assert found[0] == (Action.HOLD, "state.key-reused (on_store_error: hold).")


def test_it_holds_for_all_checks_below_and_the_outer_one_wins():
    both = (LIMIT & LOOP.on_store_error(Action.BLOCK)).on_store_error(Action.WARN)
    assert modes(both.when(conditions.channel("email")).named("shop.much")) == [
        (Action.WARN, "shop.much (on_store_error: warn).")
    ]


def test_it_changes_nothing_while_the_store_answers():
    one = checks.rate_limit(limit=1, per="1h", by="all").on_store_error(Action.ALLOW)
    guard = Guard(one, store=MemoryStore())
    guard.admit(MESSAGE).sent()
    assert [(f.code, f.action) for f in guard.evaluate(MESSAGE).findings] == [
        ("state.rate-limit", Action.HOLD)
    ]


def test_asyncio_hears_the_same():
    guard = Guard(LIMIT.on_store_error(Action.WARN), store=Dead())
    assert asyncio.run(guard.aevaluate(MESSAGE)) == guard.evaluate(MESSAGE)


def test_what_a_failed_call_may_have_taken_is_kept_when_the_message_left():
    given_back: list[str] = []

    class Lossy(MemoryStore):
        answers = False

        def take(self, *args, **options):
            found = super().take(*args, **options)
            if not self.answers:
                raise StoreError("the answer was lost")
            return found

        def settle(self, token, claims, outcome):
            given_back.append(outcome)
            super().settle(token, claims, outcome)

    store = Lossy()
    guard = Guard(LIMIT.on_store_error(Action.ALLOW), store=store)
    guard.admit(MESSAGE).sent()
    store.answers = True
    guard.admit(MESSAGE).sent()
    assert "failed" not in given_back


def test_a_check_that_counts_nothing_has_no_such_action():
    with pytest.raises(ConfigurationError, match="asks nothing of a store"):
        checks.addresses().on_store_error(Action.ALLOW)
    with pytest.raises(TypeError, match="takes an Action, not str"):
        LIMIT.on_store_error("allow")


def test_it_shows_how_it_was_built():
    check = (LIMIT & LOOP).on_store_error(Action.ALLOW)
    assert repr(check) == f"({LIMIT!r} & {LOOP!r}).on_store_error(Action.ALLOW)"
    assert eval(f"checks.{LIMIT!r}.on_store_error(Action.ALLOW)") == LIMIT.on_store_error(
        Action.ALLOW
    )


class TestInAPolicyFile:
    TEXT = '[[checks]]\ncheck = "loop"\nwithin = "1h"\nat = "warn"\non_store_error = "allow"\n'

    def test_it_is_read_and_written(self):
        check = LOOP.at(Action.WARN).on_store_error(Action.ALLOW)
        assert loads(self.TEXT).checks == (check,)
        for each in (check, LOOP.on_store_error(Action.ALLOW).at(Action.WARN)):
            assert loads(Guard(each).to_toml()).checks == (each,)

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ('check = "empty_body"\non_store_error = "allow"', "on_store_error: .*asks nothing"),
            (
                'check = "loop"\nwithin = "1h"\non_store_error = "pass"',
                "expected one of allow, warn",
            ),
        ],
    )
    def test_what_is_wrong_is_named_with_its_place(self, wrong, words):
        with pytest.raises(ConfigurationError, match=words):
            loads(f"[[checks]]\n{wrong}")
