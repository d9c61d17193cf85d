"""A directory in memory, for checks that ask whom an organisation knows."""

from __future__ import annotations

from sendguard.canonical import canonical_recipient, fold_name
from sendguard.matching import Belonging, Contact, NearMiss


class KnownPeople:
    """Exact look-ups only."""

    time_out = None

    def __init__(self, *contacts: Contact) -> None:
        self.contacts = contacts

    def who(self, address: str) -> tuple[Contact, ...]:
        wanted = canonical_recipient(address, None)
        return tuple(
            contact
            for contact in self.contacts
            if wanted in {canonical_recipient(each, None) for each in contact.emails}
        )

    def near(self, address: str, distance: int = 2) -> tuple[NearMiss, ...]:
        del address, distance
        return ()

    def named(self, name: str, distance: int = 0) -> tuple[Contact, ...]:
        del distance
        return tuple(each for each in self.contacts if fold_name(each.name) == fold_name(name))

    def of_customer(self, customer: str) -> tuple[Contact, ...]:
        return tuple(each for each in self.contacts if each.customer == customer)

    def whose(self, text: str) -> tuple[Belonging, ...]:
        del text
        return ()
