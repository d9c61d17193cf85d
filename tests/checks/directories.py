"""The customers of the shop that the tests of people and customers are about."""

from __future__ import annotations

from sendguard.matching import Contact, MemoryDirectory

DIRECTORY = MemoryDirectory(
    [
        Contact(
            "maria",
            "north",
            "Maria Lopez",
            emails=("maria.lopez@customer.example", "maria.lopez@gmail.com"),
            phones="+441632960961",
            identifiers=("INV-2026-0417", "12 Harbour Road", "4111 1111 1111 1111"),
        ),
        Contact("pablo", "north", "Pablo Lopez", emails="pablo@customer.example"),
        Contact("marta", "south", "Marta Lopes", emails="marta.lopes@customer.example"),
        Contact("john-c", "carter", "John Carter", emails="john.carter@client.example"),
        Contact("john-b", "baker", "John Baker", emails="john.baker@family.example"),
        Contact("mary-b", "baker", "Mary Baker", emails="mary.baker@family.example"),
        Contact(
            "oliver",
            "west",
            "Oliver Quist",
            emails="oliver.quist@west.example",
            phones="+441632960123",
            identifiers=("INV-2026-0999", "3 Mill Lane", "5500 0000 0000 0004"),
        ),
        Contact("smith-1", "east", "Ann Smith", emails="ann.smith@east.example"),
        Contact("smith-2", "far", "Ann Smith", emails="ann.smith@far.example"),
        Contact("books-1", "east", "", emails="books@accountants.example"),
        Contact("books-2", "far", "", emails="books@accountants.example"),
        Contact("clerk", "own", "Ann Clerk", emails="clerk@shop.example", phones="+441632960000"),
    ],
    default_region="GB",
)


class Slow(MemoryDirectory):
    """A directory that does I/O."""

    __slots__ = ()

    @property
    def time_out(self) -> float:
        return 1.0
