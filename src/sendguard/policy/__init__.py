"""Policies: which checks a guard is built of, as values and as files."""

from sendguard.policy._comparing import Change, changes
from sendguard.policy._document import shipped_names
from sendguard.policy._explaining import sentences
from sendguard.policy._loading import load, loads, shipped
from sendguard.policy._policy import Policy
from sendguard.policy._resources import open_store
from sendguard.policy._schema import policy_schema
from sendguard.policy._writing import to_toml

__all__ = [
    "Change",
    "Policy",
    "changes",
    "load",
    "loads",
    "open_store",
    "policy_schema",
    "sentences",
    "shipped",
    "shipped_names",
    "to_toml",
]
