from __future__ import annotations

import io
import json
import sys
from types import SimpleNamespace

import pytest

from sendguard import Guard
from sendguard.cli import _check, _sources, main


@pytest.mark.parametrize(("text", "code"), [("Hello.", 0), ("HMM.", 0), ("WAIT.", 1), ("STOP.", 1)])
def test_the_exit_code_says_whether_something_is_held_or_blocked(mail, run, text, code):
    assert run("check", mail("a.eml", text))[0] == code


def test_a_message_without_findings_is_one_quiet_line(mail, run):
    path = mail("a.eml")
    assert run("check", path) == (0, f"{path}: allow\n", "")


def test_a_folder_leaves_out_messages_without_findings_and_sums_up(mail, run, tmp_path):
    mail("a.eml")
    mail("b.eml", "WAIT")
    mail("deep/er/c.eml", "HMM")
    code, out, _ = run("check", tmp_path)
    assert code == 1
    assert "a.eml" not in out
    assert out.index("b.eml: hold") < out.index("c.eml: warn")
    assert out.endswith("\n3 messages: 1 allow, 1 warn, 1 hold, 0 block\n")


def test_verbose_shows_messages_without_findings_too(mail, run, tmp_path):
    mail("a.eml")
    assert "a.eml: allow\n" in run("check", "--verbose", tmp_path)[1]


def test_a_path_that_does_not_exist_is_said_on_stderr_and_does_not_stop_the_others(
    mail, run, tmp_path
):
    code, out, err = run("check", tmp_path / "gone.eml", mail("a.eml", "WAIT"))
    assert code == 2
    assert err == f"sendguard: {tmp_path}/gone.eml: No such file or directory\n"
    assert "a.eml: hold" in out


def test_a_missing_path_alone_writes_no_report(run, tmp_path):
    code, out, _ = run("check", "--format", "json", tmp_path / "gone.eml")
    assert (code, out) == (2, "")


def test_a_folder_without_messages_is_said_on_stderr(run, tmp_path):
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    code, out, err = run("check", tmp_path)
    assert code == 0
    assert out == "0 messages: 0 allow, 0 warn, 0 hold, 0 block (1 file skipped: no mail)\n"
    assert "nothing was judged" in err


def test_a_json_file_that_is_no_message_is_held_and_does_not_stop_the_others(mail, run, tmp_path):
    mail("b.eml", "HMM")
    broken = tmp_path / "outbox" / "a.json"
    broken.write_text('{"text": "Hello.", "recipient": "maria@x.example"}')
    code, out, _ = run("check", "--format", "json", tmp_path)
    results = json.loads(out)["results"]
    assert code == 1
    assert [(r["action"], r["digest"] is None) for r in results] == [
        ("hold", True),
        ("warn", False),
    ]
    assert results[0]["findings"][0]["code"] == "guard.unreadable"
    assert "did you mean 'recipients'" in results[0]["findings"][0]["message"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "guard.unreadable"),
        (b"[]", "guard.unreadable"),
        (b'{"text": 1}', "guard.unreadable"),
        (b'{"text": "\xff"}', "guard.unreadable"),
        (b'{"text": ' + b"9" * 5000 + b"}", "guard.unreadable"),
        (b"[" * 100_000, "guard.limit-exceeded"),
        (
            b'{"attachments": [{"message": ' * 40 + b"{}" + b"}]}" * 40,
            "guard.limit-exceeded",
        ),
    ],
)
def test_json_that_cannot_be_read_is_a_finding(run, tmp_path, data, code):
    path = tmp_path / "a.json"
    path.write_bytes(data)
    exit_code, out, err = run("check", "--format", "json", path)
    assert (exit_code, err) == (1, "")
    [finding] = json.loads(out)["results"][0]["findings"]
    assert (finding["code"], finding["action"]) == (code, "hold")


@pytest.mark.parametrize(("depth", "judged"), [(32, True), (33, False)])
def test_messages_nested_as_deep_as_the_limit_are_given_to_the_guard(run, tmp_path, depth, judged):
    path = tmp_path / "a.json"
    path.write_bytes(b'{"attachments": [{"message": ' * depth + b"{}" + b"}]}" * depth)
    [result] = json.loads(run("check", "--format", "json", path)[1])["results"]
    assert (result["digest"] is not None) is judged


def test_a_message_as_json_is_judged(run, tmp_path):
    path = tmp_path / "a.json"
    path.write_text('{"channel": "sms", "to": ["+441632960961"], "text": "WAIT"}')
    code, out, _ = run("check", path)
    assert code == 1
    assert "for …61" in out or "for +" not in out


@pytest.mark.parametrize("data", [b'\xef\xbb\xbf {"text": "STOP"}', b"Subject: STOP\n\nHello.\n"])
def test_standard_input_is_json_or_mail(monkeypatch, run, data):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    code, out, _ = run("check", "-")
    assert code == 1
    assert out.startswith("-: block\n")


def test_a_closed_standard_input_is_said(monkeypatch, run):
    monkeypatch.setattr(sys, "stdin", None)
    code, _, err = run("check", "-")
    assert (code, err) == (2, "sendguard: -: Bad file descriptor\n")


def test_several_mails_in_one_file_are_not_taken_for_one(run, tmp_path):
    mail = b"From a@x.example Sun Nov 22 03:00:00 2026\nFrom: a@x.example\n\nHi.\n\nFrom here\n\n"
    path = tmp_path / "box"
    path.write_bytes(mail)
    assert run("check", path)[0] == 0
    path.write_bytes(mail * 2)
    code, out, _ = run("check", path)
    assert code == 1
    assert "mbox with several mails" in out


def test_standard_input_cannot_be_read_twice(run):
    code, _, err = run("check", "-", "-")
    assert code == 2
    assert "only once" in err


def test_of_a_huge_file_no_more_is_read_than_the_limit_and_one_byte(
    monkeypatch, mail, run, tmp_path
):
    monkeypatch.setattr(_sources, "READ_AT_MOST", 50)
    path = mail("a.eml", "WAIT" * 100)
    assert len(_sources.bytes_of(_sources.Source(path, "mail"))) == 50


def test_a_file_larger_than_the_limit_is_held(run, tmp_path):
    path = tmp_path / "a.json"
    with path.open("wb") as file:
        file.truncate(50 * 2**20 + 1)
    code, out, _ = run("check", path)
    assert code == 1
    assert "guard.limit-exceeded" in out


def test_a_file_that_cannot_be_opened_is_held_and_the_exit_code_is_2(monkeypatch, mail, run):
    path = mail("a.eml")

    def refuse(source):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(_sources, "bytes_of", refuse)
    code, out, err = run("check", path)
    assert code == 2
    assert err == f"sendguard: {path}: Permission denied\n"
    assert f"{path}: hold\n  hold  guard.unreadable\n" in out


def test_a_context_file_is_taken_into_account(mail, run, tmp_path):
    path = mail("a.eml")
    for name, text in (("c.json", '{"purpose": "marketing"}'), ("c.toml", 'purpose = "marketing"')):
        (tmp_path / name).write_text(text)
        assert "test.purpose" in run("check", "--context", tmp_path / name, path)[1]
    assert "test.purpose" not in run("check", path)[1]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("c.json", '{"purpose": "marketin"}', "did you mean 'marketing'"),
        ("c.json", '{"porpose": "marketing"}', "did you mean 'purpose'"),
        ("c.json", "{", "this is not JSON: Expecting property name"),
        ("c.json", "[" * 100_000, "nested too deeply"),
        ("c.json", "[]", "takes an object"),
        ("c.toml", "purpose = \n", "this is not TOML: Invalid value (at line 1, column 11)"),
        ("c.toml", "now = 2026-01-01T00:00:00", "now"),
        ("c.yaml", "purpose: x", "name it .json or .toml"),
        ("c.json", b"\xff", "is not UTF-8"),
        ("c.json", None, "No such file"),
    ],
)
def test_a_wrong_context_file_is_refused_with_its_name_and_what_is_wrong(
    mail, run, tmp_path, name, text, said
):
    path = tmp_path / name
    if text is not None:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    code, out, err = run("check", "--context", path, mail("a.eml"))
    assert (code, out) == (2, "")
    assert str(path) in err
    assert said in err
    assert err.count("\n") == 1


def test_addresses_are_masked_in_names_findings_and_excerpts_unless_asked_for(mail, run, tmp_path):
    text = "WAIT, maria.lopez@x.example, call +44 1632 960961."
    mail("maria.lopez@x.example.eml", text)
    for form in ("text", "json", "sarif", "junit"):
        out = run("check", "--format", form, tmp_path)[1]
        assert "maria.lopez" not in out
        assert "960961" not in out
        shown = run("check", "--show-addresses", "--format", form, tmp_path)[1]
        assert "maria.lopez@x.example" in shown
    assert "+44 1632 960961" in run("check", "--show-addresses", tmp_path)[1]


def test_a_fault_of_our_own_does_not_hide_the_other_messages(monkeypatch, mail, run, tmp_path):
    mail("a.eml", "my secret")
    mail("b.eml", "WAIT")
    judge = Guard.evaluate

    def fail(self, message, context=None):
        if "secret" in message.text:
            raise RuntimeError(message.text)
        return judge(self, message, context)

    monkeypatch.setattr(Guard, "evaluate", fail)
    code, out, err = run("check", tmp_path, tmp_path / "gone")
    assert code == 3
    assert "a.eml: hold" in out
    assert "b.eml: hold" in out
    assert "fault of sendguard: RuntimeError in test_check.py" in err
    assert "SENDGUARD_DEBUG=1" in err
    assert "secret" not in out + err


def test_a_file_that_cannot_be_opened_does_not_hide_a_fault(monkeypatch, mail, run, tmp_path):
    mail("a.eml", "my secret")
    mail("b.eml")
    read = _sources.bytes_of

    def refuse(source):
        if source.name.endswith("b.eml"):
            raise PermissionError(13, "Permission denied")
        return read(source)

    def fail(self, message, context=None):
        raise RuntimeError

    monkeypatch.setattr(_sources, "bytes_of", refuse)
    monkeypatch.setattr(Guard, "evaluate", fail)
    assert run("check", tmp_path)[0] == 3


def test_the_bar_is_taken_off_before_anything_is_said(monkeypatch, mail, run, tmp_path):
    events = []

    class Bar:
        def __init__(self, stream, total, environ):
            pass

        def clear(self):
            events.append("clear")

        def advance(self):
            events.append("advance")

    def fail(self, message, context=None):
        raise RuntimeError

    monkeypatch.setattr(_check, "Progress", Bar)
    monkeypatch.setattr(_check, "say", lambda sentence: events.append("say"))
    monkeypatch.setattr(_check, "report_fault", lambda error: events.append("fault"))
    monkeypatch.setattr(Guard, "evaluate", fail)
    run("check", mail("a.eml"), tmp_path / "gone")
    assert events == ["clear", "say", "clear", "fault", "clear", "advance", "clear"]


def test_a_fault_shows_its_traceback_only_when_asked(monkeypatch, mail, run):
    def fail(self, message, context=None):
        raise RuntimeError("boom")

    monkeypatch.setattr(Guard, "evaluate", fail)
    path = mail("a.eml")
    assert "Traceback" not in run("check", path)[2]
    monkeypatch.setenv("SENDGUARD_DEBUG", "1")
    assert "Traceback" in run("check", path)[2]


def test_a_fault_anywhere_else_is_exit_3(monkeypatch, mail, run):
    def fail(path, **options):
        raise RuntimeError("boom")

    monkeypatch.setattr(Guard, "from_toml", fail)
    code, out, err = run("check", mail("a.eml"))
    assert (code, out) == (3, "")
    assert err.count("\n") == 1


def test_ctrl_c_is_exit_130(monkeypatch, mail, run):
    def interrupt(self, message, context=None):
        raise KeyboardInterrupt

    monkeypatch.setattr(Guard, "evaluate", interrupt)
    code, out, err = run("check", mail("a.eml"))
    assert (code, out, err) == (130, "", "")


@pytest.mark.parametrize("arguments", [[], ["check"], ["check", "--format", "xml", "a"], ["chek"]])
def test_wrong_usage_is_exit_2(arguments, capsys):
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
    assert "usage:" in capsys.readouterr().err
