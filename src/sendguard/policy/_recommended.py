"""What a careful engineer switches on without knowing anything about the organisation."""

from __future__ import annotations

from sendguard.checks import (
    Check,
    addresses,
    empty_body,
    empty_subject,
    header_injection,
    malformed,
    placeholders,
    repeated_recipients,
    visible_recipients,
)


def recommended() -> tuple[Check, ...]:
    """The checks of `Guard.recommended`, each of which has earned its place on honest mail."""
    return (
        header_injection(),
        addresses(),
        placeholders(),
        empty_subject(),
        empty_body(),
        visible_recipients(),
        repeated_recipients(),
        malformed(),
    )
