"""For tests: messages of all kinds, the laws of policies, stand-ins, and what stores must do.

Needs the extra ``testing``. Importing it also tells Hypothesis how to build a `Message`, a
`Recipient`, an `Attachment`, a `Context`, a `MemoryDirectory` and a `Send`
(`hypothesis.strategies.from_type`).
"""

from __future__ import annotations

from sendguard.adapters.bypasses import Bypass, BypassWatch, watch_bypasses
from sendguard.testing import mutations
from sendguard.testing._claim_machine import claim_store_machine
from sendguard.testing._claim_model import ClaimModel
from sendguard.testing._conformance import ClaimStoreConformance
from sendguard.testing._expecting import Expected, allowed, blocked, held, warned
from sendguard.testing._fakes import FakeTransport, FrozenClock, GuardRecorder
from sendguard.testing._hold_conformance import HoldStoreConformance
from sendguard.testing._hold_machine import hold_store_machine
from sendguard.testing._hold_model import HoldModel
from sendguard.testing._laws import (
    LAWS,
    Law,
    LawBrokenError,
    PolicyLaws,
    assert_law,
    assert_policy_laws,
)
from sendguard.testing._strategies import (
    attachments,
    contexts,
    directories,
    messages,
    recipients,
    register,
    sends,
)
from sendguard.testing.mutations import Send

register()

__all__ = [
    "LAWS",
    "Bypass",
    "BypassWatch",
    "ClaimModel",
    "ClaimStoreConformance",
    "Expected",
    "FakeTransport",
    "FrozenClock",
    "GuardRecorder",
    "HoldModel",
    "HoldStoreConformance",
    "Law",
    "LawBrokenError",
    "PolicyLaws",
    "Send",
    "allowed",
    "assert_law",
    "assert_policy_laws",
    "attachments",
    "blocked",
    "claim_store_machine",
    "contexts",
    "directories",
    "held",
    "hold_store_machine",
    "messages",
    "mutations",
    "recipients",
    "sends",
    "warned",
    "watch_bypasses",
]
