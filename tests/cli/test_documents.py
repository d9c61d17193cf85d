from __future__ import annotations

import json
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import pytest

from sendguard import Action, Finding, Guard, rule


@pytest.fixture
def outbox(mail, tmp_path):
    mail("a.eml")
    mail("b ü.eml", "HMM \ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"))
    mail("c.eml", "WAIT and HMM")
    mail("d\x01.eml", "STOP")
    return tmp_path / "outbox"


def test_json_has_the_schema_that_programs_rely_on(run, outbox):
    code, out, _ = run("check", "--format", "json", outbox)
    document = json.loads(out)
    assert code == 1
    assert list(document) == ["schema", "results", "summary"]
    assert document["schema"] == 1
    assert document["summary"] == {"allow": 1, "warn": 1, "hold": 1, "block": 1}
    assert [r["action"] for r in document["results"]] == ["allow", "warn", "hold", "block"]
    assert all(list(r) == ["source", "action", "digest", "findings"] for r in document["results"])
    assert document["results"][2]["source"] == f"{outbox}/c.eml"
    assert document["results"][2]["findings"][0] == {
        "code": "test.word",
        "action": "hold",
        "message": "It says WAIT.",
        "recipient": "m…@x.example",
        "part": "text",
        "span": [0, 4],
        "suggestion": "Say something else.",
    }


def test_documents_are_whole_when_something_is_missing(run, outbox):
    for form, read in (("json", json.loads), ("sarif", json.loads), ("junit", ET.XML)):
        code, out, _ = run("check", "--format", form, outbox / "gone", outbox)
        assert code == 2
        read(out.encode())


def test_json_is_ascii_so_that_a_terminal_takes_no_orders_from_it(run, mail):
    out = run("check", "--format", "json", mail("\u202e\x9b.eml"))[1]
    assert out.isascii()
    assert out.replace("\n", "").isprintable()


def test_sarif_has_what_the_standard_requires(run, outbox):
    """The properties that SARIF 2.1.0 requires, section by section, and their value sets."""
    document = json.loads(run("check", "--format", "sarif", outbox)[1])
    assert document["version"] == "2.1.0"  # §3.13.2
    [run_object] = document["runs"]  # §3.13.4
    driver = run_object["tool"]["driver"]  # §3.14.6, §3.18.2
    assert driver["name"] == "sendguard"  # §3.19.8
    rules = [rule["id"] for rule in driver["rules"]]  # §3.49.3
    assert len(set(rules)) == len(rules)  # §3.19.23: unique
    assert run_object["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")  # §3.14.17
    assert run_object["invocations"] == [{"executionSuccessful": True}]  # §3.20.14
    assert [r["level"] for r in run_object["results"]] == ["warning", "error", "warning", "error"]
    for result in run_object["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]  # §3.27.6
        assert result["level"] in ("none", "note", "warning", "error")  # §3.27.10
        assert result["message"]["text"]  # §3.11.8
        [location] = result["locations"]  # §3.27.12
        uri = location["physicalLocation"]["artifactLocation"]["uri"]  # §3.4.3
        assert uri.startswith("file:///")
        assert uri.isascii()
        assert " " not in uri
        assert location["logicalLocations"] == [{"fullyQualifiedName": "text"}]  # §3.33.5
    uris = [
        r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for r in run_object["results"]
    ]
    assert unquote(uris[0]) == f"file://{outbox}/b ü.eml"


def test_sarif_says_when_something_could_not_be_looked_at(run, outbox):
    document = json.loads(run("check", "--format", "sarif", outbox, outbox / "gone")[1])
    assert document["runs"][0]["invocations"] == [{"executionSuccessful": False}]


def test_a_relative_name_with_a_colon_is_a_relative_reference(run, mail, monkeypatch):
    monkeypatch.chdir(mail("a:b.eml", "WAIT").parent)
    document = json.loads(run("check", "--format", "sarif", "a:b.eml")[1])
    location = document["runs"][0]["results"][0]["locations"][0]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "a%3Ab.eml"


def test_junit_has_a_test_case_for_each_message(run, outbox):
    out = run("check", "--format", "junit", outbox)[1]
    suites = ET.XML(out.encode())
    [suite] = suites
    assert suite.attrib == {
        "name": "sendguard",
        "tests": "4",
        "failures": "2",
        "errors": "0",
        "skipped": "0",
    }
    assert [[child.tag for child in case] for case in suite] == [
        [],
        ["system-out"],
        ["failure"],
        ["failure"],
    ]
    failure = suite[2][0]
    assert failure.attrib == {"type": "test.word", "message": "It says WAIT."}
    assert failure.text.splitlines() == [
        "hold test.word (text, m…@x.example): It says WAIT. Say something else.",
        "warn test.word (text, m…@x.example): It says HMM. Say something else.",
    ]


def test_junit_has_no_character_that_xml_forbids(run, mail):
    path = mail("<&\"'>\x0b.eml", "WAIT")
    case = ET.XML(run("check", "--format", "junit", path)[1].encode())[0][0]
    assert case.attrib["name"].endswith("<&\"'> .eml")


def test_no_document_is_broken_by_what_a_check_quotes(run, mail, monkeypatch):
    @rule("test.quote")
    def quote(message, context):
        yield Finding(
            code="test.quote", action=Action.HOLD, message="\ud800\0\x1b<&", suggestion="\udfff"
        )

    monkeypatch.setattr(Guard, "from_toml", lambda path, **options: Guard(quote))
    path = mail("a.eml")
    for form in ("json", "sarif"):
        out = run("check", "--format", form, path)[1]
        assert "\\ud800" not in out
        assert "\\udfff" not in out
        json.loads(out)
    failure = ET.XML(run("check", "--format", "junit", path)[1].encode())[0][0][0]
    assert failure.attrib["message"] == "\ufffd\ufffd\ufffd<&"
    assert failure.text == "hold test.quote: \ufffd\ufffd\ufffd<& \ufffd"
