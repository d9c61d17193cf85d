"""Sending the Django messages that a hold queue releases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core import mail

from sendguard.adapters._holding import released
from sendguard.adapters.django._backend import EmailBackend
from sendguard.adapters.django._reading import message_of
from sendguard.adapters.django._settings import has_mailers
from sendguard.adapters.django._settling import reached_nobody
from sendguard.adapters.django._stored import StoredMessage
from sendguard.errors import ConfigurationError, SendFailed, SendGuardError
from sendguard.guard import Guard
from sendguard.holds import Held


def release_via(using: Any = None) -> Callable[[Held], object]:
    """What `HoldQueue.release` needs to send the messages that `EmailBackend` put into the queue.

    The backend is given the message as it was held: its MIME bytes from ``message()``, and all its
    attributes for a backend that reads those.

    Args:
        using: a connection, guarded or not; on Django 6.1 also an alias in ``MAILERS``. None is
            the project's default, which may be the guarded one.

    Raises:
        ConfigurationError: it is none of these.
    """
    _check(using)

    def send(held: Held) -> None:
        payload = released(held, "django")
        message = StoredMessage(payload)
        read = message_of(message)
        if read.digest != held.digest:
            raise SendFailed("what was kept does not read as the message that was held")
        connection = _connection(using)
        guarded = isinstance(connection, EmailBackend)
        if not guarded:
            Guard().admit(read, payload=payload)  # the queue has judged; this uses its leave up
        try:
            sent = connection.send_messages([message])
        except (OSError, ValueError) as error:
            if not guarded and reached_nobody(connection, error, [message]):
                raise SendFailed(f"the backend failed: {type(error).__name__}") from error
            raise
        if sent != 1:
            raise SendGuardError("the backend does not say that it has sent the message")

    return send


def _check(using: Any) -> None:
    if isinstance(using, str) and not has_mailers():
        raise ConfigurationError(
            f"release_via: {using!r} would be an alias of MAILERS, which this project has not; "
            "give a connection"
        )
    if not (using is None or isinstance(using, str) or hasattr(using, "send_messages")):
        raise ConfigurationError(f"release_via: a {type(using).__name__} is no connection")


def _connection(using: Any) -> Any:
    if using is not None and not isinstance(using, str):
        return using
    if has_mailers():
        return mail.mailers[using or "default"]
    return mail.get_connection()
