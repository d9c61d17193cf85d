"""Real mail, where a folder of it is named: the smoke test of every reading."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sendguard import Message
from sendguard.text import Analysis


def sample_analyses() -> Iterator[tuple[str, Analysis]]:
    """The name and the analysis of each sample mail; skips the test where there is none."""
    folder = os.environ.get("SENDGUARD_SAMPLE_MAIL")
    if not folder:
        pytest.skip("SENDGUARD_SAMPLE_MAIL names no folder")
    for path in sorted(Path(folder).rglob("*.eml")):
        yield path.name, Analysis(Message.from_email(path.read_bytes()))
