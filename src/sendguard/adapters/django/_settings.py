"""What the project's settings say: ``SENDGUARD``, and on Django 6.1 the OPTIONS of a mailer."""

from __future__ import annotations

import difflib
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePath
from typing import Any, TypeVar

from attrs import frozen
from django.conf import settings
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from sendguard.adapters._arguments import GuardSource
from sendguard.adapters._holding import Holding
from sendguard.adapters._reroute import Reroute, check_reroute
from sendguard.errors import ConfigurationError
from sendguard.guard import ContextSource, Guard, GuardFile
from sendguard.holds import HoldQueue
from sendguard.model import Context

KEYS = {
    "GUARD": "guard",
    "EMAIL_BACKEND": "backend",
    "CONTEXT": "context",
    "PARTIAL": "partial",
    "REROUTE": "reroute",
    "QUEUE": "queue",
    "ON_HOLD": "on_hold",
}
OPTIONS = (
    "backend",
    "context",
    "fail_silently",
    "guard",
    "mailer",
    "on_hold",
    "options",
    "partial",
    "queue",
    "reroute",
)


class InvalidSettings(ConfigurationError, ImproperlyConfigured):  # type: ignore[misc]  # noqa: N818  (untyped; Django names them so)
    """A setting is wrong; also Django's own exception for that."""


@frozen
class Setting:
    """A value, and where it was written."""

    where: str
    value: Any


_NO_SETTING = Setting("SENDGUARD", None)
T = TypeVar("T")


@frozen(repr=False)
class Terms:
    """On which terms mail leaves: who judges it, by what facts, for whom, and where it waits."""

    guard: GuardSource
    context: ContextSource
    partial: bool
    reroute: Reroute | None
    holding: Holding


def has_mailers() -> bool:
    """Whether the project has moved to ``MAILERS``, so that ``EMAIL_BACKEND`` must not be read."""
    return hasattr(mail, "mailers") and hasattr(settings, "MAILERS")


def gathered(own: Mapping[str, object], place: str) -> dict[str, Setting]:
    """The options by their lower-case names: those of one backend, and the project's for the rest.

    Args:
        own: of the backend; None stands for what is not given.
        place: where these were written.

    Raises:
        InvalidSettings: ``SENDGUARD`` is no mapping, or has a key that is not known.
    """
    project = getattr(settings, "SENDGUARD", {})
    if not isinstance(project, Mapping):
        raise InvalidSettings(f"SENDGUARD is a {type(project).__name__}; make it a dict")
    refuse_unknown(project, KEYS, "SENDGUARD")
    found = {
        KEYS[key]: Setting(f"SENDGUARD[{key!r}]", value)
        for key, value in project.items()
        if value is not None
    }
    for name, value in own.items():
        if value is not None:
            found[name] = Setting(f"{place}[{name!r}]", value)
    if "mailer" in own and own["mailer"] is not None and own.get("backend") is None:
        found.pop("backend", None)  # the mailer's own choice is nearer than the project's
    return found


def refuse_unknown(given: Iterable[object], known: Iterable[str], place: str) -> None:
    """Raise InvalidSettings for the first name that is not known, with the nearest that is."""
    names = tuple(known)
    for name in given:
        if name not in names:
            near = difflib.get_close_matches(str(name), names, n=1, cutoff=0.5)
            meant = f"; did you mean {near[0]!r}?" if near else ""
            raise InvalidSettings(
                f"{place} has {name!r}, which is not known; use {', '.join(names)}{meant}"
            )


def terms(found: Mapping[str, Setting]) -> Terms:
    """The terms that the options give.

    Raises:
        InvalidSettings: one is missing or wrong; the message names it.
    """
    return Terms(
        guard_from(found.get("guard")),
        context_from(found.get("context")),
        partial_from(found.get("partial")),
        reroute_from(found.get("reroute")),
        holding_from(found.get("queue"), found.get("on_hold")),
    )


def guard_from(setting: Setting | None) -> GuardSource:
    """The guard itself, or the one that a function makes or a policy file describes.

    Either is made once a process; a `GuardFile` follows its file.
    """
    if setting is None:
        raise InvalidSettings(
            "no guard is named; set SENDGUARD = {'GUARD': 'shop.mail.guard'}, the dotted path of a "
            "Guard or of a function that returns one, or the path of a policy file (.toml)"
        )
    value = setting.value
    if isinstance(value, PurePath) or (isinstance(value, str) and value.endswith(".toml")):
        path = str(value)
        return _once(("file", path), path, lambda: _from_file(path, setting.where))
    found = _imported(setting)
    if isinstance(found, Guard | GuardFile):
        return found
    if not callable(found):
        raise InvalidSettings(
            f"{setting.where} is a {type(found).__name__}; name a Guard or a function that "
            "returns one"
        )

    def made() -> GuardSource:
        guard = found()
        if not isinstance(guard, Guard | GuardFile):
            raise InvalidSettings(
                f"{setting.where} is a function that returned a {type(guard).__name__}, not a Guard"
            )
        return guard

    return _once(("function", id(found)), found, made)


def _from_file(path: str, where: str) -> Guard:
    try:
        return Guard.from_toml(path)
    except ConfigurationError as error:
        raise InvalidSettings(f"{where}: {error}") from error


def holding_from(queue: Setting | None, on_hold: Setting | None) -> Holding:
    """Where held messages go: into a queue, or the one that a function makes, once a process."""
    found = None if queue is None else _queue(queue)
    where = next(each.where for each in (on_hold, queue, _NO_SETTING) if each is not None)
    try:
        return Holding.read(where, found, "raise" if on_hold is None else on_hold.value)
    except (TypeError, ConfigurationError) as error:
        raise InvalidSettings(str(error)) from error


def project_queue() -> HoldQueue | None:
    """The queue that ``SENDGUARD["QUEUE"]`` names, or None."""
    setting = gathered({}, "SENDGUARD").get("queue")
    return None if setting is None else _queue(setting)


def _queue(setting: Setting) -> HoldQueue:
    found = _imported(setting)
    if isinstance(found, HoldQueue):
        return found

    def made() -> HoldQueue:
        queue = found() if callable(found) else found
        if not isinstance(queue, HoldQueue):
            raise InvalidSettings(
                f"{setting.where} gave a {type(queue).__name__}; name a HoldQueue or a function "
                "that returns one"
            )
        return queue

    return _once(("function", id(found)), found, made)


# A guard counts what it has let pass, so one made anew for each connection would count nothing.
_made: dict[tuple[str, object], tuple[object, Any]] = {}
_making = threading.RLock()


def _once(key: tuple[str, object], of: object, make: Callable[[], T]) -> T:
    """What `make` gives, made once a process; `of` is kept beside it, so that its id is its own."""
    with _making:
        if key not in _made:
            _made[key] = (of, make())
        made: T = _made[key][1]
        return made


def context_from(setting: Setting | None) -> ContextSource:
    """A Context, a function of a Message that returns one, or None."""
    if setting is None:
        return None
    found = _imported(setting)
    if isinstance(found, Context) or callable(found):
        source: ContextSource = found
        return source
    raise InvalidSettings(
        f"{setting.where} is a {type(found).__name__}; name a Context or a function of a Message "
        "that returns one"
    )


def partial_from(setting: Setting | None) -> bool:
    """Whether refused recipients are left out rather than refusing the message for all."""
    if setting is None:
        return False
    if not isinstance(setting.value, bool):
        raise InvalidSettings(f"{setting.where} is {setting.value!r}; use True or False")
    return setting.value


def reroute_from(setting: Setting | None) -> Reroute | None:
    """Where everything goes instead, or None; a text without @ is a dotted path."""
    if setting is None:
        return None
    value = setting.value
    found = value if isinstance(value, str) and "@" in value else _imported(setting)
    try:
        check_reroute(found)
    except (TypeError, ConfigurationError) as error:
        raise InvalidSettings(f"{setting.where}: {error}") from error
    reroute: Reroute | None = found
    return reroute


def _imported(setting: Setting) -> Any:
    """What the dotted path names; any other value is taken as it is."""
    if not isinstance(setting.value, str):
        return setting.value
    return imported(setting.value, setting.where)


def imported(path: str, where: str) -> Any:
    """What a dotted path names; InvalidSettings when it cannot be imported."""
    try:
        return import_string(path)
    except ImportError as error:
        raise InvalidSettings(f"{where} is {path!r}, which cannot be imported: {error}") from error
