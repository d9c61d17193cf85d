"""Sends that pass no guard: found while they happen, and where.

A guard judges what is given to it. Code that calls smtplib, a provider's interface, or another
mail backend by itself is not stopped by any policy; a watch finds it.
"""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from sendguard.errors import ConfigurationError
from sendguard.guard import is_admitted

if TYPE_CHECKING:
    from typing import Self

INTERFACES: Final[Mapping[str, tuple[str, ...]]] = {
    "api.brevo.com": ("/v3/smtp/email",),
    "api.mailgun.net": ("/messages", "/messages.mime"),
    "api.eu.mailgun.net": ("/messages", "/messages.mime"),
    "api.mailjet.com": ("/v3/send", "/v3.1/send"),
    "api.postmarkapp.com": ("/email", "/email/batch", "/email/withTemplate"),
    "api.resend.com": ("/emails",),
    "api.sendgrid.com": ("/v3/mail/send",),
    "api.sparkpost.com": ("/api/v1/transmissions",),
    "amazonaws.com": ("/v2/email/outbound-emails",),
    "mandrillapp.com": ("/messages/send.json", "/messages/send-template.json"),
    "rest.nexmo.com": ("/sms/json",),
    "slack.com": ("/api/chat.postMessage",),
    "twilio.com": ("/Messages.json",),
}
"""Hosts, with all below them, and the ends of the paths at which they take messages to send."""

# Django's backends that reach no network, where a test or a developer's machine "sends" to.
_DJANGO: Final = tuple(
    f"django.core.mail.backends.{each}" for each in ("console", "dummy", "filebased", "locmem")
)


@frozen
class Bypass:
    """One send that passed no guard.

    Attributes:
        by: what sent it: "smtplib", the host of an interface, or a backend of Django.
        file, line, function: where, in the code that is neither a library nor Python itself; ""
            and 0 where the whole stack is such.
    """

    by: str
    file: str
    line: int
    function: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}, in {self.function}" if self.file else "unknown place"
        return f"{where}: sent by {self.by} without a guard"


class BypassWatch:
    """Notices sends that pass no guard, in all threads, while it is entered.

    It hears of what Python's own modules say of themselves (PEP 578): every mail by `smtplib`, and
    every request by `http.client` (and so by requests, urllib3, botocore, the client of Twilio) to
    an interface that it knows; and of what Django's backends are given that reach no network. A
    send is guarded where the same thread or task holds an open admission. What is sent by aiohttp,
    httpx or a program outside is not seen, nor a thread that a guarded function starts told apart
    from an unguarded one.

    Entering and leaving belong to one thread; one watch can be entered again after it was left.

    Args:
        report: called for each, in the thread that sends; what it raises stops the send.
        interfaces: further hosts, and the ends of the paths at which they take messages.

    Attributes:
        found: the bypasses so far.

    >>> with BypassWatch() as watch:
    ...     pass
    >>> watch.found
    []
    """

    def __init__(
        self,
        report: Callable[[Bypass], object] | None = None,
        *,
        interfaces: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        if report is not None and not callable(report):
            raise TypeError(f"report= takes a callable, not {type(report).__name__}")
        for host, ends in dict[str, Any](interfaces or {}).items():
            if not isinstance(ends, tuple) or not all(end.startswith("/") for end in ends):
                raise ConfigurationError(
                    f"interfaces= has {ends!r} for {host!r}; give a tuple of paths such as "
                    '("/v1/send",)'
                )
        self.found: list[Bypass] = []
        self._report = report
        self._interfaces = {**INTERFACES, **(interfaces or {})}

    def __enter__(self) -> Self:
        with _lock:
            if self in _watches:
                raise ConfigurationError("this watch is entered already")
            _watches.append(self)
            _install()
            _patch_django()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with _lock:
            _watches.remove(self)
            if not _watches:
                _restore_django()

    def takes(self, host: str, path: str) -> bool:
        """Whether a message is sent by a request to this path."""
        host = host.lower()
        return any(
            (host == known or host.endswith(f".{known}")) and path.endswith(ends)
            for known, ends in self._interfaces.items()
        )

    def note(self, by: str) -> None:
        """Keep and report a send, unless a guard gave leave for it."""
        if is_admitted():
            return
        bypass = Bypass(by, *_place())
        self.found.append(bypass)
        if self._report is not None:
            self._report(bypass)


def watch_bypasses(
    report: Callable[[Bypass], object] | None = None,
    *,
    interfaces: Mapping[str, tuple[str, ...]] | None = None,
) -> BypassWatch:
    """A `BypassWatch` with these arguments: ``with watch_bypasses() as watch: …``.

    A program watches itself for as long as it runs by entering it at its start:
    ``watch_bypasses(report=lambda bypass: log.error("%s", bypass)).__enter__()``.
    """
    return BypassWatch(report, interfaces=interfaces)


# An audit hook belongs to the process and cannot be taken out again, so what it serves does too.
_lock: Final = Lock()
_watches: Final[list[BypassWatch]] = []
_installed: Final[list[bool]] = []
_originals: Final[dict[type, Any]] = {}


def _install() -> None:
    if not _installed:
        sys.addaudithook(_hear)
        _installed.append(True)


def _hear(event: str, args: tuple[Any, ...]) -> None:
    if not _watches:
        return
    if event == "smtplib.send":
        data = args[1]
        command = data[:5].encode("ascii", "replace") if isinstance(data, str) else bytes(data[:5])
        if command.upper() == b"MAIL ":  # once for each message (RFC 5321 §4.1.1.2)
            _note_all("smtplib")
    elif event == "http.client.send":
        connection, data = args
        if isinstance(data, bytes) and data.startswith(b"POST "):
            line = data[: data.find(b"\r\n")].decode("ascii", "replace")
            host = getattr(connection, "_tunnel_host", None) or connection.host
            path = line.split(" ")[1].partition("?")[0]
            for watch in tuple(_watches):
                if watch.takes(host, path):
                    watch.note(host)


def _note_all(by: str) -> None:
    for watch in tuple(_watches):
        watch.note(by)


def _patch_django() -> None:
    for name in _DJANGO:
        backend = getattr(sys.modules.get(name), "EmailBackend", None)
        if backend is not None and backend not in _originals:
            _originals[backend] = backend.send_messages
            backend.send_messages = _noting(backend.send_messages, name)


def _restore_django() -> None:
    for backend, original in _originals.items():
        backend.send_messages = original  # type: ignore[attr-defined]  # a backend of Django
    _originals.clear()


def _noting(send_messages: Callable[..., Any], name: str) -> Callable[..., Any]:
    def send(self: object, messages: Any) -> Any:
        given = list(messages)
        if given:
            _note_all(name)
        return send_messages(self, given)

    return send


def _place() -> tuple[str, int, str]:
    """The innermost place on the stack that is the user's own."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        code = frame.f_code
        if not code.co_filename.startswith(_FOREIGN):
            return code.co_filename, frame.f_lineno, code.co_name
        frame = frame.f_back
    return "", 0, ""


_FOREIGN: Final = (
    "<",
    *(f"{sysconfig.get_path(each)}/" for each in ("stdlib", "platstdlib", "purelib", "platlib")),
    f"{Path(__file__).parent.parent}/",
)
"""How the names of files begin that are Python's, a library's, or this one's."""
