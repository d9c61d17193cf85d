"""What in a text belongs to a customer whom the message is not for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from attrs import frozen

from sendguard.canonical import domain_of, is_within, split_address
from sendguard.errors import ConfigurationError

if TYPE_CHECKING:
    from sendguard.matching import Belonging, Contact, DirectoryLike


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
    def of(cls, values: Iterable[str]) -> Shared:
        """Read what people write: ``"office@shop.example"``, ``"@accountants.example"``."""
        if isinstance(values, str):
            raise TypeError("shared= takes several values, not one str")
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
        if belonging.kind == "name" and self._is_of_the_message(belonging.value):
            return None
        if any(is_internal(contact, self.internal) for contact in belonging.contacts):
            return None
        if belonging.kind == "email" and is_within(domain_of(belonging.value), self.internal):
            return None
        if self.shared.has(belonging.value, self.region):
            return None
        return next(iter(customers))

    def _is_of_the_message(self, name: str) -> bool:
        """Whether somebody who sends or gets the message bears the name, known or not."""
        return name in self.names or any(
            all(word in address for word in name.split()) for address in self.addresses
        )


def is_internal(contact: Contact, internal: Collection[str]) -> bool:
    """Whether a contact is one of the organisation's own people."""
    return bool(internal) and any(is_within(domain_of(each), internal) for each in contact.emails)
