from __future__ import annotations

import io
import json

import pytest

from sendguard import Guard
from sendguard.cli._progress import Stages
from sendguard.matching import Directory

CSV = """\
id,customer,name,emails,phones,identifiers
c1,north,Maria Lopez,maria.lopez@customer.example,01632 960961,INV-20417
c2,south,John Smith,john@a.example;j@b.example,,INV-20418
c3,west,John Smith,,,
"""


@pytest.fixture
def csv(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(CSV, encoding="utf-8")
    return path


@pytest.fixture(params=["built", "csv"])
def people(request, csv, run, tmp_path):
    if request.param == "csv":
        return csv
    assert run("directory", "build", csv, tmp_path / "people", "--region", "GB")[0] == 0
    return tmp_path / "people"


def test_build_writes_a_directory_and_says_what_is_in_it(run, csv, tmp_path):
    code, out, err = run("directory", "build", csv, tmp_path / "people", "--region", "GB")
    assert (code, err) == (0, "")
    assert {"contacts: 3", "emails: 3", "names: 2", "customers: 3", "region: GB"} <= set(
        out.splitlines()
    )
    assert Directory.open(tmp_path / "people").who("+441632960961")[0].id == "c1"


def test_info_as_json(run, csv, tmp_path):
    run("directory", "build", csv, tmp_path / "people")
    code, out, _ = run("directory", "info", tmp_path / "people", "--verify", "--format", "json")
    told = json.loads(out)
    assert code == 0
    assert told["contacts"] == 3
    assert told["region"] is None
    assert told["bytes"] == (tmp_path / "people").stat().st_size
    assert json.loads(run("directory", "info", csv, "--format", "json")[1])["contacts"] == 3


def test_info_verifies_the_whole_file(run, csv, tmp_path):
    path = tmp_path / "people"
    run("directory", "build", csv, path)
    raw = bytearray(path.read_bytes())
    raw[-20_000] ^= 1
    path.write_bytes(raw)
    assert run("directory", "info", path)[0] == 0
    code, _, err = run("directory", "info", path, "--verify")
    assert code == 2
    assert "damaged" in err


def test_near_tells_who_has_an_address_and_who_nearly_has_it(run, people):
    code, out, _ = run("directory", "near", people, "maria.lopez@customer.example")
    assert (code, out) == (0, "m…@customer.example: contact c1 of customer north\n")
    code, out, _ = run("directory", "near", people, "mraia.lopez@customer.example")
    assert code == 1
    assert out.split() == [
        "m…@customer.example:",
        "nobody's,",
        "but",
        "1",
        "edit",
        "from",
        "m…@customer.example,",
        "contact",
        "c1",
        "of",
        "customer",
        "north",
    ]
    code, out, _ = run("directory", "near", people, "zoe@x.example", "--distance", "1")
    assert (code, out) == (0, "z…@x.example: nobody's, nor nearly anybody's\n")


def test_near_as_json_shows_addresses_and_names_only_when_asked(run, people):
    arguments = ("directory", "near", people, "jhon@a.example", "--format", "json")
    code, out, _ = run(*arguments)
    assert code == 1
    assert "john@a.example" not in out
    assert "Smith" not in out
    (result,) = json.loads(run(*arguments, "--show-addresses")[1])["results"]
    assert result == {
        "address": "jhon@a.example",
        "contacts": [],
        "near": [
            {
                "address": "john@a.example",
                "distance": 1,
                "contact": {"id": "c2", "customer": "south", "name": "John Smith"},
            }
        ],
    }


def test_a_region_says_where_a_number_is_dialled(run, csv):
    assert "c1" in run("directory", "near", csv, "+44 1632 960961", "--region", "GB")[1]
    assert "nobody's" in run("directory", "near", csv, "+44 1632 960961")[1]


def test_whose_tells_what_is_in_mails_and_texts(run, people, mail, tmp_path):
    one = mail("1.eml", "Dear Maria Lopez, here is INV-20417.")
    code, out, _ = run("directory", "whose", people, one)
    assert code == 0
    assert "text 5-16: name m… l…, customer north" in out
    assert out.endswith("has what is of north alone\n")
    assert "lopez" not in out.lower()
    two = tmp_path / "letter.txt"
    two.write_text("Maria Lopez, INV-20418, John Smith", encoding="utf-8")
    code, out, _ = run(
        "directory", "whose", people, one, two, "--format", "json", "--show-addresses"
    )
    first, second = json.loads(out)["results"]
    assert code == 1
    assert first["customers"] == ["north"]
    assert second["customers"] == ["north", "south"]
    assert [each["value"] for each in second["found"]] == ["maria lopez", "inv20418", "john smith"]
    assert second["found"][2]["customers"] == ["south", "west"]


def test_whose_reads_standard_input_once(run, people, monkeypatch):
    stdin = io.TextIOWrapper(
        io.BytesIO("\ufeffINV-20417 \udcff".encode("utf-8", "surrogateescape"))
    )
    monkeypatch.setattr("sys.stdin", stdin)
    code, out, _ = run("directory", "whose", people, "-")
    assert code == 0
    assert "-: text 0-9: identifier …, customer north" in out
    assert run("directory", "whose", people, "-", "-")[0] == 2


def test_whose_goes_on_with_the_others_where_one_cannot_be_read(run, people, tmp_path, mail):
    one = mail("1.eml", "INV-20417")
    code, out, err = run("directory", "whose", people, tmp_path / "gone.txt", one)
    assert code == 2
    assert "of north alone" in out
    assert "gone.txt" in err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id\n", "there is no column customer"),
        (CSV + "c1,x,,,,\n", "two contacts have the id 'c1'"),
    ],
)
def test_a_csv_that_is_wrong_is_exit_2_and_writes_nothing(run, tmp_path, text, words):
    (tmp_path / "wrong.csv").write_text(text, encoding="utf-8")
    for arguments in (("build", tmp_path / "wrong.csv", tmp_path / "people"),
                      ("near", tmp_path / "wrong.csv", "a@x.example")):  # fmt: skip
        code, out, err = run("directory", *arguments)
        assert (code, out) == (2, "")
        assert words in err
    assert [each.name for each in tmp_path.iterdir()] == ["wrong.csv"]


def test_files_that_are_not_there_or_are_damaged_are_exit_2(run, csv, tmp_path):
    people = tmp_path / "people"
    run("directory", "build", csv, people)
    people.write_bytes(people.read_bytes()[:5000])
    for arguments in (
        ("build", tmp_path / "gone.csv", people),
        ("build", csv, tmp_path / "gone" / "people"),
        ("build", csv, tmp_path / "other", "--region", "gb"),
        ("info", tmp_path / "gone"),
        ("info", people),
        ("whose", people, "-"),
    ):
        code, out, err = run("directory", *arguments)
        assert (code, out) == (2, ""), arguments
        assert err.startswith("sendguard: ")


def test_check_with_a_directory_looks_for_what_it_can_tell(run, people, mail):
    slip = mail("1.eml", to="mraia.lopez@customer.example")
    code, out, _ = run("check", "--directory", people, slip)
    assert code == 1
    assert "recipient.near-miss" in out
    foreign = mail("2.eml", "Here is INV-20418.", to="maria.lopez@customer.example")
    assert "identity.foreign-data" in run("check", "--directory", people, foreign)[1]
    assert (
        run("check", "--directory", people, mail("3.eml", to="maria.lopez@customer.example"))[0]
        == 0
    )


def test_check_with_a_policy_looks_for_what_the_policy_says(run, people, mail, tmp_path):
    policy = tmp_path / "policy.toml"
    policy.write_text('[[checks]]\ncheck = "unknown_recipient"\n', encoding="utf-8")
    slip = mail("1.eml", to="mraia.lopez@customer.example")
    _, out, _ = run("check", "--policy", policy, "--directory", people, slip)
    assert "recipient.unknown" in out
    assert "near-miss" not in out


def test_check_with_a_directory_that_cannot_be_read_is_exit_2(run, mail, tmp_path):
    (tmp_path / "people").write_bytes(b"\x89sgidx\r\n")
    for name in ("people", "gone"):
        code, out, err = run("check", "--directory", tmp_path / name, mail("1.eml"))
        assert (code, out) == (2, "")
        assert name in err


def test_a_policy_names_a_directory_and_is_written_with_it(run, csv, tmp_path, mail):
    run("directory", "build", csv, tmp_path / "people")
    policy = tmp_path / "policy.toml"
    policy.write_text(
        '[resources]\npeople = "directory:people"\n[[checks]]\ncheck = "unknown_recipient"\ndirectory = "people"\n',
        encoding="utf-8",
    )
    guard = Guard.from_toml(policy)
    assert f'"directory:{tmp_path / "people"}"' in guard.to_toml()
    assert "recipient.unknown" in run("check", "--policy", policy, mail("1.eml"))[1]


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_stages_are_drawn_on_a_terminal_now_and_then_and_leave_nothing():
    for stream, environ, drawn in (
        (Terminal(), {}, "\r\x1b[Kreading 4,096\r\x1b[K"),
        (Terminal(), {"TERM": "dumb"}, ""),
        (io.StringIO(), {}, ""),
    ):
        stages = Stages(stream, environ, iter((0, 0.01, 0.2, 0.21)).__next__)
        for done in (1, 4096, 4097):
            stages.tell("reading", done)
        stages.clear()
        stages.clear()
        assert stream.getvalue() == drawn
