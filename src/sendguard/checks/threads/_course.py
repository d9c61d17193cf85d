"""Whether a reply still fits what has happened, and when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from attrs import frozen

from sendguard.checks.algebra import Case, Check, Leaf
from sendguard.checks.threads._identification import named_ids, own_id
from sendguard.checks.threads._participants import sender_of
from sendguard.model import Action, Finding

_TWO_DAYS = timedelta(days=2)


@frozen(repr=False)
class _ThreadCourse(Leaf):
    def find(self, case: Case) -> Iterator[Finding]:
        context = case.context
        if context.deadline is not None and context.now is not None:
            late = context.now - context.deadline
            if late > timedelta(0):
                yield Finding(
                    code="thread.late",
                    action=Action.WARN,
                    message=f"The answer was due {_shown(late)} ago.",
                    suggestion="Say that it is late, and check that it still helps.",
                )
        if context.draft_started is not None:
            us = sender_of(case.message, case)
            named = named_ids(case.message)
            since = [
                message
                for message in context.thread
                if message.date is not None
                and message.sender is not None
                and _aware(message.date) > context.draft_started
                and sender_of(message, case) != us
                and own_id(message) not in named
            ]
            if since and us:
                sender = since[-1].sender
                name = "Somebody" if sender is None else sender.name or sender.address
                yield Finding(
                    code="thread.answered",
                    action=Action.WARN,
                    message=f"{name} has written since this answer was begun.",
                    suggestion="Read what is new, and write the answer anew if it no longer fits.",
                )


def _aware(date: datetime) -> datetime:
    """A time of the header; without a known zone it is UTC (RFC 5322 §3.3, "-0000")."""
    return date.replace(tzinfo=UTC) if date.tzinfo is None else date


def _shown(time: timedelta) -> str:
    """A length of time for people to read.

    >>> _shown(timedelta(hours=3, minutes=20)), _shown(timedelta(days=14))
    ('3 hours', '14 days')
    """
    if time >= _TWO_DAYS:
        return f"{time.days} days"
    minutes = int(time.total_seconds()) // 60
    if minutes >= 60:
        return f"{minutes // 60} hour{'s' if minutes >= 120 else ''}"
    return f"{minutes} minute{'s' if minutes != 1 else ''}"


def thread_course() -> Check:
    """A reply comes in time, and nobody has written since it was begun.

    It needs ``context.deadline``; or ``context.thread`` and ``context.draft_started``.

    Codes:
        ``thread.late`` (WARN): the answer is late against its deadline. Late is better than never,
        so it is not stopped.
        ``thread.answered`` (WARN): the conversation has gone on since the draft was begun; messages
        of the same sender do not count, nor those that it names in In-Reply-To or References.
    """
    return _ThreadCourse()
