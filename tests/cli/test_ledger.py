"""``sendguard ledger``: whether a ledger is as it was written, and what it says."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sendguard import Guard, Message
from sendguard.ledger import Ledger, verify

KEY = bytes(range(32))
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(params=["ledger.jsonl", "ledger.sqlite"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / request.param
    guard = Guard(observers=[Ledger(path, key=KEY, clock=lambda: NOON)])
    for name in ("ann", "ben"):
        guard.admit(Message.email(to=f"{name}@x.example", subject="Hi", text="Hello.")).sent()
    return path


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "key"
    path.write_text(f"{KEY.hex()}\n", encoding="ascii")
    return path


def test_verify_says_that_it_is_whole_and_what_its_head_is(run, path, key_file):
    head = verify(path).head
    for more in ((), ("--key-file", key_file), ("--head", head)):
        code, out, _ = run("ledger", "verify", path, *more)
        assert (code, out) == (0, f"5 records are as they were written; the head is {head}\n")
    document = json.loads(run("ledger", "verify", path, "--format", "json")[1])
    assert document == {"schema": 1, "records": 5, "head": head, "problem": None}


@pytest.mark.parametrize("path", ["ledger.jsonl"], indirect=True)
def test_verify_names_the_first_record_that_was_changed(run, path):
    head = verify(path).head
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:2], lines[2].replace(b"sent", b"held"), *lines[3:]]))
    code, out, _ = run("ledger", "verify", path)
    assert (code, out[:21]) == (1, "record 2 was changed:")
    path.write_bytes(b"".join(lines[:-1]))
    assert run("ledger", "verify", path)[0] == 0
    code, out, _ = run("ledger", "verify", path, "--head", head, "--format", "json")
    assert (code, json.loads(out)["problem"]["record"]) == (1, 4)


def test_verify_with_another_key_is_exit_1(run, path, tmp_path):
    other = tmp_path / "other"
    other.write_bytes(b"x" * 32)
    code, out, _ = run("ledger", "verify", path, "--key-file", other)
    assert (code, "record 0 was not written with this key" in out) == (1, True)


def test_show_writes_the_records(run, path):
    code, out, _ = run("ledger", "show", path)
    assert code == 0
    assert [line.split()[3] for line in out.splitlines()] == [
        *("opened", "admitted", "sent", "admitted", "sent")
    ]
    document = json.loads(run("ledger", "show", path, "--last", "2", "--format", "json")[1])
    assert [row["number"] for row in document["records"]] == [3, 4]
    assert run("ledger", "show", path, "--last", "0")[0] == 2


def test_got_says_what_somebody_was_sent(run, path, key_file):
    code, out, _ = run("ledger", "got", "Ann@X.example", path, "--key-file", key_file)
    assert (code, out[:24]) == (0, "2026-03-01 12:00:00 sent")
    code, out, _ = run(
        "ledger", "got", "ann@x.example", path, "--key-file", key_file, "--format", "json"
    )
    assert [row["outcome"] for row in json.loads(out)["receipts"]] == ["sent"]
    assert run("ledger", "got", "cleo@x.example", path, "--key-file", key_file)[0] == 1


def test_what_cannot_be_read_is_exit_2(run, path, key_file, tmp_path):
    short = tmp_path / "short"
    short.write_bytes(b"x")
    for arguments in (
        ("verify", tmp_path / "none.jsonl"),
        ("verify", tmp_path / "ledger.txt"),
        ("show", tmp_path / "none.sqlite"),
        ("got", "a@x.example", tmp_path / "none.jsonl", "--key-file", key_file),
        ("got", "a@x.example", path, "--key-file", short),
        ("got", "a@x.example", path, "--key-file", tmp_path / "none"),
    ):
        code, out, err = run("ledger", *arguments)
        assert (code, out) == (2, "")
        assert err.startswith("sendguard: ")
