"""Judging a message, and acting on it: evaluate, admit, observers, the ambient context."""

from sendguard.guard._admission import Admission, AsyncAdmission
from sendguard.guard._ambient import ContextSource, context, resolve
from sendguard.guard._difference import Change, Difference, difference, noticed
from sendguard.guard._guard import Guard
from sendguard.guard._guard_file import GuardFile
from sendguard.guard._observers import Event, LoggingObserver, Observer

__all__ = [
    "Admission",
    "AsyncAdmission",
    "Change",
    "ContextSource",
    "Difference",
    "Event",
    "Guard",
    "GuardFile",
    "LoggingObserver",
    "Observer",
    "context",
    "difference",
    "noticed",
    "resolve",
]
