"""The ledger, which observes guards and hold queues."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from sendguard.canonical import canonical_recipient
from sendguard.errors import StoreError
from sendguard.guard import Event
from sendguard.ledger._chain import Verification, check_chain
from sendguard.ledger._facts import HoldEventLike, facts_of_event, facts_of_hold
from sendguard.ledger._files import LedgerFile, Tail, file_of
from sendguard.ledger._keys import keys_of
from sendguard.ledger._receipts import Receipt, receipts
from sendguard.ledger._record import START, Record, line_of, read_line
from sendguard.model import Clock, system_clock


class Ledger:
    """Writes down what guards decide, what people override and approve, and what was sent.

    Each record carries the digest of the one before and a mac by the ledger's key, so a change,
    deletion or reordering is found by `verify`; that the newest records were cut off is found by
    who kept the head. No body, no subject and no whole address is written; of addresses, digests
    by the key, so that `got` can answer. Give it to a guard and to a hold queue as an observer:
    ``Guard(…, observers=[ledger])``.

    A record that cannot be written stops no message: an observer's failure is logged. Safe to
    share between threads, processes and over a fork. A power cut may lose the last records.

    Args:
        path: a ``.jsonl`` file for JSON Lines, a ``.sqlite`` or ``.db`` file for SQLite, on a
            local disk; made when it is not there.
        key: 16 secret bytes or more. Who has it can find people in the ledger, and write a new one
            that looks as old; keep it from those who can write the file, if you can.
        default_region: as the guard's, for phone numbers without a country code.
        clock: where the time comes from.

    Raises:
        ConfigurationError: the key is too short, or the path's ending is another.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        key: bytes,
        default_region: str | None = None,
        clock: Clock = system_clock,
    ) -> None:
        self._file = file_of(path)
        self._keys = keys_of(key)
        self._region = default_region
        self._clock = clock
        self._is_known = False  # that the file was begun with this key

    def notify(self, event: Event) -> None:
        """Write down what a guard tells.

        Raises:
            StoreError: the file cannot be read or written, or is another key's.
        """
        self._write(event.kind, facts_of_event(event, self._keys, self._region))

    def __call__(self, event: HoldEventLike, /) -> None:
        """Write down what a hold queue tells; otherwise as `notify`."""
        self._write(f"hold.{event.kind}", facts_of_hold(event, self._keys, self._region))

    def records(self) -> Iterator[Record]:
        """All records, the oldest first.

        Raises:
            StoreError: the file cannot be read, or a line is no record.
        """
        return _records(self._file)

    def got(self, address: str) -> tuple[Receipt, ...]:
        """What somebody was sent, as far as the ledger goes. Reads the whole of it.

        Args:
            address: e-mail address, phone number or chat id, in any spelling of it.

        Raises:
            StoreError: the file cannot be read, or is another key's.
        """
        self._know(self._file.first())
        person = self._keys.person(canonical_recipient(address, self._region))
        needle = person.encode()
        lines = (line for line in self._file.lines() if needle in line)
        return receipts(map(_read, lines), person)

    def verify(self, head: str | None = None) -> Verification:
        """Whether everything is as it was written, with this key.

        Args:
            head: `Verification.head` of an earlier time, to see that nothing since was cut off.
        """
        return _verified(self._file, self._keys.chain, head)

    def _write(self, kind: str, facts: Mapping[str, Any]) -> None:
        def continued(tail: Tail) -> list[bytes]:
            added: list[bytes] = []
            last = None if tail.last is None else _read(tail.last)

            def add(kind: str, facts: Mapping[str, Any]) -> None:
                nonlocal last
                number, previous = (0, START) if last is None else (last.number + 1, last.digest)
                line = line_of(number, self._clock(), kind, facts, previous, self._keys.chain)
                last = read_line(line)
                added.append(line)

            torn = tail.torn
            if torn and _is_whole(torn):  # only the end of the line was lost
                added.append(torn)
                last, torn = _read(torn), b""
            if last is None:
                add("opened", {"ledger": secrets.token_hex(16), "key": self._keys.sign})
            if torn:
                lost = hashlib.sha256(torn).hexdigest()
                add("mended", {"lost_bytes": len(torn), "lost_sha256": lost})
            add(kind, facts)
            return added

        if not self._is_known:
            self._know(self._file.first())
        self._file.append(continued)

    def _know(self, first: bytes | None) -> None:
        if first is None:
            return
        if _read(first).facts.get("key") != self._keys.sign:
            raise StoreError(
                f"{self._file.path.name} was begun with another key; use that one, or another file"
            )
        self._is_known = True

    def __repr__(self) -> str:
        return f"Ledger({str(self._file.path)!r})"


def verify(
    path: str | os.PathLike[str], *, key: bytes | None = None, head: str | None = None
) -> Verification:
    """Whether a ledger is as it was written.

    Args:
        path: of the ledger.
        key: the ledger's; without it a ledger that was written anew from some record on, by
            somebody who knows how, is taken for the old one.
        head: `Verification.head` of an earlier time, to see that nothing since was cut off.

    Raises:
        ConfigurationError: the path's ending tells no form of ledger.
        StoreError: it is not there, or a newer sendguard wrote it.
    """
    return _verified(file_of(path), None if key is None else keys_of(key).chain, head)


def entries(path: str | os.PathLike[str]) -> Iterator[Record]:
    """All records of a ledger, the oldest first; reading them needs no key.

    Raises:
        ConfigurationError: the path's ending tells no form of ledger.
        StoreError: the file cannot be read, or a line is no record.
    """
    return _records(file_of(path))


def _verified(file: LedgerFile, chain_key: bytes | None, head: str | None) -> Verification:
    if not file.path.is_file():
        raise StoreError(f"{file.path.name}: there is no such file")
    return check_chain(file.lines(), chain_key=chain_key, head=head)


def _records(file: LedgerFile) -> Iterator[Record]:
    for line in file.lines():
        yield _read(line)


def _is_whole(line: bytes) -> bool:
    try:
        read_line(line)
    except ValueError:
        return False
    return True


def _read(line: bytes) -> Record:
    try:
        return read_line(line)
    except ValueError as error:
        raise StoreError(f"the ledger was damaged: a line {error}; verify it") from error
