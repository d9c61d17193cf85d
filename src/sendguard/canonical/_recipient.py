"""The form in which two recipients are the same one."""

from __future__ import annotations

from sendguard.canonical._addresses import canonical_address
from sendguard.canonical._phones import canonical_phone


def canonical_recipient(address: str, region: str | None) -> str:
    """An e-mail address, phone number or chat id without what makes no difference.

    Args:
        address: as written.
        region: ISO 3166 region for phone numbers without a country code, or None.
    """
    address = address.strip()
    if "@" in address:
        return canonical_address(address)
    return canonical_phone(address, region) or address.casefold()
