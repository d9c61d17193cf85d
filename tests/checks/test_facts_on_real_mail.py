"""How often the checks on facts and promises speak on honest mail."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from sendguard import Action, Check, Guard, Message, checks

_SAMPLES = os.environ.get("SENDGUARD_SAMPLE_MAIL")


@pytest.mark.skipif(_SAMPLES is None, reason="SENDGUARD_SAMPLE_MAIL names no folder")
@pytest.mark.parametrize("check", [checks.contradictions(), checks.promises()], ids=repr)
def test_real_mail_is_never_stopped_and_hardly_ever_warned_about(check: Check) -> None:
    guard = Guard(check, on_unevaluable=Action.ALLOW)
    actions: Counter[Action] = Counter()
    for path in sorted(Path(_SAMPLES or "").rglob("*.eml")):
        message = Message.from_email(path.read_bytes())
        found = guard.evaluate(message).findings
        actions[
            max((f.action for f in found if f.code.startswith("fact.")), default=Action.ALLOW)
        ] += 1
    assert actions.total() > 0
    assert actions[Action.HOLD] == 0
    assert actions[Action.WARN] <= 0.003 * actions.total()
