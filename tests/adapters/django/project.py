"""What the tests of the Django adapter share: settings, an inner backend, messages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.test import override_settings

HAS_MAILERS = hasattr(mail, "mailers")
GUARDED = "sendguard.adapters.django.EmailBackend"
LOCMEM = "django.core.mail.backends.locmem.EmailBackend"
SMTP = "django.core.mail.backends.smtp.EmailBackend"


@contextmanager
def project(**options: Any) -> Iterator[None]:
    """The settings of a project whose mail is guarded, in the way of the installed Django.

    The options are those of the guarded backend; the inner backend is locmem where none is named.
    """
    options.setdefault("backend", "django.core.mail.backends.locmem.EmailBackend")
    if HAS_MAILERS:
        changes = {"MAILERS": {"default": {"BACKEND": GUARDED, "OPTIONS": options}}}
    else:
        keys = {"backend": "EMAIL_BACKEND"}
        changes = {
            "EMAIL_BACKEND": GUARDED,
            "SENDGUARD": {keys.get(name, name.upper()): value for name, value in options.items()},
        }
    with override_settings(**changes):
        yield


class Inner(BaseEmailBackend):
    """A backend that keeps what it is given, and answers what it is told to.

    Attributes:
        calls: the messages of each call.
        answer: what `send_messages` returns, given the messages; or the exception that it raises.
        log: the names of its other methods as they were called.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__()
        self.kwargs = kwargs
        self.calls: list[list[Any]] = []
        self.log: list[str] = []
        self.answer: Callable[[list[Any]], Any] | BaseException = len

    def open(self) -> str:
        self.log.append("open")
        return "opened"

    def close(self) -> str:
        self.log.append("close")
        return "closed"

    def send_messages(self, email_messages: Any) -> Any:
        self.calls.append(list(email_messages))
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer(email_messages)


def written(subject: str = "Your order", to: str = "ann@a.example", **fields: Any) -> Any:
    """A Django message."""
    return mail.EmailMultiAlternatives(
        subject, fields.pop("body", "It is on its way."), "shop@shop.example", [to], **fields
    )
