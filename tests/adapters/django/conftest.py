"""Django, configured once for these tests."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator
from typing import Any

import django
import pytest
from django.conf import settings
from django.core import mail
from tests.adapters.django.project import HAS_MAILERS, Inner

if not settings.configured:
    settings.configure(
        INSTALLED_APPS=["sendguard.adapters.django"],
        SECRET_KEY="for tests",
        **({"MAILERS": {}} if HAS_MAILERS else {}),
    )
    django.setup()


@pytest.fixture(autouse=True)
def outbox() -> Iterator[list[Any]]:
    """What the locmem backend was given, emptied for each test."""
    mail.outbox = []
    yield mail.outbox
    del mail.outbox


@pytest.fixture
def shop(guard) -> Iterator[types.ModuleType]:
    """A module of the project, importable as ``shop_mail``, with a guard."""
    module = types.ModuleType("shop_mail")
    module.guard = guard
    sys.modules["shop_mail"] = module
    yield module
    del sys.modules["shop_mail"]


@pytest.fixture
def inner() -> Inner:
    return Inner()
