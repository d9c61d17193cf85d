"""The people and identifiers of a large organisation, in a mapped file."""

from __future__ import annotations

import struct
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from sendguard.canonical import canonical_recipient, name_tokens
from sendguard.errors import ConfigurationError
from sendguard.matching._contact_record import unpacked
from sendguard.matching._contacts import Belonging, Contact, NearMiss
from sendguard.matching._directory_builder import build_directory
from sendguard.matching._directory_file import (
    ADDRESS,
    CUSTOMER,
    EMAIL,
    FIRST_WORD,
    IDENTIFIER,
    KIND,
    LENGTH,
    NAME,
    NEAR,
    NUMBER,
    OPENING,
    PHONE,
    PLACE_BYTES,
    RULES,
    TAIL,
    Parameters,
    region_of,
    strange,
)
from sendguard.matching._file import IndexFile
from sendguard.matching._key_table import MOST_VALUE, KeyTable
from sendguard.matching._search import KIND as STRINGS
from sendguard.matching._string_index import StringIndex
from sendguard.matching._whose import Keys, recipient_key

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator
    from typing import Self

_MOST_EDITS = 2
_OPENINGS_KEPT = 1 << 14
"""How long identifiers with so many openings are is kept in memory."""

_CONTACTS_KEPT = 1 << 12
"""So many contacts are remembered: those whose names many letters mention."""
_UNKNOWN_KEPT = 1 << 14
"""So many keys of each kind that stood in texts are remembered as unknown."""

_KINDS = {"email": EMAIL, "phone": PHONE, "name": NAME, "identifier": IDENTIFIER}


class Directory:
    """A directory in one mapped file, of up to some hundred million contacts.

    It answers as `MemoryDirectory` does, and costs next to nothing to open: several processes share
    the pages of the file. Nothing changes while it is open, so it is safe to share between threads
    and by forked processes; a process that opened it goes on reading it as it was when it is
    replaced by a new build.

    Example:
        >>> import tempfile
        >>> folder = tempfile.TemporaryDirectory()
        >>> maria = Contact("c1", "north", "Maria Lopez", emails="maria@customer.example")
        >>> directory = Directory.build(f"{folder.name}/people", [maria])
        >>> directory.near("mraia@customer.example")[0].contact
        Contact('c1', customer='north')
        >>> [mark.kind for mark in directory.whose("Maria L\u00f3pez asked us.")]
        ['name']
        >>> folder.cleanup()
    """

    __slots__ = (
        *("_contacts", "_ends", "_file", "_header", "_indexes"),
        *("_keys", "_records", "_region", "_remembered", "_table"),
    )

    def __init__(self, file: IndexFile) -> None:
        """Use `Directory.open`."""
        self._file = file
        self._header = Parameters(*file.parameters[: len(Parameters._fields)])
        if self._header.rules != RULES:
            raise file.problem("was built with other rules for names and addresses; build it again")
        try:
            self._region = region_of(self._header.region)
        except (OverflowError, UnicodeDecodeError):
            raise file.problem("names an impossible region") from None
        self._contacts = file.section("contacts")
        self._ends, length = file.section("contacts.ends")
        if length != (file.entries + 1) * PLACE_BYTES:
            raise file.problem("has a section 'contacts.ends' of impossible size")
        self._records = file.section("records")
        self._table = KeyTable(file)
        self._remembered = lru_cache(_CONTACTS_KEPT)(self._contact)
        self._indexes = {kind: _NearIndex(file, name) for kind, (name, _) in NEAR.items()}
        self._keys = Keys(
            _Known(self, EMAIL),
            _Known(self, PHONE),
            _Known(self, NAME),
            _Known(self, IDENTIFIER),
            _Filter(self._table, FIRST_WORD),
            lru_cache(_OPENINGS_KEPT)(self._longest),
            _Filter(self._table, TAIL),
            self._region,
        )

    @classmethod
    def build(
        cls,
        path: str | os.PathLike[str],
        contacts: Iterable[Contact],
        *,
        default_region: str | None = None,
        progress: Callable[[str, int], object] | None = None,
    ) -> Self:
        """Write the file, replacing one that is there at once and only when whole; then open it.

        Args:
            path: where to; a folder beside it takes the temporary files, which together are larger
                than the file.
            contacts: everybody, in any order; any iterable, read once. Memory grows slowly with
                their number: some hundred megabytes for ten million.
            default_region: ISO 3166 region in which numbers without a country code are dialled.
            progress: called now and then with the stage ("reading", ...) and how much is done.

        Raises:
            ConfigurationError: two contacts have the same id, or an option is wrong.
            TypeError: something is not a `Contact`.
            OSError: the file cannot be written.
        """
        region = default_region
        if region is not None and not (len(region) == 2 and region.isascii() and region.isupper()):
            raise ConfigurationError(
                f"Directory.build: default_region is {region!r}; use an ISO 3166 code such as 'GB'"
            )
        build_directory(path, contacts, region, progress)
        return cls.open(path)

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Self:
        """Map a file that `build` wrote; takes less than a millisecond, whatever its size.

        Raises:
            OSError: it cannot be opened.
            IndexFileError: it is not such a file, or is incomplete, or was built by a release that
                compares names and addresses in another way. Damage further in raises this when it
                is read, or from `verify`.
        """
        return cls(IndexFile(path, KIND))

    @property
    def path(self) -> Path:
        """The file that it lies in."""
        return Path(self._file.path)

    @property
    def default_region(self) -> str | None:
        """ISO 3166 region in which numbers without a country code are dialled."""
        return self._region

    @property
    def time_out(self) -> float | None:
        """None: it answers at once."""
        return None

    def counts(self) -> dict[str, int]:
        """How many different e-mail addresses, phones, names, identifiers and customers it has."""
        names = ("emails", "phones", "names", "identifiers", "customers")
        return {name: getattr(self._header, name) for name in names}

    def who(self, address: str) -> tuple[Contact, ...]:
        """Everybody who has this e-mail address or phone number, by id.

        Raises:
            IndexFileError: the file is damaged; so do all other questions.
        """
        key = recipient_key(address, self._region)
        if not key:
            return ()
        return self._under(PHONE, key) or self._under(EMAIL, key)

    def near(self, address: str, distance: int = 2) -> tuple[NearMiss, ...]:
        """Everybody who has one that is 1 to `distance` (1 or 2) edits away, the nearest first.

        What is the same mailbox in another spelling is no miss.
        """
        _check_distance(distance)
        region = self._region
        given = canonical_recipient(address, region)
        same = recipient_key(address, region)
        kinds = (ADDRESS, NUMBER) if strange(given) <= distance else (ADDRESS,)
        found = [
            NearMiss(contact, near, edits)
            for kind in kinds
            for near, edits, place in self._indexes[kind].near(given, distance)
            if edits and recipient_key(near, region) != same
            for contact in self._at(kind, near, place)
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
            return self._under(NAME, key)
        _check_distance(distance)
        found = [
            (edits, contact.id, contact)
            for near, edits, place in self._indexes[NAME].near(key, distance)
            for contact in self._at(NAME, near, place)
        ]
        return tuple(contact for _, _, contact in sorted(found, key=lambda row: row[:2]))

    def of_customer(self, customer: str) -> tuple[Contact, ...]:
        """Every contact of this customer, by id."""
        return self._under(CUSTOMER, customer)

    def whose(self, text: str) -> tuple[Belonging, ...]:
        """The places in a text that name somebody or something of somebody; they do not overlap.

        Names count with two words or more and with their capitals; identifiers and numbers in any
        usual spelling, as whole words.
        """
        return tuple(
            Belonging(start, end, mark.key, mark.kind, self._under(_KINDS[mark.kind], mark.key))
            for start, end, mark in self._keys.places(text)
        )

    def __len__(self) -> int:
        return self._file.entries

    def __iter__(self) -> Iterator[Contact]:
        """All contacts, in the order in which they were given."""
        return map(self._contact, range(len(self)))

    def __repr__(self) -> str:
        return f"<Directory {self._file.path!r}: {len(self)} contacts>"

    def verify(self) -> None:
        """Read the whole file and check it.

        Raises:
            IndexFileError: it is damaged.
        """
        self._file.verify()

    def _under(self, kind: bytes, key: str) -> tuple[Contact, ...]:
        """Those who are filed under a key, by id."""
        return self._by_id(self._numbers(kind, key))

    def _numbers(self, kind: bytes, key: str) -> tuple[int, ...]:
        raw = kind + key.encode("utf-8", "surrogatepass")
        for place in self._table.values(raw):
            if numbers := self._record(place, raw):
                return numbers
        return ()

    def _at(self, kind: bytes, key: str, place: int) -> tuple[Contact, ...]:
        numbers = self._record(place, kind + key.encode("utf-8", "surrogatepass"))
        if not numbers:
            raise self._file.problem("has an index that points to another record")
        return self._by_id(numbers)

    def _by_id(self, numbers: tuple[int, ...]) -> tuple[Contact, ...]:
        return tuple(sorted(map(self._remembered, numbers), key=attrgetter("id")))

    def _record(self, place: int, key: bytes) -> tuple[int, ...]:
        """The numbers in the record at a place if it is of this key, else none."""
        start, length = self._records
        size = 2 * LENGTH.size + len(key)
        if place + size > length:
            if place + 2 * LENGTH.size > length:
                raise self._file.problem("has a table that points outside of its records")
            return ()
        raw = self._file.read(start + place, size)
        if raw[: LENGTH.size] != LENGTH.pack(len(key)) or raw[LENGTH.size : -LENGTH.size] != key:
            return ()
        (count,) = LENGTH.unpack_from(raw, size - LENGTH.size)
        if not 0 < count <= (length - place - size) // LENGTH.size:
            raise self._file.problem("has a record that goes beyond its section")
        return struct.unpack(f"<{count}I", self._file.read(start + place + size, 4 * count))

    def _contact(self, number: int) -> Contact:
        if number >= len(self):
            raise self._file.problem("has a record of a contact that is not there")
        raw = self._file.read(self._ends + number * PLACE_BYTES, 2 * PLACE_BYTES)
        both = int.from_bytes(raw, "little")
        begin, end = both & MOST_VALUE, both >> 8 * PLACE_BYTES
        start, length = self._contacts
        if not begin <= end <= length:
            raise self._file.problem("has a contact that lies outside of its section")
        try:
            return unpacked(self._file.read(start + begin, end - begin))
        except (ValueError, IndexError):
            raise self._file.problem("has a contact that cannot be read") from None

    def _longest(self, opening: str) -> int:
        raw = OPENING + opening.encode("utf-8", "surrogatepass")
        return max(self._table.values(raw), default=0)


class _Known:
    """The keys of one kind, as a container; what was met in texts and is unknown is remembered."""

    __slots__ = ("_directory", "_kind", "_unknown")

    def __init__(self, directory: Directory, kind: bytes) -> None:
        self._directory = directory
        self._kind = kind
        self._unknown: set[str] = set()

    def __contains__(self, key: object) -> bool:
        if not isinstance(key, str) or key in self._unknown:
            return False
        known = bool(self._directory._numbers(self._kind, key))
        if not known:
            if len(self._unknown) >= _UNKNOWN_KEPT:
                self._unknown.clear()
            self._unknown.add(key)
        return known


class _Filter:
    """Says of words whether anything may begin or end with them."""

    __slots__ = ("_kind", "_table")

    def __init__(self, table: KeyTable, kind: bytes) -> None:
        self._table = table
        self._kind = kind

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and bool(
            self._table.values(self._kind + word.encode("utf-8", "surrogatepass"))
        )


class _NearIndex:
    """Strings of one kind that may nearly be asked for, and where their records are."""

    __slots__ = ("_at", "_file", "_index")

    def __init__(self, file: IndexFile, name: str) -> None:
        self._file = file
        self._index = StringIndex(file.part(name, STRINGS))
        self._at, length = file.section(f"{name}.places")
        if length != len(self._index) * PLACE_BYTES or self._index.max_distance < _MOST_EDITS:
            raise file.problem(f"has a section '{name}.places' of impossible size")

    def near(self, string: str, distance: int) -> Iterator[tuple[str, int, int]]:
        """Each string that is near, how many edits away, and the place of its record."""
        for number, edits in self._index.near(string, distance):
            raw = self._file.read(self._at + number * PLACE_BYTES, PLACE_BYTES)
            yield self._index[number], edits, int.from_bytes(raw, "little")


def _check_distance(distance: int) -> None:
    if not 0 < distance <= _MOST_EDITS:
        raise ConfigurationError(f"distance is {distance!r}; use 1 or 2")
