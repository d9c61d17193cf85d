"""What can be read from a message; one file for each thing read."""

from sendguard.text._analysis import Analysis

__all__ = ["Analysis"]
