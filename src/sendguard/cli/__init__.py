"""The command ``sendguard``."""

from sendguard.cli._main import main

__all__ = ["main"]
