"""The same thing to the same people again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import field, frozen

from sendguard.canonical import canonical_recipient
from sendguard.checks.algebra import Ask, Case, Check, StatefulLeaf, Unevaluable
from sendguard.checks.options import (
    By,
    Duration,
    Function,
    count_of,
    function_of,
    length_of,
    name_of,
    seconds_of,
    subjects,
)
from sendguard.errors import ConfigurationError
from sendguard.stores import Claim, Latch, opaque_key


@frozen(repr=False)
class _Duplicate(StatefulLeaf):
    seconds: float

    def claims(self, case: Case) -> Iterator[Ask | Unevaluable]:
        content = _content(case)
        for address, canonical in _recipients(case):
            key = opaque_key("duplicate", repr(self.seconds), content, canonical)
            yield Ask(
                Claim(key, 1, self.seconds, code="state.duplicate"),
                f"This recipient got exactly the same within {length_of(self.seconds)}.",
                address,
            )

    @property
    def options(self) -> dict[str, Any]:
        return {"within": length_of(self.seconds)}


def duplicate(*, within: Duration) -> Check:
    """The same content to the same recipient once more.

    The same means: sender, subject, every part and attachment and the author's own headers are
    equal; a date, a message id or who else gets it make no difference, one letter does.

    Args:
        within: for example ``"10m"``, ``"1d"``, or a `timedelta`.

    Codes:
        ``state.duplicate`` (HOLD): a double click, a job that ran twice, a queue that delivered
        again.

    Raises:
        ConfigurationError: `within` is no length of time.
    """
    return _Duplicate(seconds_of("duplicate(within=)", within))


@frozen(repr=False)
class _Loop(StatefulLeaf):
    seconds: float
    recipients: int
    by: By
    function: Function | None = field(eq=False)

    def claims(self, case: Case) -> Iterator[Ask | Unevaluable]:
        by, length = name_of(self.by), length_of(self.seconds)
        content = _content(case)
        for subject in subjects(self.by, self.function, case):
            if subject.value is None:
                yield Unevaluable(f"Loops are seen by {by}, which this message does not name.")
                continue
            latch_key = opaque_key("loop", by, repr(self.seconds), subject.value)
            label = f"repeats reached {self.recipients} recipients within {length}"
            if by != "all":
                label += f" (by {by})"
            for address, canonical in _recipients(case):
                latch = Latch(
                    latch_key, opaque_key(canonical), self.recipients, self.seconds, label
                )
                key = opaque_key(latch_key, content, canonical)
                yield Ask(
                    Claim(key, 1, self.seconds, code="state.loop", latch=latch),
                    f"This recipient got exactly the same within {length}.",
                    address,
                )

    @property
    def options(self) -> dict[str, Any]:
        return {"within": length_of(self.seconds), "recipients": self.recipients, "by": self.by}


def loop(*, within: Duration, recipients: int = 5, by: By = "all") -> Check:
    """Repeats that reach several people: the mark of a program that sends in a loop.

    Each repeat is refused for its recipient, as `duplicate` does. When repeats have been refused
    for so many distinct recipients within that time, the *latch* is set: from the next send on
    nothing leaves in any worker, over restarts, until a person resets it with
    `ClaimStore.reset_latch`. One person who asks twice for his password sets no latch.

    What must get through all the same, say the apology, is sent with an `Override` of
    ``state.loop``, or exempted: ``loop(…).unless(conditions.purpose("service-notice"))``.

    Args:
        within: for example ``"1h"``, or a `timedelta`.
        recipients: so many distinct ones.
        by: what has a latch of its own, as in `rate_limit`, "recipient" excepted; "all" has one
            for everything that this check is about.

    Codes:
        ``state.loop`` (HOLD).

    Raises:
        ConfigurationError: an option has a value that it cannot have.
    """
    if by == "recipient":
        raise ConfigurationError("loop(by='recipient') could see no second recipient; use 'all'")
    seconds = seconds_of("loop(within=)", within)
    function = function_of("loop(by=)", by)
    return _Loop(seconds, count_of("loop(recipients=)", recipients), by, function)


def _content(case: Case) -> str:
    """What the readers get, whoever they are."""
    return case.message.replace(recipients=(), shown=(), envelope=None).digest


def _recipients(case: Case) -> Iterator[tuple[str, str]]:
    """Each address as written, once, with the form in which it is compared."""
    for address in dict.fromkeys(recipient.address for recipient in case.message.recipients):
        yield address, canonical_recipient(address, case.default_region)
