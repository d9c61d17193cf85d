"""The table of keys gives what is kept under a key, and nothing that only looks like it."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sendguard.matching._file import IndexFile, IndexWriter
from sendguard.matching._key_sorter import hash_of
from sendguard.matching._key_table import MOST_VALUE, KeyTable, KeyTableWriter

if TYPE_CHECKING:
    from pathlib import Path

_KIND = 99


def _table(path: Path, kept: dict[bytes, int]) -> KeyTable:
    with IndexWriter(path, _KIND) as writer:
        starts, slots = BytesIO(), BytesIO()
        table = KeyTableWriter(len(kept), starts, slots)
        for digest, value in sorted((hash_of(key), value) for key, value in kept.items()):
            table.add(digest, value)
        table.end()
        for name, section in (("starts", starts), ("slots", slots)):
            writer.begin(name)
            writer.file.write(section.getvalue())
            writer.end(name)
        writer.commit(len(kept), ())
    return KeyTable(IndexFile(path, _KIND))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.dictionaries(st.binary(max_size=3), st.integers(0, MOST_VALUE), max_size=40), st.binary())
def test_a_table_keeps_what_it_was_given(tmp_path, kept, other):
    table = _table(tmp_path / "table", kept)
    for key, value in kept.items():
        assert table.values(key) == [value]
    assert table.values(other) == ([kept[other]] if other in kept else [])


def test_a_value_that_looks_like_the_hash_of_another_key_is_no_value_of_that(tmp_path):
    keys = [b"%d" % number for number in range(6)]
    for absent in keys:
        tag = int.from_bytes(hash_of(absent)[-3:])
        for shift in range(0, 17, 8):
            kept = {key: tag << shift for key in keys if key != absent}
            assert _table(tmp_path / "table", kept).values(absent) == []
