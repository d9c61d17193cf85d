"""What a ledger keeps, and what it can answer."""

from __future__ import annotations

import json
import os
import resource
import signal
import threading
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest

from sendguard import (
    Action,
    ConfigurationError,
    Context,
    Guard,
    Message,
    MessageHeld,
    Override,
    StoreError,
    checks,
)
from sendguard.ledger import Ledger, entries, verify

KEY = b"a key of thirty-two secret bytes"
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture(params=["ledger.jsonl", "ledger.sqlite"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / request.param


def mail(
    to: str | list[str] = "maria@north.example", text: str = "Your parcel is here."
) -> Message:
    return Message.email(sender="shop@shop.example", to=to, subject="Parcel", text=text)


def ledger_at(path: Path) -> Ledger:
    return Ledger(path, key=KEY, clock=lambda: NOON)


def kinds(path: Path) -> list[str]:
    return [record.kind for record in entries(path)]


def test_it_keeps_what_was_decided_and_what_became_of_it(path: Path) -> None:
    guard = Guard(checks.placeholders(), observers=[ledger_at(path)])
    guard.admit(mail(), Context(actor="ann", purpose="transactional")).sent()
    with pytest.raises(MessageHeld):
        guard.admit(mail(text="Dear {{name}},"))
    assert kinds(path) == ["opened", "admitted", "sent", "held"]
    sent, held = list(entries(path))[2:]
    assert sent.at == NOON
    assert sent.facts["actor"] == "ann"
    assert sent.facts["purpose"] == "transactional"
    assert sent.facts["digest"] == mail().digest
    assert held.facts["findings"] == ["placeholder.unreplaced"]
    assert verify(path, key=KEY).intact
    assert verify(path).intact


def test_it_keeps_who_overrode_what_and_why(path: Path) -> None:
    guard = Guard(checks.placeholders(), observers=[ledger_at(path)])
    override = Override("placeholder.*", by="ann@shop.example", reason="it is a course on mail")
    guard.admit(mail(text="Dear {{name}},"), override=override).sent()
    facts = next(r.facts for r in entries(path) if r.kind == "sent")
    assert facts["override"]["codes"] == ["placeholder.unreplaced"]
    assert facts["override"]["reason"] == "it is a course on mail"
    assert "ann@shop.example" not in json.dumps(facts["override"])


def test_no_body_subject_or_address_is_written(path: Path) -> None:
    message = Message.email(
        sender="sendercanary@shop.example",
        to="Namecanary <maria.canary@north.example>",
        subject="subjectcanary",
        text="bodycanary {{name}}",
        headers={"X-Note": "headercanary"},
    )
    ledger = ledger_at(path)
    guard = Guard(checks.placeholders(), observers=[ledger])
    context = Context(customer="customercanary", actor="actorcanary@shop.example")
    override = Override(
        "placeholder.*", by="bycanary@shop.example", reason="for ed.canary@north.example"
    )
    guard.admit(message, context, override=override).sent({"maria.canary@north.example": "canary"})
    written = b"".join(each.read_bytes() for each in path.parent.iterdir()).decode("latin-1")
    assert "admitted" in written
    assert "canary" not in written.replace("@", "")
    assert "maria" not in written


class TestWhoGotIt:
    def test_whoever_was_sent_it_is_found_however_he_is_written(self, path: Path) -> None:
        ledger = ledger_at(path)
        Guard(observers=[ledger]).admit(mail()).sent()
        (receipt,) = ledger.got("Maria@North.Example")
        assert (receipt.outcome, receipt.digest, receipt.at) == ("sent", mail().digest, NOON)
        assert ledger.got("peter@north.example") == ()

    def test_a_phone_number_is_found_in_any_form(self, path: Path) -> None:
        ledger = Ledger(path, key=KEY, default_region="GB")
        sms = Message.sms(sender="shop", to="+44 20 7946 0958", text="Here.")
        Guard(observers=[ledger], default_region="GB").admit(sms).sent()
        assert [each.outcome for each in ledger.got("020 7946 0958")] == ["sent"]

    def test_whoever_was_refused_got_nothing(self, path: Path) -> None:
        ledger = ledger_at(path)
        two = mail(["maria@north.example", "peter@south.example"])
        Guard(observers=[ledger]).admit(two).sent({"peter@south.example": (550, b"no")})
        assert len(ledger.got("maria@north.example")) == 1
        assert ledger.got("peter@south.example") == ()

    def test_whoever_was_left_out_of_a_partial_send_got_nothing(self, path: Path) -> None:
        ledger = ledger_at(path)
        only_north = checks.allowed_recipients(["north.example"], everywhere=True)
        guard = Guard(only_north, observers=[ledger])
        guard.admit(mail(["maria@north.example", "peter@south.example"]), partial=True).sent()
        assert len(ledger.got("maria@north.example")) == 1
        assert ledger.got("peter@south.example") == ()

    def test_in_observe_mode_it_leaves_whatever_was_found(self, path: Path) -> None:
        ledger = ledger_at(path)
        guard = Guard(checks.placeholders(), observers=[ledger], mode="observe")
        guard.admit(mail(text="Dear {{name}},")).sent()
        assert [each.outcome for each in ledger.got("maria@north.example")] == ["sent"]

    def test_what_was_let_go_and_not_heard_of_is_pending(self, path: Path) -> None:
        ledger = ledger_at(path)
        guard = Guard(observers=[ledger])
        guard.admit(mail())
        guard.admit(mail(text="another")).failed()
        guard.admit(mail(text="a third")).unknown()
        assert [each.outcome for each in ledger.got("maria@north.example")] == [
            "pending",
            "unknown",
        ]

    def test_what_was_held_was_not_got(self, path: Path) -> None:
        ledger = ledger_at(path)
        with pytest.raises(MessageHeld):
            Guard(checks.placeholders(), observers=[ledger]).admit(mail(text="Dear {{name}},"))
        assert ledger.got("maria@north.example") == ()


class TestMisuse:
    def test_a_short_key_is_refused(self, path: Path) -> None:
        with pytest.raises(ConfigurationError, match="16 or more"):
            Ledger(path, key=b"short")

    def test_a_key_is_bytes(self, path: Path) -> None:
        with pytest.raises(TypeError, match="bytes"):
            Ledger(path, key="a key of thirty-two secret bytes")  # type: ignore[arg-type]  # wrong

    def test_a_path_whose_ending_says_nothing_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigurationError, match=r"\.jsonl"):
            Ledger(tmp_path / "ledger.txt", key=KEY)

    def test_a_ledger_goes_on_with_the_key_it_was_begun_with(self, path: Path) -> None:
        Guard(observers=[ledger_at(path)]).admit(mail()).sent()
        other = Ledger(path, key=b"quite another thirty-two bytes..")
        with pytest.raises(StoreError, match="another key"):
            other.got("maria@north.example")
        Guard(observers=[other]).admit(mail()).sent()  # an observer that fails changes nothing
        assert kinds(path) == ["opened", "admitted", "sent"]

    def test_a_ledger_that_is_not_there_cannot_be_verified(self, path: Path) -> None:
        with pytest.raises(StoreError, match="no such file"):
            verify(path)
        assert not path.exists()


def _write(path: Path, process: int, times: int) -> None:
    guard = Guard(observers=[ledger_at(path)])

    def send(thread: int) -> None:
        for number in range(times):
            guard.admit(mail(f"p{process}.{thread}.{number}@north.example")).sent()

    threads = [threading.Thread(target=send, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_processes_and_threads_write_one_chain(path: Path) -> None:
    fork = get_context("fork")
    workers = [fork.Process(target=_write, args=(path, n, 5)) for n in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    found = verify(path, key=KEY)
    assert found.intact
    assert found.records == 1 + 3 * 4 * 5 * 2


def test_a_ledger_crosses_a_fork(path: Path) -> None:
    guard = Guard(observers=[ledger_at(path)])
    guard.admit(mail()).sent()
    child = get_context("fork").Process(target=lambda: guard.admit(mail()).sent())
    child.start()
    child.join(30)
    guard.admit(mail()).sent()
    assert child.exitcode == 0
    assert verify(path, key=KEY).records == 7


def test_a_torn_line_is_mended_and_told(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    guard = Guard(observers=[ledger_at(path)])
    guard.admit(mail()).sent()
    with path.open("ab") as file:
        file.write(b'{"at":"2026')
    problem = verify(path).problem
    assert problem is not None
    assert problem.number == 3
    guard.admit(mail()).sent()
    assert kinds(path) == ["opened", "admitted", "sent", "mended", "admitted", "sent"]
    assert verify(path, key=KEY).intact
    assert next(r for r in entries(path) if r.kind == "mended").facts["lost_bytes"] == 11


def test_a_line_that_only_lost_its_end_is_not_thrown_away(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    guard = Guard(observers=[ledger_at(path)])
    guard.admit(mail()).sent()
    path.write_bytes(path.read_bytes()[:-1])
    guard.admit(mail()).sent()
    assert kinds(path) == ["opened", "admitted", "sent", "admitted", "sent"]
    assert verify(path, key=KEY).intact


def test_a_full_disk_leaves_no_half_line(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    guard = Guard(observers=[ledger_at(path)])
    guard.admit(mail()).sent()
    before = path.stat().st_size
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (before + 100, old[1]))
    try:
        guard.admit(mail()).sent()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
        signal.signal(signal.SIGXFSZ, ignored)
    assert path.stat().st_size == before
    guard.admit(mail()).sent()
    assert verify(path, key=KEY).records == 5


def test_long_records_are_followed(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    guard = Guard(observers=[ledger_at(path)])
    many = mail([f"p{n}@north.example" for n in range(3_000)])
    for _ in range(2):
        guard.admit(many).sent()
    assert path.stat().st_size > 4 * 65_536
    assert verify(path, key=KEY).records == 5


def test_a_clock_that_runs_backwards_breaks_nothing(path: Path) -> None:
    times = iter([NOON, NOON - timedelta(hours=1), NOON - timedelta(days=400)])
    ledger = Ledger(path, key=KEY, clock=lambda: next(times))
    Guard(observers=[ledger]).admit(mail()).sent()
    assert verify(path, key=KEY).records == 3


def test_an_address_in_two_spellings_is_one_person(path: Path) -> None:
    ledger = ledger_at(path)
    limit = checks.allowed_recipients(["shop.example"], everywhere=True).at(Action.WARN)
    guard = Guard(limit, observers=[ledger])
    guard.admit(mail(["maria@north.example", "MARIA@north.example"])).sent()
    facts = next(r.facts for r in entries(path) if r.kind == "sent")
    assert list(facts["to"].values()) == ["warn"]
    assert os.fspath(path) in repr(ledger)
    assert "secret" not in repr(ledger)
