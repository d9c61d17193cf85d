"""System checks: ``manage.py check`` says what is wrong before a message has to.

| id | what |
|---|---|
| sendguard.E001 | SENDGUARD is no dict, or it or the OPTIONS of a mailer have an unknown key |
| sendguard.E002 | the guard is missing or cannot be had |
| sendguard.E003 | the backend or mailer that sends is wrong |
| sendguard.E004 | the context is wrong |
| sendguard.E005 | partial or reroute is wrong |
| sendguard.E006 | the queue or on_hold is wrong |
| sendguard.W001 | no mail goes through the guard |
| sendguard.W002 | a mailer goes around the guard |
| sendguard.W003 | in deployment: mail is rerouted |
| sendguard.W004 | in deployment: the guard only observes |
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.conf import settings
from django.core import checks

from sendguard.adapters._arguments import guard_now
from sendguard.adapters.django._backend import EmailBackend
from sendguard.adapters.django._inner import (
    DEFAULT,
    backend_class,
    check_mailer,
    inner_options,
    is_guarded,
)
from sendguard.adapters.django._settings import (
    OPTIONS,
    InvalidSettings,
    Setting,
    context_from,
    gathered,
    guard_from,
    has_mailers,
    holding_from,
    partial_from,
    refuse_unknown,
    reroute_from,
)

TAG = getattr(checks.Tags, "mail", "mail")  # Django's own since 6.1

_NOWHERE = frozenset(
    f"django.core.mail.backends.{name}.EmailBackend"
    for name in ("console", "dummy", "filebased", "locmem")
)
_Found = Mapping[str, Setting]
_AROUND = (
    "Set its BACKEND to 'sendguard.adapters.django.EmailBackend' and name the backend that sends "
    "in its OPTIONS."
)


def register_checks() -> None:
    """Make the checks known to Django; once is enough, more do no harm."""
    checks.register(check_settings, TAG)
    checks.register(check_deployment, TAG, deploy=True)


def check_settings(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:  # noqa: ARG001  (Django's signature)
    """What is wrong with the settings, and what goes around the guard."""
    try:
        guarded = list(_guarded())
    except InvalidSettings as error:
        return [checks.Error(str(error), id="sendguard.E001")]
    problems = [problem for alias, found in guarded for problem in _problems(alias, found)]
    return _once([*problems, *_unguarded()])


def check_deployment(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:  # noqa: ARG001  (Django's signature)
    """What is right on a staging system and hardly in production."""
    warnings = []
    try:
        guarded = list(_guarded())
        for _, found in guarded:
            if reroute_from(found.get("reroute")) is not None:
                warnings.append(
                    checks.Warning(
                        f"{found['reroute'].where} sends all mail somewhere else.",
                        hint="Set it on staging systems only.",
                        id="sendguard.W003",
                    )
                )
            if guard_now(guard_from(found.get("guard"))).mode == "observe":
                warnings.append(
                    checks.Warning(
                        f"The guard of {found['guard'].where} only observes: it stops nothing.",
                        hint="Use mode='enforce' once you have seen what it finds.",
                        id="sendguard.W004",
                    )
                )
    except InvalidSettings:
        return []  # an error of check_settings
    return _once(warnings)


def _once(messages: list[checks.CheckMessage]) -> list[checks.CheckMessage]:
    """Each message once: several mailers may share the settings of SENDGUARD."""
    return [each for number, each in enumerate(messages) if each not in messages[:number]]


def _guarded() -> Iterator[tuple[str | None, _Found]]:
    """The options of each guarded backend, with its alias in MAILERS."""
    if not has_mailers():
        if is_guarded(_default_backend(), EmailBackend):
            yield None, gathered({}, "SENDGUARD")
        return
    for alias, config in settings.MAILERS.items():
        if is_guarded(config.get("BACKEND", DEFAULT), EmailBackend):
            own = config.get("OPTIONS", {})
            place = f"MAILERS[{alias!r}]['OPTIONS']"
            refuse_unknown(own, OPTIONS, place)
            yield alias, gathered({**own, "fail_silently": None}, place)


def _problems(alias: str | None, found: _Found) -> Iterator[checks.CheckMessage]:
    def inner() -> None:
        if "mailer" in found:
            check_mailer(found, alias)
            return
        if "backend" in found and isinstance(found["backend"].value, str | type):
            backend_class(found["backend"], EmailBackend)
        inner_options(found)

    readers: tuple[tuple[str, Callable[[], object]], ...] = (
        ("E002", lambda: guard_from(found.get("guard"))),
        ("E003", inner),
        ("E004", lambda: context_from(found.get("context"))),
        ("E005", lambda: partial_from(found.get("partial"))),
        ("E005", lambda: reroute_from(found.get("reroute"))),
        ("E006", lambda: holding_from(found.get("queue"), found.get("on_hold"))),
    )
    for code, read in readers:
        try:
            read()
        except InvalidSettings as error:
            yield checks.Error(str(error), id=f"sendguard.{code}")


def _unguarded() -> Iterator[checks.CheckMessage]:
    if not has_mailers():
        if not is_guarded(_default_backend(), EmailBackend) and _default_backend() not in _NOWHERE:
            yield checks.Warning(
                "sendguard is installed, and no mail goes through it.",
                hint="Set EMAIL_BACKEND = 'sendguard.adapters.django.EmailBackend', and name the "
                "backend that you have now in SENDGUARD['EMAIL_BACKEND'].",
                id="sendguard.W001",
            )
        return
    backends = {alias: config.get("BACKEND", DEFAULT) for alias, config in settings.MAILERS.items()}
    behind = {config.get("OPTIONS", {}).get("mailer") for config in settings.MAILERS.values()}
    guarded = {alias for alias, path in backends.items() if is_guarded(path, EmailBackend)}
    around = [
        alias
        for alias, path in backends.items()
        if alias not in guarded | behind and path not in _NOWHERE
    ]
    if around and not guarded:
        yield checks.Warning(
            "sendguard is installed, and no mail goes through it.",
            hint=_AROUND,
            id="sendguard.W001",
        )
        return
    for alias in around:
        yield checks.Warning(
            f"The mailer {alias!r} goes around sendguard.", hint=_AROUND, id="sendguard.W002"
        )


def _default_backend() -> str:
    # Not by way of `settings`, which since Django 6.1 takes a look for a use and warns.
    return str(getattr(settings._wrapped, "EMAIL_BACKEND", DEFAULT))
