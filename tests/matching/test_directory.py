"""A directory in a file: as every other one, on both engines, whatever is done to its file."""

from __future__ import annotations

import itertools
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.matching.directory_conformance import DIRECTORY, MARIA, TWIN_A, DirectoryConformance

from sendguard.errors import ConfigurationError, IndexFileError
from sendguard.matching import (
    Contact,
    Directory,
    DirectoryLike,
    MemoryDirectory,
    StringIndex,
    _key_sorter,
)
from sendguard.matching import _directory as directory_module
from sendguard.matching._contact_record import packed, unpacked
from sendguard.matching._file import BLOCK

TEXT = (
    "Dear Maria Lopez, INV-20417 for 12 Harbour Road; call 01632 960962 or write to "
    "john@b.example about 7712345. John Smith"
)


class TestDirectory(DirectoryConformance):
    @pytest.fixture
    def build(self, engine, tmp_path):
        numbers = itertools.count()
        return lambda contacts: Directory.build(
            tmp_path / f"directory.{next(numbers)}", contacts, default_region="GB"
        )


_words = st.sampled_from(
    ("Maria", "María", "Lopez", "LOPEZ", "de", "Jo", "Ann", "Smith", "7712", "b")
)
_names = st.lists(_words, max_size=4).map(" ".join)
_emails = st.one_of(
    st.builds("{}{}@{}".format, _words, st.sampled_from(("", ".x", "+tag")),
              st.sampled_from(("gmail.com", "googlemail.com", "ab.example", "Ab.EXAMPLE", "abc.example"))),
    st.text(max_size=6),
)  # fmt: skip
_phones = st.one_of(
    st.sampled_from(("+44 1632 960961", "01632 960961", "+441632960962", "960961", "7712345678")),
    st.text("+0123456789 @", max_size=9),
)
_identifiers = st.one_of(
    st.sampled_from(
        ("INV-20417", "INV 20417/2", "7712345", "12 Harbour Road", "Jo Ann Smith", "1")
    ),
    st.text(max_size=12),
)
_contacts = st.lists(
    st.builds(
        Contact,
        st.text("abc", min_size=1, max_size=3),
        st.sampled_from(("north", "south", "")),
        _names,
        st.lists(_emails, max_size=3),
        st.lists(_phones, max_size=2),
        st.lists(_identifiers, max_size=3),
    ),
    max_size=6,
    unique_by=lambda contact: contact.id,
)
_questions = st.one_of(_emails, _phones, _names, _identifiers, st.text(max_size=8))


@settings(
    max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(_contacts, st.lists(_questions, max_size=12), st.sampled_from((None, "GB")))
def test_it_answers_as_the_one_in_memory(engine, tmp_path, contacts, questions, region):
    in_file: DirectoryLike = Directory.build(tmp_path / "people", contacts, default_region=region)
    in_memory = MemoryDirectory(contacts, default_region=region)
    for question in questions:
        assert in_file.who(question) == in_memory.who(question)
        assert in_file.of_customer(question) == in_memory.of_customer(question)
        for distance in (1, 2):
            assert in_file.near(question, distance) == in_memory.near(question, distance)
            assert in_file.named(question, distance) == in_memory.named(question, distance)
        assert in_file.named(question) == in_memory.named(question)
    text = ", ".join(questions)
    assert in_file.whose(text) == in_memory.whose(text)
    assert list(in_file) == contacts  # type: ignore[call-overload]  (the one in a file can be gone through)


@given(_contacts)
def test_contacts_come_back_from_their_bytes(contacts):
    for contact in contacts:
        assert unpacked(packed(contact)) == contact


def test_long_values_come_back_from_their_bytes():
    contact = Contact("a" * 127, "b" * 128, "c" * 20_000, emails=["x"] * 300)
    assert unpacked(packed(contact)) == contact


_PLAIN = packed(Contact("c1", "north", "Ann Lee", emails=("ann@x.example",)))
_OTHER = packed(Contact("c1", "north", "Ann L\u00e9e", emails=("ann@x.example",)))


@pytest.mark.parametrize("whole", [_PLAIN, _OTHER])
def test_bytes_that_are_of_no_contact_are_refused(whole):
    unpacked(whole)
    more, fewer = bytes([2]) + whole[1:], bytes([0]) + whole[1:]
    for raw in (whole[:-1], whole + b"\0", whole + b"x", whole[:3], whole[:2], more, fewer):
        with pytest.raises((ValueError, IndexError)):
            unpacked(raw)


@pytest.mark.parametrize("raw", [b"", b"\0", b"\xff" * 20, b"\0\0\0\1\xff\0\0", b"\0\0\0\x90"])
def test_other_bytes_are_of_no_contact(raw):
    with pytest.raises((ValueError, IndexError)):
        unpacked(raw)


@pytest.fixture
def people(engine, tmp_path) -> Directory:
    return Directory.build(tmp_path / "people", DIRECTORY, default_region="GB")


def test_it_knows_its_path_its_region_and_how_much_it_has(people, tmp_path):
    assert people.path == tmp_path / "people"
    assert people.default_region == "GB"
    assert len(people) == 5
    assert list(people) == list(DIRECTORY)
    assert people.counts() == {
        "emails": 6,
        "phones": 2,
        "names": 3,
        "identifiers": 5,
        "customers": 3,
    }
    assert repr(people) == f"<Directory {str(tmp_path / 'people')!r}: 5 contacts>"


@pytest.mark.parametrize("region", ["gb", "GBR", "", "ÄÖ", "4"])
def test_a_region_is_two_capitals(tmp_path, region):
    with pytest.raises(ConfigurationError, match="default_region"):
        Directory.build(tmp_path / "people", (), default_region=region)


def test_it_holds_contacts_alone(tmp_path):
    with pytest.raises(TypeError, match="str"):
        Directory.build(tmp_path / "people", ["maria@customer.example"])  # type: ignore[list-item]  (what is refused)
    assert list(tmp_path.iterdir()) == []


def test_a_build_that_fails_leaves_the_old_file_and_nothing_else(engine, tmp_path):
    path = tmp_path / "people"
    Directory.build(path, DIRECTORY)
    before = path.read_bytes()

    def broken():
        yield MARIA
        raise OSError("the export broke off")

    for contacts in (broken(), [MARIA, MARIA]):
        with pytest.raises((OSError, ConfigurationError)):
            Directory.build(path, contacts)
    assert [each.name for each in tmp_path.iterdir()] == ["people"]
    assert path.read_bytes() == before


def test_both_engines_write_the_same_file(use_engine, tmp_path):
    for engine in ("python", "native"):
        use_engine(engine)
        Directory.build(tmp_path / engine, DIRECTORY)
    assert (tmp_path / "python").read_bytes() == (tmp_path / "native").read_bytes()


def test_what_does_not_fit_in_memory_is_sorted_on_disk(engine, tmp_path, monkeypatch):
    many = [
        Contact(
            f"c{n}", f"k{n % 9}", f"Ann Smith{n}", f"ann.{n}@x.example", identifiers=f"INV-{n:06}"
        )
        for n in range(300)
    ]
    Directory.build(tmp_path / "at once", many)
    monkeypatch.setattr(_key_sorter, "_HELD", 3)
    spilled = Directory.build(tmp_path / "spilled", many)
    assert (tmp_path / "at once").read_bytes() == (tmp_path / "spilled").read_bytes()
    assert spilled.of_customer("k3") == tuple(sorted(many[3::9], key=lambda each: each.id))


def test_progress_names_the_stages(tmp_path):
    told: list[tuple[str, int]] = []
    many = (Contact(f"c{n}", "k", emails=f"{n}@x.example") for n in range(5000))
    Directory.build(tmp_path / "people", many, progress=lambda *stage: told.append(stage))
    assert told[0] == ("reading", 4096)
    assert ("emails: done", 5000) in told
    assert told[-1] == ("checksums", 5000)


def test_who_has_it_open_goes_on_reading_it_when_it_is_replaced(people, tmp_path):
    newer = Directory.build(tmp_path / "people", [TWIN_A])
    assert people.who("maria.lopez@customer.example") == (MARIA,)
    assert people.near("jhon@a.example")
    assert newer.who("maria.lopez@customer.example") == ()
    people.verify()


def test_threads_read_at_once_while_it_is_replaced(people, tmp_path):
    def ask(turn: int) -> object:
        if turn % 40 == 0:
            Directory.build(tmp_path / "people", DIRECTORY, default_region="GB")
        fresh = Directory.open(tmp_path / "people") if turn % 4 == 0 else people
        return (
            fresh.whose(TEXT),
            fresh.near("mraia.lopez@customer.example"),
            fresh.named("Jon Smith", 1),
        )

    expected = ask(1)
    with ThreadPoolExecutor(8) as pool:
        assert all(answer == expected for answer in pool.map(ask, range(200)))


def answers(directory: Directory) -> object:
    return (
        directory.whose(TEXT),
        directory.who("mlopez@gmail.com"),
        directory.near("mraia.lopez@customer.example"),
        directory.near("+441632960916"),
        directory.named("Jon Smith", 1),
        directory.of_customer("south"),
        list(directory),
    )


def test_a_file_that_was_cut_is_refused(people, tmp_path):
    whole = people.path.read_bytes()
    path = tmp_path / "cut"
    for length in (0, 1, 100, BLOCK - 1, BLOCK, 5 * BLOCK, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(IndexFileError, match="bytes long"):
            Directory.open(path)


def test_a_file_of_another_kind_is_refused(people, tmp_path):
    StringIndex.build(tmp_path / "strings", ["a"])
    with pytest.raises(IndexFileError, match="another kind"):
        Directory.open(tmp_path / "strings")
    with pytest.raises(IndexFileError, match="another kind"):
        StringIndex.open(people.path)


def test_a_file_of_other_rules_is_refused(people, monkeypatch):
    monkeypatch.setattr(directory_module, "RULES", 0)
    with pytest.raises(IndexFileError, match="build it again"):
        Directory.open(people.path)


def test_a_flipped_bit_gives_an_error_or_the_right_answer(people, tmp_path):
    whole, right = people.path.read_bytes(), answers(people)
    path, random = tmp_path / "flipped", Random(3)
    noticed: list[IndexFileError] = []
    for _ in range(300):
        damaged = bytearray(whole)
        damaged[random.randrange(len(whole))] ^= 1 << random.randrange(8)
        path.write_bytes(damaged)
        try:
            assert answers(Directory.open(path)) == right
        except IndexFileError as error:
            noticed.append(error)
        with pytest.raises(IndexFileError):
            Directory.open(path).verify()
    assert len(noticed) > 30
    assert {error.path for error in noticed} == {str(path)}


def forged(raw: bytearray, whole: bytes) -> bytes:
    """The file with checksums that are right for what it says now, those of its parts included."""
    for number in range(11):
        name, offset, length = struct.unpack_from("<16sQQ", whole, 256 + 32 * number)
        if name.rstrip(b"\0") in (b"emails", b"phones", b"names"):
            raw[offset : offset + length] = _summed(raw[offset : offset + length])
    return _summed(raw)


def _summed(raw: bytearray) -> bytes:
    raw[BLOCK - 4 : BLOCK] = struct.pack("<I", zlib.crc32(raw[: BLOCK - 4]))
    (end,) = struct.unpack_from("<Q", raw, 32)
    if end % BLOCK == 0 and end + end // BLOCK * 4 == len(raw):
        for block in range(end // BLOCK):
            crc = zlib.crc32(raw[block * BLOCK : (block + 1) * BLOCK])
            struct.pack_into("<I", raw, end + 4 * block, crc)
    return bytes(raw)


def _forge(people: Directory, path: Path, rounds: int) -> None:
    """Whatever numbers are changed: what is found is a key that was asked for."""
    whole, random = people.path.read_bytes(), Random(5)
    noticed: list[IndexFileError] = []
    for turn in range(rounds):
        damaged = bytearray(whole)
        for _ in range(random.choice([1, 3, 40])):
            at = random.randrange(*((8, 700) if turn % 4 == 0 else (BLOCK, len(damaged) - 4))) & ~3
            damaged[at : at + 4] = random.choice(
                [b"\xff\xff\xff\xff", bytes(4), random.randbytes(4), struct.pack("<I", at)]
            )
        path.write_bytes(forged(damaged, whole))
        try:
            directory = Directory.open(path)
            assert all(TEXT[each.start : each.end] for each in directory.whose(TEXT))
            answers(directory)
        except IndexFileError as error:
            noticed.append(error)
    assert len(noticed) > rounds // 50
    assert {error.path for error in noticed} == {str(path)}


@pytest.mark.parametrize(
    ("section", "change", "words"),
    [
        ("slots", lambda raw: overwritten(raw, 8, b"\xff" * 5), "outside of its records"),
        ("slots", lambda raw: b"", "buckets lie outside"),
        ("starts", lambda raw: raw[:-4], "impossible size"),
        ("starts", lambda raw: b"\xff" * len(raw), "buckets lie outside|outside of"),
        ("records", lambda raw: raw[:30], "outside of its records|beyond its section"),
        ("contacts.ends", lambda raw: overwritten(raw, 10, b"\xff" * 5), "outside of its section"),
        ("contacts.ends", lambda raw: raw[:-5], "impossible size"),
        ("contacts", lambda raw: b"\xff" * len(raw), "cannot be read"),
        ("emails.places", lambda raw: bytes(len(raw)), "another record"),
        ("emails.places", lambda raw: b"\xff" * len(raw), "outside of its records"),
        ("emails.places", lambda raw: raw[:-5], "impossible size"),
        ("emails", lambda raw: raw[:100], "less than a header"),
    ],
)
def test_a_section_that_says_the_impossible_is_named(people, tmp_path, section, change, words):
    raw = bytearray(people.path.read_bytes())
    for at in range(256, 256 + 32 * 11, 32):
        name, offset, length = struct.unpack_from("<16sQQ", raw, at)
        if name.rstrip(b"\0").decode() == section:
            changed = change(bytes(raw[offset : offset + length]))
            raw[offset : offset + len(changed)] = changed
            struct.pack_into("<Q", raw, at + 24, len(changed))
    (tmp_path / "forged").write_bytes(_summed(raw))
    with pytest.raises(IndexFileError, match=words):
        answers(Directory.open(tmp_path / "forged"))


def overwritten(raw: bytes, step: int, start: bytes) -> bytes:
    """Each piece of that length with another beginning."""
    pieces = (raw[at : at + step] for at in range(0, len(raw), step))
    return b"".join(start + piece[len(start) :] for piece in pieces)


def test_a_forged_file_gives_an_error_or_an_answer(people, tmp_path):
    _forge(people, tmp_path / "forged", rounds=300)


@pytest.mark.soak
def test_many_forged_files_give_an_error_or_an_answer(people, tmp_path):
    _forge(people, tmp_path / "forged", rounds=20_000)


def test_what_a_text_said_of_nobody_is_not_looked_up_again(people, monkeypatch):
    asked: list[str] = []
    ask = Directory._numbers

    def counted(self, kind, key):
        asked.append(key)
        return ask(self, kind, key)

    monkeypatch.setattr(Directory, "_numbers", counted)
    text = "Maria Smith, INV-20418, 13 Harbour Road, nobody@b.example"
    assert people.whose(text) == ()
    assert {"inv20418", "nobody@b.example"} <= set(asked)
    asked.clear()
    assert people.whose(text) == ()
    assert asked == []


def test_no_more_than_so_much_is_remembered_as_unknown(people, monkeypatch):
    monkeypatch.setattr(directory_module, "_UNKNOWN_KEPT", 10)
    people.whose(" ".join(f"nobody{number}@b.example" for number in range(64)))
    assert 0 < len(people._keys.emails._unknown) <= 10
