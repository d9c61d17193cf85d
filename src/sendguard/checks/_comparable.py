"""The form in which two recipients are the same one."""

from __future__ import annotations

from sendguard.canonical import canonical_address, canonical_phone


def comparable(address: str, region: str | None) -> str:
    """An e-mail address, phone number or chat id without what makes no difference.

    Args:
        address: as written.
        region: ISO 3166 region for phone numbers without a country code, or None.
    """
    address = address.strip()
    if "@" in address:
        return canonical_address(address)
    return canonical_phone(address, region) or address.casefold()
