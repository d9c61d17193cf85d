"""I-10 and I-28: a loop in several processes, and the apology for it."""

from __future__ import annotations

import os
import signal
from datetime import UTC, datetime, timedelta

import pytest
from tests.stores.redis_server import needs_redis
from tests.stores.workers import all_of, forked

from sendguard import Context, Guard, Message, MessageHeld, Override, checks
from sendguard.stores.redis import RedisStore
from sendguard.stores.sqlite import SQLiteStore

# The children of these forks do nothing but send.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")

CONTACTS = [f"contact{n}@customer.example" for n in range(40)]
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def mailing(contact: str, text: str = "Spring is here") -> Message:
    return Message.email(sender="shop@shop.example", to=contact, subject="News", text=text)


@pytest.fixture(params=["sqlite", pytest.param("redis", marks=needs_redis)])
def new_guard(request, tmp_path):
    """A guard as every worker builds it, and rebuilds it after a restart."""

    def build(minute: int = 0) -> Guard:
        now = NOON + timedelta(minutes=minute)
        if request.param == "sqlite":
            store = SQLiteStore(tmp_path / "claims.db", timeout=30)
        else:
            store = RedisStore(server.client(), timeout=30, clock=lambda: now)
        return Guard(checks.loop(within="1d"), store=store, clock=lambda: now)

    if request.param == "redis":
        server = request.getfixturevalue("redis_server")
    return build


def rounds_of(new_guard, *, killed_at: str):
    """What a worker does that is in a loop; it says to whom it has sent. Who sends to `killed_at`
    dies before he can settle."""

    def work(pipe: int) -> None:
        for minute in range(5):
            guard = new_guard(minute)
            for contact in CONTACTS:
                try:
                    admission = guard.admit(mailing(contact))
                except MessageHeld:
                    continue
                os.write(pipe, f"{contact}\n".encode())
                if contact == killed_at:
                    os.kill(os.getpid(), signal.SIGKILL)
                admission.sent()

    return work


def test_a_loop_in_many_processes_reaches_everybody_once_and_is_stopped(new_guard):
    children = [forked(rounds_of(new_guard, killed_at=CONTACTS[3])) for _ in range(4)]
    sent = [line for _, pipe in children for line in all_of(pipe).decode().split("\n")[:-1]]
    ends = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child, _ in children]
    assert sorted(ends) == [-signal.SIGKILL, 0, 0, 0]
    assert CONTACTS[3] in sent
    assert len(sent) == len(set(sent))
    assert set(sent) <= set(CONTACTS)
    later = new_guard(60 * 24 * 30)
    assert len(later._settings.store.latches()) == 1
    with pytest.raises(MessageHeld):
        later.admit(mailing("someone.else@customer.example", "Something else"))
    word = Override("state.loop", by="Maria Lopez", reason="the apology for the loop")
    for contact in CONTACTS:
        apology = mailing(contact, "We are sorry")
        decision = later.admit(apology, Context(purpose="service-notice"), override=word).decision
        assert [finding.code for finding in decision.overridden] == ["state.loop"]
        assert decision.override == word


def test_one_who_asks_twice_for_his_password_stops_nobody(new_guard):
    guard = new_guard()
    guard.admit(mailing(CONTACTS[0])).sent()
    for _ in range(20):
        with pytest.raises(MessageHeld):
            guard.admit(mailing(CONTACTS[0]))
    for contact in CONTACTS[1:]:
        guard.admit(mailing(contact)).sent()
