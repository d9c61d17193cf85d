"""A message and the conversation that it belongs to."""

from sendguard.checks.threads._audience import thread_audience
from sendguard.checks.threads._course import thread_course
from sendguard.checks.threads._history import thread_history
from sendguard.checks.threads._internal_only import internal_only
from sendguard.checks.threads._private import private
from sendguard.checks.threads._whole import thread

__all__ = [
    "internal_only",
    "private",
    "thread",
    "thread_audience",
    "thread_course",
    "thread_history",
]
