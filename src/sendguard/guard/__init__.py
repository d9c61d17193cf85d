"""Judging a message, and acting on it: evaluate, admit, observers, the ambient context."""

from sendguard.guard._adding_up import decision_of
from sendguard.guard._admission import (
    Admission,
    AsyncAdmission,
    is_admitted,
)
from sendguard.guard._ambient import (
    ContextSource,
    context,
    resolve,
    without_ambient,
)
from sendguard.guard._difference import (
    Change,
    Difference,
    difference,
    noticed,
)
from sendguard.guard._firings import (
    Firing,
    FiringCounts,
    Firings,
    read_firings,
)
from sendguard.guard._guard import Guard
from sendguard.guard._guard_file import GuardFile
from sendguard.guard._keys import (
    free_key,
    keep_key,
)
from sendguard.guard._observers import (
    Event,
    LoggingObserver,
    Observer,
)
from sendguard.guard._recording import RecordingObserver
from sendguard.guard._release import (
    Release,
    current_release,
    payload_digest,
    releasing,
)
from sendguard.guard._settings import code_patterns
from sendguard.guard._shadow import Shadow

__all__ = [
    "Admission",
    "AsyncAdmission",
    "Change",
    "ContextSource",
    "Difference",
    "Event",
    "Firing",
    "FiringCounts",
    "Firings",
    "Guard",
    "GuardFile",
    "LoggingObserver",
    "Observer",
    "RecordingObserver",
    "Release",
    "Shadow",
    "code_patterns",
    "context",
    "current_release",
    "decision_of",
    "difference",
    "free_key",
    "is_admitted",
    "keep_key",
    "noticed",
    "payload_digest",
    "read_firings",
    "releasing",
    "resolve",
    "without_ambient",
]
