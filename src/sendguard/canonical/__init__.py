"""The forms in which things are compared: addresses, phones, names, look-alike skeletons."""

from __future__ import annotations

from sendguard.canonical._addresses import (
    address_problem,
    canonical_address,
    domain_of,
    registrable_domain,
    split_address,
)
from sendguard.canonical._invisible import (
    has_invisible,
    strip_invisible,
    strip_invisible_with_offsets,
    suspicious_invisible,
)
from sendguard.canonical._mailboxes import Mailbox, read_mailbox, read_mailboxes
from sendguard.canonical._masking import mask_address, mask_number, redact

__all__ = [
    "Mailbox",
    "address_problem",
    "canonical_address",
    "domain_of",
    "has_invisible",
    "mask_address",
    "mask_number",
    "read_mailbox",
    "read_mailboxes",
    "redact",
    "registrable_domain",
    "split_address",
    "strip_invisible",
    "strip_invisible_with_offsets",
    "suspicious_invisible",
]
