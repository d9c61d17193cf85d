"""Policies by path, by text and by name."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from sendguard.policy._document import layers_of, layers_of_text, shipped_layers, shipped_names
from sendguard.policy._policy import Policy
from sendguard.policy._reading import read_policy


def load(path: str | os.PathLike[str], *, environment: str | None = None) -> Policy:
    """The policy that a file says, with all that it includes.

    Args:
        path: a policy file, a pyproject.toml with a table ``[tool.sendguard]``, or the name of a
            policy that comes with sendguard, such as "recommended".
        environment: whose tables of the file lie on top; None for "production".

    Raises:
        ConfigurationError: something is wrong; the message names the file, the key, what was
            expected, and the nearest valid name. Nothing of the file counts then.
    """
    if isinstance(path, str) and path in shipped_names():
        return shipped(path)
    return read_policy(layers_of(Path(path), environment))


def loads(text: str, *, folder: str | os.PathLike[str] = ".") -> Policy:
    """The policy that a text says; relative paths in it begin at the folder.

    Raises:
        ConfigurationError: as for `load`.
    """
    return read_policy(layers_of_text(text, Path(folder)))


@cache
def shipped(name: str) -> Policy:
    """A policy that comes with sendguard, by name."""
    return read_policy(shipped_layers(name))
