"""What a store of claims can do, and what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Protocol, runtime_checkable

from attrs import frozen

from sendguard.stores._claim import Claim

Settled = Literal["sent", "failed", "unknown"]
"""What became of a message whose claims were taken."""

Standing = Literal["sent", "unknown", "pending"]
"""What is known of the message that a claim was taken for; pending: nobody has said yet."""


@frozen
class Refusal:
    """A claim that is not to be had now.

    Attributes:
        claim: the one that was asked for.
        frees_at: when its count leaves room again, unless a pending one is given back before;
            None where the count has room.
        latched_since: since when its latch is set, or None.
        mark, standing: of the claim that must go before there is room, where that has a mark;
            else "" and None.
        sets_latch: whether this refusal was the strike that set its latch. Of all calls by all
            workers, one hears it.
    """

    claim: Claim
    frees_at: datetime | None = None
    latched_since: datetime | None = None
    mark: str = ""
    standing: Standing | None = None
    sets_latch: bool = False


@frozen
class LatchRecord:
    """A latch that is set.

    Attributes:
        key: opaque; what `ClaimStore.reset_latch` takes.
        label: what it is.
        since: when it was set.
    """

    key: str
    label: str
    since: datetime


@runtime_checkable
class ClaimStore(Protocol):
    """Keeps claims for all workers. Every method is one atomic step, and raises `StoreError` when
    the store cannot be reached, read or written.

    A time that runs backwards frees nothing: a claim is never written before the newest one of its
    key. Whoever writes a store of his own lets `sendguard.testing.ClaimStoreConformance` judge it.
    """

    @property
    def time_out(self) -> float | None:
        """Seconds after which a caller should give up, or None if the store does so itself."""

    def take(
        self,
        token: str,
        claims: Sequence[Claim],
        groups: Sequence[Sequence[Claim]] = (),
        *,
        now: datetime,
    ) -> tuple[Refusal, ...]:
        """Take the claims of one message, all or none.

        Refused claims do not count. When one of `claims` that `refuses` is refused, nothing is
        taken. Each of `groups` stands or falls alone, its claims all or none; when there are
        groups and all of them fall, nothing is taken. A claim that stands in several places counts
        once. Strikes of latches are counted in any case.

        Args:
            token: names this one attempt to send, 32 hex digits, best from `new_token`. Asking
                again with it, as a client does that got no answer, takes nothing twice and is not
                refused what it has.
            claims: the message's own.
            groups: for a message that may go to a part of its recipients, each one's claims.
            now: the time (aware); a store that has a server's time uses that.

        Returns:
            Every claim that is refused, each once, in the order given.
        """

    def peek(self, claims: Sequence[Claim], *, now: datetime) -> tuple[Refusal, ...]:
        """What `take` would answer; changes nothing."""

    def settle(self, token: str, claims: Sequence[Claim], outcome: Settled) -> None:
        """Say what became of the message: *failed* gives the claims back, all else keeps them."""

    def latches(self) -> tuple[LatchRecord, ...]:
        """The latches that are set, the oldest first."""

    def reset_latch(self, key: str, *, by: str) -> bool:
        """Open a latch and forget its strikes.

        Args:
            key: `LatchRecord.key`.
            by: the person who decided it; it is logged.

        Returns:
            Whether it was set.

        Raises:
            ConfigurationError: `by` names nobody.
        """


@runtime_checkable
class AsyncClaimStore(Protocol):
    """A store whose backend has an asyncio client; otherwise as `ClaimStore`."""

    @property
    def awaits(self) -> bool:
        """Whether these methods are the ones to call; False where its client is a blocking one."""

    @property
    def time_out(self) -> float | None:
        """Seconds after which a caller should give up, or None if the store does so itself."""

    async def atake(
        self,
        token: str,
        claims: Sequence[Claim],
        groups: Sequence[Sequence[Claim]] = (),
        *,
        now: datetime,
    ) -> tuple[Refusal, ...]:
        """`ClaimStore.take`."""

    async def apeek(self, claims: Sequence[Claim], *, now: datetime) -> tuple[Refusal, ...]:
        """`ClaimStore.peek`."""

    async def asettle(self, token: str, claims: Sequence[Claim], outcome: Settled) -> None:
        """`ClaimStore.settle`."""
