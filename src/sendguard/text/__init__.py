"""What can be read from a message; one file for each thing read."""

from sendguard.text._analysis import NESTING_LIMIT, TEXT_LIMIT, Analysis, Place
from sendguard.text._html import Link, VisibleText, read_html

__all__ = [
    "NESTING_LIMIT",
    "TEXT_LIMIT",
    "Analysis",
    "Link",
    "Place",
    "VisibleText",
    "read_html",
]
