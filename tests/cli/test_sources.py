from __future__ import annotations

import os
from pathlib import Path

import pytest

from sendguard.cli._sources import find_sources


def names(found, top):
    return [os.path.relpath(source.name, top) for source in found.sources]


def test_a_folder_gives_mail_and_json_sorted_and_counts_the_rest(tmp_path):
    for name in ("b/2.eml", "b/10.EML", "a.json", "c/notes.txt", "c/page.html"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"Hello")
    found = find_sources([str(tmp_path)])
    assert names(found, tmp_path) == ["a.json", "b/10.EML", "b/2.eml"]
    assert found.skipped == 2


@pytest.mark.parametrize(
    ("head", "taken"),
    [
        (b"Return-Path: <a@x.example>\r\nFrom: a@x.example\r\n\r\nHi", True),
        (b"From a@x.example Sun Nov 22\nfrom: a@x.example\n\nHi", True),
        (b"Subject: no sender\n\nFrom: in the body", False),
        (b"Dear reader\nFrom: here", False),
        (b"\x7fELF From: ", False),
        (b"", False),
    ],
)
def test_a_file_of_another_name_is_taken_when_it_begins_as_mail_does(tmp_path, head, taken):
    (tmp_path / "1700000000.M1P1.host:2,S").write_bytes(head)
    assert bool(find_sources([str(tmp_path)]).sources) is taken


def test_a_loop_of_links_is_gone_through_once(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "m.eml").write_bytes(b"")
    (tmp_path / "a" / "up").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "z").symlink_to(tmp_path / "a", target_is_directory=True)
    found = find_sources([str(tmp_path)])
    assert names(found, tmp_path) == ["a/m.eml"]
    assert found.problems == ()


def test_a_link_to_a_folder_elsewhere_is_followed(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "m.eml").write_bytes(b"")
    (tmp_path / "outbox").mkdir()
    (tmp_path / "outbox" / "link").symlink_to(tmp_path / "elsewhere")
    assert names(find_sources([str(tmp_path / "outbox")]), tmp_path) == ["outbox/link/m.eml"]


def test_a_link_to_nowhere_or_to_itself_is_a_problem(tmp_path):
    (tmp_path / "gone.eml").symlink_to(tmp_path / "nothing")
    (tmp_path / "self.eml").symlink_to(tmp_path / "self.eml")
    found = find_sources([str(tmp_path)])
    assert [Path(problem.name).name for problem in found.problems] == [
        "gone.eml",
        "self.eml",
    ]


def test_a_pipe_in_a_folder_is_left_alone(tmp_path):
    os.mkfifo(tmp_path / "pipe.eml")
    found = find_sources([str(tmp_path)])
    assert (found.sources, found.skipped) == ((), 1)


def test_folders_may_lie_deeper_than_python_recurses(tmp_path):
    depth = 1_200
    here = tmp_path
    for _ in range(depth):
        here /= "d"
        here.mkdir()
    (here / "m.eml").touch()
    try:
        assert len(find_sources([str(tmp_path)]).sources) == 1
    finally:  # what clears up after tests recurses
        (here / "m.eml").unlink()
        for _ in range(depth):
            here.rmdir()
            here = here.parent


def test_a_name_that_is_not_utf_8_is_shown_with_an_escape(tmp_path):
    (tmp_path / os.fsdecode(b"caf\xe9.eml")).touch()
    [source] = find_sources([str(tmp_path)]).sources
    assert source.name.endswith("/caf\\xe9.eml")
