"""Whose a name or a number in a message is, when it is not the reader's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from attrs import frozen

from sendguard.canonical import canonical_address, domain_of, is_freemail, is_within, name_tokens
from sendguard.checks.algebra import Case

if TYPE_CHECKING:
    from sendguard.matching import Belonging, DirectoryLike

_FULL_NAME = 2  # words; one alone is anybody's


@frozen(repr=False)
class Whose:
    """Tells what in a text belongs to a customer whom the message is neither about nor to.

    Attributes:
        directory: whom the organisation knows.
        meant: the customers whom the message is about, or to.
        own_domains: the organisation's own; what is its people's is no customer's.
        people: the addresses of sender and recipients, in canonical form.
    """

    directory: DirectoryLike
    meant: frozenset[str]
    own_domains: frozenset[str]
    people: frozenset[str]

    @classmethod
    def of(cls, case: Case, directory: DirectoryLike) -> Whose:
        """For one message.

        The customers of all its recipients count together, so one recipient more can make another's
        data welcome: a check that asks here `completes`.
        """
        message = case.message
        meant = {case.context.customer} if case.context.customer else set()
        people = {recipient.address for recipient in message.recipients}
        for address in people:
            meant |= {contact.customer for contact in directory.who(address)}
        own = set(case.internal_domains)
        if message.sender is not None:
            people.add(message.sender.address)
            domain = domain_of(message.sender.address)
            if domain and not is_freemail(domain):
                own.add(domain)
        return cls(
            directory, frozenset(meant), frozenset(own), frozenset(map(canonical_address, people))
        )

    def strangers(self, text: str) -> Iterator[Belonging]:
        """What in the text is certainly another customer's.

        It is when exactly one customer bears it; a name besides must be a full one. What belongs to
        the organisation's own people, by the domain of an address, is nobody else's.
        """
        for belonging in self.directory.whose(text):
            customers = belonging.customers
            if len(customers) != 1 or customers & self.meant:
                continue
            if belonging.kind == "name" and len(name_tokens(belonging.value)) < _FULL_NAME:
                continue
            if belonging.kind == "email" and self._is_own(belonging.value):
                continue
            if any(self._is_own(email) for who in belonging.contacts for email in who.emails):
                continue
            yield belonging

    def _is_own(self, address: str) -> bool:
        return canonical_address(address) in self.people or is_within(
            domain_of(address), self.own_domains
        )
