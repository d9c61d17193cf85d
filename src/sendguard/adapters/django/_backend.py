"""A mail backend with a guard before any other backend."""

from __future__ import annotations

import copy
import logging
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from sendguard.adapters._arguments import GuardSource, guard_now
from sendguard.adapters._holding import OnHold
from sendguard.adapters._reroute import Reroute, rerouted
from sendguard.adapters.django._inner import inner_backend
from sendguard.adapters.django._readdressing import narrowed, readdressed
from sendguard.adapters.django._reading import context_of, message_of
from sendguard.adapters.django._refusal import refusal
from sendguard.adapters.django._settings import OPTIONS, gathered, refuse_unknown, terms
from sendguard.adapters.django._settling import reached_nobody
from sendguard.adapters.django._stored import CannotBeKept, StoredMessage, payload_of
from sendguard.errors import ConfigurationError, MessageHeld, MessageNotSent, SendFailed
from sendguard.guard import Admission, ContextSource, Guard, current_release, resolve
from sendguard.holds import Held, HoldQueue
from sendguard.model import Context, Message

if TYPE_CHECKING:
    from typing import Self

_Leaving = list[tuple[EmailMessage, Admission]]


class EmailBackend(BaseEmailBackend):  # type: ignore[misc]  # Django has no type hints
    """Judges every message, and hands those that may leave to another backend.

    What is not given here is taken from the project's ``SENDGUARD``. Dotted paths are given as in
    Django's settings; objects themselves will do. It may be shared between threads where the
    inner backend may.

    Args:
        fail_silently: a refusal is not raised; observers hear of it all the same.
        alias: set by Django 6.1: the mailer that this is.
        guard: a `Guard`, a `GuardFile`, or a function that returns one, called once a process; or
            the path of a policy file (.toml), read once a process.
        context: a `Context`, or a function of a `Message` that returns one or None.
        partial: leave out refused recipients rather than refuse the message for all.
        reroute: send everything there instead: an address, several, or a function of a
            `Recipient` that returns one or None. Judged is the message as it then goes out.
        queue: a `HoldQueue` that keeps what is held, or a function that returns one and is called
            once a process; `release_via` sends it.
        on_hold: "raise" `MessageHeld`, or "return" and not count what is in the queue.
        backend: the backend that sends, or a connection that exists; Django's for SMTP by default.
        options: the arguments of that backend.
        mailer: on Django 6.1, the alias in ``MAILERS`` of the mailer that sends, instead of both.
        others: for the backend that sends. A mailer of ``MAILERS`` takes these in ``options``.

    Raises:
        ConfigurationError: one of these is wrong; also Django's `ImproperlyConfigured`.

    Attributes:
        fail_silently, alias: as given. Other attributes are those of the backend that sends.
    """

    def __init__(
        self,
        fail_silently: bool = False,
        *,
        alias: str | None = None,
        guard: GuardSource | str | None = None,
        context: ContextSource | str = None,
        partial: bool | None = None,
        reroute: Reroute | None = None,
        queue: HoldQueue | Callable[[], HoldQueue] | str | None = None,
        on_hold: OnHold | None = None,
        backend: Any = None,
        options: Mapping[str, Any] | None = None,
        mailer: str | None = None,
        _ignore_unknown_kwargs: Iterable[str] = (),
        **others: Any,
    ) -> None:
        super().__init__()
        self.fail_silently = fail_silently
        self.alias = alias
        place = "EmailBackend" if alias is None else f"MAILERS[{alias!r}]['OPTIONS']"
        if alias is not None:
            refuse_unknown(others.keys() - set(_ignore_unknown_kwargs), OPTIONS, place)
        # Kept as given: who unpickles this finds a guard by its path, and need not be sent one.
        self._own = {
            "guard": guard,
            "context": context,
            "partial": partial,
            "reroute": reroute,
            "queue": queue,
            "on_hold": on_hold,
        }
        self._place = place
        inner = {"backend": backend, "options": options, "mailer": mailer}
        found = gathered({**self._own, **inner}, place)
        self._terms = terms(found)
        if "fail_silently" in _ignore_unknown_kwargs:
            others["fail_silently"] = fail_silently
        self._inner = inner_backend(
            found, EmailBackend, alias=alias, fail_silently=fail_silently, called_with=others
        )

    def send_messages(self, email_messages: Iterable[EmailMessage]) -> Any:
        """Judge all messages, then send those that may leave in one call of the inner backend.

        Returns:
            What the inner backend returned: as a rule, how many messages it sent.

        Raises:
            MessageBlocked, MessageHeld: some messages were not sent; the others were.
                `.decisions` and `.positions` say which and why, `.queued` where they wait,
                `.decision` is the strongest.
            AlreadySent: some were sent before under their `Context.key`; no other was refused.
            Exception: whatever the inner backend raises. If the guard kept messages back as well,
                a note of the exception says so.
        """
        given = list(email_messages)
        if not given:
            return self._inner.send_messages(given)
        leaving, refused = self._judge(given)
        sent = self._send(leaving, len(given) - len(leaving)) if leaving else 0
        if refused and not self.fail_silently:
            raise refusal(refused, total=len(given), sent=sent)
        return sent

    def _judge(
        self, given: list[EmailMessage]
    ) -> tuple[_Leaving, list[tuple[int, MessageNotSent]]]:
        leaving: _Leaving = []
        refused: list[tuple[int, MessageNotSent]] = []
        try:
            for position, each in enumerate(given):
                try:
                    leaving += self._admitted(each)
                except MessageNotSent as error:
                    if not self._terms.holding.answers(getattr(error, "held", None)):
                        refused.append((position, error))
        except BaseException:  # a function of the project's failed: nothing has been sent yet
            for _, admission in leaving:
                admission.failed()
            raise
        return leaving, refused

    def _admitted(self, given: EmailMessage) -> _Leaving:
        """The message as it may leave; nothing where it was rerouted to nobody."""
        message = message_of(given)
        stored = given if isinstance(given, StoredMessage) else None
        if self._terms.reroute is not None and message.recipients:
            if stored is None:
                given = readdressed(given, message, self._terms.reroute)
                message = message_of(given)
            elif not _is_rerouted(message, self._terms.reroute):
                raise SendFailed("reroute= would send it to others than those it was held for")
            if not message.recipients:
                return []
        context = resolve(message, context_of(given), self._terms.context)
        guard = guard_now(self._terms.guard)
        try:
            admission = guard.admit(
                message,
                context,
                partial=self._terms.partial and stored is None,
                payload=None if stored is None else stored.payload,
            )
        except MessageHeld as error:
            error.held = self._kept(guard, error, given, message, context)
            raise
        if admission.refused:
            try:
                given = narrowed(given, admission.recipients)
            except ConfigurationError:
                admission.failed()
                raise
        return [(given, admission)]

    def _kept(
        self,
        guard: Guard,
        error: MessageHeld,
        given: EmailMessage,
        message: Message,
        context: Context,
    ) -> Held | None:
        """Its place in the queue; None, and the message stays with the caller, without one."""
        if self._terms.holding.queue is None or current_release() is not None:
            return None
        try:
            payload = payload_of(given, message)
        except CannotBeKept as reason:
            logging.getLogger("sendguard").error(
                "a held message could not be kept and stays with its sender: %s", reason
            )
            return None
        return self._terms.holding.keep(
            guard, error, message, context, payload=payload, transport={"adapter": "django"}
        )

    def _send(self, leaving: _Leaving, refused: int) -> Any:
        messages = [message for message, _ in leaving]
        try:
            sent = self._inner.send_messages(messages)
        except BaseException as error:
            nobody = reached_nobody(self._inner, error, messages)
            for _, admission in leaving:
                admission.failed() if nobody else admission.unknown()
            if refused:
                error.add_note(f"sendguard had kept back {refused} other messages of the same call")
            raise
        # A number says how many, not which: short of all of them, it says nothing about any.
        addressed = sum(1 for _, admission in leaving if admission.recipients)
        for _, admission in leaving:
            if not admission.recipients:
                admission.failed()
            elif sent in (len(leaving), addressed):
                admission.sent()
            else:
                admission.unknown()
        return sent

    def open(self) -> Any:
        """Open the inner backend's connection; what it returns."""
        return self._inner.open()

    def close(self) -> Any:
        """Close the inner backend's connection."""
        return self._inner.close()

    def __enter__(self) -> Self:
        self._inner.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._inner.__exit__(kind, error, traceback)

    def __getattr__(self, name: str) -> Any:
        # Copying and unpickling ask this of an object that has no attributes yet.
        if name.startswith("__") or "_inner" not in self.__dict__:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return getattr(self._inner, name)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """A copy around a copy of the inner backend; a guard counts, so it is not copied."""
        copied = type(self).__new__(type(self))
        memo[id(self)] = copied
        copied.__dict__.update(self.__dict__, _inner=copy.deepcopy(self._inner, memo))
        return copied

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_terms"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, _terms=terms(gathered(state["_own"], state["_place"])))


def _is_rerouted(message: Message, to: Reroute) -> bool:
    """Whether it goes where it would be rerouted to, in the same roles."""
    targets = rerouted(message.recipients, to)
    return {(each.address, each.role) for each in targets} == {
        (each.address, each.role) for each in message.recipients
    }
