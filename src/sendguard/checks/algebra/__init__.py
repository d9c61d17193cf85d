"""What a check is, what it is given, and how checks are composed."""

from sendguard.checks.algebra._case import Case
from sendguard.checks.algebra._checks import (
    AllOf,
    AnyOf,
    Ask,
    At,
    Check,
    Leaf,
    Named,
    OnStoreError,
    StatefulLeaf,
    Unevaluable,
    When,
    all_of,
    any_of,
    is_stateful,
)
from sendguard.checks.algebra._directory_leaf import DirectoryLeaf, check_directory
from sendguard.checks.algebra._rule import rule

__all__ = [
    "AllOf",
    "AnyOf",
    "Ask",
    "At",
    "Case",
    "Check",
    "DirectoryLeaf",
    "Leaf",
    "Named",
    "OnStoreError",
    "StatefulLeaf",
    "Unevaluable",
    "When",
    "all_of",
    "any_of",
    "check_directory",
    "is_stateful",
    "rule",
]
