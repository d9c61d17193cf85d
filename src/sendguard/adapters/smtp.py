"""smtplib's clients with a guard before every message.

>>> from sendguard import Guard
>>> from sendguard.adapters import smtp
>>> with smtp.SMTP(guard=Guard.recommended()) as session:  # the other arguments are smtplib's
...     pass

What is judged is what leaves: the bytes that go out after DATA, and the addresses of the RCPT TO
commands. `smtplib` passes an address through `email.utils.parseaddr`, which on some versions of
Python drops or joins parts of it, so the result is what the guard is shown; where a strict reading
(`sendguard.canonical.read_mailbox`) says otherwise, the message is held as ``guard.unreadable``.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Sequence
from email.message import Message as AnyMessage
from typing import TYPE_CHECKING, Any, ClassVar, Literal, get_args

from sendguard.adapters._arguments import GuardSource, check_arguments, guard_now
from sendguard.adapters._holding import Holding, OnHold, released
from sendguard.adapters._reroute import Reroute, check_reroute
from sendguard.adapters._smtp_mail import Mail
from sendguard.errors import (
    AlreadySent,
    ConfigurationError,
    MessageBlocked,
    MessageHeld,
    MessageNotSent,
    SendFailed,
)
from sendguard.guard import Admission, ContextSource, Guard, resolve
from sendguard.holds import Held, HoldQueue
from sendguard.model import Action, Decision, Envelope
from sendguard.stores import Standing

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, SizedBuffer

__all__ = ["LMTP", "SMTP", "SMTP_SSL", "release_via"]

Answers = dict[str, tuple[int, bytes]]
"""By recipient, the SMTP reply that refused him: what `smtplib.SMTP.sendmail` returns."""

_BLOCKED, _HELD = "550 5.7.1 blocked", "450 4.7.1 held"


class _Refused(MessageNotSent, smtplib.SMTPRecipientsRefused):
    """A refusal for those who catch smtplib's errors; `recipients` is as there."""

    def __init__(self, decision: Decision, recipients: Answers, *more: Any) -> None:
        super().__init__(decision, *more)
        # What repr() shows, so without the addresses.
        self.args = (decision,)  # type: ignore[assignment]  # smtplib has the recipients there
        self.recipients = recipients

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.decision, self.recipients), self.__dict__


class _SmtpMessageBlocked(_Refused, MessageBlocked):
    """`MessageBlocked`, and an error of smtplib."""


class _SmtpMessageHeld(_Refused, MessageHeld):
    """`MessageHeld`, and an error of smtplib."""

    def __init__(self, decision: Decision, recipients: Answers, held: object | None = None) -> None:
        super().__init__(decision, recipients, held)


class _SmtpAlreadySent(_Refused, AlreadySent):
    """`AlreadySent`, and an error of smtplib."""

    def __init__(
        self, decision: Decision, recipients: Answers, outcome: Standing = "pending"
    ) -> None:
        super().__init__(decision, recipients, outcome)


class _Guarded(smtplib.SMTP):
    """What the guarded clients have in common: `sendmail`, which `send_message` calls too."""

    _answers_once: ClassVar[bool] = True

    def __init__(
        self,
        *args: Any,
        guard: GuardSource,
        context: ContextSource = None,
        partial: bool = False,
        reroute: Reroute | None = None,
        queue: HoldQueue | None = None,
        on_hold: OnHold = "raise",
        **options: Any,
    ) -> None:
        self._protect(guard, context, partial, reroute, queue, on_hold)
        super().__init__(*args, **options)

    def _protect(
        self,
        guard: GuardSource,
        context: ContextSource,
        partial: bool,
        reroute: Reroute | None,
        queue: HoldQueue | None,
        on_hold: OnHold,
    ) -> None:
        check_arguments(type(self).__name__, guard, context)
        if not isinstance(partial, bool):
            raise TypeError(f"partial= takes a bool, not {type(partial).__name__}")
        check_reroute(reroute)
        self._holding = Holding.read(type(self).__name__, queue, on_hold)
        self._guard = guard
        self._context_source = context
        self._partial = partial
        self._reroute = reroute
        self._data_began = False
        self._written_of: AnyMessage | None = None

    def send_message(
        self,
        msg: AnyMessage,
        from_addr: str | None = None,
        to_addrs: str | Sequence[str] | None = None,
        mail_options: Sequence[str] = (),
        rcpt_options: Sequence[str] = (),
    ) -> Answers:
        """Send a message object as `smtplib.SMTP.send_message` does, by way of `sendmail`.

        A message that has a line end in a header field, written or encoded, is held: Python may
        have made other fields of it by the time `sendmail` gets the bytes.
        """
        self._written_of = msg
        try:
            return super().send_message(msg, from_addr, to_addrs, mail_options, rcpt_options)
        finally:
            self._written_of = None

    def sendmail(
        self,
        from_addr: str,
        to_addrs: str | Sequence[str],
        msg: SizedBuffer | str,
        mail_options: Sequence[str] = (),
        rcpt_options: Sequence[str] = (),
    ) -> Answers:
        """Judge the mail, and send it as `smtplib.SMTP.sendmail` does if it may leave.

        Returns:
            By recipient, as he was given, the replies that refused him: the server's, and with
            ``partial=True`` also 550 and 450 for those whom the guard left out. With
            ``on_hold="return"``, 450 for all where the mail was put into the queue.

        Raises:
            MessageBlocked, MessageHeld: it may not leave. The session can be used again at once.
                What was put into the queue is `MessageHeld.held`.
            AlreadySent: it has left before, or is leaving, under the same `Context.key`. All three
                are also `smtplib.SMTPRecipientsRefused`.
            TypeError: an argument has a type that `smtplib` could not send either.
        """
        mail = Mail.read(from_addr, to_addrs, msg, self._written_of)
        if self._reroute is not None:
            mail = mail.rerouted(self._reroute)
        options = {"mail_options": list(mail_options), "rcpt_options": list(rcpt_options)}
        try:
            admission = self._admit(mail, {"adapter": "smtp", **options})
        except _SmtpMessageHeld as error:
            if self._holding.answers(error.held):
                return error.recipients
            raise
        out = {each.recipient.address: each.action for each in admission.refused}
        left_out = {
            path.given: _answer(
                _BLOCKED if out[path.address] is Action.BLOCK else _HELD,
                *(admission.decision, path.address),
            )
            for path in mail.recipients
            if path.address in out
        }
        to = [path.given for path in mail.recipients if path.address not in out]
        self._data_began = False
        with admission:
            try:
                refused = super().sendmail(
                    mail.sender.given, to, mail.data, mail_options, rcpt_options
                )
            except BaseException as error:
                if self._reached_nobody(error, len(to)):
                    admission.failed()
                if isinstance(error, smtplib.SMTPRecipientsRefused):
                    error.recipients.update(left_out)
                raise
            address = {path.given: path.address for path in mail.recipients}
            admission.sent({address[given]: answer for given, answer in refused.items()})
        return {**refused, **left_out}

    def data(self, msg: ReadableBuffer | str) -> tuple[int, bytes]:
        """Send DATA and the mail, as in `smtplib`; from here on nobody can say what a cut means."""
        self._data_began = True
        return super().data(msg)

    def _admit(self, mail: Mail, transport: dict[str, Any]) -> Admission:
        message, guard = mail.message, guard_now(self._guard)
        context = resolve(message, source=self._context_source)
        try:
            try:
                return guard.admit(message, context, partial=self._partial, payload=mail.data)
            except MessageHeld as error:
                error.held = self._holding.keep(
                    guard, error, message, context, payload=mail.data, transport=transport
                )
                raise
        except MessageNotSent as error:
            raise _refusal(error, mail) from None

    def _reached_nobody(self, error: BaseException, recipients: int) -> bool:
        if not self._data_began:
            return True
        if not isinstance(error, smtplib.SMTPDataError) or not 400 <= error.smtp_code <= 599:
            return False
        return self._answers_once or recipients == 1


class SMTP(_Guarded):
    """`smtplib.SMTP`, with a guard before every message.

    As there, one session belongs to one thread.

    Args:
        args, options: as for `smtplib.SMTP`.
        guard: judges each mail: a `Guard`, or a function that returns one, such as a `GuardFile`.
        context: the facts of the sends that are not in the mail: a `Context`, or a function of
            the `Message` that returns one. ``with sendguard.context(…)`` works without it.
        partial: leave out refused recipients rather than refuse the mail for all.
        reroute: send everything there instead: an address, several, or a function of a
            `Recipient` that returns one or None. Judged is the mail as it then goes out.
        queue: keeps what is held for a timer or for people; `release_via` sends it. Recipients
            whom ``partial`` leaves out are not put into it.
        on_hold: "raise" `MessageHeld`, or "return" 450 for all recipients of what is in the queue.

    Raises:
        ConfigurationError, TypeError: one of these has a value that it cannot have.
    """


class SMTP_SSL(_Guarded, smtplib.SMTP_SSL):  # noqa: N801  (smtplib's name)
    """`smtplib.SMTP_SSL`, with a guard before every message.

    Args:
        args, guard, partial, reroute, queue, on_hold, options: as for `SMTP`.
        context: as for `SMTP`; an `ssl.SSLContext` is taken as smtplib's argument of that name.
        ssl_context: smtplib's ``context``, for those who give both.
    """

    def __init__(
        self,
        *args: Any,
        guard: GuardSource,
        context: ContextSource | ssl.SSLContext = None,
        ssl_context: ssl.SSLContext | None = None,
        partial: bool = False,
        reroute: Reroute | None = None,
        queue: HoldQueue | None = None,
        on_hold: OnHold = "raise",
        **options: Any,
    ) -> None:
        if isinstance(context, ssl.SSLContext):
            if ssl_context is not None:
                raise ConfigurationError("context= and ssl_context= both are an SSLContext")
            context, ssl_context = None, context
        self._protect(guard, context, partial, reroute, queue, on_hold)
        if ssl_context is not None:
            options["context"] = ssl_context
        # Not by way of _Guarded, to which context= means the other thing.
        smtplib.SMTP_SSL.__init__(self, *args, **options)


class LMTP(_Guarded, smtplib.LMTP):
    """`smtplib.LMTP`, with a guard before every message; the arguments are as for `SMTP`.

    An LMTP server answers the mail once for each recipient (RFC 2033 §4.2) and `smtplib` reads
    the first answer only, so a refusal after DATA says nothing about the others: with several
    recipients its outcome is *unknown*. The answers left over are taken for those of the next
    mail: open a session for each mail that has several recipients.
    """

    _answers_once = False


Security = Literal["none", "starttls", "tls"]


def release_via(
    host: str,
    port: int = 0,
    *,
    security: Security = "none",
    user: str | None = None,
    password: str = "",
    ssl_context: ssl.SSLContext | None = None,
    timeout: float = 60.0,
) -> Callable[[Held], object]:
    """What `HoldQueue.release` needs to send the mail that these classes have put into the queue.

    Each leaves over a connection of its own, byte for byte as it was held and to the same
    envelope. What goes wrong before the server has been given the mail, or what the server refuses
    for everybody, is a clean failure: the mail waits on.

    Args:
        host, port: of the server; port 0 is the usual one.
        security: "none", "starttls", or "tls" from the first byte on.
        user, password: to log in with, if a user is named.
        ssl_context: for TLS; by default one that verifies the server's certificate.
        timeout: seconds for each answer of the server; keep it well below the queue's ``lease=``.

    Raises:
        ConfigurationError: `security` is none of the three.

    >>> send = release_via("mail.shop.example", security="starttls")
    """
    if security not in get_args(Security):
        raise ConfigurationError(
            f"release_via: security is {security!r}; use 'none', 'starttls' or 'tls'"
        )
    guard = Guard()  # the queue has judged; what it did not release never gets here
    tls = ssl_context
    if tls is None and security != "none":
        tls = ssl.create_default_context()

    def connected() -> _Guarded:
        session: _Guarded
        if security == "tls":
            session = SMTP_SSL(host, port, guard=guard, context=tls, timeout=timeout)
        else:
            session = SMTP(host, port, guard=guard, timeout=timeout)
        try:
            if security == "starttls":
                session.starttls(context=tls)
            if user is not None:
                session.login(user, password)
        except BaseException:
            session.close()
            raise
        return session

    def send(held: Held) -> None:
        mail = _released(held)
        try:
            session = connected()
        except (OSError, smtplib.SMTPException) as error:
            raise SendFailed(f"no session with {host}: {type(error).__name__}") from error
        try:
            session.sendmail(
                mail.sender.given,
                [path.given for path in mail.recipients],
                mail.data,
                held.transport.get("mail_options", ()),
                held.transport.get("rcpt_options", ()),
            )
        finally:
            _leave(session)

    return send


def _released(held: Held) -> Mail:
    """The mail as it was held; SendFailed unless the queue is releasing it and it is the same."""
    payload = released(held, "smtp")
    envelope = held.envelope or Envelope()
    mail = Mail.read(envelope.sender or "", envelope.recipients, payload)
    if mail.message.digest != held.digest:
        raise SendFailed("its bytes and its envelope do not read as the message that was held")
    return mail


def _leave(session: smtplib.SMTP) -> None:
    """End the session; the mail has been answered for, whatever the server says to this."""
    try:
        session.quit()
    except (OSError, smtplib.SMTPException):
        session.close()


def _refusal(error: MessageNotSent, mail: Mail) -> _Refused:
    """The same for those who catch smtplib's errors, with a reply for every recipient."""
    decision = error.decision
    match error:
        case AlreadySent():
            # While it is being sent it may still fail, and then a later try is right.
            status = "450 4.7.1" if error.outcome == "pending" else "550 5.7.1"
            answer = _answer(f"{status} not sent again", decision)
            return _SmtpAlreadySent(decision, _to_all(mail, answer), error.outcome)
        case MessageHeld():
            answer = _answer(_HELD, decision)
            return _SmtpMessageHeld(decision, _to_all(mail, answer), error.held)
    return _SmtpMessageBlocked(decision, _to_all(mail, _answer(_BLOCKED, decision)))


def _to_all(mail: Mail, answer: tuple[int, bytes]) -> Answers:
    return {path.given: answer for path in mail.recipients}


def _answer(status: str, decision: Decision, address: str | None = None) -> tuple[int, bytes]:
    """The reply for a refused recipient, with the codes that stand against him (or the mail)."""
    codes = {
        finding.code
        for finding in decision.findings
        if finding.action > Action.WARN
        and (address is None or finding.recipient in (None, address))
    }
    code, _, words = status.partition(" ")
    return int(code), f"{words} by sendguard: {', '.join(sorted(codes))}".encode()
