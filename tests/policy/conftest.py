from __future__ import annotations

import pytest


@pytest.fixture
def write(tmp_path):
    """Writes a policy file and returns its path."""

    def write_file(text, name="sendguard.toml"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write_file
