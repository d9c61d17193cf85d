from __future__ import annotations

import json

import pytest
from tests.cli.conftest import words

from sendguard import Guard, Message, Override
from sendguard.guard import FiringCounts


@pytest.fixture
def good(tmp_path):
    path = tmp_path / "good.toml"
    path.write_text('[[checks]]\ncheck = "empty_body"\nat = "block"\n', encoding="utf-8")
    return path


@pytest.fixture
def bad(tmp_path):
    path = tmp_path / "bad.toml"
    path.write_text('[[checks]]\ncheck = "empty_bdy"\n', encoding="utf-8")
    return path


def test_check_says_of_each_policy_whether_it_is_right(run, good, bad):
    code, out, _ = run("policy", "check", good)
    assert (code, out.split()) == (0, [f"{good}:", "right,", "1", "checks"])
    code, out, err = run("policy", "check", good, bad, "--format", "json")
    assert (code, err) == (1, "")
    first, second = json.loads(out)["results"]
    assert first == {"policy": str(good), "checks": 1, "problem": None}
    assert "did you mean 'empty_body'?" in second["problem"]


def test_explain_says_sentences(run, good):
    code, out, _ = run("policy", "explain", good)
    assert code == 0
    assert "It blocks." in out
    assert len(json.loads(run("policy", "explain", good, "--format", "json")[1])["sentences"]) == 2


def test_diff_has_an_exit_code(run, good, tmp_path):
    other = tmp_path / "other.toml"
    other.write_text('[[checks]]\ncheck = "empty_body"\n', encoding="utf-8")
    assert run("policy", "diff", good, good)[:2] == (0, "no difference\n")
    code, out, _ = run("policy", "diff", good, other)
    assert (code, out) == (1, '~ empty_body: at = "block" -> as it comes\n')
    document = json.loads(run("policy", "diff", good, other, "--format", "json")[1])
    assert document["changes"][0]["sort"] == "changed"


def test_a_policy_that_cannot_be_read_is_exit_2(run, good, bad):
    for arguments in (("explain", bad), ("diff", good, bad), ("explain", "none.toml")):
        code, out, err = run("policy", *arguments)
        assert (code, out) == (2, "")
        assert err.startswith("sendguard: ")


def test_the_schema_is_written(run):
    code, out, _ = run("policy", "schema")
    assert code == 0
    assert json.loads(out)["$schema"].endswith("2020-12/schema")


def test_messages_are_checked_by_a_policy_of_ones_own(run, mail, tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(
        '[[checks]]\ncheck = "empty_body"\nat = "block"\n[environments.staging]\nmode = "observe"\n'
        "[environments.test]\nremove = ['empty_body']\n",
        encoding="utf-8",
    )
    empty = mail("a.eml", "")
    assert run("check", empty, "--policy", path)[0] == 1
    assert run("check", empty, "--policy", path, "--environment", "test")[0] == 0
    code, out, err = run("check", empty, "--policy", tmp_path / "none.toml")
    assert (code, out) == (2, "")
    assert "No such file" in err


def test_explain_names_the_noisy_checks(run, good, tmp_path):
    path = tmp_path / "firings.db"
    counts = FiringCounts(path, every=3600)
    guard = Guard(words, observers=[counts])
    override = Override("test.word", by="Ann", reason="they know")
    for text, leave in (("WAIT", override), ("HMM", None), ("fine", None)):
        for _ in range(12):
            guard.admit(Message.email(to="a@x.example", text=text), override=leave)
    counts.save()
    out = run("policy", "explain", good, "--counts", path)[1].replace("\n    ", " ")
    assert "test.word is noisy: it fired in 24 of 36 messages, and people let 12 of 12 pass." in out
    document = json.loads(run("policy", "explain", good, "--counts", path, "--format", "json")[1])
    assert document["messages"] == 36
    assert document["noisy"] == [
        {"code": "test.word", "fired": 24, "overridden": 12, "approved": 0, "rejected": 0}
    ]


def test_explain_says_when_no_check_is_noisy(run, good, tmp_path):
    counts = FiringCounts(tmp_path / "firings.db", every=0)
    Guard(words, observers=[counts]).admit(Message.email(to="a@x.example", text="HMM"))
    out = run("policy", "explain", good, "--counts", counts.path)[1]
    assert "No check is noisy (messages: 1)." in out
    assert "noisy" not in run("policy", "explain", good)[1]


def test_counts_that_are_none_are_exit_2(run, good, tmp_path):
    code, out, err = run("policy", "explain", good, "--counts", tmp_path / "none.db")
    assert (code, out) == (2, "")
    assert "no file of counts" in err
