"""Judge a message just before it is sent: stop the wrong one, hold the doubtful one.

>>> from sendguard import Guard, Message
>>> guard = Guard.recommended()
>>> message = Message.email(to="m@x.example", subject="Your order", text="Dear {{name}}, …")
>>> guard.evaluate(message).allowed
False
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

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

_HOME = {
    "Check": "checks",
    "rule": "checks",
    "AlreadySent": "errors",
    "ConfigurationError": "errors",
    "MessageBlocked": "errors",
    "MessageHeld": "errors",
    "MessageNotSent": "errors",
    "SendGuardError": "errors",
    "StoreError": "errors",
    "Guard": "guard",
    "context": "guard",
}


if not TYPE_CHECKING:  # to which any name would then seem to be there

    def __getattr__(name: str) -> Any:  # PEP 562: nothing is imported before it is used
        if name not in __all__:
            raise AttributeError(f"module 'sendguard' has no attribute {name!r}")
        if name in ("checks", "conditions"):
            return import_module(f"sendguard.{name}")
        value = getattr(import_module(f"sendguard.{_HOME.get(name, 'model')}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return __all__
