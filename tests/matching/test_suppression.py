from __future__ import annotations

import fcntl
import hashlib
import subprocess
import sys
import threading
from typing import IO, TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sendguard.errors import ConfigurationError, IndexFileError
from sendguard.matching import SuppressionList, _engine

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PROPERTY = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)


def _digest(name: str, address: str) -> str:
    return hashlib.new(name, address.lower().encode(), usedforsecurity=False).hexdigest()


def test_all_that_was_listed_is_listed_and_nothing_else(
    engine: str, tmp_path: Path, addresses: Callable[[int], list[str]]
) -> None:
    values = addresses(4_000)
    listed = SuppressionList.build(tmp_path / "listed", iter(values))
    others = [f"x{value}" for value in values if f"x{value}" not in values]
    assert listed.contains_batch(values) == [True] * len(values)
    assert listed.contains_batch(others) == [False] * len(others)
    assert values[0] in listed
    assert others[0] not in listed
    assert 5 not in listed
    assert listed.contains_batch([]) == []


def test_it_takes_about_five_bytes_an_entry(engine: str, tmp_path: Path) -> None:
    SuppressionList.build(tmp_path / "listed", (f"user{n}@example.com" for n in range(50_000)))
    assert (tmp_path / "listed").stat().st_size < 50_000 * 5.2


@pytest.mark.parametrize("form", ["md5", "sha1", "sha256"])
def test_hashed_lists_are_taken_as_mailers_exchange_them(
    engine: str, tmp_path: Path, form: str
) -> None:
    values = [_digest(form, "Maria@Example.com"), _digest(form, "jürgen@x.example").upper()]
    listed = SuppressionList.build(tmp_path / "listed", values)
    asked = [
        "maria@example.com",
        " MARIA@example.com\n",
        "JÜRGEN@x.example",
        values[0],
        "j@x.example",
    ]
    assert listed.contains_batch(asked) == [True, True, True, True, False]


def test_plain_and_hashed_values_may_be_mixed(engine: str, tmp_path: Path) -> None:
    values = ["plain@x.example", _digest("md5", "five@x.example"), _digest("sha1", "one@x.example")]
    listed = SuppressionList.build(tmp_path / "listed", values)
    asked = ["plain@x.example", "five@x.example", "one@x.example", "none@x.example"]
    assert listed.contains_batch(asked) == [True, True, True, False]
    listed.add(_digest("sha256", "new@x.example"))
    assert "New@x.example" in listed


def test_case_and_white_space_do_not_count(engine: str, tmp_path: Path) -> None:
    listed = SuppressionList.build(tmp_path / "listed", ["\tÄnna@Example.com ", "\ud800@x"])
    assert "änna@EXAMPLE.com\u2003" in listed
    assert "\ud800@X" in listed
    assert "anna@example.com" not in listed


@PROPERTY
@given(values=st.lists(st.text(max_size=12)), asked=st.lists(st.text(max_size=12)))
def test_it_answers_as_a_set_of_folded_strings_does(
    engine: str, tmp_path: Path, values: list[str], asked: list[str]
) -> None:
    (tmp_path / "listed").unlink(missing_ok=True)
    listed = SuppressionList.build(tmp_path / "listed", values)
    folded = {value.strip().lower() for value in values}
    queries = asked + values
    assert listed.contains_batch(queries) == [query.strip().lower() in folded for query in queries]


@PROPERTY
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["add", "discard", "compact", "build"]), st.sampled_from("abcd"))
    )
)
def test_changes_compactions_and_builds_act_as_on_a_set(
    engine: str, tmp_path: Path, steps: list[tuple[str, str]]
) -> None:
    for leftover in tmp_path.iterdir():
        leftover.unlink()
    path = tmp_path / "listed"
    writer = SuppressionList.build(path, ["a", "b"])
    reader = SuppressionList.open(path)
    expected, added = {"a", "b"}, set()
    for step, value in steps:
        if step == "add":
            writer.add(value)
            expected.add(value)
            added.add(value)
        elif step == "discard":
            writer.discard(value)
            expected.discard(value)
            added.discard(value)
        elif step == "compact":
            writer.compact()
        else:
            SuppressionList.build(path, [value])
            expected = {value} | added
        for opened in (writer, reader, SuppressionList.open(path)):
            assert {each for each in "abcd" if each in opened} == expected
    assert len(list(tmp_path.iterdir())) == 2  # the list and its log


def test_the_table_is_the_same_from_both_engines(
    use_engine: Callable[[str], None],
    tmp_path: Path,
    addresses: Callable[[int], list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    values = [*addresses(900), _digest("md5", "a"), "ÄÖ@x", " A@B "]
    tables = set()
    for name in ("python", "native"):
        use_engine(name)
        for run in (100, 1 << 20):
            monkeypatch.setattr(_engine, "RUN", run)
            path = tmp_path / f"{name}{run}"
            file = SuppressionList.build(path, values)._opened.file
            tables.add((file.parameters[:2], file.read(*file.section("table"))))
    assert len(tables) == 1


_CHANGE = """
import sys
from sendguard.matching import SuppressionList
listed = SuppressionList.open(sys.argv[1])
for line in sys.stdin:
    verb, value = line.split()
    if verb == "compact":
        listed.compact()
    elif verb == "ask":
        print(value in listed, flush=True)
        continue
    else:
        getattr(listed, verb)(value)
    print("done", flush=True)
"""


class _Process:
    """Another process with the same list open."""

    def __init__(self, path: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", _CHANGE, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def tell(self, verb: str, value: str = "-") -> str:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{verb} {value}\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def close(self) -> None:
        self.process.communicate()


def test_other_processes_see_a_change_at_once(engine: str, tmp_path: Path) -> None:
    path = tmp_path / "listed"
    listed = SuppressionList.build(path, ["old@x"])
    other = _Process(path)
    try:
        assert other.tell("ask", "new@x") == "False"
        listed.add("new@x")
        assert other.tell("ask", "new@x") == "True"
        other.tell("discard", "old@x")
        assert "old@x" not in listed
        other.tell("compact")
        assert "new@x" in listed
        assert "old@x" not in listed
        listed.add("third@x")
        assert other.tell("ask", "third@x") == "True"
        SuppressionList.build(path, ["rebuilt@x"])
        assert [other.tell("ask", v) for v in ("rebuilt@x", "third@x", "old@x")] == [
            "True",
            "True",
            "False",
        ]
        assert "rebuilt@x" in listed
    finally:
        other.close()


def test_no_addition_is_lost_while_others_add_and_compact(engine: str, tmp_path: Path) -> None:
    path = tmp_path / "listed"
    SuppressionList.build(path, [])
    other = _Process(path)
    lists = [SuppressionList.open(path) for _ in range(3)]

    def add(number: int) -> None:
        for n in range(15):
            lists[number].add(f"{number}-{n}@x")

    threads = [threading.Thread(target=add, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for n in range(15):
        other.tell("compact" if n % 5 == 4 else "add", f"other-{n}@x")
    for thread in threads:
        thread.join()
    other.close()
    expected = [f"{number}-{n}@x" for number in range(3) for n in range(15)]
    expected += [f"other-{n}@x" for n in range(15) if n % 5 != 4]
    for listed in (*lists, SuppressionList.open(path)):
        assert all(listed.contains_batch(expected))


def test_a_writer_that_waited_for_a_compaction_writes_to_the_new_log(
    engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "listed"
    listed = SuppressionList.build(path, ["old@x"])
    lock = fcntl.flock
    waited: list[str] = []

    def locked_by_another_first(file: IO[bytes], how: int) -> None:
        if not waited:
            waited.append("compact")
            SuppressionList.open(path).compact()
        lock(file, how)

    monkeypatch.setattr(fcntl, "flock", locked_by_another_first)
    listed.add("new@x")
    assert waited == ["compact"]
    for each in (listed, SuppressionList.open(path)):
        assert each.contains_batch(["old@x", "new@x"]) == [True, True]


def test_what_a_crash_left_behind_the_committed_part_does_not_count(
    engine: str, tmp_path: Path
) -> None:
    path = tmp_path / "listed"
    listed = SuppressionList.build(path, [])
    listed.add("one@x")
    (log,) = tmp_path.glob("*.log")
    with log.open("ab") as file:
        file.write(b"half a record")
    assert "one@x" in SuppressionList.open(path)
    listed.add("two@x")
    assert SuppressionList.open(path).contains_batch(["one@x", "two@x"]) == [True, True]


def test_a_compaction_that_died_before_its_rename_is_taken_back(
    engine: str, tmp_path: Path
) -> None:
    path = tmp_path / "listed"
    listed = SuppressionList.build(path, ["one@x"])
    with listed._opened.log.lock() as log:
        log.mark_folded(True)
    other = SuppressionList.open(path)
    assert "one@x" in other
    listed.add("two@x")
    assert "two@x" in other


def test_a_missing_or_damaged_log_is_an_error_and_never_an_empty_one(
    engine: str, tmp_path: Path
) -> None:
    path = tmp_path / "listed"
    SuppressionList.build(path, ["a@x"]).add("b@x")
    (log,) = tmp_path.glob("*.log")
    whole = log.read_bytes()
    for at in (0, 10, 20, 4096, 4104, 4110):
        damaged = bytearray(whole)
        damaged[at] ^= 1
        log.write_bytes(damaged)
        with pytest.raises(IndexFileError, match="damaged"):
            _ = "a@x" in SuppressionList.open(path)
    for length in (0, 100, len(whole) - 1):
        log.write_bytes(whole[:length])
        with pytest.raises(IndexFileError, match="shorter"):
            _ = "a@x" in SuppressionList.open(path)
    log.unlink()
    with pytest.raises(IndexFileError, match="restore it"):
        SuppressionList.open(path)
    with pytest.raises(IndexFileError, match="restore it"):
        SuppressionList.build(path, ["c@x"])


def test_a_build_over_a_damaged_list_is_refused(engine: str, tmp_path: Path) -> None:
    path = tmp_path / "listed"
    path.write_bytes(b"something else")
    with pytest.raises(IndexFileError):
        SuppressionList.build(path, ["a@x"])
    assert path.read_bytes() == b"something else"
    assert [each.name for each in tmp_path.iterdir()] == ["listed"]


def test_misuse_is_refused_before_anything_changes(engine: str, tmp_path: Path) -> None:
    path = tmp_path / "listed"
    with pytest.raises(ConfigurationError, match=r"values\[1\] is NoneType"):
        SuppressionList.build(path, ["a", None])  # type: ignore[list-item]  # the misuse under test
    assert list(tmp_path.iterdir()) == []
    listed = SuppressionList.build(path, ["a"])
    with pytest.raises(ConfigurationError, match="not a str"):
        listed.add("b", 5)  # type: ignore[arg-type]  # the misuse under test
    assert "b" not in listed


def test_damage_in_the_table_is_noticed(engine: str, tmp_path: Path) -> None:
    path = tmp_path / "listed"
    SuppressionList.build(path, [f"{n}@x" for n in range(500)])
    damaged = bytearray(path.read_bytes())
    damaged[4096] ^= 1
    path.write_bytes(damaged)
    listed = SuppressionList.open(path)
    with pytest.raises(IndexFileError, match="is damaged between bytes 4096 and 8192"):
        listed.contains_batch([f"{n}@x" for n in range(500)])
    with pytest.raises(IndexFileError, match="is damaged between bytes 4096 and 8192"):
        listed.verify()
