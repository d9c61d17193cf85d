"""How many messages in how long."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import field, frozen

from sendguard.checks.algebra import Ask, Case, Check, StatefulLeaf, Unevaluable
from sendguard.checks.options import (
    By,
    Duration,
    Function,
    count_of,
    function_of,
    label_of,
    length_of,
    seconds_of,
    subjects,
)
from sendguard.stores import Claim, opaque_key


@frozen(repr=False)
class _RateLimit(StatefulLeaf):
    limit: int
    seconds: float
    by: By
    function: Function | None = field(eq=False)

    def claims(self, case: Case) -> Iterator[Ask | Unevaluable]:
        by = label_of(self.by)
        for subject in subjects(self.by, self.function, case):
            if subject.value is None:
                yield Unevaluable(f"A limit is counted by {by}, which this message does not name.")
                continue
            key = opaque_key("rate-limit", by, repr(self.seconds), subject.value)
            whom = "in all" if by == "all" else f"by {by}"
            yield Ask(
                Claim(key, self.limit, self.seconds, code="state.rate-limit"),
                f"More than {self.limit} in {length_of(self.seconds)}, counted {whom}.",
                subject.recipient,
            )

    @property
    def options(self) -> dict[str, Any]:
        return {"limit": self.limit, "per": length_of(self.seconds), "by": self.by}


def rate_limit(*, limit: int, per: Duration, by: By) -> Check:
    """At most so many messages in any stretch of time of that length, over all workers.

    Limits of the same length and `by` count the same messages, so that one may warn early; under a
    `Check.when` a limit counts only the messages that it is about.

    Args:
        limit: messages, at least 1; a message to several recipients counts once for each of them
            when counted by recipient, else once.
        per: for example ``"1h"``, ``"90s"``, ``"1d"``, or a `timedelta`.
        by: what is counted for itself: "recipient", "actor", "customer", "campaign", "template",
            "all", ``"module:function"``, or a function of message and context that gives a text;
            where that is missing, ``guard.not-evaluable``.

    Codes:
        ``state.rate-limit`` (HOLD): a program that has run wild, or a person who is written to too
        often.

    Raises:
        ConfigurationError: an option has a value that it cannot have.

    >>> rate_limit(limit=3, per="1h", by="recipient")
    rate_limit(limit=3, per='1h', by='recipient')
    """
    seconds = seconds_of("rate_limit(per=)", per)
    function = function_of("rate_limit(by=)", by)
    return _RateLimit(count_of("rate_limit(limit=)", limit), seconds, by, function)
