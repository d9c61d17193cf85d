"""Where all workers count together: claims, the stores that keep them, and what they answer.

`MemoryStore` is for one process. `sendguard.stores.sqlite` serves the processes of one machine,
`sendguard.stores.redis` those of many.
"""

from __future__ import annotations

from sendguard.stores._breaker import CircuitBreaker
from sendguard.stores._claim import LONGEST, MOST, Claim, Latch, opaque_key
from sendguard.stores._memory import MemoryStore
from sendguard.stores._protocol import (
    AsyncClaimStore,
    ClaimStore,
    LatchRecord,
    Refusal,
    Settled,
    Standing,
)

__all__ = [
    "LONGEST",
    "MOST",
    "AsyncClaimStore",
    "CircuitBreaker",
    "Claim",
    "ClaimStore",
    "Latch",
    "LatchRecord",
    "MemoryStore",
    "Refusal",
    "Settled",
    "Standing",
    "opaque_key",
]
