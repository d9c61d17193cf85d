"""Who takes part in a conversation, and who of them belongs to the organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from sendguard.canonical import (
    canonical_recipient,
    domain_of,
    is_freemail,
    is_within,
    registrable_domain,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from sendguard.checks.algebra import Case
    from sendguard.model import Message, Recipient


def canonical(address: str, case: Case) -> str:
    """The form in which participants are compared."""
    return canonical_recipient(address, case.default_region)


def participants(message: Message, case: Case) -> frozenset[str]:
    """Everybody who wrote or got a message, in canonical form."""
    found = {canonical(recipient.address, case) for recipient in message.recipients}
    found.update(canonical(recipient.address, case) for recipient in message.shown)
    if message.sender is not None:
        found.add(canonical(message.sender.address, case))
    return frozenset(found - {""})


def sender_of(message: Message, case: Case) -> str:
    """Who wrote a message, in canonical form, or ""."""
    return "" if message.sender is None else canonical(message.sender.address, case)


def are_internal(addresses: Collection[str], domains: Collection[str]) -> bool:
    """Whether these are some, and all of them of the organisation."""
    return bool(addresses) and all(is_within(domain_of(each), domains) for each in addresses)


@frozen
class Outside:
    """Where the organisation ends.

    Attributes:
        domains: the organisation's; where none were named, that of the sender.
        is_told: whether they were named.
        recipients: those of the message who are outside.
    """

    domains: frozenset[str]
    is_told: bool
    recipients: tuple[Recipient, ...]


def outside(case: Case) -> Outside:
    """Who of the recipients is outside; nobody where nothing tells where that begins."""
    message = case.message
    domains, is_told = case.internal_domains, bool(case.internal_domains)
    if not domains and message.sender is not None:
        domain = domain_of(message.sender.address)
        if domain and not is_freemail(domain):
            domains = frozenset({registrable_domain(domain)})
    if not domains or message.channel == "chat":  # whose ids have no domain
        return Outside(domains, is_told, ())
    strangers = tuple(
        each for each in message.recipients if not is_within(domain_of(each.address), domains)
    )
    return Outside(domains, is_told, strangers)
