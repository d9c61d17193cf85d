"""Where all workers count together, and where held messages lie: claims, records, and their stores.

`MemoryStore` is for one process. `sendguard.stores.sqlite` serves the processes of one machine,
`sendguard.stores.redis` those of many.
"""

from __future__ import annotations

from sendguard.model import LONGEST
from sendguard.stores._breaker import CircuitBreaker
from sendguard.stores._claim import MOST, Claim, Latch, opaque_key
from sendguard.stores._hold_protocol import (
    ENDED,
    LEASABLE,
    OPEN,
    HoldClock,
    HoldRecord,
    HoldState,
    HoldStore,
    at_most,
)
from sendguard.stores._instant import from_microseconds, to_microseconds
from sendguard.stores._memory import MemoryStore
from sendguard.stores._protocol import (
    AsyncClaimStore,
    ClaimStore,
    LatchRecord,
    Refusal,
    Settled,
    Standing,
)
from sendguard.stores._token import new_token

__all__ = [
    "ENDED",
    "LEASABLE",
    "LONGEST",
    "MOST",
    "OPEN",
    "AsyncClaimStore",
    "CircuitBreaker",
    "Claim",
    "ClaimStore",
    "HoldClock",
    "HoldRecord",
    "HoldState",
    "HoldStore",
    "Latch",
    "LatchRecord",
    "MemoryStore",
    "Refusal",
    "Settled",
    "Standing",
    "at_most",
    "from_microseconds",
    "new_token",
    "opaque_key",
    "to_microseconds",
]
