from __future__ import annotations

from pathlib import Path

import pytest

from sendguard.errors import ConfigurationError
from sendguard.matching import Contact, MemoryDirectory, read_contacts

HEADER = "id,customer,name,emails,phones,identifiers\n"


@pytest.fixture
def written(tmp_path: Path):
    def write(text: str | bytes) -> Path:
        path = tmp_path / "contacts.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_rows_become_contacts(written):
    path = written(
        HEADER
        + 'c1,north,"López, Maria",maria@x.example; m@y.example,+44 1632 960961,INV-1;12 Mill '
        "Road\nc2,south,,,,\n"
    )
    assert list(read_contacts(path)) == [
        Contact(
            "c1",
            "north",
            "López, Maria",
            ("maria@x.example", "m@y.example"),
            ("+44 1632 960961",),
            ("INV-1", "12 Mill Road"),
        ),
        Contact("c2", "south"),
    ]


def test_columns_may_stand_in_any_order_and_be_left_out(written):
    path = written("emails,Customer,ID\nmaria@x.example,north,c1\n")
    assert list(read_contacts(path)) == [Contact("c1", "north", emails="maria@x.example")]


def test_a_byte_order_mark_other_line_ends_and_empty_lines_make_no_difference(written):
    path = written(b"\xef\xbb\xbfid,customer\r\n\r\nc1,north\r\n , \r\nc2,south")
    assert [contact.id for contact in read_contacts(str(path))] == ["c1", "c2"]


def test_a_quoted_field_may_go_on_on_the_next_line(written):
    path = written(HEADER + 'c1,north,"Maria ""Mia"" Lopez",,,"12 Mill\nRoad"\n')
    (contact,) = read_contacts(path)
    assert contact.name == 'Maria "Mia" Lopez'
    assert contact.identifiers == ("12 Mill\nRoad",)


def test_rows_are_read_one_by_one(written):
    rows = read_contacts(written(HEADER + "c1,north,,,,\n,,broken,,,\n"))
    assert next(rows).id == "c1"
    with pytest.raises(ConfigurationError):
        next(rows)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "line 1: there is no column id"),
        ("id,name\n", "line 1: there is no column customer"),
        ("id,customer,mail\n", "line 1, column 3: not one of id,"),
        ("id,customer,id\n", "line 1: a column is named twice"),
        (HEADER + "\nc1,north\n", "line 3: 2 columns instead of 6"),
        (HEADER + ",north,,,,\n", "line 2, column id: empty"),
        (HEADER + "c1, ,,,,\n", "line 2, column customer: empty"),
        (HEADER + "c1,north,,maria.lopez,,\n", "line 2, column emails: 'm…' is no e-mail address"),
        (HEADER + "c1,north,,a@x.example,b@x.example,\n", "line 2, column phones: '…' is no phone"),
        (HEADER + "c1,north,,,12,\n", "line 2, column phones: '…' is no phone"),
        (HEADER + 'c1,north,"a\nb",,,\nc2,,,,,\n', "line 4, column customer: empty"),
        (HEADER + 'c1,north,"a"b,,,\n', "line 2:"),
        (HEADER + 'c1,north,"a', "line 2:"),
        ((HEADER + "c1,north,").encode() + b"\xff,,,\n", "not UTF-8"),
    ],
)
def test_what_is_wrong_is_said_with_line_and_column(written, text, words):
    path = written(text)
    with pytest.raises(ConfigurationError) as error:
        list(read_contacts(path))
    assert str(error.value).startswith(f"{path}, ")
    assert words in str(error.value)
    assert "maria.lopez" not in str(error.value)


def test_a_file_that_is_not_there_is_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        list(read_contacts(tmp_path / "gone.csv"))


def test_a_directory_is_built_of_a_file(written):
    path = written(HEADER + "c1,north,Maria Lopez,maria@x.example,,\n")
    assert MemoryDirectory(read_contacts(path)).who("maria@x.example")[0].customer == "north"
