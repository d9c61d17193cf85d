"""The facts of a send, from a file."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

from sendguard.errors import ConfigurationError
from sendguard.model import Context


def read_context(path: Path) -> Context:
    """Read a context from JSON or TOML with the fields of `Context`.

    Raises:
        ConfigurationError: the file cannot be read, or has a wrong field; the message names the
            file, the field or line, and what to do.
    """
    try:
        return Context.from_dict(_loaded(path))
    except ConfigurationError as error:
        raise ConfigurationError(f"{path}: {error}") from None


def _loaded(path: Path) -> Any:
    suffix = path.suffix.lower()
    if suffix not in (".json", ".toml"):
        raise ConfigurationError("a context file is JSON or TOML; name it .json or .toml")
    try:
        text = path.read_text(encoding="utf-8-sig")
        return json.loads(text) if suffix == ".json" else tomllib.loads(text)
    except OSError as error:
        raise ConfigurationError(error.strerror or type(error).__name__) from None
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"byte {error.start} is not UTF-8; save it as UTF-8") from None
    except ValueError as error:  # both parsers say line and column
        raise ConfigurationError(f"this is not {suffix[1:].upper()}: {error}") from None
    except RecursionError:
        raise ConfigurationError("it is nested too deeply to be read") from None
