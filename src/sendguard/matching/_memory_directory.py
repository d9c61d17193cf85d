"""The people and identifiers of a small organisation, held in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from sendguard.canonical import canonical_recipient, name_tokens
from sendguard.errors import ConfigurationError
from sendguard.matching._contacts import Belonging, Contact, Kind, NearMiss
from sendguard.matching._distance import bounded_distance
from sendguard.matching._whose import (
    Keys,
    identifier_key,
    mailbox_key,
    name_key,
    phone_key,
    recipient_key,
)

_MOST_EDITS = 2

_By = dict[str, tuple[Contact, ...]]


class MemoryDirectory:
    """A directory in dictionaries: for tests, and for organisations with some thousand contacts.

    An exact question costs a look-up; `near` and an inexact `named` compare with every address or
    name, less than a microsecond for each; `whose` is linear in the text. Nothing changes
    after it was built, so it is safe to share between threads and forks.

    Args:
        contacts: everybody, in any order.
        default_region: ISO 3166 region in which numbers without a country code are dialled.

    Raises:
        ConfigurationError: two contacts have the same id.

    Example:
        >>> maria = Contact("c1", "north", "Maria Lopez", emails="maria@customer.example")
        >>> directory = MemoryDirectory([maria])
        >>> directory.who("MARIA@customer.example")
        (Contact('c1', customer='north'),)
        >>> [miss.distance for miss in directory.near("mraia@customer.example")]
        [1]
        >>> [mark.kind for mark in directory.whose("Maria López asked us.")]
        ['name']
    """

    __slots__ = (
        *("_address_forms", "_addresses", "_by_kind", "_count", "_customers", "_keys"),
        *("_name_forms", "_names", "_region", "_who"),
    )

    def __init__(self, contacts: Iterable[Contact], *, default_region: str | None = None) -> None:
        everybody = _in_order(contacts)
        self._count = len(everybody)
        self._region = default_region
        self._customers = _grouped(everybody, lambda contact: (contact.customer,))
        self._names = _grouped(everybody, lambda contact: (" ".join(name_tokens(contact.name)),))
        self._name_forms = _Strings(self._names)
        self._addresses = _grouped(everybody, self._forms)
        self._address_forms = _Strings(self._addresses)
        emails = _grouped(everybody, lambda contact: map(mailbox_key, contact.emails))
        phones = _grouped(everybody, self._phones)
        identifiers = _grouped(everybody, lambda each: map(identifier_key, each.identifiers))
        names = _grouped(everybody, lambda contact: (name_key(contact.name),))
        self._who: _By = {**emails, **phones}
        self._by_kind: dict[Kind, _By] = {
            "email": emails,
            "phone": phones,
            "name": names,
            "identifier": identifiers,
        }
        self._keys = Keys.of(
            frozenset(emails),
            frozenset(phones),
            frozenset(names),
            frozenset(identifiers),
            default_region,
        )

    @property
    def time_out(self) -> float | None:
        """None: it answers at once."""
        return None

    def who(self, address: str) -> tuple[Contact, ...]:
        """Everybody who has this e-mail address or phone number, by id."""
        key = recipient_key(address, self._region)
        return self._who.get(key, ()) if key else ()

    def near(self, address: str, distance: int = 2) -> tuple[NearMiss, ...]:
        """Everybody who has one that is 1 to `distance` (1 or 2) edits away, the nearest first.

        What is the same mailbox in another spelling is no miss.
        """
        given = canonical_recipient(address, self._region)
        same = recipient_key(address, self._region)
        found = [
            NearMiss(contact, near, edits)
            for near, edits in self._address_forms.within(given, distance)
            if edits and recipient_key(near, self._region) != same
            for contact in self._addresses[near]
        ]
        return tuple(sorted(found, key=lambda m: (m.distance, m.contact.id, m.address)))

    def named(self, name: str, distance: int = 0) -> tuple[Contact, ...]:
        """Everybody who bears this name, or one that many edits (0 to 2) away, the nearest first.

        Titles, accents and case do not count, and "Last, First" is turned.
        """
        key = " ".join(name_tokens(name))
        if not key:
            return ()
        if not distance:
            return self._names.get(key, ())
        found = [
            (edits, contact.id, contact)
            for near, edits in self._name_forms.within(key, distance)
            for contact in self._names[near]
        ]
        return tuple(contact for _, _, contact in sorted(found, key=lambda row: row[:2]))

    def of_customer(self, customer: str) -> tuple[Contact, ...]:
        """Every contact of this customer, by id."""
        return self._customers.get(customer, ())

    def whose(self, text: str) -> tuple[Belonging, ...]:
        """The places in a text that name somebody or something of somebody; they do not overlap.

        Names count with two words or more and with their capitals; identifiers and numbers in any
        usual spelling, as whole words.
        """
        return tuple(
            Belonging(start, end, mark.key, mark.kind, self._by_kind[mark.kind][mark.key])
            for start, end, mark in self._keys.places(text)
        )

    def __len__(self) -> int:
        return self._count

    def __repr__(self) -> str:
        return f"MemoryDirectory({len(self)} contacts)"

    def _phones(self, contact: Contact) -> Iterable[str]:
        return (key for number in contact.phones if (key := phone_key(number, self._region)))

    def _forms(self, contact: Contact) -> Iterable[str]:
        return (
            canonical_recipient(each, self._region) for each in (*contact.emails, *contact.phones)
        )


def _in_order(contacts: Iterable[Contact]) -> Sequence[Contact]:
    everybody = list(contacts)
    ids: set[str] = set()
    for contact in everybody:
        if not isinstance(contact, Contact):
            raise TypeError(f"a directory holds Contacts, not {type(contact).__name__}")
        if contact.id in ids:
            raise ConfigurationError(
                f"two contacts have the id {contact.id!r}; give each an id of its own"
            )
        ids.add(contact.id)
    return sorted(everybody, key=lambda contact: contact.id)


def _grouped(everybody: Sequence[Contact], keys: Callable[[Contact], Iterable[str]]) -> _By:
    """Who bears each key, by id; empty keys are nobody's."""
    found: dict[str, list[Contact]] = defaultdict(list)
    for contact in everybody:
        for key in dict.fromkeys(keys(contact)):
            if key:
                found[key].append(contact)
    return {key: tuple(contacts) for key, contacts in found.items()}


class _Strings:
    """Strings with which others are compared, one by one; most differ at a glance."""

    __slots__ = ("_rows",)

    def __init__(self, strings: Iterable[str]) -> None:
        self._rows = [(string, len(string), _letters(string)) for string in strings]

    def within(self, given: str, distance: int) -> Iterator[tuple[str, int]]:
        """Those at most that many OSA edits away, with how many."""
        if not 0 < distance <= _MOST_EDITS:
            raise ConfigurationError(f"distance is {distance!r}; use 1 or 2")
        size, letters = len(given), _letters(given)
        for string, length, others in self._rows:
            if (
                -distance <= length - size <= distance
                and (others ^ letters).bit_count() <= 2 * distance  # an edit turns at most two
                and (edits := bounded_distance(given, string, distance)) <= distance
            ):
                yield string, edits


def _letters(text: str) -> int:
    """Which characters occur, as bits; some share one."""
    letters = 0
    for each in set(text):
        letters |= 1 << (ord(each) & 63)
    return letters
