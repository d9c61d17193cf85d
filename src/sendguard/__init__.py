"""Judge a message just before it is sent: stop the wrong one, hold the doubtful one.

>>> from sendguard import Guard, Message
>>> guard = Guard.recommended()
>>> message = Message.email(to="m@x.example", subject="Your order", text="Dear {{name}}, …")
>>> guard.evaluate(message).allowed
False
"""

from typing import TYPE_CHECKING

from sendguard._front import front

if TYPE_CHECKING:
    from sendguard import checks, conditions
    from sendguard.checks import Check, rule
    from sendguard.errors import (
        AlreadySent,
        ConfigurationError,
        MessageBlocked,
        MessageHeld,
        MessageNotSent,
        SendGuardError,
        StoreError,
    )
    from sendguard.guard import Guard, context
    from sendguard.model import (
        Action,
        Actor,
        Attachment,
        Context,
        Decision,
        Finding,
        Message,
        Money,
        Override,
        Recipient,
    )

__all__ = [
    "Action",
    "Actor",
    "AlreadySent",
    "Attachment",
    "Check",
    "ConfigurationError",
    "Context",
    "Decision",
    "Finding",
    "Guard",
    "Message",
    "MessageBlocked",
    "MessageHeld",
    "MessageNotSent",
    "Money",
    "Override",
    "Recipient",
    "SendGuardError",
    "StoreError",
    "checks",
    "conditions",
    "context",
    "rule",
]

if not TYPE_CHECKING:  # to which any name would then seem to be there
    _HOMES = {
        "": "checks conditions",
        "checks": "Check rule",
        "errors": (
            "AlreadySent ConfigurationError MessageBlocked MessageHeld MessageNotSent "
            "SendGuardError StoreError"
        ),
        "guard": "Guard context",
        "model": (
            "Action Actor Attachment Context Decision Finding Message Money Override Recipient"
        ),
    }
    __getattr__, __dir__ = front("sendguard", _HOMES)
