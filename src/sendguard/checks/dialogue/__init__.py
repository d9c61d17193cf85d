"""Who speaks to whom, and in which words: what the checks on tone and on answers have in common."""

from sendguard.checks.dialogue._audience import is_ours, is_reply, leaves
from sendguard.checks.dialogue._customer import LastWords, last_words, state_of, states
from sendguard.checks.dialogue._lists import (
    Replacement,
    phrases_given,
    phrases_of,
    replaced,
)
from sendguard.checks.dialogue._remarks import remarks, shown

__all__ = [
    "LastWords",
    "Replacement",
    "is_ours",
    "is_reply",
    "last_words",
    "leaves",
    "phrases_given",
    "phrases_of",
    "remarks",
    "replaced",
    "shown",
    "state_of",
    "states",
]
