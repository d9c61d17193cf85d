"""All that can be told from a conversation."""

from __future__ import annotations

from sendguard.checks.algebra import Check, all_of
from sendguard.checks.threads._audience import thread_audience
from sendguard.checks.threads._course import thread_course
from sendguard.checks.threads._history import thread_history


def thread() -> Check:
    """`thread_audience`, `thread_history` and `thread_course` together.

    Without ``context.thread`` they are silent, except for ``thread.late``, which needs
    ``context.deadline`` alone.
    """
    return all_of(thread_audience(), thread_history(), thread_course())
