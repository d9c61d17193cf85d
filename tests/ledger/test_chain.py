"""No record of a ledger can be changed, taken out or moved without being noticed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sendguard import Guard, Message, StoreError
from sendguard.ledger import Ledger, entries, verify
from sendguard.ledger._chain import check_chain
from sendguard.ledger._keys import keys_of
from sendguard.ledger._record import START, line_of, read_line

KEY = b"a key of thirty-two secret bytes"
FIXTURES = Path(__file__).parent / "fixtures"


def written(path: Path, sends: int = 4) -> None:
    guard = Guard(observers=[Ledger(path, key=KEY)])
    for number in range(sends):
        guard.admit(Message.email(to=f"p{number}@north.example", subject="Hi", text="Hi.")).sent()


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    path = tmp_path_factory.mktemp("ledger") / "ledger.jsonl"
    written(path)
    return path.read_bytes().splitlines()


def first_bad(lines: list[bytes], head: str | None = None, key: bytes | None = None) -> int | None:
    chain_key = None if key is None else keys_of(key).chain
    problem = check_chain(lines, chain_key=chain_key, head=head).problem
    return None if problem is None else problem.number


def test_every_byte_counts(lines: list[bytes]) -> None:
    tried = 0
    for number, line in enumerate(lines):
        for place in range(len(line)):
            for flip in (0x01, 0x20, 0x80):
                changed = line[:place] + bytes([line[place] ^ flip]) + line[place + 1 :]
                assert first_bad([*lines[:number], changed, *lines[number + 1 :]]) == number
                tried += 1
    assert tried > 10_000


def test_every_byte_that_is_cut_or_put_in_counts(lines: list[bytes]) -> None:
    for number, line in enumerate(lines):
        for place in range(len(line)):
            for changed in (line[:place] + line[place + 1 :], line[:place] + b" " + line[place:]):
                assert first_bad([*lines[:number], changed, *lines[number + 1 :]]) == number


def test_every_record_that_is_taken_out_is_missed(lines: list[bytes]) -> None:
    for number in range(len(lines) - 1):
        assert first_bad(lines[:number] + lines[number + 1 :]) == number


def test_every_record_that_is_doubled_is_seen(lines: list[bytes]) -> None:
    for number in range(len(lines)):
        assert first_bad([*lines[: number + 1], *lines[number:]]) == number + 1


def test_every_two_records_that_are_swapped_are_seen(lines: list[bytes]) -> None:
    for one in range(len(lines)):
        for other in range(one + 1, len(lines)):
            swapped = list(lines)
            swapped[one], swapped[other] = lines[other], lines[one]
            assert first_bad(swapped) == one


def test_an_end_that_was_cut_off_is_seen_by_who_knows_the_head(lines: list[bytes]) -> None:
    head = check_chain(lines).head
    for kept in range(len(lines)):
        assert first_bad(lines[:kept], head) == kept
    assert first_bad(lines, head) is None


def test_an_earlier_head_is_still_there(lines: list[bytes]) -> None:
    for kept in range(len(lines) + 1):
        assert first_bad(lines, check_chain(lines[:kept]).head) is None


def test_a_chain_that_was_forged_without_the_key_is_seen_by_who_has_it(lines: list[bytes]) -> None:
    forged: list[bytes] = []
    previous = START
    for number, line in enumerate(lines):
        record = read_line(line)
        facts = {**record.facts, "action": "block"} if number == 3 else record.facts
        key = keys_of(KEY if number < 3 else b"0" * 32).chain
        forged.append(line_of(number, record.at, record.kind, facts, previous, key))
        previous = read_line(forged[-1]).digest
    assert first_bad(forged) is None
    assert first_bad(forged, key=KEY) == 3


@given(st.binary(max_size=300))
def test_no_bytes_make_it_fail(line: bytes) -> None:
    assert first_bad([line]) == 0


_NAMES = st.sampled_from(["v", "n", "at", "kind", "prev", "mac", "hash"])
_JSON = st.none() | st.booleans() | st.integers(max_value=1) | st.text()


@given(st.recursive(_JSON, lambda inner: st.dictionaries(_NAMES, inner, max_size=7)))
def test_no_json_makes_it_fail(row: object) -> None:
    assert first_bad([json.dumps(row, sort_keys=True, separators=(",", ":")).encode()]) == 0


def test_deep_nesting_is_no_record() -> None:
    assert first_bad([b"[" * 100_000]) == 0


def _change_row(connection: sqlite3.Connection) -> None:
    (line,) = connection.execute("SELECT line FROM records WHERE n = 3").fetchone()
    changed = line.replace(b"allow", b"block")
    connection.execute("UPDATE records SET line = ? WHERE n = 3", (changed,))


def _delete_row(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM records WHERE n = 3")


def _renumber_row(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE records SET n = 99 WHERE n = 3")


def _empty_row(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE records SET line = '' WHERE n = 3")


@pytest.mark.parametrize("change", [_change_row, _delete_row, _renumber_row, _empty_row])
def test_a_change_in_a_database_is_seen(
    tmp_path: Path, change: Callable[[sqlite3.Connection], None]
) -> None:
    path = tmp_path / "ledger.sqlite"
    written(path)
    connection = sqlite3.connect(path)
    with connection:
        change(connection)
    connection.close()
    problem = verify(path).problem
    assert problem is not None
    assert problem.number == 3


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(b"no database" * 100)
    with pytest.raises(StoreError, match=r"ledger\.sqlite"):
        verify(path)


def test_nothing_is_added_after_a_line_that_is_no_record(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    written(path)
    path.write_bytes(path.read_bytes() + b"{}\n")
    before = path.read_bytes()
    with pytest.raises(StoreError, match="damaged"):
        list(entries(path))
    written(path, 1)
    assert path.read_bytes() == before


def test_a_newer_format_is_told_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    written(path, 1)
    newer = path.read_bytes().replace(b'"v":1', b'"v":2')
    path.write_bytes(newer)
    with pytest.raises(StoreError, match="newer sendguard"):
        verify(path)
    written(path, 1)
    assert path.read_bytes() == newer


def test_the_first_format_is_read_for_ever(tmp_path: Path) -> None:
    """What version 0.1 wrote, with the key of these tests."""
    kept = FIXTURES / "ledger-1.jsonl"
    assert verify(kept, key=KEY).intact
    path = tmp_path / "ledger.jsonl"
    path.write_bytes(kept.read_bytes())
    ledger = Ledger(path, key=KEY)
    assert [each.outcome for each in ledger.got("p0@north.example")] == ["sent"]
    Guard(observers=[ledger]).admit(Message.email(to="p0@north.example", text="Hi.")).sent()
    assert verify(path, key=KEY).records == verify(kept).records + 2
