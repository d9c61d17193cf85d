"""Keep the guard in place in tests, where Django replaces every mail backend by ``locmem``.

With these, ``django.core.mail.outbox`` holds what the guard let pass and nothing else. For the
pytest fixture, put this line into the topmost ``conftest.py``::

    pytest_plugins = ["sendguard.adapters.django.testing"]
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core import mail
from django.test.utils import TestContextDecorator, override_settings

from sendguard.adapters.django._backend import EmailBackend
from sendguard.adapters.django._inner import DEFAULT, is_guarded
from sendguard.adapters.django._settings import has_mailers
from sendguard.guard import ContextSource, Guard

__all__ = ["GuardedMailMixin", "guarded_mail"]

# Read by pytest when this module is named as a plugin, so that nothing else here imports pytest.
pytest_plugins = ["sendguard.adapters.django._fixtures"]

_BACKEND = "sendguard.adapters.django.EmailBackend"
_LOCMEM = "django.core.mail.backends.locmem.EmailBackend"


class guarded_mail(TestContextDecorator):  # type: ignore[misc]  # noqa: N801  (untyped; lower case as override_settings)
    """All mail goes through the guard and then into ``mail.outbox``.

    A context manager, and a decorator of test functions and of unittest's test classes. Without
    arguments the guard is the project's own, with all that its settings say.

    Args:
        guard: another `Guard`, or the dotted path of one.
        context: another context for all messages, as `EmailBackend` takes it.
        partial: as `EmailBackend` takes it.

    On Django 6.1 with ``MAILERS``, a mailer of the project that goes around the guard does so in
    tests too, provided that ``"sendguard.adapters.django"`` is among the ``INSTALLED_APPS``.
    """

    def __init__(
        self,
        *,
        guard: Guard | str | None = None,
        context: ContextSource | str = None,
        partial: bool | None = None,
    ) -> None:
        super().__init__()
        given = {"guard": guard, "context": context, "partial": partial}
        self._given = {name: value for name, value in given.items() if value is not None}
        self._override: Any = None
        self._made_outbox = False

    def enable(self) -> None:
        """Put the guard in place."""
        changes = self._mailers() if has_mailers() else self._legacy()
        self._made_outbox = not hasattr(mail, "outbox")
        if self._made_outbox:
            mail.outbox = []
        self._override = override_settings(**changes)
        self._override.enable()

    def disable(self) -> None:
        """Put everything back."""
        self._override.disable()
        if self._made_outbox:
            del mail.outbox

    def _legacy(self) -> dict[str, Any]:
        given = {name.upper(): value for name, value in self._given.items()}
        project = getattr(settings, "SENDGUARD", {})
        return {
            "EMAIL_BACKEND": _BACKEND,
            "SENDGUARD": {**project, **given, "EMAIL_BACKEND": _LOCMEM},
        }

    def _mailers(self) -> dict[str, Any]:
        project = _project_mailers()
        mailers: dict[str, Any] = {}
        for alias in settings.MAILERS:
            config = project.get(alias, {"BACKEND": _BACKEND})
            backend = config.get("BACKEND", DEFAULT)
            if not is_guarded(backend, EmailBackend):
                mailers[alias] = {"BACKEND": _LOCMEM}
                continue
            sending = ("mailer", "backend", "options")
            own = {
                name: value
                for name, value in config.get("OPTIONS", {}).items()
                if name not in sending
            }
            mailers[alias] = {
                "BACKEND": backend,
                "OPTIONS": {**own, **self._given, "backend": _LOCMEM},
            }
        return {"MAILERS": mailers}


class GuardedMailMixin:
    """For unittest: all tests of the class have the guard before ``mail.outbox``.

    Put it before Django's test case: ``class OrderMailTests(GuardedMailMixin, TestCase)``.

    Attributes:
        guard, partial: as `guarded_mail` takes them.
    """

    guard: Guard | str | None = None
    partial: bool | None = None

    def setUp(self) -> None:
        """Put the guard in place until the test is over."""
        override = guarded_mail(guard=self.guard, partial=self.partial)
        override.enable()
        self.addCleanup(override.disable)  # type: ignore[attr-defined]  # of unittest.TestCase
        super().setUp()  # type: ignore[misc]  # of unittest.TestCase


def _project_mailers() -> Mapping[str, Any]:
    """``MAILERS`` before the test runner changed it; empty where the app is not installed."""
    if not apps.ready or not apps.is_installed("sendguard.adapters.django"):
        return {}
    mailers: Mapping[str, Any] = apps.get_app_config("sendguard").mailers
    return mailers
