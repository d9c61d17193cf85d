"""Whether what the message says is so: against known facts, against itself, and its promises."""

from sendguard.checks.fact._contradictions import contradictions
from sendguard.checks.fact._facts import facts
from sendguard.checks.fact._promises import promises

__all__ = ["contradictions", "facts", "promises"]
