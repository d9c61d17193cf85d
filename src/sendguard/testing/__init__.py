"""For tests: what a store must do, and an exact model of it. Needs the extra ``testing``."""

from __future__ import annotations

from sendguard.testing._claim_machine import claim_store_machine
from sendguard.testing._claim_model import ClaimModel
from sendguard.testing._conformance import ClaimStoreConformance

__all__ = ["ClaimModel", "ClaimStoreConformance", "claim_store_machine"]
