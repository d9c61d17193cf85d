"""For tests: what a store must do, and an exact model of it. Needs the extra ``testing``."""

from __future__ import annotations

from sendguard.testing._claim_machine import claim_store_machine
from sendguard.testing._claim_model import ClaimModel
from sendguard.testing._conformance import ClaimStoreConformance
from sendguard.testing._hold_conformance import HoldStoreConformance
from sendguard.testing._hold_machine import hold_store_machine
from sendguard.testing._hold_model import HoldModel

__all__ = [
    "ClaimModel",
    "ClaimStoreConformance",
    "HoldModel",
    "HoldStoreConformance",
    "claim_store_machine",
    "hold_store_machine",
]
