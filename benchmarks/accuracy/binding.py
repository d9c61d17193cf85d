"""Swapped data: ``python -m benchmarks.accuracy.binding [--customers 3000] [--mail FOLDER]``.

With ``--file`` the directory lies in that file, where it is built if there is none: for a million
customers.

Letters are filled in with one customer's data, then one field of each is swapped for another
customer's. The share that `customer_binding` holds is its recall; the share of the same letters
without a swap, and of honest mail that has nothing to do with these customers, that it holds are
its false alarms.
"""

from __future__ import annotations

import argparse
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from random import Random

from benchmarks.accuracy.people import contacts
from sendguard import Action, Guard, Message, Recipient, checks
from sendguard.matching import Contact, Directory, DirectoryLike, MemoryDirectory

SEED = 20_260_301
LETTERS = 2_000
MOST_PEOPLE = 20_000
FIELDS = ("name", "email", "phone", "street", "card", "invoice")

_Fields = dict[str, str]

# What the shop writes: subject and text, with the fields as keys.
TEMPLATES = (
    (
        "Your invoice {invoice}",
        (
            "Dear {name},\n\n"
            "please find below invoice {invoice}. It was sent to {street}.\n\n"
            "We will charge your card {card}. You can reach us if {phone} or {email} have "
            "changed.\n\n"
            "Kind regards\nThe Shop\n"
        ),
    ),
    (
        "Your details",
        (
            "Hello {name},\n\n"
            "this is what we know of you:\n\n"
            "Address: {street}\nE-mail: {email}\nTelephone: {phone}\nCard: {card}\nLast "
            "invoice: {invoice}\n\n"
            "Yours\nAnn Clerk\n"
        ),
    ),
    (
        "Delivery on Tuesday",
        (
            "Dear Mr or Ms {name},\n\n"
            "our driver comes to {street} on Tuesday and calls {phone} before. The invoice "
            "({invoice}) is paid with card {card}; a copy went to {email}.\n\n"
            "Best wishes\nThe Shop\n"
        ),
    ),
    (
        "Ihre Rechnung {invoice}",
        (
            "Guten Tag {name},\n\n"
            "anbei die Rechnung Nr. {invoice}. Lieferadresse: {street}; Telefon {phone}; "
            "E-Mail {email}. Wir buchen von der Karte {card} ab.\n\n"
            "Mit freundlichen Grüßen\nIhr Laden\n"
        ),
    ),
    (
        "Votre commande",
        (
            "Bonjour {name},\n\n"
            "votre facture {invoice} a été réglée avec la carte {card}. Adresse de "
            "livraison : {street}. Nous vous écrirons à {email} ou appellerons le "
            "{phone}.\n\n"
            "Cordialement\nLa boutique\n"
        ),
    ),
)


def fields_of(contact: Contact) -> _Fields:
    """The values with which a letter to somebody is filled."""
    street, card, invoice = contact.identifiers
    values = (contact.name, contact.emails[0], contact.phones[0], street, card, invoice)
    return dict(zip(FIELDS, values, strict=True))


def respelled(random: Random, field: str, value: str) -> str:
    """A value as another program, or a person, might write it."""
    match field:
        case "card" if random.random() < 0.5:
            return value.replace(" ", random.choice(("", "-")))
        case "phone" if random.random() < 0.5:
            return f"{value[:3]} {value[3:7]} {value[7:]}"
        case "email" if random.random() < 0.3:
            return value.capitalize()
        case "street" if random.random() < 0.3:
            return value.replace(" ", "\n", 1)
        case "invoice" if random.random() < 0.3:
            return value.replace("-", random.choice((" ", "/", "")))
    return value


def letter(random: Random, to: Contact, fields: _Fields) -> Message:
    """A letter of the shop, in text or in HTML."""
    subject, text = random.choice(TEMPLATES)
    filled = text.format_map({key: respelled(random, key, value) for key, value in fields.items()})
    return Message.email(
        sender="The Shop <orders@shop.example>",
        to=to.emails[0],
        subject=subject.format_map(fields),
        text=None if random.random() < 0.3 else filled,
        html="<p>" + filled.replace("\n\n", "</p><p>").replace("\n", "<br>") + "</p>",
    )


def is_told_apart(field: str, value: str, mine: str, directory: DirectoryLike) -> bool:
    """Whether only one customer bears the value, and it is another one than the reader."""
    if value == mine:
        return False
    owners = {contact.customer for mark in directory.whose(value) for contact in mark.contacts}
    if field == "name":
        owners = {contact.customer for contact in directory.named(value)}
    return len(owners) <= 1  # what no mark tells counts as one that should have been found


def swapped(
    random: Random, people: list[Contact], directory: DirectoryLike
) -> Iterator[tuple[str, Message, Message]]:
    """The field that is swapped, the letter with it, and the letter as it should be."""
    while True:
        reader, other = random.sample(people, 2)
        field = random.choice(FIELDS)
        right, wrong = fields_of(reader), fields_of(other)
        if not is_told_apart(field, wrong[field], right[field], directory):
            continue
        state = random.getrandbits(32)
        bad = letter(Random(state), reader, {**right, field: wrong[field]})
        yield field, bad, letter(Random(state), reader, right)


def honest(folder: str) -> Iterator[Message]:
    """The mail in a folder."""
    for path in sorted(Path(folder).rglob("*.eml")):
        yield Message.from_email(path.read_bytes())


def measure(
    directory: DirectoryLike, people: list[Contact], mail: str | None, show: Callable[[str], object]
) -> None:
    """Say how often swaps are found, and how often honest mail is held."""
    guard = Guard(checks.customer_binding(directory))
    tried: Counter[str] = Counter()
    found: Counter[str] = Counter()
    alarms = 0
    letters = swapped(Random(SEED), people, directory)
    for field, bad, good in (next(letters) for _ in range(LETTERS)):
        tried[field] += 1
        found[field] += guard.evaluate(bad).action >= Action.HOLD
        alarms += guard.evaluate(good).action >= Action.WARN
    for field in FIELDS:
        show(
            f"{field:8} {found[field]:5} of {tried[field]:5} found ({_share(found, tried, field)})"
        )
    total = sum(found.values())
    show(f"all      {total:5} of {LETTERS:5} found ({total / LETTERS:.2%}); must be 99 %")
    show(f"letters without a swap: {alarms} of {LETTERS} objected to ({alarms / LETTERS:.2%})")
    if mail is not None:
        _on_honest_mail("unrelated honest mail", guard, honest(mail), show)
        random = Random(SEED)
        moved = (
            message.replace(recipients=[Recipient(random.choice(people).emails[0])])
            for message in honest(mail)
        )
        _on_honest_mail("the same mail, sent to one of these customers", guard, moved, show)


def _on_honest_mail(
    called: str, guard: Guard, mail: Iterable[Message], show: Callable[[str], object]
) -> None:
    actions = [guard.evaluate(message).action for message in mail]
    held = sum(action >= Action.HOLD for action in actions)
    warned = sum(action == Action.WARN for action in actions)
    share = (held + warned) / max(1, len(actions))
    show(
        f"{called}: {held} of {len(actions)} held, {warned} warned ({share:.2%}); "
        "must be at most 0.5 %"
    )


def _share(found: Counter[str], tried: Counter[str], field: str) -> str:
    return f"{found[field] / max(1, tried[field]):.2%}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--customers", type=int, default=3_000)
    parser.add_argument("--mail", default=os.environ.get("SENDGUARD_SAMPLE_MAIL"))
    parser.add_argument("--file", type=Path, help="keep the directory there")
    options = parser.parse_args()
    everybody = contacts(options.customers, SEED)
    directory: Directory | MemoryDirectory
    if options.file is None:
        directory = MemoryDirectory(everybody, default_region="GB")
    elif options.file.exists():
        directory = Directory.open(options.file)
    else:
        directory = Directory.build(options.file, everybody, default_region="GB")
    print(f"{options.customers:,} customers, {len(directory):,} contacts, seed {SEED}")
    with_data = (each for each in contacts(options.customers, SEED) if each.identifiers)
    people = list(islice(with_data, 0, None, max(1, options.customers // MOST_PEOPLE)))
    measure(directory, people, options.mail, print)


if __name__ == "__main__":
    main()
