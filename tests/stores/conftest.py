"""Where files lie that need not outlast a loss of power."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

_MEMORY = Path("/dev/shm")


@pytest.fixture
def folder_in_memory() -> Iterator[Path]:
    """A folder that waits for no disk, where there is one: for stores that are opened by the hundred."""
    with tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as folder:
        yield Path(folder)
