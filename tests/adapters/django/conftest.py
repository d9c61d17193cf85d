"""Django, configured once for these tests."""

from __future__ import annotations

import gc
import sys
import tempfile
import types
import warnings
from collections.abc import Iterator
from typing import Any

import django
import pytest
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.core.management import call_command
from django.db import connections
from tests.adapters.django.project import HAS_MAILERS, Inner

_FOLDER = tempfile.TemporaryDirectory()
_MIDDLEWARE = (
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
)
_PROCESSORS = (
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
)

if not settings.configured:
    settings.configure(
        INSTALLED_APPS=[
            *(f"django.contrib.{app}" for app in ("admin", "auth", "contenttypes", "sessions")),
            "django.contrib.messages",
            "django.contrib.staticfiles",
            "sendguard.adapters.django",
        ],
        SECRET_KEY="for tests",
        ALLOWED_HOSTS=["127.0.0.1", "testserver"],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": f"{_FOLDER.name}/project.db",
                "OPTIONS": {"timeout": 20},
            }
        },
        ROOT_URLCONF="tests.adapters.django.urls",
        STATIC_URL="static/",
        MIDDLEWARE=_MIDDLEWARE,
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],  # quick
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {"context_processors": _PROCESSORS},
            }
        ],
        **({"MAILERS": {}} if HAS_MAILERS else {}),
    )
    django.setup()


@pytest.fixture(autouse=True)
def outbox() -> Iterator[list[Any]]:
    """What the locmem backend was given, emptied for each test."""
    mail.outbox = []
    yield mail.outbox
    del mail.outbox


@pytest.fixture(scope="session")
def migrated() -> Iterator[None]:
    """The project's tables, in a file that other processes can open too."""
    call_command("migrate", verbosity=0)
    yield
    connections.close_all()


@pytest.fixture(autouse=True)
def _no_connection_is_left() -> Iterator[None]:
    """Django keeps a connection for each thread, and closes it at the end of a request only."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # those of the threads of a test
        gc.collect()


@pytest.fixture
def database(migrated: None) -> Iterator[None]:
    """The tables, emptied."""
    for label in ("sendguard.HeldLabel", "sendguard.HeldMessage", "auth.User"):
        apps.get_model(label).objects.all().delete()
    yield
    connections.close_all()


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
