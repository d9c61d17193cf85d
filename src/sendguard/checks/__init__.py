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
from sendguard.checks.answers import answer, apology, unattended_sender
from sendguard.checks.placeholder import placeholders
from sendguard.checks.tone import (
    Classifier,
    brusque,
    classified,
    disparaging,
    hostile,
    insensitive,
    joking,
    missing_greeting,
    missing_sign_off,
    offensive,
    private,
    reader_language,
    shouting,
    templates_not_for,
    too_short,
)

__all__ = [
    "AllOf",
    "AnyOf",
    "Ask",
    "At",
    "Case",
    "Check",
    "Classifier",
    "Leaf",
    "Named",
    "StatefulLeaf",
    "Unevaluable",
    "When",
    "addresses",
    "all_of",
    "allowed_recipients",
    "answer",
    "any_of",
    "apology",
    "brusque",
    "classified",
    "disparaging",
    "duplicate",
    "empty_body",
    "empty_subject",
    "header_injection",
    "hostile",
    "insensitive",
    "is_stateful",
    "joking",
    "look_alikes",
    "loop",
    "malformed",
    "missing_greeting",
    "missing_sign_off",
    "offensive",
    "placeholders",
    "private",
    "quiet_hours",
    "rate_limit",
    "reader_language",
    "repeated_recipients",
    "rule",
    "shouting",
    "templates_not_for",
    "too_short",
    "unattended_sender",
    "visible_recipients",
]
