"""How a program uses the stores, for the type checkers; nothing here is run."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import redis

from sendguard import AlreadySent, Check, Context, Guard, Message, StoreError, checks
from sendguard.model import Clock
from sendguard.stores import Claim, ClaimStore, LatchRecord, MemoryStore, Refusal, Settled
from sendguard.stores.redis import RedisStore
from sendguard.stores.sqlite import SQLiteStore
from sendguard.testing import ClaimStoreConformance, claim_store_machine


def tenant_of(message: Message, context: Context) -> str | None:
    return context.customer


class NoStore:
    """A store of one's own, which needs no base class."""

    time_out: float | None = 1.0

    def take(
        self,
        token: str,
        claims: Sequence[Claim],
        groups: Sequence[Sequence[Claim]] = (),
        *,
        now: datetime,
    ) -> tuple[Refusal, ...]:
        raise StoreError("there is none")

    def peek(self, claims: Sequence[Claim], *, now: datetime) -> tuple[Refusal, ...]:
        return ()

    def settle(self, token: str, claims: Sequence[Claim], outcome: Settled) -> None:
        return None

    def latches(self) -> tuple[LatchRecord, ...]:
        return ()

    def reset_latch(self, key: str, *, by: str) -> bool:
        return False


def build(client: "redis.Redis", path: str) -> list[Guard]:
    check: Check = (
        checks.rate_limit(limit=3, per="1h", by="recipient")
        & checks.rate_limit(limit=30, per=timedelta(hours=1), by=tenant_of)
        & checks.duplicate(within="10m")
        & checks.loop(within="1h", recipients=5, by="campaign")
    )
    stores: list[ClaimStore] = [
        MemoryStore(),
        SQLiteStore(path, timeout=1.5),
        RedisStore(client, prefix="shop:"),
        NoStore(),
    ]
    return [Guard(check, store=store) for store in stores]


def send(guard: Guard, message: Message) -> str:
    try:
        guard.admit(message, Context(key="order 7")).sent()
    except AlreadySent as already:
        return already.outcome
    return "sent"


class TestNoStore(ClaimStoreConformance):
    __test__ = False

    def new_store(self, clock: Clock) -> ClaimStore:
        return NoStore()


machine = claim_store_machine(lambda clock: NoStore())
