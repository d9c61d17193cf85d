"""The pytest fixture; loaded by pytest alone, by way of `sendguard.adapters.django.testing`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core import mail
from django.core.mail import EmailMessage

from sendguard.adapters.django import testing


@pytest.fixture
def guarded_mail() -> Iterator[list[EmailMessage]]:
    """The project's guard before ``mail.outbox``, which is given, empty."""
    with testing.guarded_mail():
        mail.outbox.clear()
        yield mail.outbox
