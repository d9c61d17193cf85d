"""The built-in checks, one file for each family, and the algebra that composes them."""

from sendguard.checks._addresses import addresses
from sendguard.checks._content import empty_body, empty_subject
from sendguard.checks._headers import header_injection, malformed
from sendguard.checks._limits import rate_limit
from sendguard.checks._lookalikes import look_alikes
from sendguard.checks._quiet_hours import quiet_hours
from sendguard.checks._recipients import (
    allowed_recipients,
    repeated_recipients,
    visible_recipients,
)
from sendguard.checks._repeats import duplicate, loop
from sendguard.checks._waiting import cooling_off, needs_approval
from sendguard.checks.algebra import (
    AllOf,
    AnyOf,
    Ask,
    At,
    Case,
    Check,
    Leaf,
    Named,
    StatefulLeaf,
    Unevaluable,
    When,
    all_of,
    any_of,
    is_stateful,
    rule,
)
from sendguard.checks.placeholder import placeholders

__all__ = [
    "AllOf",
    "AnyOf",
    "Ask",
    "At",
    "Case",
    "Check",
    "Leaf",
    "Named",
    "StatefulLeaf",
    "Unevaluable",
    "When",
    "addresses",
    "all_of",
    "allowed_recipients",
    "any_of",
    "cooling_off",
    "duplicate",
    "empty_body",
    "empty_subject",
    "header_injection",
    "is_stateful",
    "look_alikes",
    "loop",
    "malformed",
    "needs_approval",
    "placeholders",
    "quiet_hours",
    "rate_limit",
    "repeated_recipients",
    "rule",
    "visible_recipients",
]
