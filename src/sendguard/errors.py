"""The exceptions that users catch::

    SendGuardError
    ├── ConfigurationError     a check, guard, context or policy was built wrongly
    └── MessageNotSent         a message was refused; `.decision` says why
        ├── MessageBlocked     it must not leave
        └── MessageHeld        it must not leave now; `.held` is its place in a hold queue, or None

All survive pickling, so they cross process and task-queue boundaries whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sendguard.model import Decision


class SendGuardError(Exception):
    """The root of all exceptions that sendguard raises."""


class ConfigurationError(SendGuardError, ValueError):
    """Something was built wrongly; the message says which field, what was received, what to do."""


class MessageNotSent(SendGuardError):  # noqa: N818  (the contract's name says what happened)
    """A message was refused; the caller still owns it.

    Attributes:
        decision: the `Decision` that refused it.
    """

    def __init__(self, decision: Decision) -> None:
        super().__init__(decision)
        self.decision = decision

    def __str__(self) -> str:
        return self.decision.explain(audience="log")


class MessageBlocked(MessageNotSent):
    """The message must not leave."""


class MessageHeld(MessageNotSent):
    """The message must not leave now: a person or a timer decides.

    Attributes:
        held: its entry in the hold queue that it was put into, or None where there was no queue.
    """

    def __init__(self, decision: Decision, held: object | None = None) -> None:
        super().__init__(decision)
        self.args = (decision, held)
        self.held = held
