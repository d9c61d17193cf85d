"""The built-in checks, one file for each family, and the algebra that composes them."""

from sendguard.checks._addresses import addresses
from sendguard.checks._algebra import (
    AllOf,
    AnyOf,
    At,
    Check,
    Leaf,
    Named,
    Unevaluable,
    When,
    all_of,
    any_of,
)
from sendguard.checks._case import Case
from sendguard.checks._content import empty_body, empty_subject
from sendguard.checks._headers import header_injection, malformed
from sendguard.checks._placeholders import placeholders
from sendguard.checks._recipients import (
    allowed_recipients,
    repeated_recipients,
    visible_recipients,
)
from sendguard.checks._rule import rule

__all__ = [
    "AllOf",
    "AnyOf",
    "At",
    "Case",
    "Check",
    "Leaf",
    "Named",
    "Unevaluable",
    "When",
    "addresses",
    "all_of",
    "allowed_recipients",
    "any_of",
    "empty_body",
    "empty_subject",
    "header_injection",
    "malformed",
    "placeholders",
    "repeated_recipients",
    "rule",
    "visible_recipients",
]
