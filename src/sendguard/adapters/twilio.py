"""A guard in Twilio's client: every text message that it sends is judged first.

Both clients go where the SDK takes an HTTP client, ``Client(sid, token, http_client=…)``, so that
whatever the SDK does to send a message passes here: subaccounts, edges and regions, WhatsApp,
messaging services, media. They may be shared as far as the client inside may.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen
from requests.exceptions import ConnectionError as RequestsConnectionError
from requests.exceptions import ConnectTimeout
from twilio.base.exceptions import TwilioException
from twilio.http import AsyncHttpClient, HttpClient
from twilio.http.http_client import TwilioHttpClient
from urllib3.exceptions import NewConnectionError

from sendguard.adapters._arguments import check_arguments
from sendguard.adapters._reroute import Reroute
from sendguard.adapters._twilio_form import (
    check_single_reroute,
    due,
    is_send,
    read_fields,
    read_message,
    rerouted_form,
)
from sendguard.errors import ConfigurationError, MessageBlocked, MessageHeld, SendGuardError
from sendguard.guard import Admission, ContextSource, Guard, resolve
from sendguard.model import Context, Message

if TYPE_CHECKING:
    from typing import Self

    from twilio.http.response import Response

__all__ = ["GuardedAsyncHttpClient", "GuardedHttpClient"]


class _Blocked(MessageBlocked, TwilioException):  # type: ignore[misc]  # the SDK has no types
    pass


class _Held(MessageHeld, TwilioException):  # type: ignore[misc]  # the SDK has no types
    pass


class _ReroutingError(SendGuardError, TwilioException):  # type: ignore[misc]  # the same
    pass


@frozen(repr=False)
class _Send:
    """One request to send: what is judged, and the form that goes on to Twilio."""

    message: Message
    context: Context
    data: Any


class _Guarded:
    """What both clients are made of. All that is not said here is the inner client's."""

    _guard: Guard
    _inner: Any
    _context: ContextSource
    _reroute: Reroute | None

    def __init__(
        self, guard: Guard, inner: Any, context: ContextSource, reroute: Reroute | None
    ) -> None:
        check_arguments(type(self).__name__, guard, context)
        check_single_reroute(reroute)
        # Not through __setattr__, which sets attributes of the inner client.
        vars(self).update(_guard=guard, _inner=inner, _context=context, _reroute=reroute)

    def __getattr__(self, name: str) -> Any:
        # While it is copied or unpickled it has no inner client to ask.
        if name.startswith("__") or "_inner" not in vars(self):
            raise AttributeError(name)
        return getattr(self._inner, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._inner, name, value)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._guard!r}, {type(self._inner).__name__})"

    def _read(self, url: str, params: object, data: object) -> _Send:
        fields = read_fields(url, params, data)
        if self._reroute is not None:
            data = rerouted_form(fields, data, self._reroute)
            if data is None:
                raise _ReroutingError(
                    "nothing was sent: reroute= left nobody to send to, or the recipient is not "
                    "the form field To of this request alone"
                )
            fields = read_fields(url, params, data)
        message = read_message(fields)
        context = resolve(message, None, self._context)
        if context.now is None and (moment := due(fields)) is not None:
            context = evolve(context, now=moment)  # quiet hours are about when it arrives
        return _Send(message, context, data)


class GuardedHttpClient(_Guarded, HttpClient):  # type: ignore[misc]  # the SDK has no types
    """An HTTP client for `twilio.rest.Client` that sends no message its guard refuses.

    Every other request passes untouched, and so do responses and exceptions. A message that is
    scheduled is judged by the time at which it will leave, unless the context says another.

    Args:
        guard: who judges.
        inner: the HTTP client that sends; by default the SDK's `TwilioHttpClient`.
        context: the `Context` of all messages, or a function of each.
        reroute: where messages go instead: one address, or a function of the `Recipient`.

    Raises:
        MessageBlocked, MessageHeld: by `request`; they are also `TwilioException`.
        TypeError, ConfigurationError: an argument cannot be used.
    """

    def __init__(
        self,
        guard: Guard,
        inner: HttpClient | None = None,
        *,
        context: ContextSource = None,
        reroute: Reroute | None = None,
    ) -> None:
        if inner is None:
            inner = TwilioHttpClient()
        if inner.is_async:
            raise ConfigurationError(
                "GuardedHttpClient: inner is an asynchronous client; use GuardedAsyncHttpClient"
            )
        super().__init__(guard, inner, context, reroute)

    def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """Make the request, as the inner client does; judge it first when it sends a message."""

        def make(form: Any) -> Response:
            return self._inner.request(
                method,
                url,
                params=params,
                data=form,
                headers=headers,
                auth=auth,
                timeout=timeout,
                allow_redirects=allow_redirects,
            )

        if not is_send(method, url):
            return make(data)
        send = self._read(url, params, data)
        with _also_twilio_exceptions():
            admission = self._guard.admit(send.message, send.context)
        with admission:
            try:
                response = make(send.data)
            except OSError as error:
                if _never_connected(error) and not self._sends_again(url):
                    admission.failed()
                raise
            _settle(admission, response.status_code, again=self._sends_again(url))
        return response

    def _sends_again(self, url: str) -> bool:
        """Whether a POST is repeated after it has left: then the last answer is not the only one.

        The SDK's ``max_retries`` repeats what could not connect, which never left.
        """
        session = getattr(self._inner, "session", None)
        adapter = None if session is None else session.get_adapter(url)
        retries = getattr(adapter, "max_retries", None)
        if retries is None or not retries.total:
            return False
        return retries.allowed_methods is None or "POST" in retries.allowed_methods


class GuardedAsyncHttpClient(_Guarded, AsyncHttpClient):  # type: ignore[misc]  # no types
    """`GuardedHttpClient` for ``Client.messages.create_async``.

    Args:
        guard, context, reroute: as for `GuardedHttpClient`.
        inner: by default the SDK's `AsyncTwilioHttpClient`, which must be made in a coroutine.

    Raises:
        MessageBlocked, MessageHeld: by `request`; they are also `TwilioException`.
        TypeError, ConfigurationError: an argument cannot be used.
    """

    def __init__(
        self,
        guard: Guard,
        inner: AsyncHttpClient | None = None,
        *,
        context: ContextSource = None,
        reroute: Reroute | None = None,
    ) -> None:
        if inner is None:
            from twilio.http.async_http_client import AsyncTwilioHttpClient

            inner = AsyncTwilioHttpClient()
        if not inner.is_async:
            raise ConfigurationError(
                "GuardedAsyncHttpClient: inner is a synchronous client; use GuardedHttpClient"
            )
        super().__init__(guard, inner, context, reroute)

    async def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109  (the SDK's own signature)
        allow_redirects: bool = False,
    ) -> Response:
        """Make the request, as the inner client does; judge it first when it sends a message."""

        async def make(form: Any) -> Response:
            return await self._inner.request(
                method,
                url,
                params=params,
                data=form,
                headers=headers,
                auth=auth,
                timeout=timeout,
                allow_redirects=allow_redirects,
            )

        if not is_send(method, url):
            return await make(data)
        send = self._read(url, params, data)
        with _also_twilio_exceptions():
            admission = await self._guard.aadmit(send.message, send.context)
        async with admission:
            try:
                response = await make(send.data)
            except OSError as error:
                if _never_connected_async(error) and not self._sends_again():
                    admission.failed()
                raise
            _settle(admission, response.status_code, again=self._sends_again())
        return response

    async def close(self) -> None:
        """Close the session of the inner client."""
        await self._inner.close()

    async def __aenter__(self) -> Self:
        await self._inner.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._inner.__aexit__(kind, error, traceback)

    def _sends_again(self) -> bool:
        """Whether a POST is repeated after it has left, as it is with the SDK's ``max_retries``."""
        from aiohttp_retry import RetryClient

        return isinstance(getattr(self._inner, "session", None), RetryClient)


@contextmanager
def _also_twilio_exceptions() -> Iterator[None]:
    try:
        yield
    except MessageBlocked as refusal:
        raise _Blocked(refusal.decision) from None
    except MessageHeld as refusal:
        raise _Held(refusal.decision, refusal.held) from None


def _settle(admission: Admission, status: int, *, again: bool) -> None:
    if 200 <= status < 300:
        admission.sent()
    elif 400 <= status < 500 and not again:
        admission.failed()
    else:  # a gateway's 502 may stand for a message that Twilio took
        admission.unknown()


def _never_connected(error: OSError) -> bool:
    if isinstance(error, RequestsConnectionError) and not isinstance(error, ConnectTimeout):
        cause = error.args[0] if error.args else None
        return isinstance(getattr(cause, "reason", None), NewConnectionError)
    return isinstance(error, ConnectTimeout | ConnectionRefusedError)


def _never_connected_async(error: OSError) -> bool:
    from aiohttp import ClientConnectorError, ConnectionTimeoutError

    refused = (ClientConnectorError, ConnectionTimeoutError, ConnectionRefusedError)
    return isinstance(error, refused)
