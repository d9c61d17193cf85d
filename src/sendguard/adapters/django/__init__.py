"""A guard before Django's mail: a backend around any other, and an app with checks of its settings.

On Django 5.2::

    EMAIL_BACKEND = "sendguard.adapters.django.EmailBackend"
    SENDGUARD = {"GUARD": "shop.mail.guard"}

On Django 6.1::

    MAILERS = {
        "default": {
            "BACKEND": "sendguard.adapters.django.EmailBackend",
            "OPTIONS": {"guard": "shop.mail.guard", "mailer": "smtp"},
        },
        "smtp": {"OPTIONS": {"host": "mail.shop.example"}},
    }
"""

from sendguard.adapters.django._backend import EmailBackend
from sendguard.adapters.django._release import release_via
from sendguard.adapters.django._store import DjangoHoldStore

__all__ = ["DjangoHoldStore", "EmailBackend", "release_via"]
