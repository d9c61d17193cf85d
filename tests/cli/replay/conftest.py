from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.replay.mails import MAILS, NEW, OLD, mail, mbox


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "old.toml"
    path.write_text(OLD, encoding="utf-8")
    return path


@pytest.fixture
def new(tmp_path: Path) -> Path:
    path = tmp_path / "new.toml"
    path.write_text(NEW, encoding="utf-8")
    return path


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    """An mbox with one mail of each sort."""
    path = tmp_path / "outbox.mbox"
    path.write_bytes(mbox(*map(mail, MAILS)))
    return path
