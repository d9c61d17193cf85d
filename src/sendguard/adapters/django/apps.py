"""The Django app: its label is ``sendguard``, it has system checks, and the held messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.apps import AppConfig
from django.conf import settings

from sendguard.adapters.django._settings import has_mailers


class SendguardConfig(AppConfig):  # type: ignore[misc]  # Django has no type hints
    """Add ``"sendguard.adapters.django"`` to ``INSTALLED_APPS`` to have the settings checked.

    Attributes:
        mailers: ``MAILERS`` as the project wrote it, before a test runner replaced the backends.
    """

    name = "sendguard.adapters.django"
    label = "sendguard"
    verbose_name = "sendguard"
    default_auto_field = "django.db.models.BigAutoField"

    mailers: Mapping[str, Any] = {}

    def ready(self) -> None:
        """Register the system checks."""
        from sendguard.adapters.django._checks import register_checks

        if has_mailers():
            self.mailers = settings.MAILERS
        register_checks()
