"""The queue that the command line works on, and the way by which it sends."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from sendguard.errors import ConfigurationError
from sendguard.guard import Guard
from sendguard.holds import Held, HoldQueue
from sendguard.model import object_named
from sendguard.policy import open_store
from sendguard.stores import HoldStore

PASSWORD: Final = "SENDGUARD_SMTP_PASSWORD"  # noqa: S105  (the name of a variable)

_SECURITY: Final = {"smtp": "none", "smtps": "tls", "smtp+starttls": "starttls"}


def queue_of(store: str | None, policy: str | None, environment: str | None) -> HoldQueue:
    """The queue in a store, judging again by a policy where one is given.

    Args:
        store: its address, or None for the policy's.
        policy: a policy file, or None.
        environment: whose tables of it lie on top.

    Raises:
        ConfigurationError: neither is given, or one cannot be opened or used.
    """
    guard = None if policy is None else Guard.from_toml(policy, environment=environment)
    if store is not None:
        opened = open_store(store, Path())
        # A guard that checks nothing, so that what is rejected gives its key back.
        return HoldQueue(_holding(opened, store), guard or Guard(store=opened))
    if guard is None:
        raise ConfigurationError("say where the messages lie: --store ADDRESS or --policy FILE")
    return HoldQueue(_holding(guard.policy.store, str(policy)), guard)


def _holding(opened: object, where: str) -> HoldStore:
    if not isinstance(opened, HoldStore):
        raise ConfigurationError(f"{where}: it names no store that keeps held messages")
    return opened


def sender_of(via: str, environ: Mapping[str, str]) -> Callable[[Held], object]:
    """What sends a held message.

    Args:
        via: ``smtp://[USER@]HOST[:PORT]``, ``smtps://``, ``smtp+starttls://``, or
            ``module:function``.
        environ: where the password is.

    Raises:
        ConfigurationError: it is neither, or cannot be imported.
    """
    scheme, separator, _ = via.partition("://")
    if not separator:
        return _function(via)
    if scheme not in _SECURITY:
        raise ConfigurationError(
            f"--via begins with {scheme}://; use {', '.join(f'{each}://' for each in _SECURITY)}"
        )
    from sendguard.adapters.smtp import release_via

    try:
        address = urlsplit(via)
        host, port, user = address.hostname, address.port or 0, address.username
    except ValueError as error:
        raise ConfigurationError(f"--via: {error}") from error
    if address.password is not None:
        raise ConfigurationError(
            f"--via has a password, which others on this machine could read; put it into {PASSWORD}"
        )
    if not host or address.path.strip("/") or address.query or address.fragment:
        raise ConfigurationError("--via takes a server: smtp://[USER@]HOST[:PORT]")
    options: dict[str, Any] = {"security": _SECURITY[scheme]}
    if user is not None:
        if PASSWORD not in environ:
            raise ConfigurationError(f"--via names a user, and {PASSWORD} is not set")
        options |= {"user": unquote(user), "password": environ[PASSWORD]}
    return release_via(host, port, **options)


def _function(path: str) -> Callable[[Held], object]:
    if ":" not in path:
        raise ConfigurationError(f"--via is {path!r}; use smtp://HOST:PORT or module:function")
    here = str(Path.cwd())
    sys.path.insert(0, here)  # as `python -m` has it
    try:
        found = object_named(path)
    except ConfigurationError as error:
        raise ConfigurationError(f"--via: {error}") from error
    finally:
        sys.path.remove(here)
    if not callable(found):
        raise ConfigurationError(f"--via is {path!r}: a {type(found).__name__} cannot send")
    send: Callable[[Held], object] = found
    return send
