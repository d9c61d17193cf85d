"""Good sends to make wrong ones of: letters, and the honest mail of a folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, Phase, given, seed, settings

from benchmarks.accuracy.people import contacts
from sendguard import Context, Message
from sendguard.canonical import canonical_address, domain_of
from sendguard.matching import Contact
from sendguard.testing import Send, sends

SEED = 20_260_302
_OTHERS = 12  # customers besides the reader whom a directory knows


def letters(count: int) -> list[Send]:
    """So many different e-mails as the strategies draw them."""
    drawn: dict[str, Send] = {}

    @seed(SEED)
    @settings(
        max_examples=3 * count,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(sends(channels=("email",)))
    def collect(send: Send) -> None:
        drawn.setdefault(send.message.digest, send)

    collect()
    return Random(SEED).sample(list(drawn.values()), min(count, len(drawn)))


def honest_mail(folder: str) -> Iterator[Message]:
    """The mail of a folder, as it was sent."""
    for path in sorted(Path(folder).rglob("*.eml")):
        yield Message.from_email(path.read_bytes())


def known(message: Message, number: int) -> Send:
    """A mail from a house whose directory knows all readers, as one customer, and some others."""
    addresses = {canonical_address(r.address): r for r in message.recipients if "@" in r.address}
    readers = [
        Contact(f"reader-{n}", "reader", recipient.name, (recipient.address,))
        for n, recipient in enumerate(addresses.values())
    ]
    others = list(contacts(_OTHERS, SEED + number))
    house = domain_of(message.sender.address) if message.sender else ""
    inside = any(domain_of(address) == house for address in addresses)
    context = Context(
        customer="reader",
        now=message.date if message.date and message.date.tzinfo else None,
        internal_domains=[house] if house and not inside and "." in house else [],
    )
    return Send(message, context, [*readers, *others])
