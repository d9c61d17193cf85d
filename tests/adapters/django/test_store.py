"""Held messages in Django's database."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, connections, transaction

from sendguard import Context, Guard, Message, MessageHeld, StoreError, checks
from sendguard.adapters.django import DjangoHoldStore
from sendguard.holds import HoldQueue
from sendguard.stores import HoldStore, MemoryStore
from sendguard.testing import HoldStoreConformance

LETTER = Message.email(sender="shop@shop.example", to="m@x.example", text="Dear {{name}}")


class TestInTheProjectsDatabase(HoldStoreConformance):
    @pytest.fixture(autouse=True)
    def _tables(self, database):
        """The tables, which every test wants empty."""

    def new_store(self, clock):
        return DjangoHoldStore()


def held(queue, number):
    letter = LETTER.replace(subject=f"letter {number}")
    return queue.hold(letter, Context(actor="ann"), queue.guard.evaluate(letter))


@pytest.fixture
def queue(database):
    return HoldQueue(DjangoHoldStore(), Guard(checks.placeholders(), store=MemoryStore()))


def test_it_is_a_hold_store():
    assert isinstance(DjangoHoldStore(), HoldStore)


def test_nothing_is_held_in_a_transaction_that_may_be_rolled_back(queue):
    with transaction.atomic(), pytest.raises(StoreError, match="an alias of its own"):
        held(queue, 1)
    assert list(queue.pending()) == []


def test_the_adapter_then_leaves_the_message_with_its_sender(queue, inner, caplog):
    from tests.adapters.django.project import written

    from sendguard.adapters.django import EmailBackend

    backend = EmailBackend(guard=queue.guard, queue=queue, backend=inner, alias="default")
    with transaction.atomic(), pytest.raises(MessageHeld) as error:
        backend.send_messages([written(body="Dear {{name}}")])
    assert error.value.held is None
    assert "could not be kept" in caplog.text


def test_a_failing_database_is_a_store_error(queue, monkeypatch):
    def fail(*args, **options):
        raise DatabaseError("gone")

    store = DjangoHoldStore()
    monkeypatch.setattr(connection, "ensure_connection", fail)
    connection.close()
    for step in (
        lambda: store.get_hold("0" * 32),
        lambda: list(queue.pending()),
        lambda: held(queue, 1),
        lambda: queue.purge("1d"),
    ):
        with pytest.raises(StoreError, match="gone"):
            step()


def test_the_migrations_make_what_the_models_say(migrated):
    call_command("makemigrations", "sendguard", check=True, dry_run=True, verbosity=0)


WORKER = """
import sys
from tests.adapters.django import conftest
from sendguard.adapters.django import DjangoHoldStore
from sendguard.holds import HoldQueue

from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]

def send(held):
    print(held.message.subject, flush=True)

report = HoldQueue(DjangoHoldStore()).release(send)
assert not report.in_doubt
"""


def test_processes_that_release_at_once_send_each_message_once(queue):
    wanted = Counter(f"letter {number}" for number in range(12))
    for number in range(12):
        queue.approve(held(queue, number).id, by="bo")
    connections.close_all()
    command = [sys.executable, "-c", WORKER, settings.DATABASES["default"]["NAME"]]
    workers = [
        subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": os.curdir}
        )
        for _ in range(3)
    ]
    sent = Counter(
        line for worker in workers for line in worker.communicate(timeout=120)[0].splitlines()
    )
    assert [worker.returncode for worker in workers] == [0] * 3
    assert sent == wanted
    assert queue.release(lambda held: None).sent == ()
