"""Who is inside the organisation and who is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sendguard.canonical import canonical_address, domain_of, is_freemail, is_within

if TYPE_CHECKING:
    from sendguard.canonical import Mailbox
    from sendguard.checks.algebra import Case

_OF_ANSWERS: Final = ("In-Reply-To", "References")


def leaves(case: Case) -> bool:
    """Whether the message leaves the organisation, or may: nobody said what belongs to it."""
    inside = case.internal_domains
    recipients = case.message.recipients
    if not inside or not recipients:
        return True
    return not all(is_within(domain_of(each.address), inside) for each in recipients)


def is_ours(mailbox: Mailbox | None, case: Case) -> bool:
    """Whether somebody of the organisation, or the sender of this message, wrote from there."""
    if mailbox is None or not mailbox.address:
        return False
    domain = domain_of(mailbox.address)
    if domain and is_within(domain, case.internal_domains):
        return True
    sender = case.message.sender
    if sender is None:
        return False
    if canonical_address(sender.address) == canonical_address(mailbox.address):
        return True
    return bool(domain) and domain == domain_of(sender.address) and not is_freemail(domain)


def is_reply(case: Case) -> bool:
    """Whether the message answers another, by its thread or its header (RFC 5322 §3.6.4)."""
    return bool(case.context.thread) or any(map(case.message.header, _OF_ANSWERS))
