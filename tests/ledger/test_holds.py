"""What a ledger keeps of messages that wait, and who let them go."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sendguard import Context, Guard, Message, MessageHeld, checks
from sendguard.holds import Held, HoldQueue
from sendguard.ledger import Ledger, entries, verify
from sendguard.stores import MemoryStore

KEY = b"a key of thirty-two secret bytes"
LETTER = Message.email(sender="a@shop.example", to="maria@north.example", subject="s", text="Hi.")


def released(path: Path, *, guarded: bool) -> Ledger:
    """A letter that Ben approved for Ann, sent by the queue."""
    ledger = Ledger(path, key=KEY, clock=lambda: datetime(2026, 5, 4, tzinfo=UTC))
    store = MemoryStore()
    guard = Guard(checks.needs_approval(), store=store, observers=[ledger])
    queue = HoldQueue(store, guard if guarded else None, notify=ledger)
    context = Context(actor="ann", purpose="transactional")
    try:
        guard.admit(LETTER, context)
    except MessageHeld as held:
        waiting = queue.hold(LETTER, context, held.decision)
    queue.approve(waiting.id, by="ben@shop.example", note="read it twice")

    def send(held: Held) -> None:
        assert held.message == LETTER

    queue.release(send)
    return ledger


def test_it_keeps_who_approved_what_and_that_it_left(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    ledger = released(path, guarded=True)
    records = list(entries(path))
    kinds = [record.kind for record in records]
    assert kinds[:4] == ["opened", "held", "hold.held", "hold.approved"]
    assert {"admitted", "sent", "hold.sent"} <= set(kinds)
    approved = records[3].facts
    assert approved["by"].startswith("b…@")
    assert approved["note"] == "read it twice"
    left = next(record.facts for record in records if record.kind == "sent")
    assert left["approval"]["codes"] == ["authority.needs-approval"]
    assert left["approval"]["by"] == [approved["by"]]
    assert approved["hold"] == next(r.facts["hold"] for r in records if r.kind == "hold.sent")
    assert verify(path, key=KEY).intact
    assert "ben@shop" not in path.read_text(encoding="ascii")
    assert [receipt.outcome for receipt in ledger.got("maria@north.example")] == ["sent"]


def test_a_queue_without_a_guard_says_who_got_it_as_well(tmp_path: Path) -> None:
    ledger = released(tmp_path / "ledger.jsonl", guarded=False)
    assert [receipt.outcome for receipt in ledger.got("maria@north.example")] == ["sent"]
