"""Who an organisation knows, and the questions that can be asked about them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, Protocol, runtime_checkable

from attrs import field, frozen
from attrs.validators import deep_iterable, instance_of

Kind = Literal["email", "phone", "name", "identifier"]


def _texts(values: Iterable[str]) -> tuple[str, ...]:
    return (values,) if isinstance(values, str) else tuple(values)


_several = deep_iterable(instance_of(str))


@frozen(repr=False)
class Contact:
    """One person or desk that an organisation writes to. Its `repr` shows ids alone.

    Attributes:
        id: stable id of this contact, unique in its directory.
        customer: id of the customer (account, household, company) it belongs to.
        name: of the person, as people write it; "" for a desk.
        emails: e-mail addresses.
        phones: phone numbers, best with their country code.
        identifiers: what is this customer's alone: account, order and invoice numbers, a street.
    """

    id: str = field(validator=instance_of(str))
    customer: str = field(validator=instance_of(str))
    name: str = field(default="", validator=instance_of(str))
    emails: tuple[str, ...] = field(default=(), converter=_texts, validator=_several)
    phones: tuple[str, ...] = field(default=(), converter=_texts, validator=_several)
    identifiers: tuple[str, ...] = field(default=(), converter=_texts, validator=_several)

    def __repr__(self) -> str:
        return f"Contact({self.id!r}, customer={self.customer!r})"


@frozen(repr=False)
class NearMiss:
    """A contact whose address or phone number is nearly the one that was asked for.

    Attributes:
        contact: whose it is.
        address: the contact's own address or number, in canonical form.
        distance: OSA edits between the two, 1 or 2.
    """

    contact: Contact
    address: str
    distance: int

    def __repr__(self) -> str:
        return f"NearMiss({self.contact!r}, distance={self.distance})"


@frozen(repr=False)
class Belonging:
    """A place in a text that names somebody or something of somebody.

    Attributes:
        start, end: the place, in code points.
        value: what stands there, in the form in which the directory keeps it.
        kind: "email", "phone", "name" or "identifier".
        contacts: everybody who bears it, by id.
    """

    start: int
    end: int
    value: str
    kind: Kind
    contacts: tuple[Contact, ...]

    @property
    def customers(self) -> frozenset[str]:
        """The ids of the customers whose it is."""
        return frozenset(contact.customer for contact in self.contacts)

    def __repr__(self) -> str:
        return f"Belonging({self.start}, {self.end}, {self.kind!r}, {self.contacts!r})"


@runtime_checkable
class DirectoryLike(Protocol):
    """What the checks ask of a directory; a look-up in one's own CRM can stand in for it.

    All methods take what people wrote and compare canonical forms. They give answers in a stable
    order, and nothing that is not certain.
    """

    @property
    def time_out(self) -> float | None:
        """Seconds after which an answer is given up, for a directory that does I/O; None for one
        that answers at once."""
        ...

    def who(self, address: str) -> tuple[Contact, ...]:
        """Everybody who has this e-mail address or phone number, by id."""
        ...

    def near(self, address: str, distance: int = 2) -> tuple[NearMiss, ...]:
        """Everybody who has one that is 1 to `distance` edits away, the nearest first."""
        ...

    def named(self, name: str, distance: int = 0) -> tuple[Contact, ...]:
        """Everybody who bears this full name, or one that many edits away, the nearest first."""
        ...

    def of_customer(self, customer: str) -> tuple[Contact, ...]:
        """Every contact of this customer, by id."""
        ...

    def whose(self, text: str) -> tuple[Belonging, ...]:
        """The places in a text that name somebody or something of somebody; they do not overlap."""
        ...
