"""Merge fields that were never filled, and what was filled into them instead of a value."""

from sendguard.checks.placeholder._placeholders import placeholders

__all__ = ["placeholders"]
