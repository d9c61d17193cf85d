"""Held messages: cooling off, waiting for approval, and released at most once."""

from sendguard.holds._held import Entry, Held, Need, Signature, State
from sendguard.holds._notices import HoldEvent, HoldObserver
from sendguard.holds._people import identity
from sendguard.holds._queue import HoldQueue
from sendguard.holds._report import ReleaseReport
from sendguard.model import Approval, Terms

__all__ = [
    "Approval",
    "Entry",
    "Held",
    "HoldEvent",
    "HoldObserver",
    "HoldQueue",
    "Need",
    "ReleaseReport",
    "Signature",
    "State",
    "Terms",
    "identity",
]
