"""What an inner backend's failure says about the messages that it was given."""

from __future__ import annotations

import smtplib
from collections.abc import Sized

from django.core.mail.backends import smtp
from django.core.mail.backends.base import BaseEmailBackend

# Raised before the first message of a session: nothing of any message has left.
_BEFORE_ALL = (
    smtplib.SMTPConnectError,
    smtplib.SMTPHeloError,
    smtplib.SMTPAuthenticationError,
    smtplib.SMTPNotSupportedError,
)
# The server's own word that it has not taken the message that was being sent.
_REFUSED = (
    smtplib.SMTPSenderRefused,
    smtplib.SMTPRecipientsRefused,
)


def reached_nobody(inner: BaseEmailBackend, error: BaseException, messages: Sized) -> bool:
    """Whether it is certain that none of the messages has left.

    Only Django's own SMTP backend is known well enough to say so, and no subclass of it. `smtplib`
    turns every failure of a socket that is in use into SMTPServerDisconnected, so another OSError
    is one of connecting. Which one of several messages an error is about cannot be told: those
    before it have left.
    """
    if type(inner) is not smtp.EmailBackend:
        return False
    if isinstance(error, _BEFORE_ALL):
        return True
    if isinstance(error, smtplib.SMTPException):
        return _is_refusal(error) and len(messages) == 1
    if isinstance(error, OSError):
        return True
    # A message or an address that could not be written was never sent.
    return isinstance(error, ValueError) and len(messages) == 1


def _is_refusal(error: smtplib.SMTPException) -> bool:
    if isinstance(error, smtplib.SMTPDataError):
        return 400 <= error.smtp_code <= 599
    return isinstance(error, _REFUSED)
