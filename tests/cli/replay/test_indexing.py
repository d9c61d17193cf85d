from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sendguard.cli.replay import _indexing
from sendguard.cli.replay._indexing import (
    is_mbox,
    line_bounds,
    mbox_bounds,
    read_mail,
    read_stretch,
)

FROM = b"From maria@x.example Mon Mar  2 09:00:00 2026\n"


def mails(path, most=10**9):
    offsets = mbox_bounds(path).offsets
    return [read_mail(path, offsets[at], offsets[at + 1], most) for at in range(len(offsets) - 1)]


def quoted(mail: bytes) -> bytes:
    """As mboxrd writes it."""
    lines = mail.split(b"\n")
    return b"\n".join(
        b">" + each if each.lstrip(b">").startswith(b"From ") else each for each in lines
    )


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("mbox") / "outbox"


bodies = st.lists(
    st.sampled_from(
        [b"", b"hello", b"From here on 10:00", b">From x 09:00", b">>From y", b"\r", b">"]
    ),
    max_size=8,
).map(lambda lines: b"Subject: s\n\n" + b"\n".join(lines) + b"\n")


@given(st.lists(bodies, min_size=1, max_size=5))
@example([b"Subject: s\n\nFrom me 10:00\n", b"Subject: t\n\n>From you 10:00\n"])
def test_what_was_put_into_an_mbox_comes_out_again(path, given_mails):
    path.write_bytes(b"".join(FROM + quoted(each) + b"\n" for each in given_mails))
    assert mails(path) == given_mails


@given(st.lists(bodies, min_size=1, max_size=5), st.integers(1, 2_500))
def test_where_the_pieces_end_means_nothing(path, given_mails, size):
    path.write_bytes(b"".join(FROM + quoted(each) + b"\n" for each in given_mails))
    whole = mbox_bounds(path).offsets
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_indexing, "_PIECE", size)
        assert mbox_bounds(path).offsets == whole


def test_line_ends_of_either_kind_separate(path):
    path.write_bytes(FROM + b"A: b\r\n\r\none\r\n\r\n" + FROM + b"A: b\n\ntwo\n\n")
    assert mails(path) == [b"A: b\r\n\r\none\r\n", b"A: b\n\ntwo\n"]


def test_a_sentence_that_begins_with_from_cuts_no_mail(path):
    path.write_bytes(FROM + b"A: b\n\none\n\nFrom here on it is quiet.\n")
    assert mails(path) == [b"A: b\n\none\n\nFrom here on it is quiet.\n"]


def test_a_separator_without_an_empty_line_before_it_is_text(path):
    path.write_bytes(FROM + b"A: b\n\none\n" + FROM + b"two\n")
    assert len(mails(path)) == 1


def test_no_more_is_read_of_a_mail_than_allowed(path):
    path.write_bytes(FROM + b"A: b\n\n" + b"x" * 1_000_000 + b"\n\n" + FROM + b"A: b\n\ntwo\n")
    first, second = mails(path, most=1_000)
    assert len(first) == 1_000 - len(FROM)
    assert second == b"A: b\n\ntwo\n"


@pytest.mark.parametrize(
    "hostile",
    [
        b"\n\nFrom " * 400_000,
        b"\n\nFrom " + b"x" * 4_000_000,
        b"\n" * 4_000_000,
        b"\n\r" * 2_000_000,
        b">" * 4_000_000,
        b"\n>" * 2_000_000,
        b"\x00\xff" * 2_000_000,
    ],
    ids=["separators", "long separator", "empty lines", "half lines", "quotes", "quoted", "bytes"],
)
def test_hostile_files_are_gone_through_in_little_memory(path, hostile):
    path.write_bytes(FROM + hostile)
    tracemalloc.start()
    try:
        bounds = mbox_bounds(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(bounds) == 1
    assert peak < 3_700_000  # three pieces and a bit, of a file of four megabytes
    read_mail(path, 0, bounds.offsets[1], 10**9)


@given(
    st.lists(st.sampled_from([b'{"a": 1}', b"", b"  ", b"\xff", b"\r"]), max_size=6), st.booleans()
)
def test_lines_are_found_under_their_numbers(path, lines, ended):
    path.write_bytes(b"\n".join(lines) + (b"\n" if ended else b""))
    bounds = line_bounds(path)
    said = [number for number, line in enumerate(lines, 1) if line.strip()]
    assert list(bounds.numbers) == said
    read = [
        read_stretch(path, bounds.offsets[at], bounds.offsets[at + 1], 10**9).strip()
        for at in range(len(bounds))
    ]
    assert read == [lines[number - 1].strip() for number in said]


@given(st.lists(st.sampled_from([b'{"a": 1}', b"", b" "]), max_size=6), st.integers(1, 9))
def test_lines_may_be_longer_than_a_piece(path, lines, size):
    path.write_bytes(b"\n".join(lines))
    whole = line_bounds(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_indexing, "_PIECE", size)
        again = line_bounds(path)
    assert (again.offsets, again.numbers) == (whole.offsets, whole.numbers)


@pytest.mark.parametrize(
    ("data", "expected"),
    [(FROM, True), (b"From: a@x.example\n", False), (b"", False), (b"From here on\n", False)],
)
def test_an_mbox_is_known_by_its_first_line(path, data, expected):
    path.write_bytes(data)
    assert is_mbox(path) is expected
