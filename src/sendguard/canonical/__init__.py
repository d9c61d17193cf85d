"""The forms in which things are compared: addresses, phones, names, look-alike skeletons."""

from __future__ import annotations

from sendguard.canonical._addresses import (
    address_problem,
    canonical_address,
    domain_of,
    is_within,
    registrable_domain,
    split_address,
)
from sendguard.canonical._freemail import is_freemail
from sendguard.canonical._invisible import (
    has_invisible,
    is_latin_1,
    strip_invisible,
    strip_invisible_with_offsets,
    suspicious_invisible,
)
from sendguard.canonical._late import late
from sendguard.canonical._mailboxes import Mailbox, read_mailbox, read_mailboxes
from sendguard.canonical._masking import mask_address, mask_number, redact
from sendguard.canonical._names import fold_name, is_given_name, name_tokens, same_given_name
from sendguard.canonical._phones import (
    canonical_phone,
    is_short_code,
    phone_problem,
    sms_sender_problem,
)
from sendguard.canonical._recipient import canonical_recipient
from sendguard.canonical._skeletons import is_mixed_script, scripts_of, skeleton

__all__ = [
    "Mailbox",
    "address_problem",
    "canonical_address",
    "canonical_phone",
    "canonical_recipient",
    "domain_of",
    "fold_name",
    "has_invisible",
    "is_freemail",
    "is_given_name",
    "is_latin_1",
    "is_mixed_script",
    "is_short_code",
    "is_within",
    "late",
    "mask_address",
    "mask_number",
    "name_tokens",
    "phone_problem",
    "read_mailbox",
    "read_mailboxes",
    "redact",
    "registrable_domain",
    "same_given_name",
    "scripts_of",
    "skeleton",
    "sms_sender_problem",
    "split_address",
    "strip_invisible",
    "strip_invisible_with_offsets",
    "suspicious_invisible",
]
