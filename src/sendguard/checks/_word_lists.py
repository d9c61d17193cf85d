"""The word lists in `data/` that checks judge by."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def word_lists(name: str) -> dict[str, Any]:
    """The content of `data/<name>.toml`, read once."""
    source = files("sendguard.checks") / "data" / f"{name}.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))
