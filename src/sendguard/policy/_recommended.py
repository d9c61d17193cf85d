"""What a careful engineer switches on without knowing anything about the organisation."""

from __future__ import annotations

from sendguard.checks import Check


def recommended() -> tuple[Check, ...]:
    """The checks of `Guard.recommended`, each of which has earned its place on honest mail."""
    return ()
