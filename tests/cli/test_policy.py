from __future__ import annotations

import json

import pytest


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
