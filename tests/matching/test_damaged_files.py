"""Whatever is done to a file: a clear error or the right answer, on both engines, never a crash."""

from __future__ import annotations

import struct
import zlib
from random import Random
from typing import TYPE_CHECKING

import pytest

from sendguard.errors import IndexFileError
from sendguard.matching import IdentifierIndex, StringIndex, SuppressionList
from sendguard.matching._file import BLOCK

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

QUERIES = [
    "anna.smith@gmail.com",
    "info@gmx.de",
    "nobody@nowhere.example",
    "no separator",
    "x" * 120,
]


@pytest.fixture
def index_bytes(tmp_path: Path, engine: str, addresses: Callable[[int], list[str]]) -> bytes:
    strings = [*addresses(60), "no separators", "x" * 121, "two@signs@example.com"]
    StringIndex.build(tmp_path / "whole", strings)
    return (tmp_path / "whole").read_bytes()


def _answers(path: Path) -> list[object]:
    index = StringIndex.open(path)
    distances = range(1, index.max_distance + 1)
    found: list[object] = [index.near(query, near) for query in QUERIES for near in distances]
    found += [index.find(query) for query in QUERIES]
    return [*found, *index]


def _forged(damaged: bytearray) -> bytes:
    """The same with checksums that match."""
    (end,) = struct.unpack_from("<Q", damaged, 32)
    struct.pack_into("<I", damaged, BLOCK - 4, zlib.crc32(damaged[: BLOCK - 4]))
    if end % BLOCK == 0 and end + end // BLOCK * 4 <= len(damaged):
        for block in range(end // BLOCK):
            crc = zlib.crc32(damaged[block * BLOCK : (block + 1) * BLOCK])
            struct.pack_into("<I", damaged, end + block * 4, crc)
    return bytes(damaged)


def test_every_flipped_byte_of_the_header_is_noticed(
    engine: str, tmp_path: Path, index_bytes: bytes
) -> None:
    path = tmp_path / "damaged"
    for at in [*range(600), *range(600, BLOCK, 97), *range(BLOCK - 8, BLOCK)]:
        damaged = bytearray(index_bytes)
        damaged[at] ^= 0x41
        path.write_bytes(damaged)
        with pytest.raises(IndexFileError, match="damaged"):
            StringIndex.open(path)


def test_every_flipped_byte_behind_it_is_noticed_when_it_is_read(
    engine: str, tmp_path: Path, index_bytes: bytes
) -> None:
    expected = _answers(tmp_path / "whole")
    random = Random(3)
    noticed: list[IndexFileError] = []
    for _ in range(150):
        damaged = bytearray(index_bytes)
        damaged[random.randrange(BLOCK, len(damaged))] ^= 1 << random.randrange(8)
        path = tmp_path / "damaged"
        path.write_bytes(damaged)
        try:
            assert _answers(path) == expected
        except IndexFileError as error:
            noticed.append(error)
        with pytest.raises(IndexFileError, match="is damaged between bytes"):
            StringIndex.open(path).verify()
    assert len(noticed) > 50
    assert {error.path for error in noticed} == {str(path)}
    assert all("is damaged between bytes" in error.problem for error in noticed)


def test_a_file_cut_anywhere_is_refused(engine: str, tmp_path: Path, index_bytes: bytes) -> None:
    path = tmp_path / "cut"
    random = Random(5)
    lengths = [0, 1, 8, BLOCK - 1, BLOCK, len(index_bytes) - 1]
    for length in [*lengths, *(random.randrange(len(index_bytes)) for _ in range(100))]:
        path.write_bytes(index_bytes[:length])
        with pytest.raises(IndexFileError, match="bytes long"):
            StringIndex.open(path)
    path.write_bytes(index_bytes + b"\0")
    with pytest.raises(IndexFileError, match="it was cut or grew"):
        StringIndex.open(path)


def test_a_forged_file_gives_an_error_or_an_answer(
    engine: str, tmp_path: Path, index_bytes: bytes
) -> None:
    _forge(tmp_path / "forged", index_bytes, rounds=250)


@pytest.mark.soak
def test_many_forged_files_give_an_error_or_an_answer(
    engine: str, tmp_path: Path, index_bytes: bytes
) -> None:
    _forge(tmp_path / "forged", index_bytes, rounds=20_000)


def _forge(path: Path, whole: bytes, rounds: int) -> None:
    random = Random(9)
    noticed: list[IndexFileError] = []
    for turn in range(rounds):
        damaged = bytearray(whole)
        for _ in range(random.choice([1, 3, 40])):
            span = (8, 700) if turn % 2 else (BLOCK, len(damaged))
            at = random.randrange(*span) & ~3
            damaged[at : at + 4] = random.choice(
                [b"\xff\xff\xff\xff", b"\0\0\0\0", random.randbytes(4), b"\1\0\0\0"]
            )[: len(damaged) - at]
        path.write_bytes(_forged(damaged))
        try:
            _answers(path)
        except IndexFileError as error:
            noticed.append(error)
    assert {error.path for error in noticed} == {str(path)}


def test_other_files_are_refused_by_name(engine: str, tmp_path: Path) -> None:
    path = tmp_path / "other"
    path.write_bytes(b"PK\3\4" + bytes(5000))
    with pytest.raises(IndexFileError, match="is not a sendguard index"):
        StringIndex.open(path)
    SuppressionList.build(tmp_path / "listed", ["a@b"])
    with pytest.raises(IndexFileError, match="of another kind"):
        StringIndex.open(tmp_path / "listed")
    StringIndex.build(tmp_path / "index", ["a@b"])
    with pytest.raises(IndexFileError, match="of another kind"):
        SuppressionList.open(tmp_path / "index")
    IdentifierIndex.build(tmp_path / "identifiers", [("a@b", "c")])
    with pytest.raises(IndexFileError, match="of another kind"):
        StringIndex.open(tmp_path / "identifiers")
    with pytest.raises(IndexFileError, match="of another kind"):
        IdentifierIndex.open(tmp_path / "index")


IDENTIFIERS = [
    *((f"user{n}@x-{n % 5}.example", f"c{n}") for n in range(40)),
    *((f"Name{chr(97 + n)} del Mar", f"c{n}") for n in range(20)),
    *((f"+44 20 7946 0{n:03}", f"c{n}") for n in range(20)),
    *((value, f"c{n}") for n in range(30) for value in ("info@x.example", "INV-1042")),
]
MENTIONED = ", ".join(value for value, _ in IDENTIFIERS[::3]) + " nobody 1234567 a@b.example"


@pytest.fixture
def identifier_bytes(tmp_path: Path, engine: str) -> bytes:
    IdentifierIndex.build(tmp_path / "whole", IDENTIFIERS)
    return (tmp_path / "whole").read_bytes()


def _scanned(path: Path) -> list[object]:
    index = IdentifierIndex.open(path)
    return [index.scan(MENTIONED), index.scan(MENTIONED + "\u00e9"), index.owners("INV-1042")]


def test_every_flipped_byte_of_a_file_of_identifiers_is_noticed_when_it_is_read(
    engine: str, tmp_path: Path, identifier_bytes: bytes
) -> None:
    expected = _scanned(tmp_path / "whole")
    random = Random(3)
    path = tmp_path / "damaged"
    noticed: list[IndexFileError] = []
    for _ in range(150):
        damaged = bytearray(identifier_bytes)
        damaged[random.randrange(BLOCK, len(damaged))] ^= 1 << random.randrange(8)
        path.write_bytes(damaged)
        try:
            assert _scanned(path) == expected
        except IndexFileError as error:
            noticed.append(error)
        with pytest.raises(IndexFileError, match="is damaged between bytes"):
            IdentifierIndex.open(path).verify()
    assert len(noticed) > 50
    assert {error.path for error in noticed} == {str(path)}
    assert all("is damaged between bytes" in error.problem for error in noticed)


def test_a_file_of_identifiers_cut_anywhere_is_refused(
    engine: str, tmp_path: Path, identifier_bytes: bytes
) -> None:
    path = tmp_path / "cut"
    random = Random(5)
    for length in [0, BLOCK, *(random.randrange(len(identifier_bytes)) for _ in range(100))]:
        path.write_bytes(identifier_bytes[:length])
        with pytest.raises(IndexFileError, match="bytes long"):
            IdentifierIndex.open(path)


def test_a_forged_file_of_identifiers_gives_an_error_or_what_it_says(
    engine: str, tmp_path: Path, identifier_bytes: bytes
) -> None:
    _forge_identifiers(tmp_path / "forged", identifier_bytes, rounds=250)


@pytest.mark.soak
def test_many_forged_files_of_identifiers_give_an_error_or_what_they_say(
    engine: str, tmp_path: Path, identifier_bytes: bytes
) -> None:
    _forge_identifiers(tmp_path / "forged", identifier_bytes, rounds=20_000)


def test_a_table_that_names_the_wrong_pairs_names_nobody(engine: str, tmp_path: Path) -> None:
    path = tmp_path / "swapped"
    IdentifierIndex.build(path, [("Anna Lee", "anna"), ("Bert Lee", "bert")])
    assert len(IdentifierIndex.open(path).scan("Anna Lee, Bert Lee")) == 2
    swapped = bytearray(path.read_bytes())
    (table,) = struct.unpack_from("<Q", swapped, 256 + 4 * 32 + 16)
    places = table + 8 * 4
    first, second = struct.unpack_from("<II", swapped, places)
    assert sorted((first, second)) == [0, 1]
    struct.pack_into("<II", swapped, places, second, first)
    path.write_bytes(_forged(swapped))
    index = IdentifierIndex.open(path)
    assert index.scan("Anna Lee, Bert Lee") == []
    assert index.owners("Anna Lee") == ()


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))


def _forge_identifiers(path: Path, whole: bytes, rounds: int) -> None:
    """Whatever numbers are changed: what is found is a value that the file has, in the text."""
    random = Random(9)
    noticed: list[IndexFileError] = []
    (strings,) = struct.unpack_from("<Q", whole, 256 + 16)
    for turn in range(rounds):
        damaged = bytearray(whole)
        for _ in range(random.choice([1, 3, 40])):
            # The strings themselves stay: with other strings it would say something else.
            span = (8, 700) if turn % 2 else (strings + BLOCK, len(damaged))
            at = random.randrange(*span) & ~3
            damaged[at : at + 4] = random.choice(
                [b"\xff\xff\xff\xff", b"\0\0\0\0", random.randbytes(4), b"\1\0\0\x80"]
            )[: len(damaged) - at]
        path.write_bytes(_forged(damaged))
        try:
            for mention in IdentifierIndex.open(path).scan(MENTIONED):
                assert _bare(mention.value) == _bare(MENTIONED[mention.start : mention.end])
            _scanned(path)
        except IndexFileError as error:
            noticed.append(error)
    assert {error.path for error in noticed} == {str(path)}


def test_the_error_survives_pickling() -> None:
    import pickle

    error = pickle.loads(pickle.dumps(IndexFileError("/a/file", "is damaged")))
    assert (str(error), error.path, error.problem) == (
        "/a/file: is damaged",
        "/a/file",
        "is damaged",
    )


def test_a_forged_suppression_list_gives_an_error_or_an_answer(engine: str, tmp_path: Path) -> None:
    path = tmp_path / "listed"
    listed = SuppressionList.build(path, [f"{n}@x.example" for n in range(900)])
    listed.add("new@x.example")
    listed.discard("1@x.example")
    listed.compact()
    whole = path.read_bytes()
    random = Random(4)
    noticed: list[IndexFileError] = []
    for turn in range(200):
        damaged = bytearray(whole)
        at = random.randrange(8, 700) if turn % 2 else random.randrange(BLOCK, len(whole) - 4)
        damaged[at : at + 4] = random.choice([b"\xff\xff\xff\xff", random.randbytes(4), bytes(4)])
        path.write_bytes(_forged(damaged))
        try:
            SuppressionList.open(path).contains_batch([f"{n}@x.example" for n in range(50)])
        except IndexFileError as error:
            noticed.append(error)
    assert all(error.path.startswith(str(path)) for error in noticed)
    assert len(noticed) > 10
