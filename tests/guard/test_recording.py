from __future__ import annotations

import json
import stat

import pytest

from sendguard import Context, Guard, Message, MessageHeld, checks
from sendguard.guard import RecordingObserver


def test_each_message_is_one_line_that_can_be_judged_again(tmp_path):
    path = tmp_path / "sent.jsonl"
    guard = Guard(checks.placeholders(), observers=[RecordingObserver(path)])
    good = Message.email(to="maria@x.example", subject="s\ud800", text="Dear Maria,\nhello")
    with guard.admit(good, Context(purpose="transactional")):
        pass
    with pytest.raises(MessageHeld):
        guard.admit(good.replace(text="Dear {{name}},"))
    first, second = map(json.loads, path.read_text(encoding="ascii").splitlines())
    assert Message.from_dict(first["message"]) == good
    assert Context.from_dict(first["context"]).purpose == "transactional"
    assert first["decision"]["action"] == "allow"
    assert second["decision"]["findings"][0]["code"] == "placeholder.unreplaced"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
