from __future__ import annotations

import threading
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from sendguard.errors import ConfigurationError
from sendguard.matching import StringIndex, _engine
from sendguard.matching._file import IndexFile
from sendguard.matching._search import KIND

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# The fixtures choose an engine and a folder, and may well stay as they are between examples.
PROPERTY = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None
)
SPLITS = st.sampled_from(["@", "@", "b", " ", None])


def brute_force(strings: list[str], query: str, distance: int) -> list[tuple[int, int]]:
    found = []
    for number, string in enumerate(strings):
        edits = OSA.distance(query, string, score_cutoff=distance)
        if edits <= distance:
            found.append((edits, number))
    return [(number, edits) for edits, number in sorted(found)]


@st.composite
def edited(draw: st.DrawFn, strings: list[str], alphabet: str) -> str:
    """One of the strings after up to three edits."""
    string = draw(st.sampled_from(strings))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(string)))
        letter = draw(st.sampled_from(alphabet))
        string = draw(
            st.sampled_from(
                [
                    string[:at] + letter + string[at:],
                    string[:at] + letter + string[at + 1 :],
                    string[:at] + string[at + 1 :],
                    string[:at] + string[at : at + 2][::-1] + string[at + 2 :],
                ]
            )
        )
    return string


def _check_all_near(data: st.DataObject, path: Path, strings: list[str], alphabet: str) -> None:
    most = data.draw(st.sampled_from([1, 2]))
    index = StringIndex.build(path, strings, split=data.draw(SPLITS), max_distance=most)
    for _ in range(8):
        query = data.draw(edited(strings, alphabet))
        for distance in range(1, most + 1):
            assert index.near(query, distance) == brute_force(strings, query, distance)
        assert index.find(query) == [n for n, known in enumerate(strings) if known == query]


@PROPERTY
@given(data=st.data())
def test_nothing_within_the_distance_is_missed_among_short_strings(
    data: st.DataObject, engine: str, tmp_path: Path
) -> None:
    alphabet = data.draw(st.sampled_from(["ab@", "a@", "abc@ ", "ab\0ü@"]))
    strings = data.draw(st.lists(st.text(alphabet, max_size=9), min_size=1, max_size=30))
    _check_all_near(data, tmp_path / "index", strings, alphabet)


@PROPERTY
@given(data=st.data())
def test_nothing_within_the_distance_is_missed_among_strings_of_any_length(
    data: st.DataObject, engine: str, tmp_path: Path
) -> None:
    alphabet = "abcdefgh@.\ud800\U0001f600"
    lengths = st.sampled_from([6, 8, 9, 15, 24, 25, 26, 27, 40, 93, 94, 95, 96, 97, 98, 99, 200])
    random = data.draw(st.randoms(use_true_random=False))
    strings = [
        "".join(random.choices(alphabet, k=length))
        for length in data.draw(st.lists(lengths, min_size=1, max_size=6))
    ]
    strings += [data.draw(edited(strings, alphabet)) for _ in range(6)]
    _check_all_near(data, tmp_path / "index", strings, alphabet)


@PROPERTY
@given(data=st.data())
def test_both_engines_write_the_same_bytes(
    data: st.DataObject, use_engine: Callable[[str], None], tmp_path: Path
) -> None:
    strings = data.draw(st.lists(st.text("ab@ü\ud800", max_size=40), max_size=12))
    strings += [string * 20 for string in strings[:2]]
    split, most = data.draw(SPLITS), data.draw(st.sampled_from([1, 2]))
    files = []
    for name in ("python", "native"):
        use_engine(name)
        StringIndex.build(tmp_path / name, strings, split=split, max_distance=most)
        files.append((tmp_path / name).read_bytes())
    assert files[0] == files[1]


def _edits(string: str, alphabet: str) -> set[str]:
    """All strings that one edit makes of it."""
    places = range(len(string) + 1)
    found = {string[:at] + letter + string[at:] for at in places for letter in alphabet}
    found |= {string[:at] + letter + string[at + 1 :] for at in places for letter in alphabet}
    found |= {string[:at] + string[at + 1 :] for at in places}
    return found | {string[:at] + string[at : at + 2][::-1] + string[at + 2 :] for at in places}


@pytest.mark.parametrize("most", [1, 2])
def test_every_single_edit_is_undone_wherever_the_separator_goes(
    engine: str, tmp_path: Path, most: int
) -> None:
    known = "abc@bca"  # and nothing else: counts of separators rule out as much as they ever do
    index = StringIndex.build(tmp_path / "index", [known], max_distance=most)
    for query in _edits(known, "ab@x"):
        assert index.near(query, 1) == [(0, OSA.distance(query, known))]


@pytest.mark.parametrize("most", [1, 2])
@pytest.mark.parametrize("left", ["", "a", "ab", "abc", "abca", "abcabcab", "abcabcabc"])
def test_nothing_is_missed_where_many_share_a_half_or_a_whole_left_part(
    engine: str, tmp_path: Path, most: int, left: str
) -> None:
    middle = len(left) // 2
    first, second = left[:middle], left[middle:]
    crowds = {
        "first": [f"{first}{letter * len(second)}@bca" for letter in "defgh"],
        "second": [f"{letter * middle}{second}@bca" for letter in "defgh"],
        "whole": [f"{left}@{letter}bca" for letter in "defgh"],
    }
    everyone = [each for crowd in crowds.values() for each in crowd]
    for crowd in [[], *crowds.values(), everyone]:
        strings = [f"{left}@bca", *crowd]
        index = StringIndex.build(tmp_path / "index", strings, max_distance=most)
        for query in _edits(strings[0], "ab@x"):
            distances = ((OSA.distance(query, known), n) for n, known in enumerate(strings))
            expected = sorted((edits, n) for edits, n in distances if edits <= most)
            assert index.near(query, most) == [(n, edits) for edits, n in expected]


def test_every_two_edits_are_undone_wherever_the_separator_goes(
    engine: str, tmp_path: Path
) -> None:
    known = "abc@ba"
    index = StringIndex.build(tmp_path / "index", [known])
    for once in _edits(known, "ax@"):
        for query in _edits(once, "x@"):
            edits = OSA.distance(query, known)
            assert index.near(query, 2) == ([(0, edits)] if edits <= 2 else [])


@pytest.mark.parametrize("size", range(5, 12))
def test_two_edits_in_a_left_part_of_any_size_are_undone(
    engine: str, tmp_path: Path, size: int
) -> None:
    random = Random(size)
    known = "abcdefghijkl"[:size] + "@example.com"
    index = StringIndex.build(tmp_path / "index", [known])
    for _ in range(150):
        query = known
        for _ in range(2):
            query = random.choice(sorted(_edits(query[: query.index("@")], "az"))) + "@example.com"
        edits = OSA.distance(query, known)
        assert index.near(query, 2) == ([(0, edits)] if edits <= 2 else [])


@pytest.mark.parametrize("size", [4, 15, *range(22, 29), 40])
def test_two_edits_in_a_right_part_of_any_size_are_undone(
    engine: str, tmp_path: Path, size: int
) -> None:
    random = Random(size)
    right = "abcdefghijklmnopqrstuvwxyz0123456789.,;:"[:size]
    index = StringIndex.build(tmp_path / "index", [f"maria@{right}", right])
    for _ in range(60):
        query = random.choice(sorted(_edits(random.choice(sorted(_edits(right, "az"))), "az")))
        edits = OSA.distance(query, right)
        assert index.near(f"maria@{query}", 2) == ([(0, edits)] if edits <= 2 else [])
        assert index.near(query, 2) == ([(1, edits)] if edits <= 2 else [])


def _slips(random: Random, string: str) -> str:
    for _ in range(random.choice([0, 1, 1, 2, 2, 3])):
        at = random.randrange(len(string))
        letter = random.choice("abcdefghijklmnopqrstuvwxyz.@")
        string = random.choice(
            [
                string[:at] + letter + string[at:],
                string[:at] + letter + string[at + 1 :],
                string[:at] + string[at : at + 2][::-1] + string[at + 2 :],
                string[:at] + string[at + 1 :] or "a",
            ]
        )
    return string


def _compare_with_brute_force(path: Path, strings: list[str], queries: int) -> None:
    random = Random(11)
    index = StringIndex.build(path, strings)
    asked = [_slips(random, random.choice(strings)) for _ in range(queries)]
    for distance in (1, 2):
        expected = [brute_force(strings, query, distance) for query in asked]
        assert index.near_batch(asked, distance) == expected
        assert [index.near(query, distance) for query in asked] == expected
        assert sum(map(len, expected)) > queries  # the comparison has something to compare


def test_realistic_addresses_are_answered_as_brute_force_answers(
    engine: str, tmp_path: Path, addresses: Callable[[int], list[str]]
) -> None:
    _compare_with_brute_force(tmp_path / "index", addresses(3_000), queries=150)


@pytest.mark.soak
def test_a_hundred_thousand_addresses_are_answered_as_brute_force_answers(
    engine: str, tmp_path: Path, addresses: Callable[[int], list[str]]
) -> None:
    _compare_with_brute_force(tmp_path / "index", addresses(100_000), queries=200)


def test_names_and_phones_are_found_with_a_space_or_nothing_to_split_at(
    engine: str, tmp_path: Path
) -> None:
    names = ["Maria Garcia", "Juan Carlos de la Cruz", "Madonna", "Li Wei", "Søren Åberg"]
    index = StringIndex.build(tmp_path / "names", names, split=" ")
    assert index.near("Mara Garzia", 2) == [(0, 2)]
    assert index.near("Juan Carlosde l Cruz", 2) == [(1, 2)]
    assert index.near("Maddona", 2) == [(2, 2)]
    assert index.near("LiWei", 1) == [(3, 1)]
    phones = [f"+49170{n:07d}" for n in range(0, 9_999_999, 50_021)]
    index = StringIndex.build(tmp_path / "phones", phones, split=None)
    assert index.near("+491070050021", 1) == brute_force(phones, "+491070050021", 1) != []


def test_keys_that_many_entries_share_are_found_in_crowded_lines(
    engine: str, tmp_path: Path
) -> None:
    strings = [f"maria.{number:03}@example.com" for number in range(300)]
    strings += ["same@example.com"] * 40 + [f"info@{number}.example" for number in range(40)]
    index = StringIndex.build(tmp_path / "index", strings)
    file = IndexFile(tmp_path / "index", KIND)
    for table in ("entries", "words", "halves"):
        assert file.section(f"{table}.crowded")[1] > 0
    for query in (
        "maria.077@example.com",
        "mara.012@example.com",
        "smae@example.com",
        "info@9.exmple",
    ):
        for distance in (1, 2):
            assert index.near(query, distance) == brute_force(strings, query, distance) != []


def test_ids_are_positions_and_equal_strings_keep_their_own(engine: str, tmp_path: Path) -> None:
    strings = ["b@x", "a@x", "b@x", "", "b@x"]
    index = StringIndex.build(tmp_path / "index", strings)
    assert index.find("b@x") == [0, 2, 4]
    assert index.find("") == [3]
    assert index.near("b@x") == [(0, 0), (2, 0), (4, 0), (1, 1)]
    assert (len(index), list(index)) == (5, strings)
    assert (index[1], index[-1]) == ("a@x", "b@x")
    assert "a@x" in index
    assert "c@x" not in index
    with pytest.raises(IndexError):
        index[5]
    with pytest.raises(IndexError):
        index[-6]


def test_an_empty_index_answers_nothing(engine: str, tmp_path: Path) -> None:
    index = StringIndex.build(tmp_path / "index", [])
    assert (len(index), index.find(""), index.near("", 2), index.near("a@b", 2)) == (0, [], [], [])


def test_a_very_long_query_is_answered_at_once(engine: str, tmp_path: Path) -> None:
    long = "@".join(["ab" * 400] * 40)
    index = StringIndex.build(tmp_path / "index", ["a@b", long])
    assert index.near("@" * 5_000_000, 2) == []
    assert index.near(long[:7] + long[9:], 2) == [(1, 2)]


def test_runs_on_disk_are_merged_into_the_same_file(
    use_engine: Callable[[str], None],
    tmp_path: Path,
    addresses: Callable[[int], list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    strings = addresses(500)
    files = set()
    for name in ("python", "native"):
        use_engine(name)
        for run in (300, 1 << 20):
            monkeypatch.setattr(_engine, "RUN", run)
            StringIndex.build(tmp_path / "index", strings)
            files.add((tmp_path / "index").read_bytes())
    assert len(files) == 1


def test_a_failing_build_leaves_the_old_file_and_nothing_else(engine: str, tmp_path: Path) -> None:
    def failing() -> Iterator[str]:
        yield "c@d"
        raise RuntimeError("the database went away")

    StringIndex.build(tmp_path / "index", ["a@b"])
    with pytest.raises(RuntimeError, match="went away"):
        StringIndex.build(tmp_path / "index", failing())
    assert list(StringIndex.open(tmp_path / "index")) == ["a@b"]
    assert [path.name for path in tmp_path.iterdir()] == ["index"]


def test_an_open_index_stays_as_it_was_when_it_is_replaced(engine: str, tmp_path: Path) -> None:
    old = StringIndex.build(tmp_path / "index", ["old@x"])
    new = StringIndex.build(tmp_path / "index", ["new@x"])
    assert (old.near("old@y"), old.near("new@y")) == ([(0, 1)], [])
    assert (new.near("old@y"), new.near("new@y")) == ([], [(0, 1)])


def test_readers_and_a_writer_that_replaces_the_file_do_not_disturb_each_other(
    engine: str, tmp_path: Path, addresses: Callable[[int], list[str]]
) -> None:
    strings = addresses(300)
    path = tmp_path / "index"
    StringIndex.build(path, strings)
    expected = [brute_force(strings, query, 2) for query in strings[:30]]
    wrong: list[object] = []

    def read() -> None:
        for _ in range(8):
            answers = StringIndex.open(path).near_batch(strings[:30], 2)
            if answers != expected:
                wrong.append(answers)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(5):
        StringIndex.build(path, strings)
    for thread in threads:
        thread.join()
    assert wrong == []


def test_threads_share_one_index(
    engine: str, tmp_path: Path, addresses: Callable[[int], list[str]]
) -> None:
    strings = addresses(300)
    index = StringIndex.build(tmp_path / "index", strings)
    expected = index.near_batch(strings, 2)
    answers: list[object] = []
    threads = [
        threading.Thread(target=lambda: answers.append(index.near_batch(strings, 2)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [expected] * 4


def test_progress_is_told_by_stage_and_count(engine: str, tmp_path: Path) -> None:
    told: list[tuple[str, int]] = []
    StringIndex.build(
        tmp_path / "index",
        (f"{n}@x" for n in range(5_000)),
        progress=lambda stage, done: told.append((stage, done)),
    )
    assert told[:2] == [("reading", 4096), ("reading", 5000)]
    assert told[-1] == ("checksums", 5000)


def test_misuse_is_refused_with_what_to_do(engine: str, tmp_path: Path) -> None:
    path = tmp_path / "index"
    with pytest.raises(ConfigurationError, match="give one character"):
        StringIndex.build(path, [], split="@@")
    with pytest.raises(ConfigurationError, match="give 1 or 2"):
        StringIndex.build(path, [], max_distance=3)
    with pytest.raises(ConfigurationError, match=r"strings\[1\] is int"):
        StringIndex.build(path, ["a", 5])  # type: ignore[list-item]  # the misuse under test
    index = StringIndex.build(path, ["a@b"], max_distance=1)
    for distance in (0, 2, 3):
        with pytest.raises(ConfigurationError, match="max_distance=2"):
            index.near("a", distance)
        with pytest.raises(ConfigurationError, match="max_distance=2"):
            index.near_batch(["a"], distance)
    with pytest.raises(FileNotFoundError):
        StringIndex.open(tmp_path / "nothing")


def test_what_is_no_string_is_a_type_error(engine: str, tmp_path: Path) -> None:
    index = StringIndex.build(tmp_path / "index", ["a@b"])
    with pytest.raises((TypeError, AttributeError)):
        index.near(5)  # type: ignore[arg-type]  # the misuse under test
    with pytest.raises((TypeError, AttributeError)):
        index.near_batch([None])  # type: ignore[list-item]  # the misuse under test
    assert 5 not in index
