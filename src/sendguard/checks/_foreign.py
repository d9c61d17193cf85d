"""What in a text belongs to a customer whom the message is not for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import reduce
from typing import TYPE_CHECKING

from attrs import frozen

from sendguard.canonical import (
    canonical_recipient,
    domain_of,
    is_freemail,
    is_within,
    name_tokens,
    split_address,
)
from sendguard.errors import ConfigurationError

if TYPE_CHECKING:
    from sendguard.checks.algebra import Case
    from sendguard.matching import Belonging, Contact, DirectoryLike
    from sendguard.model import Recipient

    Known = Sequence[tuple[Recipient, frozenset[str]]]
    """The recipients who are contacts, each with the ids of his customers."""

_FULL_NAME = 2  # words


@frozen
class Shared:
    """What is nobody's alone, as the caller named it.

    Attributes:
        keys: the forms of addresses, numbers, names and identifiers.
        domains: canonical domains, with all that is below them.
    """

    keys: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()

    @classmethod
    def of(cls, values: tuple[str, ...]) -> Shared:
        """Read what people write: ``"office@shop.example"``, ``"@accountants.example"``."""
        keys: set[str] = set()
        domains: set[str] = set()
        for value in values:
            if not isinstance(value, str):
                raise TypeError(f"shared= takes texts, not {type(value).__name__}")
            if value.startswith("@"):
                domains.add(domain_of(f"x{value}"))
            elif found := _keys(value, None):
                keys |= found
            else:
                raise ConfigurationError(
                    f"shared= has {value[:1]!r}…, which is no address, number, full name or "
                    "identifier; leave it out"
                )
        return cls(frozenset(keys), frozenset(domains))

    def has(self, value: str, region: str | None) -> bool:
        """Whether a value is one of these, in whatever spelling."""
        if self.domains and is_within(domain_of(value), self.domains):
            return True
        return bool(self.keys) and not self.keys.isdisjoint(_keys(value, region))


def _keys(value: str, region: str | None) -> set[str]:
    from sendguard.matching import identifier_key, name_key, recipient_key

    if split_address(value.strip()):
        return {recipient_key(value) or ""}
    forms = (recipient_key(value, region), recipient_key(value))
    return {key for key in (*forms, identifier_key(value), name_key(value)) if key}


@frozen
class Foreign:
    """Finds what belongs to a customer whom a message is not for.

    What several customers bear (a common name, an office number), what was named as shared, and
    what is the organisation's own is nobody's alone and never found.

    Attributes:
        directory: whose everything is.
        customers: ids of the customers whom the message is for.
        names: folded names of the people who send and get it.
        addresses: local parts of recipients whom the directory does not have.
        internal: canonical domains of the organisation.
        shared: what is nobody's alone.
        region: ISO 3166 region of numbers without a country code, or None.
    """

    directory: DirectoryLike
    customers: frozenset[str]
    names: frozenset[str] = frozenset()
    addresses: tuple[str, ...] = ()
    internal: frozenset[str] = frozenset()
    shared: Shared = Shared()
    region: str | None = None

    @classmethod
    def of(
        cls,
        case: Case,
        directory: DirectoryLike,
        known: Known,
        customers: frozenset[str],
        shared: Shared | None = None,
    ) -> Foreign:
        """For one message.

        It is for ``context.customer``, for the sender's own customer, and for those of its
        recipients: a recipient more can change that, so a check that asks here `completes`. Of the
        organisation is who has an address in its domains or in the sender's, unless everybody may
        have one there.

        Args:
            case: the message, and what is known of it.
            directory: whose everything is.
            known: the recipients who are contacts, as `known_recipients` gives them.
            customers: of these, `common_customers` or `all_customers`.
            shared: what is nobody's alone.
        """
        message, context = case.message, case.context
        if context.customer is not None:
            customers |= {context.customer}
        people = [*message.recipients, *message.shown]
        names = [each.name for each in people]
        internal = case.internal_domains
        if message.sender is not None:
            names.append(message.sender.name)
            customers |= {contact.customer for contact in directory.who(message.sender.address)}
            domain = domain_of(message.sender.address)
            if domain and not is_freemail(domain):
                internal |= {domain}
        if context.actor is not None:
            names.append(context.actor.name)
        met = {canonical_recipient(each.address, case.default_region) for each, _ in known}
        strangers = (
            form
            for each in people
            if (form := canonical_recipient(each.address, case.default_region)) not in met
        )
        return cls(
            directory,
            customers,
            _folded(names),
            tuple(parts[0] for form in strangers if (parts := split_address(form))),
            internal,
            shared or Shared(),
            case.default_region,
        )

    def in_text(self, text: str) -> Iterator[tuple[str, Belonging]]:
        """Each thing that is another customer's alone, with the id of that customer."""
        for belonging in self.directory.whose(text):
            owner = self._owner(belonging)
            if owner is not None:
                yield owner, belonging

    def _owner(self, belonging: Belonging) -> str | None:
        customers = belonging.customers
        if len(customers) != 1 or customers & self.customers:
            return None
        if belonging.kind == "name" and self._is_anybodys(belonging.value):
            return None
        if any(is_internal(contact, self.internal) for contact in belonging.contacts):
            return None
        if belonging.kind == "email" and is_within(domain_of(belonging.value), self.internal):
            return None
        if self.shared.has(belonging.value, self.region):
            return None
        return next(iter(customers))

    def _is_anybodys(self, name: str) -> bool:
        """Whether it is one word, or somebody who sends or gets the message bears it."""
        words = name_tokens(name)
        return (
            len(words) < _FULL_NAME
            or name in self.names
            or any(all(word in address for word in words) for address in self.addresses)
        )


def known_recipients(case: Case, directory: DirectoryLike, shared: Shared | None = None) -> Known:
    """The recipients outside of the organisation who are contacts of customers."""
    return [
        (recipient, customers)
        for recipient in case.message.recipients
        if not is_within(domain_of(recipient.address), case.internal_domains)
        and not (shared and shared.has(recipient.address, case.default_region))
        and (customers := _customers(recipient.address, case, directory))
    ]


def stays_inside(case: Case) -> bool:
    """Whether all recipients belong to the organisation; colleagues may speak of customers."""
    recipients = case.message.recipients
    return bool(recipients) and all(
        is_within(domain_of(each.address), case.internal_domains) for each in recipients
    )


def common_customers(known: Known) -> frozenset[str]:
    """The customers to whom every one of the recipients belongs."""
    if not known:
        return frozenset()
    return reduce(lambda a, b: a & b, (customers for _, customers in known))


def all_customers(known: Known) -> frozenset[str]:
    """The customers to whom any one of the recipients belongs."""
    return frozenset(customer for _, customers in known for customer in customers)


def _customers(address: str, case: Case, directory: DirectoryLike) -> frozenset[str]:
    return frozenset(
        contact.customer
        for contact in directory.who(address)
        if not is_internal(contact, case.internal_domains)
    )


def _folded(names: Iterable[str]) -> frozenset[str]:
    from sendguard.matching import name_key

    return frozenset(key for name in names if (key := name_key(name)))


def is_internal(contact: Contact, internal: Collection[str]) -> bool:
    """Whether a contact is one of the organisation's own people."""
    return bool(internal) and any(is_within(domain_of(each), internal) for each in contact.emails)
