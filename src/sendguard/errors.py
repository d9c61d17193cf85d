"""The exceptions that users catch::

    SendGuardError
    ├── ConfigurationError     a check, guard, context or policy was built wrongly
    ├── IndexFileError         a file of sendguard.matching is damaged; `.path`, `.problem`
    ├── StoreError             a store cannot be reached, read or written
    ├── HoldError              a hold queue cannot do that with this message; `.id`
    ├── SendFailed             what sends a held message says that it certainly reached nobody
    └── MessageNotSent         a message was refused; `.decision` says why
        ├── MessageBlocked     it must not leave
        ├── MessageHeld        it must not leave now; `.held` is its place in a hold queue, or None
        └── AlreadySent        its key was used for the same content; `.outcome` says how that went

All survive pickling, so they cross process and task-queue boundaries whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from sendguard.model import Decision


class SendGuardError(Exception):
    """The root of all exceptions that sendguard raises."""


class ConfigurationError(SendGuardError, ValueError):
    """Something was built wrongly; the message says which field, what was received, what to do."""


class IndexFileError(SendGuardError):
    """A file of `sendguard.matching` is damaged, of another kind or version, or incomplete.

    Attributes:
        path: the file.
        problem: what is wrong with it, in one sentence.
    """

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(path, problem)
        self.path = path
        self.problem = problem

    def __str__(self) -> str:
        return f"{self.path}: {self.problem}"


class StoreError(SendGuardError):
    """A store cannot be reached, read or written; the message says which and why."""


class HoldError(SendGuardError):
    """A hold queue cannot do that with this message; nothing was changed.

    Attributes:
        id: of the held message.
        problem: why, in one sentence.
    """

    def __init__(self, id: str, problem: str) -> None:  # noqa: A002  (what it is)
        super().__init__(id, problem)
        self.id = id
        self.problem = problem

    def __str__(self) -> str:
        return f"held message {self.id}: {self.problem}"


class SendFailed(SendGuardError):  # noqa: N818  (as the others, it says what happened)
    """Raised by a function that sends a held message: it certainly reached nobody, and may be sent
    again. Any other exception leaves the message in doubt."""


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


class AlreadySent(MessageNotSent):
    """The same content was sent under the same `Context.key` before, or is being sent.

    Attributes:
        outcome: what became of it: "sent", "unknown", or "pending" while nobody has said yet.
    """

    def __init__(self, decision: Decision, outcome: Literal["sent", "unknown", "pending"]) -> None:
        super().__init__(decision)
        self.args = (decision, outcome)
        self.outcome = outcome
