"""The same thing to the same people again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import field, frozen
from attrs.validators import instance_of

from sendguard.canonical import canonical_recipient
from sendguard.checks._same_content import exact_content, same_content
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
from sendguard.errors import ConfigurationError
from sendguard.stores import Claim, Latch, opaque_key


@frozen(repr=False)
class _Duplicate(StatefulLeaf):
    seconds: float
    near: bool = field(default=False, validator=instance_of(bool))
    across: bool = field(default=False, validator=instance_of(bool))

    def time_out_for(self, case: Case) -> float | None:
        return case.directory.time_out if self.across and case.directory is not None else None

    def claims(self, case: Case) -> Iterator[Ask | Unevaluable]:
        content = same_content(case, near=self.near, across=self.across)
        # What is compared otherwise is counted apart, and exact repeats under the oldest name.
        scope = [name for name in ("near", "across") if getattr(self, name)]
        kind = "-".join(["duplicate", *scope])
        same = "exactly the same" if not scope else "the same"
        for address, canonical in _recipients(case):
            for person in self._persons(case, address, canonical):
                yield Ask(
                    Claim(
                        opaque_key(kind, repr(self.seconds), content, person),
                        *(1, self.seconds),
                        code="state.duplicate",
                    ),
                    f"This recipient got {same} within {length_of(self.seconds)}.",
                    address,
                )

    def _persons(self, case: Case, address: str, canonical: str) -> list[str]:
        """By what the recipient is known, so that his other addresses are he as well."""
        if not self.across:
            return [canonical]
        found = () if case.directory is None else case.directory.who(address)
        if found:
            return [f"contact {contact.id}" for contact in found]
        customer = case.context.customer
        return [canonical if customer is None else f"customer {customer}"]

    @property
    def options(self) -> dict[str, Any]:
        return {"within": length_of(self.seconds), "near": self.near, "across": self.across}


def duplicate(*, within: Duration, near: bool = False, across: bool = False) -> Check:
    """The same content to the same recipient once more.

    The same means: sender, subject, every part and attachment and the author's own headers are
    equal; a date, a message id or who else gets it make no difference, one letter does.

    Args:
        within: for example ``"10m"``, ``"1d"``, or a `timedelta`.
        near: what says when it was sent makes no difference either: in subject and new text
            today's date and the days beside it, a time that stands beside such a date or has
            seconds, ids of messages; in links the parameters that track who came by them; nor do
            the sender's address, headers, pictures, letter case and white space. Another number,
            amount or day is another message, and so is another link, such as a new one to reset a
            password.
        across: the same words to the same person on another channel, or at another address of
            his, are the same too; subjects do not count then. Who he is says the directory; of
            whom it does not know, `Context.customer`, by which all people of one customer are one.

    Codes:
        ``state.duplicate`` (HOLD): a double click, a job that ran twice, a queue that delivered
        again.

    Raises:
        ConfigurationError: `within` is no length of time.
    """
    return _Duplicate(seconds_of("duplicate(within=)", within), near, across)


@frozen(repr=False)
class _Loop(StatefulLeaf):
    seconds: float
    recipients: int
    by: By
    function: Function | None = field(eq=False)

    def claims(self, case: Case) -> Iterator[Ask | Unevaluable]:
        by, length = label_of(self.by), length_of(self.seconds)
        content = exact_content(case)
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


def _recipients(case: Case) -> Iterator[tuple[str, str]]:
    """Each address as written, once, with the form in which it is compared."""
    for address in dict.fromkeys(recipient.address for recipient in case.message.recipients):
        yield address, canonical_recipient(address, case.default_region)
