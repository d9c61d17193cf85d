"""A Django message for other recipients than it was written for. The original is never changed."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable

from django.core.mail import EmailMessage

from sendguard.adapters._reroute import Reroute, original_headers, rerouted
from sendguard.canonical import Mailbox, read_mailbox
from sendguard.errors import ConfigurationError
from sendguard.model import ROLES, Message, Recipient

_ADDRESSEES = frozenset({"to", "cc", "bcc"})


def readdressed(given: EmailMessage, message: Message, to: Reroute) -> EmailMessage:
    """The message to others, in To and Cc too; who would have got it stands in its headers.

    Args:
        given: what Django was to send.
        message: the same as it was read.
        to: where it goes instead.

    Raises:
        ConfigurationError: the message computes its recipients itself, so they cannot be replaced.
    """
    targets = rerouted(message.recipients, to)
    changed = copy.copy(given)
    for role in ROLES:
        boxes = (Mailbox(target.name, target.address) for target in targets if target.role == role)
        setattr(changed, role, [str(box) for box in boxes])
    kept = {
        name: value
        for name, value in given.extra_headers.items()
        if name.lower() not in _ADDRESSEES
    }
    originals = original_headers((*message.recipients, *message.shown))
    changed.extra_headers = {**kept, **dict(originals)}
    return _checked(changed, {target.address for target in targets})


def narrowed(given: EmailMessage, recipients: Iterable[Recipient]) -> EmailMessage:
    """The message to some of its recipients only; the others are in none of its headers.

    To and Cc that the author wrote as headers of their own stay as he wrote them.

    Raises:
        ConfigurationError: the message computes its recipients itself, so none can be left out.
    """
    kept = {recipient.address for recipient in recipients}
    changed = copy.copy(given)
    for role in ROLES:
        entries = getattr(given, role)
        setattr(changed, role, [entry for entry in entries if _address(entry) in kept])
    return _checked(changed, kept)


def _address(entry: object) -> str:
    return read_mailbox(str(entry)).address


def _checked(changed: EmailMessage, allowed: set[str]) -> EmailMessage:
    computed: Callable[[], list[object]] = changed.recipients
    if not {_address(entry) for entry in computed()} <= allowed:
        raise ConfigurationError(
            f"{type(changed).__qualname__}.recipients() does not follow the message's to, cc and "
            "bcc, so its recipients can neither be rerouted nor left out; do without "
            "reroute and partial for it"
        )
    return changed
