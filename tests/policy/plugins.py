"""Checks and functions of one's own, as a policy file names them."""

from __future__ import annotations

from sendguard import checks, rule
from sendguard.checks import Check


@rule("shop.no-vat")
def no_vat(message, context):
    if "invoice" in (message.text or "") and "VAT" not in (message.text or ""):
        return "An invoice should name the VAT."
    return None


def strict(*, above: int = 3) -> Check:
    """Few recipients."""
    return checks.visible_recipients(warn_above=above, hold_above=above)


def tenant(message, context):
    return context.extra.get("tenant")


def is_short(message, context):
    return len(message.text or "") < 10


NOT_A_CHECK = 7
