"""A message and the conversation that it belongs to."""

from sendguard.checks.thread._audience import thread_audience
from sendguard.checks.thread._course import thread_course
from sendguard.checks.thread._history import thread_history
from sendguard.checks.thread._internal_only import internal_only
from sendguard.checks.thread._private import private
from sendguard.checks.thread._whole import thread

__all__ = [
    "internal_only",
    "private",
    "thread",
    "thread_audience",
    "thread_course",
    "thread_history",
]
