"""How the file of a directory is written: contacts, what is known of them, and near look-up."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from sendguard.canonical import canonical_recipient, name_tokens
from sendguard.errors import ConfigurationError
from sendguard.matching._contact_record import packed
from sendguard.matching._contacts import Contact
from sendguard.matching._directory_file import (
    ADDRESS,
    CUSTOMER,
    EMAIL,
    FIRST_WORD,
    ID,
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
    is_number,
    region_code,
)
from sendguard.matching._file import IndexWriter
from sendguard.matching._key_sorter import KeySorter
from sendguard.matching._key_table import MOST_VALUE, KeyTableWriter
from sendguard.matching._string_index import StringIndex
from sendguard.matching._whose import (
    first_word,
    identifier_key,
    mailbox_key,
    name_key,
    openings,
    phone_key,
    tail,
)

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    Progress = Callable[[str, int], object]

_MOST_CONTACTS = (1 << 32) - 1
_TOLD_EACH = 4096
_REMEMBERED = 1 << 16
"""So many first words and openings are remembered, so that the common ones are filed once."""


def build_directory(
    path: str | os.PathLike[str],
    contacts: Iterable[Contact],
    region: str | None,
    progress: Progress | None,
) -> None:
    """Write the file; on any error the one that was there stays as it was."""
    tell = progress or _ignore
    with IndexWriter(path, KIND) as writer:
        keys = _Filing(KeySorter(writer.scratch), region)
        count = _write_contacts(writer, contacts, keys, tell)
        tell("sorting", count)
        counts = _write_keys(writer, keys.sorter)
        for kind, (name, separator) in NEAR.items():
            _write_index(writer, name, separator, tell)
            writer.append(f"{name}.places", writer.scratch / f"{name}.places")
            tell(f"{name}: done", counts[kind])
        tell("checksums", count)
        kinds = (EMAIL, PHONE, NAME, IDENTIFIER, CUSTOMER)
        header = Parameters(RULES, region_code(region), *(counts[kind] for kind in kinds))
        writer.commit(count, header)


def _write_contacts(
    writer: IndexWriter, contacts: Iterable[Contact], keys: _Filing, tell: Progress
) -> int:
    count = end = 0
    writer.begin("contacts")
    ends = writer.scratch / "contacts.ends"
    with ends.open("xb") as out:
        out.write(bytes(PLACE_BYTES))
        for contact in contacts:
            if not isinstance(contact, Contact):
                raise TypeError(f"a directory holds Contacts, not {type(contact).__name__}")
            raw = packed(contact)
            end += len(raw)
            if count >= _MOST_CONTACTS or end > MOST_VALUE:
                raise ConfigurationError(
                    f"Directory.build: {count} contacts are as many as one file holds; split them"
                )
            writer.file.write(raw)
            out.write(end.to_bytes(PLACE_BYTES, "little"))
            keys.file(contact, count)
            count += 1
            if not count % _TOLD_EACH:
                tell("reading", count)
    writer.end("contacts")
    writer.append("contacts.ends", ends)
    return count


class _Filing:
    """Says under which keys contacts are filed."""

    def __init__(self, sorter: KeySorter, region: str | None) -> None:
        self.sorter = sorter
        self._region = region
        self._first_words: set[str] = set()
        self._openings: dict[str, int] = {}

    def file(self, contact: Contact, number: int) -> None:
        """File a contact."""
        for kind, key in self._keys(contact):
            if key:
                self._add(kind, key, number)

    def _keys(self, contact: Contact) -> Iterator[tuple[bytes, str]]:
        yield ID, contact.id
        yield CUSTOMER, contact.customer
        yield NAME, " ".join(name_tokens(contact.name))
        if name := name_key(contact.name):
            self._file_first_word(first_word(name))
        for email in contact.emails:
            yield EMAIL, mailbox_key(email)
            yield self._address(email)
        for phone in contact.phones:
            if key := phone_key(phone, self._region):
                yield PHONE, key
                yield TAIL, tail(key)
            yield self._address(phone)
        for identifier in contact.identifiers:
            if key := identifier_key(identifier):
                yield IDENTIFIER, key
                for begun in openings(key):
                    self._file_opening(begun, len(key))

    def _address(self, value: str) -> tuple[bytes, str]:
        form = canonical_recipient(value, self._region)
        return NUMBER if is_number(form) else ADDRESS, form

    def _file_first_word(self, word: str) -> None:
        if word not in self._first_words:
            if len(self._first_words) < _REMEMBERED:
                self._first_words.add(word)
            self._add(FIRST_WORD, word, 0)

    def _file_opening(self, begun: str, length: int) -> None:
        if length > self._openings.get(begun, 0):
            if len(self._openings) < _REMEMBERED:
                self._openings[begun] = length
            self._add(OPENING, begun, length)

    def _add(self, kind: bytes, key: str, number: int) -> None:
        self.sorter.add(kind + key.encode("utf-8", "surrogatepass"), number)


def _write_keys(writer: IndexWriter, sorter: KeySorter) -> dict[bytes, int]:
    """Write the table and the records; returns how many keys there are of each kind."""
    folder = writer.scratch
    counts = dict.fromkeys((EMAIL, PHONE, NAME, IDENTIFIER, CUSTOMER, *NEAR), 0)
    spools = {kind: _Spool(folder, name) for kind, (name, _) in NEAR.items()}
    starts, slots = folder / "starts", folder / "slots"
    writer.begin("records")
    end = 0
    try:
        with starts.open("xb") as first, slots.open("xb") as second:
            table = KeyTableWriter(sorter.count, first, second)
            for digest, key, numbers in sorter.groups():
                kind = key[:1]
                if kind == ID:
                    _check_unique(key, numbers)
                elif kind == OPENING:
                    table.add(digest, numbers[-1])
                elif kind in (FIRST_WORD, TAIL):
                    table.add(digest, 0)
                else:
                    counts[kind] += 1
                    writer.file.write(_record(key, numbers))
                    if kind in spools:
                        spools[kind].add(key[1:], end)
                    if kind not in (ADDRESS, NUMBER):
                        table.add(digest, end)
                    end += _record_size(key, numbers)
            table.end()
    finally:
        for spool in spools.values():
            spool.close()
    if end > MOST_VALUE:
        raise ConfigurationError("Directory.build: more is known than one file holds; split it")
    writer.end("records")
    writer.append("starts", starts)
    writer.append("slots", slots)
    return counts


def _check_unique(key: bytes, numbers: list[int]) -> None:
    if len(numbers) > 1:
        contact = key[1:].decode("utf-8", "surrogatepass")
        raise ConfigurationError(
            f"two contacts have the id {contact!r}; give each an id of its own"
        )


def _record(key: bytes, numbers: list[int]) -> bytes:
    count = len(numbers)
    return LENGTH.pack(len(key)) + key + struct.pack(f"<{count + 1}I", count, *numbers)


def _record_size(key: bytes, numbers: list[int]) -> int:
    return LENGTH.size * (2 + len(numbers)) + len(key)


class _Spool:
    """Keeps the strings of one index, and where their records are, until its turn comes."""

    def __init__(self, folder: Path, name: str) -> None:
        self._strings = (folder / f"{name}.strings").open("xb")
        self._places = (folder / f"{name}.places").open("xb")

    def add(self, string: bytes, place: int) -> None:
        """Take the next string."""
        self._strings.write(LENGTH.pack(len(string)) + string)
        self._places.write(place.to_bytes(PLACE_BYTES, "little"))

    def close(self) -> None:
        """Write all."""
        self._strings.close()
        self._places.close()


def _spooled(path: Path) -> Iterator[str]:
    with path.open("rb") as file:
        while head := file.read(LENGTH.size):
            yield file.read(*LENGTH.unpack(head)).decode("utf-8", "surrogatepass")


def _write_index(writer: IndexWriter, name: str, separator: str | None, tell: Progress) -> None:
    spool, path = writer.scratch / f"{name}.strings", writer.scratch / name
    StringIndex.build(
        path,
        _spooled(spool),
        split=separator,
        progress=lambda stage, done: tell(f"{name}: {stage}", done),
    )
    spool.unlink()
    writer.append(name, path)


def _ignore(stage: str, done: int) -> None:
    """Progress that nobody asked for."""
