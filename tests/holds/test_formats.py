"""What a queue keeps, and what another version has written."""

from __future__ import annotations

import json
import logging
import sqlite3
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from tests.holds.conftest import LETTER, held_in
from tests.stores.redis_server import needs_redis
from tests.strategies import contexts, messages

from sendguard import Action, Context, Finding, Guard, StoreError, checks
from sendguard.errors import ConfigurationError
from sendguard.holds import HoldQueue, Need, Terms
from sendguard.holds._record import Status, from_body, to_body
from sendguard.model import FrozenMap
from sendguard.stores import Claim, HoldRecord, opaque_key
from sendguard.stores.redis import RedisStore
from sendguard.stores.sqlite import SQLiteStore

FIXTURES = Path(__file__).parent / "fixtures"
BEGAN = datetime(2026, 3, 1, 12, tzinfo=UTC)


def queue_on(store, now=BEGAN) -> HoldQueue:
    guard = Guard(checks.placeholders(), checks.cooling_off("1m"), store=store, clock=lambda: now)
    terms = {"placeholder.*": Terms(approvals=2, roles=["editor"], expires="30d")}
    return HoldQueue(store, guard, terms=terms, roles=lambda name: ["editor"])


def live(store) -> None:
    """The life that the fixtures were written in; its ids are those of `IDS`."""
    queue = queue_on(store)
    facts = Context(
        actor="ann", key="order 7", facts={"total": Decimal("12.50"), "due": date(2026, 4, 1)}
    )
    waiting = held_in(queue, context=facts, payload=b"\x00bytes\xff")
    queue.approve(waiting.id, by="bo", note="looks right")
    queue.reject(held_in(queue).id, by="ann", reason="wrong customer")
    queue.edit(held_in(queue).id, LETTER.replace(subject="Edited"), by="ann")
    doubtful = held_in(queue)
    for name in ("bo", "cy"):
        queue.approve(doubtful.id, by=name)

    def send(held):
        raise OSError

    assert queue_on(store, BEGAN + timedelta(minutes=1)).release(send).in_doubt == (doubtful.id,)


IDS = [f"{number:032x}" for number in range(4)]


def assert_lived(store) -> None:
    queue = queue_on(store, BEGAN + timedelta(minutes=2))
    waiting, rejected, edited, doubtful = (queue.get(id_) for id_ in IDS)
    assert (waiting.state, waiting.message, waiting.payload) == (
        "waiting",
        LETTER,
        b"\x00bytes\xff",
    )
    assert waiting.context.facts == {"total": Decimal("12.50"), "due": date(2026, 4, 1)}
    assert waiting.needs == (Need(2, ("editor",)),)
    assert (waiting.missing, waiting.approvals[0].note) == (1, "looks right")
    assert waiting.release_at == BEGAN + timedelta(minutes=1)
    assert waiting.expires_at == BEGAN + timedelta(days=30)
    assert {f.code for f in waiting.reasons} == {"placeholder.unreplaced", "timing.cooling-off"}
    assert (rejected.state, rejected.history[-1].note) == ("rejected", "wrong customer")
    assert (edited.message.subject, edited.authors) == ("Edited", ("ann@shop.example", "ann"))
    assert [each.id for each in queue.in_doubt()] == [doubtful.id]
    assert [each.id for each in queue.pending(code="timing.cooling-off")] == [waiting.id, edited.id]
    queue.approve(waiting.id, by="cy")
    sent = []
    assert queue.release(sent.append).sent == (waiting.id,)
    assert [each.payload for each in sent] == [b"\x00bytes\xff"]


def test_a_file_of_format_1_is_read(tmp_path):
    path = tmp_path / "state.db"
    connection = sqlite3.connect(path)
    connection.executescript((FIXTURES / "holds-1.sql").read_text())
    connection.close()
    assert_lived(SQLiteStore(path))


@needs_redis
def test_keys_of_format_1_are_read(redis_server):
    with redis_server.client() as client:
        for command in json.loads((FIXTURES / "holds-1.json").read_text()):
            client.execute_command(*(part.encode("latin-1") for part in command))
        assert_lived(RedisStore(client, clock=lambda: BEGAN + timedelta(minutes=2)))


def test_a_file_from_before_there_were_held_messages_gets_them_and_stays_readable(tmp_path):
    path = tmp_path / "claims.db"
    connection = sqlite3.connect(path)
    old = Path(__file__).parents[1] / "stores" / "fixtures" / "claims-1.sql"
    connection.executescript(old.read_text())
    held_in(queue_on(SQLiteStore(path)))
    assert connection.execute("PRAGMA user_version").fetchone() == (1,)  # what the old one asks for
    connection.close()


def test_held_messages_of_a_newer_format_are_left_alone_and_claims_go_on(tmp_path):
    path = tmp_path / "state.db"
    held_in(queue_on(SQLiteStore(path)))
    connection = sqlite3.connect(path)
    connection.execute("UPDATE formats SET version = 2")
    connection.commit()
    connection.close()
    store = SQLiteStore(path)
    with pytest.raises(StoreError, match="format 2, written by a newer sendguard"):
        list(queue_on(store).pending())
    claim = Claim(opaque_key("a"), 1, 60.0, code="state.test")
    assert store.take("1" * 32, [claim], now=BEGAN) == ()


@needs_redis
def test_keys_of_a_newer_format_are_left_alone(redis_server):
    with redis_server.client() as client:
        client.set("sendguard:{sendguard}:holds:format", "2")
        with pytest.raises(StoreError, match="FORMAT 2 of held messages"):
            held_in(queue_on(RedisStore(client)))


def test_a_message_that_a_newer_version_wrote_waits_for_that_version(store, time, caplog):
    queue = HoldQueue(store, Guard(checks.placeholders(), clock=time))
    held = held_in(queue)
    queue.approve(held.id, by="bo")
    record = store.get_hold(held.id)
    body = json.dumps({**json.loads(record.body), "format": 2})
    assert store.swap_hold(record.changed(body=body))
    with caplog.at_level(logging.WARNING, "sendguard"):
        assert list(queue.pending()) == []
    assert "1 held messages are not listed" in caplog.text
    with pytest.raises(StoreError, match="format 2, written by a newer sendguard"):
        queue.approve(held.id, by="cy")
    assert queue.release(lambda held: None).waiting == (held.id,)
    assert queue.release(lambda held: None).waiting == ()
    assert store.get_hold(held.id).body == body


def test_what_a_newer_version_adds_to_the_same_format_is_passed_over(store, time):
    queue = HoldQueue(store, Guard(checks.placeholders(), clock=time))
    held = held_in(queue)
    record = store.get_hold(held.id)
    body = json.dumps({**json.loads(record.body), "colour": "red"})
    assert store.swap_hold(record.changed(body=body))
    assert queue.get(held.id) == held


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{}", '{"format": "1"}', '{"format": 1}', "[" * 100_000, '{"format":1,"message":5}'],
)
def test_a_damaged_record_is_an_error_and_never_sent(body):
    with pytest.raises(StoreError):
        from_body(body)


@given(messages(), contexts)
def test_whatever_is_held_comes_back_as_it_was(message, context):
    guard = Guard.recommended().extended(checks.cooling_off("90s"))
    status = Status(
        message=message,
        context=context,
        decision=guard.evaluate(message, context),
        needs=(Need(2, ("editor",)),),
        release_at=BEGAN,
        expires_at=None,
        transport=FrozenMap({"options": ["SMTPUTF8"]}),
    )
    assert from_body(to_body(status)) == status


def test_a_context_that_json_cannot_hold_names_the_field():
    decision = Guard().evaluate(LETTER)
    status = Status(
        message=LETTER,
        context=Context(extra={"lock": object()}),
        decision=decision,
        needs=(),
        release_at=None,
        expires_at=None,
    )
    with pytest.raises(ConfigurationError, match=r"object in Context\.facts"):
        to_body(status)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"id": "A" * 32}, ConfigurationError),
        ({"state": "asleep"}, ValueError),
        ({"held_at": BEGAN.replace(tzinfo=None)}, TypeError),
        ({"due": "soon"}, TypeError),
        ({"body": b""}, TypeError),
        ({"payload": "text"}, TypeError),
        ({"labels": ("no code",)}, ConfigurationError),
    ],
)
def test_a_record_that_no_store_can_keep_is_refused(changes, error):
    fields = {"id": "a" * 32, "state": "waiting", "held_at": BEGAN, "due": None, "body": "{}"}
    with pytest.raises(error):
        HoldRecord(**{**fields, **changes})


def test_terms_of_a_finding_are_kept_with_it():
    finding = Finding(
        code="shop.big", action=Action.HOLD, message="x", terms=Terms(approvals=2, expires="1h")
    )
    assert finding.replace(action=Action.WARN).terms == finding.terms
    assert "terms" not in finding.to_dict()
