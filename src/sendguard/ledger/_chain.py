"""Whether a ledger is as it was written."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from sendguard.ledger._record import START, is_by, read_line


@frozen
class Problem:
    """The first record that is not as it was written.

    Attributes:
        number: which record it should be, from 0; what comes after it proves nothing.
        what: what is wrong, as a sentence without its subject.
    """

    number: int
    what: str

    def __str__(self) -> str:
        return f"record {self.number} {self.what}"


@frozen
class Verification:
    """What a ledger's chain proves.

    Attributes:
        records: how many are as they were written, from the first on.
        head: digest of the last of them. Keep it elsewhere: only who knows it notices later that
            the newest records were cut off.
        problem: the first record that is not, or None.
    """

    records: int
    head: str
    problem: Problem | None = None

    @property
    def intact(self) -> bool:
        """Whether all are as they were written."""
        return self.problem is None


def check_chain(
    lines: Iterable[bytes], *, chain_key: bytes | None = None, head: str | None = None
) -> Verification:
    """Follow the chain from the first record to the last.

    Args:
        lines: of the ledger.
        chain_key: whose macs the records must carry; None to follow the digests alone.
        head: a head seen earlier, which must be among the records; None for none.
    """
    number, previous, seen = 0, START, head is None or head == START
    for line in lines:
        try:
            record = read_line(line)
        except ValueError as error:
            return Verification(number, previous, Problem(number, str(error)))
        if record.number != number:
            what = f"is missing: record {record.number} stands in its place"
            return Verification(number, previous, Problem(number, what))
        if record.previous != previous:
            what = "does not follow the one before it"
            return Verification(number, previous, Problem(number, what))
        if chain_key is not None and not is_by(record, chain_key):
            what = "was not written with this key"
            return Verification(number, previous, Problem(number, what))
        number, previous = number + 1, record.digest
        seen = seen or previous == head
    if not seen:
        what = "is missing: the ledger had a head that is not in it, so its end was cut off"
        return Verification(number, previous, Problem(number, what))
    return Verification(number, previous)
