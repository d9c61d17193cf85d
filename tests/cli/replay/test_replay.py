from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.replay.mails import MAILS, mail, mbox, record

from sendguard import Context, Guard, Message, checks
from sendguard.cli.replay import _replay
from sendguard.guard import RecordingObserver


@pytest.fixture
def replayed(run):
    """Calls the command in this process, with JSON as its report: exit code, document, errors."""

    def call(*arguments):
        code, out, err = run("replay", *arguments, "--format", "json", "--jobs", 1)
        return code, json.loads(out) if out else None, err

    return call


def changes(document):
    return {change: count for change, count in document["changes"].items() if count}


ALL_CHANGES = {
    **{f"newly-{each}": 1 for each in ("blocked", "held", "allowed", "warned")},
    "unchanged": 1,
}


def test_two_policies_are_compared_over_an_mbox(replayed, outbox, old, new):
    code, document, err = replayed(outbox, "--policy", new, "--against", old)
    assert (code, err) == (0, "")
    assert changes(document) == ALL_CHANGES
    assert document["before"] == {"allow": 3, "warn": 1, "hold": 1, "block": 0}
    assert document["after"] == {"allow": 2, "warn": 1, "hold": 1, "block": 1}
    kinds = {sample["kind"]: sample["source"] for sample in document["samples"]}
    assert kinds["newly-allowed"].endswith("outbox.mbox#3")
    rows = {row["code"]: row for row in document["codes"]}
    assert rows["placeholder.unreplaced"] == {
        "code": "placeholder.unreplaced",
        "before": 1,
        "after": 0,
        "gained": 0,
        "lost": 1,
    }


def test_each_finding_tells_whether_it_is_new(replayed, tmp_path, old, new):
    path = tmp_path / "sent.jsonl"
    path.write_text(record("Dear {{first}} {{last}},\nplease find it attached."), encoding="utf-8")
    _, document, _ = replayed(path, "--policy", old, "--against", new)
    (sample,) = document["samples"]
    assert (sample["kind"], sample["before"], sample["after"]) == ("newly-held", "warn", "hold")
    assert [(each["code"], each["side"]) for each in sample["findings"]] == [
        ("placeholder.unreplaced", "gained"),
        ("placeholder.unreplaced", "gained"),
        ("attachment.missing", "lost"),
    ]
    assert sample["findings"][1]["excerpt"][1] == "{{last}}"


def test_a_policy_alone_is_told_by_what_it_does(replayed, outbox, new):
    code, document, _ = replayed(outbox, "--policy", new)
    assert (code, document["before"], document["compared"]) == (0, None, 0)
    assert {sample["kind"] for sample in document["samples"]} == {"blocked", "held", "warned"}


def test_maildirs_and_folders_give_the_same(replayed, tmp_path, old, new):
    for folder in ("mail/new", "mail/cur", "mail/tmp", "eml"):
        (tmp_path / folder).mkdir(parents=True)
    for number, name in enumerate(MAILS):
        half = "new" if number % 2 else "cur"
        (tmp_path / "mail" / half / f"{number}.host:2,S").write_bytes(mail(name))
        (tmp_path / "eml" / f"{number}.eml").write_bytes(mail(name))
    for folder in ("mail", "eml"):
        _, document, _ = replayed(tmp_path / folder, "--policy", new, "--against", old)
        assert changes(document) == ALL_CHANGES


def test_a_single_mail_with_an_mbox_line_on_top_keeps_its_name(replayed, tmp_path, new):
    (tmp_path / "a.eml").write_bytes(mbox(mail("no subject")))
    _, document, _ = replayed(tmp_path / "a.eml", "--policy", new)
    assert document["samples"][0]["source"].endswith("a.eml")


def test_recorded_sends_are_compared_with_their_decisions(replayed, tmp_path, old, new):
    path = tmp_path / "sent.jsonl"
    guard = Guard.from_toml(old, observers=[RecordingObserver(path)], mode="observe")
    for name in MAILS:
        with guard.admit(Message.from_email(mail(name)), Context(purpose="transactional")):
            pass
    _, document, err = replayed(path, "--policy", new)
    assert err == ""
    assert changes(document) == ALL_CHANGES
    _, same, _ = replayed(path, "--policy", old)
    assert changes(same) == {"unchanged": 5}
    _, again, _ = replayed(path, "--policy", new, "--against", new)
    assert changes(again) == {"unchanged": 5}  # the policy that is named wins over the record


def test_recipients_that_were_masked_in_the_record_are_no_difference(replayed, tmp_path):
    policy = tmp_path / "addresses.toml"
    policy.write_text('[[checks]]\ncheck = "addresses"\n', encoding="utf-8")
    message = Message.email(to="maria@@customer.example", subject="s", text="t")
    decision = Guard(checks.addresses()).evaluate(message)
    assert decision.findings[0].recipient is not None
    path = tmp_path / "sent.jsonl"
    rows = [decision.to_dict(), decision.to_dict(reveal=True)]
    path.write_text(
        "\n".join(json.dumps({"message": message.to_dict(), "decision": row}) for row in rows),
        encoding="utf-8",
    )
    assert changes(replayed(path, "--policy", policy)[1]) == {"unchanged": 2}


def test_recorded_contexts_count(replayed, tmp_path):
    policy = tmp_path / "own.toml"
    policy.write_text(
        '[[checks]]\ncheck = "empty_body"\nat = "block"\nwhen = {purpose = "marketing"}\n',
        encoding="utf-8",
    )
    path = tmp_path / "sent.jsonl"
    path.write_text(
        f"{record('', context={'purpose': 'marketing'})}\n\n{record('')}\n", encoding="utf-8"
    )
    _, document, _ = replayed(path, "--policy", policy)
    assert (document["after"]["block"], document["messages"]) == (1, 2)
    facts = tmp_path / "facts.json"
    facts.write_text('{"purpose": "marketing"}', encoding="utf-8")
    assert replayed(path, "--policy", policy, "--context", facts)[1]["after"]["block"] == 2


def test_a_mail_is_judged_by_the_time_when_it_was_sent(replayed, tmp_path):
    policy = tmp_path / "own.toml"
    policy.write_text(
        '[[checks]]\ncheck = "quiet_hours"\nstart = "22:00"\nend = "08:00"\ntime_zone = "UTC"\n',
        encoding="utf-8",
    )
    path = tmp_path / "a.mbox"
    day, night = ("Mon, 2 Mar 2026 12:00:00 +0000", "Mon, 2 Mar 2026 23:00:00 +0000")
    path.write_bytes(mbox(mail("fine", date=day), mail("fine", date=night)))
    _, document, _ = replayed(path, "--policy", policy)
    assert [each["source"].rpartition("#")[2] for each in document["samples"]] == ["2"]


def test_nothing_is_counted(replayed, tmp_path):
    policy = tmp_path / "own.toml"
    policy.write_text(
        f'store = "sqlite:{tmp_path}/claims.db"\n[[checks]]\ncheck = "rate_limit"\n'
        'limit = 1\nper = "1h"\nby = "recipient"\n',
        encoding="utf-8",
    )
    path = tmp_path / "a.mbox"
    path.write_bytes(mbox(*[mail("fine")] * 3))
    assert replayed(path, "--policy", policy)[1]["after"]["allow"] == 3
    assert not (tmp_path / "claims.db").exists()


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "This is not JSON"),
        ('{"message": {"to": "x"}, "extra": 1}', "unknown field 'extra'"),
        ('{"decision": {}}', "without its message"),
        ('{"message": {"text": "t"}, "schema": 2}', "schema is 2"),
        ('{"message": {"text": "t"}, "decision": []}', "decision is list"),
        ('{"message": {"text": "t"}, "decision": {"findings": [1]}}', "finding of the decision"),
        ('{"message": {"text": "t"}, "decision": {"findings": {}}}', "decision.findings is dict"),
        ('{"message": {"text": "t"}, "context": {"no": 1}}', "no"),
        ('{"message": ' + '{"attachments": [{"message": ' * 60 + "{}" + "}]}" * 60 + "}", "deep"),
        ("[" * 100_000, "too deeply"),
    ],
    ids=range(10),
)
def test_a_line_that_is_no_record_is_held_and_hides_no_other(
    replayed, tmp_path, new, line, problem
):
    path = tmp_path / "sent.jsonl"
    path.write_text(f"{record('t')}\n{line}\n{record('t')}\n", encoding="utf-8")
    code, document, _ = replayed(path, "--policy", new)
    assert (code, document["messages"], document["after"]["hold"]) == (0, 3, 1)
    (sample,) = document["samples"]
    assert sample["source"].endswith("sent.jsonl#2")
    assert problem in sample["findings"][0]["message"]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--max-held", "40%"], 0),  # newly held and newly blocked: two of five
        (["--max-held", "39.9%"], 1),
        (["--max-warned", "20%"], 0),
        (["--max-warned", "19.99%"], 1),
        (["--max-held", "100%", "--max-warned", "0%"], 1),
    ],
)
def test_a_budget_is_for_what_is_new(replayed, outbox, old, new, options, code):
    found, document, _ = replayed(outbox, "--policy", new, "--against", old, *options)
    assert found == code
    assert any(each["over"] for each in document["budgets"]) == bool(code)


def test_without_anything_to_compare_with_a_budget_is_for_everything(replayed, outbox, old):
    assert replayed(outbox, "--policy", old, "--max-held", "20%")[0] == 0
    assert replayed(outbox, "--policy", old, "--max-held", "19%")[0] == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("--max-held", "0.5"),
        ("--max-held", "101%"),
        ("--max-warned=-1%",),
        ("--jobs", "0"),
        ("--policy", "none.toml"),
        ("--against", "none.toml"),
        ("--context", "none.json"),
        ("--output", "none/report.html"),
    ],
)
def test_misuse_is_exit_2_before_anything_is_judged(run, outbox, new, arguments):
    code, out, err = run("replay", outbox, "--policy", new, *arguments)
    assert (code, out) == (2, "")
    assert err.startswith("sendguard: ")


def test_standard_input_is_refused(run, new):
    code, out, err = run("replay", "-", "--policy", new)
    assert (code, out) == (2, "")
    assert "standard input" in err


def test_what_is_not_there_is_told_and_the_rest_is_judged(replayed, outbox, new, tmp_path):
    code, document, err = replayed(outbox, tmp_path / "none", "--policy", new)
    assert (code, document["messages"]) == (2, 5)
    assert "none: No such file" in err


def test_a_fault_of_ours_with_one_message_hides_no_other(replayed, outbox, new, monkeypatch):
    from sendguard.cli.replay import _judging

    def offer(tally, kind, name, *rest):
        raise LookupError("canary")

    monkeypatch.setattr(_judging, "offer_sample", offer)
    code, document, err = replayed(outbox, "--policy", new)
    assert (code, document["messages"]) == (3, 5)
    assert err.count("fault of sendguard") == 3
    assert "canary" not in err


def test_the_text_report_tells_counts_codes_examples_and_budgets(run, outbox, old, new):
    code, out, _ = run(
        *("replay", outbox, "--policy", new, "--against", old),
        *("--max-held", "10%", "--max-warned", "50%"),
    )
    assert code == 1
    lines = [" ".join(line.split()) for line in out.splitlines()]
    for line in (
        "before 3 1 1 0",
        "after 2 1 1 1",
        "newly blocked 1 20.00%",
        "code before after gained lost",
        "placeholder.unreplaced 1 0 0 1",
        "for example newly held:",
        "newly held or blocked: 2 of 5 messages (40.00%), at most 10%: over budget",
        "newly warned of: 1 of 5 messages (20.00%), at most 50%: within budget",
    ):
        assert line in lines
    assert "\x1b" not in out


def test_reports_go_to_a_file(run, outbox, new, tmp_path):
    path = tmp_path / "report.json"
    code, out, _ = run("replay", outbox, "--policy", new, "--format", "json", "--output", path)
    assert (code, out) == (0, "")
    assert json.loads(path.read_text(encoding="ascii"))["schema"] == 1


def sort_of(number):
    """A mail without a subject now and then, so that each chunk has some, and many merge fields."""
    return "no subject" if number % 12 == 7 else "merge field" if number % 4 == 2 else "fine"


def test_several_processes_report_what_one_does(run, tmp_path, old, new, monkeypatch):
    monkeypatch.setattr("sendguard.cli.replay._corpus.CHUNK", 40)
    path = tmp_path / "large.mbox"
    path.write_bytes(mbox(*(mail(sort_of(number)) for number in range(1, 171))))
    reports = []
    for jobs in (1, 3):
        for format_ in ("json", "html"):
            code, out, err = run(
                *("replay", path, "--policy", new, "--against", old),
                *("--jobs", jobs, "--format", format_, "--max-held", "1%"),
            )
            assert (code, err) == (1, "")
            reports.append(out)
    assert reports[:2] == reports[2:]
    document = json.loads(reports[0])
    assert document["messages"] == 170
    for kind, sort in (("newly-held", "no subject"), ("newly-allowed", "merge field")):
        sources = [each["source"] for each in document["samples"] if each["kind"] == kind]
        expected = [number for number in range(1, 171) if sort_of(number) == sort][:20]
        assert [int(source.rpartition("#")[2]) for source in sources] == expected


def test_few_chunks_are_on_their_way_at_a_time(monkeypatch):
    submitted = []

    class Pool:
        def __init__(self, *arguments, **options):
            pass

        def __enter__(self):
            return self

        def __exit__(self, *error):
            pass

        def submit(self, function, pickled, chunk):
            submitted.append(chunk)
            return _Done(chunk)

        def shutdown(self, **options):
            pass

    class _Done:
        def __init__(self, chunk):
            self.result = lambda: chunk

    monkeypatch.setattr(_replay, "ProcessPoolExecutor", Pool)
    results = _replay._in_processes(iter(range(1_000)), 2, None)
    assert next(results) == 0
    assert len(submitted) < 10
    assert list(results) == list(range(1, 1_000))


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_bar_tells_how_far_it_is(run, tmp_path, new, monkeypatch):
    monkeypatch.setattr("sendguard.cli._progress._REDRAWN", -1.0)
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    path = tmp_path / "large.mbox"
    path.write_bytes(mbox(*[mail("fine")] * 401))
    run("replay", path, "--policy", new, "--jobs", 1)
    assert " 200/401" in terminal.getvalue()
    assert " 401/401" in terminal.getvalue()


@pytest.mark.skipif("SENDGUARD_SAMPLE_MAIL" not in os.environ, reason="it names no folder")
def test_real_mail_is_all_judged(replayed, new):
    folder = Path(os.environ["SENDGUARD_SAMPLE_MAIL"])
    code, document, err = replayed(folder, "--policy", new)
    assert (code, err) == (0, "")
    assert document["messages"] == len(list(folder.rglob("*.eml")))


def test_an_interruption_is_quiet(tmp_path):
    begun = tmp_path / "begun"
    os.mkfifo(begun)
    (tmp_path / "slow.py").write_text(
        "import pathlib, sendguard\n"
        "@sendguard.rule('test.slow')\n"
        "def slow(message, context):\n"
        f"    pathlib.Path({str(begun)!r}).write_text('x')\n"
    )
    policy = tmp_path / "slow.toml"
    policy.write_text('[[checks]]\ncheck = "slow:slow"\n', encoding="utf-8")
    path = tmp_path / "large.mbox"
    path.write_bytes(mbox(*[mail("fine")] * 500))
    command = (
        "import signal, sys\n"
        "from sendguard.cli import main\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # ignored in the background
        "sys.exit(main())\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", command, "replay", path, "--policy", policy, "--jobs", "2"],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    with begun.open() as pipe:  # a worker judges now, and goes on as long as somebody reads
        os.killpg(process.pid, signal.SIGINT)
        while pipe.read():
            pass
    reader = os.open(begun, os.O_RDONLY | os.O_NONBLOCK)
    out, err = process.communicate(timeout=60)
    os.close(reader)
    assert (process.returncode, out, err) == (130, b"", b"")
