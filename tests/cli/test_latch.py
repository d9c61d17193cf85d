"""``sendguard latch``: what stops sending, and letting it go on."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sendguard import Guard, Message, MessageHeld, checks
from sendguard.stores.sqlite import SQLiteStore

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def loop(path: Path, *by: str, template: str = "news") -> Guard:
    guard = Guard(
        *(checks.loop(within="1h", recipients=2, by=each) for each in by),
        store=SQLiteStore(path),
        clock=lambda: NOON,
    )
    for _ in range(2):
        for name in ("ann", "ben"):
            message = Message.email(to=f"{name}@x.example", text="Spring", template=template)
            with suppress(MessageHeld):
                guard.admit(message).sent()
    return guard


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "claims.db"
    loop(path, "all")
    return path


def test_list_says_what_is_set_since_when(run, store):
    code, out, _ = run("latch", "list", "--store", f"sqlite:{store}")
    (record,) = SQLiteStore(store).latches()
    assert (code, out) == (
        1,
        f"{record.key}  since 2026-03-01 12:00:00 UTC  repeats reached 2 recipients within 1h\n",
    )
    code, out, _ = run("latch", "list", "--store", f"sqlite:{store}", "--format", "json")
    assert code == 1
    assert json.loads(out) == {
        "schema": 1,
        "latches": [
            {"key": record.key, "label": record.label, "since": "2026-03-01T12:00:00+00:00"}
        ],
    }


def test_reset_lets_messages_leave_again(run, store, caplog):
    guard = Guard(
        checks.loop(within="1h", recipients=2), store=SQLiteStore(store), clock=lambda: NOON
    )
    other = Message.email(to="cleo@x.example", text="Something else")
    assert not guard.evaluate(other).allowed
    (record,) = SQLiteStore(store).latches()
    who = ("--by", "Maria Lopez", "--reason", "the job is stopped", "--store", f"sqlite:{store}")
    code, out, _ = run("latch", "reset", record.key[:6], *who)
    assert (code, out[:6]) == (0, "reset:")
    assert "Maria Lopez (the job is stopped)" in caplog.text
    assert guard.evaluate(other).allowed
    code, out, err = run("latch", "reset", record.key, *who)
    assert (code, out) == (1, "")
    assert "latch list" in err
    assert run("latch", "list", "--store", f"sqlite:{store}")[:2] == (0, "no latch is set\n")


def test_the_store_may_be_named_by_a_policy_file(run, store, tmp_path):
    policy = tmp_path / "policy.toml"
    policy.write_text(f'store = "sqlite:{store.name}"\n', encoding="utf-8")
    assert run("latch", "list", "--policy", policy)[0] == 1
    policy.write_text("", encoding="utf-8")
    code, _, err = run("latch", "list", "--policy", policy)
    assert (code, "names no store" in err) == (2, True)


def test_letters_that_begin_several_keys_reset_none(run, tmp_path):
    path = tmp_path / "claims.db"
    for number in range(17):  # two of so many begin with the same one of sixteen digits
        loop(path, "template", template=f"news-{number}")
    first = Counter(record.key[0] for record in SQLiteStore(path).latches()).most_common(1)[0][0]
    who = ("--by", "m", "--reason", "r", "--store", f"sqlite:{path}")
    code, _, err = run("latch", "reset", first, *who)
    assert (code, "give more letters" in err) == (2, True)
    assert run("latch", "reset", "", *who)[0] == 1
    assert len(SQLiteStore(path).latches()) == 17


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("sqlite:nowhere.db", "not there"),
        ("memory:", "several processes"),
        ("csv:people.csv", "several processes"),
        ("claims.db", "several processes"),
        ("redis://user:hidden@127.0.0.1:1/0", "Redis"),
    ],
)
def test_a_store_that_is_not_there_is_exit_2(run, address, words):
    code, out, err = run("latch", "list", "--store", address)
    assert (code, out) == (2, "")
    assert words in err
    assert "hidden" not in err


def test_who_and_why_must_be_said(run, store):
    for by, reason in (("", "why"), ("Maria", " ")):
        code, _, err = run(
            "latch", "reset", "a", "--by", by, "--reason", reason, "--store", f"sqlite:{store}"
        )
        assert (code, "--by and --reason" in err) == (2, True)
    with pytest.raises(SystemExit):
        run("latch", "reset", "a", "--store", f"sqlite:{store}")


def test_colours_are_shown_only_where_they_are_wanted(run, store, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in run("latch", "list", "--store", f"sqlite:{store}")[1]
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in run("latch", "list", "--store", f"sqlite:{store}")[1]
