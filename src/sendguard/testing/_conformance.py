"""What every store of claims must do."""

from __future__ import annotations

import sys
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

from sendguard.errors import ConfigurationError
from sendguard.model import Action, Clock
from sendguard.stores import Claim, ClaimStore, Latch, new_token, opaque_key

_START = datetime(2028, 2, 29, 12, 0, tzinfo=UTC)  # a leap day
_HOUR = 3_600.0


def _claim(name: str, limit: int = 1, **more: Any) -> Claim:
    return Claim(opaque_key(name), limit, more.pop("window", _HOUR), code="state.test", **more)


def _loop(recipient: str, of: str = "content", limit: int = 3) -> Claim:
    latch = Latch(opaque_key("latch"), opaque_key(recipient), limit, _HOUR, "loop within an hour")
    return _claim(f"{of} to {recipient}", latch=latch)


class ClaimStoreConformance:
    """Tests of the `ClaimStore` contract, for pytest. Subclass it and say how to make a store::

        class TestMyStore(ClaimStoreConformance):
            def new_store(self, clock):
                return MyStore(...)

    Every test begins with a store that is empty.
    """

    def new_store(self, clock: Clock) -> ClaimStore:
        """An empty store.

        Args:
            clock: the time, for a store that does not take the one that it is called with.
        """
        raise NotImplementedError

    def setup_method(self) -> None:
        """Make the store of one test."""
        self.now = _START
        self.store = self.new_store(lambda: self.now)
        self._tokens = 0

    def _try(self, *claims: Claim, groups: tuple[tuple[Claim, ...], ...] = ()) -> str | None:
        """Take them; the token, or None when a claim that refuses was refused."""
        self._tokens += 1
        token = f"{self._tokens:032x}"
        refusals = self.store.take(token, claims, groups, now=self.now)
        return None if any(refusal.claim.refuses for refusal in refusals) else token

    def _passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def test_it_says_what_it_is(self) -> None:
        assert isinstance(self.store, ClaimStore)

    def test_a_limit_admits_exactly_so_many(self) -> None:
        claim = _claim("a", limit=3)
        assert [self._try(claim) is not None for _ in range(5)] == [True] * 3 + [False] * 2

    def test_the_window_slides_and_is_exact_to_the_microsecond(self) -> None:
        claim = _claim("a", limit=2, window=10.0)
        assert self._try(claim)
        self._passes(6)
        assert self._try(claim)
        self._passes(3.999999)
        assert not self._try(claim)
        self._passes(0.000001)
        assert self._try(claim)
        assert not self._try(claim)  # the second one counts until 16 s
        self._passes(6)
        assert self._try(claim)

    def test_a_refusal_says_when_there_is_room_again(self) -> None:
        claim = _claim("a", limit=2)
        self._try(claim)
        self._passes(60)
        self._try(claim)
        (refusal,) = self.store.peek([claim], now=self.now)
        assert refusal.claim == claim
        assert refusal.frees_at == _START + timedelta(hours=1)
        assert refusal.latched_since is None
        (tighter,) = self.store.peek([_claim("a", limit=1)], now=self.now)
        assert tighter.frees_at == _START + timedelta(hours=1, seconds=60)

    def test_one_refused_claim_leaves_all_others_untaken(self) -> None:
        assert self._try(_claim("a"))
        assert not self._try(_claim("b"), _claim("a"), _claim("c"))
        assert self._try(_claim("b"), _claim("c"))

    def test_a_claim_below_hold_counts_and_does_not_refuse(self) -> None:
        soft = _claim("a", action=Action.WARN)
        assert self._try(soft)
        refusals = self.store.take("f" * 32, [soft, _claim("b")], now=self.now)
        assert [refusal.claim for refusal in refusals] == [soft]
        assert not self._try(_claim("b"))
        (third,) = self.store.peek([_claim("a", limit=2)], now=self.now)
        assert third.claim.limit == 2

    def test_a_failed_send_gives_its_claims_back_and_no_other_does(self) -> None:
        for outcome, free in (("failed", True), ("sent", False), ("unknown", False)):
            claim = _claim(outcome)
            token = self._try(claim)
            assert token is not None
            self.store.settle(token, [claim], outcome)  # type: ignore[arg-type]  # a Settled
            assert (self._try(claim) is not None) is free

    def test_what_nobody_settles_stays_counted(self) -> None:
        self._try(_claim("a"))
        self._passes(_HOUR - 0.000001)
        assert not self._try(_claim("a"))

    def test_settling_what_was_never_taken_changes_nothing(self) -> None:
        assert self._try(_claim("a"))
        self.store.settle("0" * 31 + "f", [_claim("a"), _claim("b")], "failed")
        assert not self._try(_claim("a"))

    def test_peeking_takes_nothing(self) -> None:
        loop = _loop("ann", limit=1)
        for _ in range(5):
            assert self.store.peek([_claim("a"), loop], now=self.now) == ()
        assert self._try(_claim("a"), loop)
        for _ in range(5):
            assert len(self.store.peek([_claim("a"), loop], now=self.now)) == 2
        assert self.store.latches() == ()

    def test_the_same_token_again_is_neither_refused_nor_counted_twice(self) -> None:
        claim = _claim("a", limit=2)
        for _ in range(4):
            assert self.store.take("a" * 32, [claim], now=self.now) == ()
        assert self._try(claim)
        assert not self._try(claim)

    def test_a_token_is_found_again_among_others_whatever_the_clock_said_meanwhile(self) -> None:
        claim = _claim("a", limit=6)
        for ahead in (0, 60, -60):
            token = new_token(self.now)
            assert self.store.take(token, [claim], now=self.now) == ()
            assert self._try(claim)
            self._passes(ahead)
            assert self.store.take(token, [claim], now=self.now) == ()
            self.store.settle(token, [claim], "failed")
        assert [self._try(claim) is not None for _ in range(4)] == [True, True, True, False]

    def test_many_are_counted_as_few_are(self) -> None:
        claim = _claim("a", limit=150, window=300.0)
        tokens = []
        for _ in range(150):
            tokens.append(self._try(claim))
            self._passes(1)
        assert all(tokens)
        (refusal,) = self.store.peek([claim], now=self.now)
        assert refusal.frees_at == _START + timedelta(seconds=300)
        assert self.store.take(str(tokens[100]), [claim], now=self.now) == ()
        for token in (tokens[0], tokens[149]):
            self.store.settle(str(token), [claim], "failed")
        assert [self._try(claim) is not None for _ in range(3)] == [True, True, False]
        self._passes(151)  # the second of all has gone, the third has not
        assert [self._try(claim) is not None for _ in range(2)] == [True, False]

    def test_a_message_may_ask_for_thousands(self) -> None:
        claims = [_claim(f"{number}") for number in range(5_000)]
        assert self._try(*claims)
        assert self.store.peek([claims[0], claims[-1]], now=self.now)
        assert not self._try(*reversed(claims))

    def test_a_claim_that_stands_twice_in_a_message_counts_once(self) -> None:
        claim = _claim("a", limit=2)
        assert self._try(claim, claim, groups=((claim,), (claim,)))
        assert self._try(claim)
        assert not self._try(claim)

    def test_two_limits_on_one_key_count_the_same_messages(self) -> None:
        few, many = _claim("a", limit=2, action=Action.WARN), _claim("a", limit=4)
        assert [self._try(few, many) is not None for _ in range(5)] == [True] * 4 + [False]

    def test_groups_stand_or_fall_alone(self) -> None:
        assert self._try(_claim("bob"))
        refusals = self.store.take(
            "d" * 32,
            [_claim("own")],
            [[_claim("ann"), _claim("ann too")], [_claim("bob"), _claim("bob too")]],
            now=self.now,
        )
        assert [refusal.claim.key for refusal in refusals] == [opaque_key("bob")]
        assert not self._try(_claim("own"))
        assert not self._try(_claim("ann"))
        assert not self._try(_claim("ann too"))
        assert self._try(_claim("bob too"))

    def test_when_all_groups_fall_nothing_is_taken(self) -> None:
        assert self._try(_claim("bob"))
        self._try(_claim("own"), groups=((_claim("bob"),), (_claim("bob"), _claim("x"))))
        assert self._try(_claim("own"), _claim("x"))

    def test_when_the_message_itself_is_refused_no_group_is_taken(self) -> None:
        assert self._try(_claim("own"))
        self._try(_claim("own"), groups=((_claim("ann"),), ()))
        assert self._try(_claim("ann"))

    def test_a_group_without_claims_stands(self) -> None:
        assert self._try(_claim("bob"))
        self._try(_claim("own"), groups=((_claim("bob"),), ()))
        assert not self._try(_claim("own"))

    def test_a_clock_that_is_set_back_frees_nothing_early(self) -> None:
        claim = _claim("a", limit=2)
        assert self._try(claim)
        self._passes(-1_800)
        assert self._try(claim)  # half an hour "before" the first one, and counted with it
        assert not self._try(claim)
        (refusal,) = self.store.peek([_claim("a", limit=1)], now=self.now)
        assert refusal.frees_at == _START + timedelta(hours=1)
        self._passes(1_800 + _HOUR - 0.000001)
        assert self.store.peek([_claim("a", limit=1)], now=self.now)
        assert not self._try(claim)
        self._passes(0.000001)
        assert self._try(claim)

    def test_repeats_to_several_members_set_the_latch_for_all(self) -> None:
        for name in ("ann", "bob", "cy"):
            assert self._try(_loop(name))
        for name in ("ann", "bob", "cy"):
            assert self.store.latches() == ()
            assert not self._try(_loop(name))
        (record,) = self.store.latches()
        assert record.key == opaque_key("latch")
        assert record.label == "loop within an hour"
        assert record.since == self.now
        (refusal,) = self.store.peek([_loop("dee")], now=self.now)
        assert refusal.latched_since == self.now
        assert refusal.frees_at is None
        assert not self._try(_loop("dee"))

    def test_one_member_alone_never_sets_the_latch(self) -> None:
        for of in ("one", "two", "three", "four"):
            assert self._try(_loop("ann", of))
            assert not self._try(_loop("ann", of))
            assert not self._try(_loop("ann", of))
        assert self.store.latches() == ()

    def test_strikes_that_lie_further_apart_than_the_window_do_not_add_up(self) -> None:
        for name in ("ann", "bob", "cy"):
            assert self._try(_loop(name))
            assert not self._try(_loop(name))
            self._passes(_HOUR / 2)
        assert self.store.latches() == ()

    def test_a_strike_counts_although_another_claim_refused_too(self) -> None:
        assert self._try(_claim("a"))
        for name in ("ann", "bob", "cy"):
            assert self._try(_loop(name))
            assert not self._try(_claim("a"), _loop(name))
        assert len(self.store.latches()) == 1

    def test_a_latch_outlasts_its_window_until_a_person_resets_it(self) -> None:
        self.test_repeats_to_several_members_set_the_latch_for_all()
        self._passes(100 * _HOUR)
        assert not self._try(_loop("dee"))
        key = opaque_key("latch")
        try:
            self.store.reset_latch(key, by=" ")
        except ConfigurationError:
            pass
        else:
            raise AssertionError("a latch was reset by nobody")
        assert self.store.reset_latch(key, by="Ann")
        assert not self.store.reset_latch(key, by="Ann")
        assert self.store.latches() == ()
        assert self._try(_loop("dee"))

    def test_strikes_from_before_a_reset_are_forgotten(self) -> None:
        self.test_repeats_to_several_members_set_the_latch_for_all()
        assert self.store.reset_latch(opaque_key("latch"), by="Ann")
        assert not self._try(_loop("ann"))
        assert self.store.latches() == ()

    def test_a_mark_is_told_with_what_became_of_it(self) -> None:
        first, other = _claim("key", mark="1:aa"), _claim("key", mark="1:bb")
        token = self._try(first)
        assert token is not None
        for outcome in ("pending", "unknown", "sent"):
            if outcome != "pending":
                self.store.settle(token, [first], outcome)  # type: ignore[arg-type]  # a Settled
            (refusal,) = self.store.peek([other], now=self.now)
            assert (refusal.mark, refusal.standing) == ("1:aa", outcome)
        self.store.settle(token, [other], "unknown")
        (refusal,) = self.store.peek([other], now=self.now)
        assert (refusal.mark, refusal.standing) == ("1:aa", "unknown")  # the mark that was taken
        self.store.settle(token, [first], "failed")
        assert self._try(other)
        (refusal,) = self.store.peek([first], now=self.now)
        assert (refusal.mark, refusal.standing) == ("1:bb", "pending")

    def test_many_claims_are_one_step(self) -> None:
        crowd = [_claim(f"recipient {n}") for n in range(500)]
        assert self._try(*crowd)
        assert len(self.store.peek(crowd, now=self.now)) == 500

    def test_threads_that_race_get_exactly_the_limit(self) -> None:
        claim = _claim("a", limit=10)
        admitted: list[str] = []
        gate = threading.Barrier(8)

        def send(worker: int) -> None:
            gate.wait()
            for n in range(20):
                token = f"{worker:016x}{n:016x}"
                if not self.store.take(token, [claim], now=self.now):
                    admitted.append(token)

        threads = [threading.Thread(target=send, args=(worker,)) for worker in range(8)]
        interval = sys.getswitchinterval()
        sys.setswitchinterval(1e-6)  # seconds; so that threads meet in every line
        try:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        finally:
            sys.setswitchinterval(interval)
        assert len(admitted) == 10
