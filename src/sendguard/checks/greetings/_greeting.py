"""Whether the one who is greeted is the one who gets it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from attrs import frozen

from sendguard.canonical import fold_name
from sendguard.checks.algebra import Case, Check, Leaf
from sendguard.checks.greetings._people import Person, people, significant_words
from sendguard.checks.greetings._readers import Reader, is_read_as_name, reader
from sendguard.model import Action, Finding

if TYPE_CHECKING:
    from sendguard.matching import Contact, DirectoryLike
    from sendguard.model import Recipient
    from sendguard.text import Greeting

_MOST_READERS: Final = 20
"""Recipients; a message to more of them greets somebody who is not among them often enough."""


@frozen(repr=False)
class _Greeting(Leaf):
    @property
    def completes(self) -> bool:
        return True

    def find(self, case: Case) -> Iterator[Finding]:
        recipients = case.message.recipients
        if not 0 < len(recipients) <= _MOST_READERS:
            return
        judged: set[tuple[Person, ...]] = set()
        written: set[tuple[str, str]] = set()
        readers: tuple[Reader, ...] = ()
        for greeting in case.analysis.greetings:
            if greeting.addressee is None:
                continue
            same = greeting.where.text, greeting.addressee.text
            if same in written:
                continue  # the HTML greets as the text does
            written.add(same)
            if case.directory is None and _is_named(greeting.addressee.text, recipients):
                continue
            greeted = people(greeting)
            if greeted and greeted not in judged:
                judged.add(greeted)
                readers = readers or tuple(reader(each, case) for each in recipients)
                found = _judged(greeting, greeted, readers, case)
                if found is not None:
                    yield found


def _is_named(addressee: str, recipients: tuple[Recipient, ...]) -> bool:
    """A first look: whether a display name in To has all words of a greeting, as most have.

    Then those who are greeted are that reader, or the name is not one person's; `_judged` is silent
    about both where there is no directory.
    """
    greeted = fold_name(addressee).split()
    return any(
        set(greeted).issubset(significant_words(each.name))
        for each in recipients
        if each.role == "to" and is_read_as_name(each.name)
    )


def _judged(
    greeting: Greeting, greeted: tuple[Person, ...], readers: tuple[Reader, ...], case: Case
) -> Finding | None:
    addressed = [each for each in readers if each.recipient.role == "to"] or readers
    only = addressed[0].recipient if len(addressed) == 1 else None
    shown = " and ".join(person.written for person in greeted)
    if case.directory is not None:
        for person in greeted:
            other = _somebody_else(person, addressed, readers, case.directory)
            if other is not None:
                return Finding(
                    code="identity.greeting",
                    action=Action.HOLD,
                    message=f'The greeting is for "{shown}", but the message goes to '
                    f"{_names_of(addressed)}, who is known by that name alone.",
                    recipient=only,
                    part=greeting.where.part,
                    span=greeting.where.span,
                    suggestion=_meant(other),
                )
    if any(each.may_be(person) for person in greeted for each in readers):
        return None
    if not all(each.is_another(person) for person in greeted for each in addressed):
        return None
    return Finding(
        code="identity.greeting",
        action=Action.WARN,
        message=f'The greeting is for "{shown}", but the message goes to {_names_of(addressed)}.',
        recipient=only,
        part=greeting.where.part,
        span=greeting.where.span,
        suggestion="Check whether the greeting or the recipient is the wrong one.",
    )


def _somebody_else(
    person: Person,
    addressed: list[Reader] | tuple[Reader, ...],
    readers: tuple[Reader, ...],
    directory: DirectoryLike,
) -> Contact | None:
    """The contact who is greeted, where the directory says that nobody of the readers is he."""
    if not all(_is_known_otherwise(each, person) for each in addressed):
        return None
    full = person.written
    if not person.is_full:  # the display name may have come with the wrong address
        shown = [r.recipient.name for r in addressed if person.words[0] in _words(r)]
        full = shown[0] if shown else ""
    if len(fold_name(full).split()) < 2:
        return None
    customers = {contact.customer for each in readers for contact in each.contacts}
    if any(each.may_be(person) for each in readers if each not in addressed):
        return None
    others = directory.named(full)
    strangers = [contact for contact in others if contact.customer not in customers]
    return strangers[0] if strangers and len(strangers) == len(others) else None


def _is_known_otherwise(each: Reader, person: Person) -> bool:
    known = [Reader(each.recipient, tuple(_split(c.name))) for c in each.contacts if c.name]
    return bool(known) and all(entry.is_another(person) for entry in known)


def _split(name: str) -> list[str]:
    return fold_name(name).split()


def _words(each: Reader) -> list[str]:
    return _split(each.recipient.name)


def _names_of(readers: list[Reader] | tuple[Reader, ...]) -> str:
    shown = [f'"{name}"' for each in readers[:3] if (name := _known_name(each))]
    return " and ".join(shown) or "somebody whose address has another name"


def _known_name(each: Reader) -> str:
    return next((c.name for c in each.contacts if c.name), each.recipient.name)


def _meant(contact: Contact) -> str:
    address = f" at {contact.emails[0]}" if contact.emails else ""
    return f"Check whether it is meant for {contact.name}{address}."


def greeting() -> Check:
    """The one who is greeted by name is among those who get the message.

    The name is compared with display names, addresses, the entries of the guard's directory and
    the names in ``context.thread``: short forms, initials, titles, "Last, First", other spellings
    and inflected forms are the same name, and one recipient who may be meant is enough. It is
    silent about groups ("Dear all"), desks (``info@``), firms, lists, two scripts, and wherever too
    little is known.

    Codes:
        ``identity.greeting`` (WARN): no recipient bears that name. HOLD where the directory knows
        the recipients by other names, and the full name that is greeted as another customer's.
    """
    return _Greeting()
