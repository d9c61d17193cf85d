"""A directory small enough to be read: what the checks ask of one, over a list of contacts."""

from __future__ import annotations

import re

from attrs import field, frozen

from sendguard.canonical import canonical_address, fold_name
from sendguard.matching import Belonging, Contact, NearMiss

ANN = Contact("1", "north", "Ann Miller", ("ann@north.example",), (), ("N-1001",))
BOB = Contact("2", "south", "Bob Stone", ("bob@south.example",), ("+441632960961",), ("S-2002",))
CY = Contact("3", "south", "Cy Stone", ("cy@south.example",), (), ("S-2002",))
STAFF = Contact("4", "house", "Dee Clark", ("dee@shop.example",))
TWIN = Contact("5", "west", "Ann Miller", ("ann@west.example",), (), ("W-1",))


@frozen
class SmallDirectory:
    """Exact look-ups alone, each over all contacts."""

    contacts: tuple[Contact, ...] = (ANN, BOB, CY, STAFF)
    time_out: float | None = field(default=None)

    def who(self, address: str) -> tuple[Contact, ...]:
        wanted = canonical_address(address)
        return tuple(
            each
            for each in self.contacts
            if wanted in {*map(canonical_address, each.emails), *each.phones}
        )

    def near(self, address: str, distance: int = 2) -> tuple[NearMiss, ...]:
        return ()

    def named(self, name: str, distance: int = 0) -> tuple[Contact, ...]:
        return tuple(each for each in self.contacts if fold_name(each.name) == fold_name(name))

    def of_customer(self, customer: str) -> tuple[Contact, ...]:
        return tuple(each for each in self.contacts if each.customer == customer)

    def whose(self, text: str) -> tuple[Belonging, ...]:
        bearers: dict[tuple[str, str], list[Contact]] = {}
        for each in self.contacts:
            things = [("name", each.name)]
            things += [("email", value) for value in each.emails]
            things += [("phone", value) for value in each.phones]
            things += [("identifier", value) for value in each.identifiers]
            for thing in things:
                bearers.setdefault(thing, []).append(each)
        found = [
            Belonging(match.start(), match.end(), value, kind, tuple(who))
            for (kind, value), who in bearers.items()
            for match in re.finditer(rf"(?i)(?<![^\W_]){re.escape(value)}(?![^\W_])", text)
        ]
        return tuple(sorted(found, key=lambda each: each.start))
