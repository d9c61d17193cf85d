"""The backend behind the guard: how it is named, and how it is built."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.module_loading import import_string

from sendguard.adapters.django._settings import InvalidSettings, Setting, has_mailers, imported

DEFAULT = "django.core.mail.backends.smtp.EmailBackend"  # as in Django, in all its versions


def backend_class(setting: Setting, guarded: type) -> Any:
    """The class of the backend that sends.

    Args:
        setting: its dotted path, or the class itself.
        guarded: the class of the guarded backend, which cannot be behind itself.

    Raises:
        InvalidSettings: it cannot be imported, is no backend, or is a guarded one.
    """
    found = imported(setting.value, setting.where) if _is_path(setting) else setting.value
    if isinstance(found, type) and issubclass(found, guarded):
        raise InvalidSettings(
            f"{setting.where} is the guarded backend itself; name the backend that sends, such as "
            f"{DEFAULT!r}"
        )
    if not callable(found):
        raise InvalidSettings(f"{setting.where} is a {type(found).__name__}, not a backend")
    return found


def is_guarded(path: str, guarded: type) -> bool:
    """Whether the dotted path names the class of the guarded backend, or one made of it."""
    try:
        found = import_string(path)
    except ImportError:  # Django says so when it is used
        return False
    return isinstance(found, type) and issubclass(found, guarded)


def inner_options(found: Mapping[str, Setting]) -> dict[str, Any]:
    """The arguments for the inner backend.

    Raises:
        InvalidSettings: they are no mapping.
    """
    setting = found.get("options")
    if setting is None:
        return {}
    if not isinstance(setting.value, Mapping):
        raise InvalidSettings(
            f"{setting.where} is a {type(setting.value).__name__}; make it a dict"
        )
    return dict(setting.value)


def check_mailer(found: Mapping[str, Setting], alias: str | None) -> str:
    """The alias of the mailer that sends.

    Raises:
        InvalidSettings: a backend is named beside it, the project has no such mailer, or it leads
            back to this one.
    """
    setting = found["mailer"]
    if "backend" in found or "options" in found:
        raise InvalidSettings(
            f"{setting.where} names a mailer with a backend and options of its own; leave out "
            "'backend' and 'options'"
        )
    if not has_mailers():
        raise InvalidSettings(
            f"{setting.where} needs MAILERS, a setting of Django 6.1; name an inner backend"
        )
    mailers: Mapping[str, Any] = settings.MAILERS
    following = setting.value
    seen = [alias]
    while following is not None:
        if following in seen:
            raise InvalidSettings(
                f"{setting.where} is {setting.value!r}, which leads back to the same mailer; name "
                "the one that sends"
            )
        if following not in mailers:
            raise InvalidSettings(
                f"{setting.where} leads to {following!r}, which MAILERS has not; it has "
                f"{', '.join(map(repr, mailers))}"
            )
        seen.append(following)
        following = mailers[following].get("OPTIONS", {}).get("mailer")
    return str(setting.value)


def inner_backend(
    found: Mapping[str, Setting],
    guarded: type,
    *,
    alias: str | None,
    fail_silently: bool,
    called_with: Mapping[str, Any],
) -> Any:
    """The backend that sends what the guard lets pass.

    Args:
        found: the options of the guarded backend.
        guarded: its class.
        alias: of the mailer that the guarded backend is, or None without MAILERS.
        fail_silently: what the guarded backend was given; without MAILERS it goes to the inner one.
        called_with: what the caller of `get_connection` gave, for the backend that sends.

    Raises:
        InvalidSettings: an option is wrong; the message names it.
    """
    if "mailer" in found:
        return _mailer(check_mailer(found, alias), called_with)
    options = inner_options(found)
    setting = found.get("backend", Setting("EmailBackend['backend']", DEFAULT))
    if not _is_path(setting) and not isinstance(setting.value, type):
        if not callable(getattr(setting.value, "send_messages", None)):
            raise InvalidSettings(
                f"{setting.where} is a {type(setting.value).__name__}, not a backend"
            )
        if options or called_with:
            given = ", ".join(sorted({*options, *called_with}))
            raise InvalidSettings(f"{setting.where} is built already and cannot take {given}")
        return setting.value
    build = backend_class(setting, guarded)
    if alias is None:
        # Django 5.2 says it to every backend, 6.1 only where it is True.
        if fail_silently or not hasattr(mail, "mailers"):
            options.setdefault("fail_silently", fail_silently)
        return build(**{**options, **called_with})
    return _built(build, alias, options, called_with)


def _is_path(setting: Setting) -> bool:
    return isinstance(setting.value, str)


def _mailer(alias: str, called_with: Mapping[str, Any]) -> BaseEmailBackend:
    if not called_with:
        return mail.mailers[alias]
    # As `mailers.create_connection`, which does this for the default mailer only.
    config = settings.MAILERS[alias]
    path = Setting(f"MAILERS[{alias!r}]['BACKEND']", config.get("BACKEND", DEFAULT))
    build = imported(path.value, path.where)
    return _built(build, alias, config.get("OPTIONS", {}), called_with)


def _built(
    build: Any, alias: str, options: Mapping[str, Any], called_with: Mapping[str, Any]
) -> Any:
    # Django's way to say which arguments a backend that does not know them may ignore.
    ignored = {"_ignore_unknown_kwargs": set(called_with)} if called_with else {}
    return build(alias=alias, **{**options, **called_with, **ignored})
