"""A guard in Twilio's client: every text message that it sends is judged first.

Both clients go where the SDK takes an HTTP client, ``Client(sid, token, http_client=…)``, so that
whatever the SDK does to send a message passes here: subaccounts, edges and regions, WhatsApp,
messaging services, media. They may be shared as far as the client inside may.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal

from attrs import evolve, frozen
from requests.exceptions import ConnectionError as RequestsConnectionError
from requests.exceptions import ConnectTimeout
from twilio.base.exceptions import TwilioException
from twilio.http import AsyncHttpClient, HttpClient
from twilio.http.http_client import TwilioHttpClient
from urllib3.exceptions import NewConnectionError

from sendguard.adapters._arguments import GuardSource, check_arguments, guard_now
from sendguard.adapters._holding import Holding, released
from sendguard.adapters._reroute import Reroute
from sendguard.adapters._twilio_form import (
    check_single_reroute,
    due,
    from_payload,
    is_send,
    read_fields,
    read_message,
    rerouted_form,
    to_payload,
)
from sendguard.errors import (
    AlreadySent,
    ConfigurationError,
    MessageBlocked,
    MessageHeld,
    SendFailed,
    SendGuardError,
)
from sendguard.guard import Admission, ContextSource, Guard, resolve
from sendguard.holds import Held, HoldQueue
from sendguard.model import Context, Message

if TYPE_CHECKING:
    from typing import Self

    from twilio.http.response import Response

__all__ = ["GuardedAsyncHttpClient", "GuardedHttpClient", "release_via"]


class _Blocked(MessageBlocked, TwilioException):  # type: ignore[misc]  # the SDK has no types
    pass


class _Held(MessageHeld, TwilioException):  # type: ignore[misc]  # the SDK has no types
    pass


class _AlreadySent(AlreadySent, TwilioException):  # type: ignore[misc]  # the SDK has no types
    pass


class _DoubtfulError(SendGuardError, TwilioException):  # type: ignore[misc]  # the same
    pass


class _ReroutingError(SendGuardError, TwilioException):  # type: ignore[misc]  # the same
    pass


@frozen(repr=False)
class _Send:
    """One request to send: what is judged, by whom, and the form that goes on to Twilio."""

    guard: Guard
    message: Message
    context: Context
    data: Any
    payload: bytes | None


class _Guarded:
    """What both clients are made of. All that is not said here is the inner client's."""

    _guard: GuardSource
    _inner: Any
    _context: ContextSource
    _reroute: Reroute | None
    _holding: Holding

    def __init__(
        self,
        guard: GuardSource,
        inner: Any,
        context: ContextSource,
        reroute: Reroute | None,
        queue: HoldQueue | None,
        on_hold: str,
    ) -> None:
        name = type(self).__name__
        check_arguments(name, guard, context)
        check_single_reroute(reroute)
        holding = Holding.read(name, queue, "raise" if on_hold == "return" else on_hold)
        if on_hold == "return":
            raise ConfigurationError(
                f"{name}: on_hold='return' cannot be: Twilio has no answer for a message that it "
                "never got, and none is made up; leave it out and catch MessageHeld"
            )
        # Not through __setattr__, which sets attributes of the inner client.
        vars(self).update(
            _guard=guard, _inner=inner, _context=context, _reroute=reroute, _holding=holding
        )

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
        payload = to_payload(url, params, data)
        return _Send(guard_now(self._guard), message, context, data, payload)

    def _keep(self, send: _Send, error: MessageHeld) -> None:
        """Put what is held into the queue, where there is one, and have the error say where."""
        if send.payload is not None:  # else what leaves is not known, and stays with the caller
            error.held = self._holding.keep(
                *(send.guard, error, send.message, send.context),
                payload=send.payload,
                transport={"adapter": "twilio"},
            )


class GuardedHttpClient(_Guarded, HttpClient):  # type: ignore[misc]  # the SDK has no types
    """An HTTP client for `twilio.rest.Client` that sends no message its guard refuses.

    Every other request passes untouched, and so do responses and exceptions. A message that is
    scheduled is judged by the time at which it will leave, unless the context says another.

    Args:
        guard: who judges: a `Guard`, or a function that returns one, such as a `GuardFile`.
        inner: the HTTP client that sends; by default the SDK's `TwilioHttpClient`.
        context: the `Context` of all messages, or a function of each.
        reroute: where messages go instead: one address, or a function of the `Recipient`.
        queue: keeps what is held; `release_via` sends it.
        on_hold: "raise" `MessageHeld`; there is nothing to return in its place.

    Raises:
        MessageBlocked, MessageHeld, AlreadySent: by `request`; they are also `TwilioException`.
        TypeError, ConfigurationError: an argument cannot be used.
    """

    def __init__(
        self,
        guard: GuardSource,
        inner: HttpClient | None = None,
        *,
        context: ContextSource = None,
        reroute: Reroute | None = None,
        queue: HoldQueue | None = None,
        on_hold: Literal["raise"] = "raise",
    ) -> None:
        if inner is None:
            inner = TwilioHttpClient()
        if inner.is_async:
            raise ConfigurationError(
                "GuardedHttpClient: inner is an asynchronous client; use GuardedAsyncHttpClient"
            )
        super().__init__(guard, inner, context, reroute, queue, on_hold)

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
            try:
                admission = send.guard.admit(send.message, send.context, payload=send.payload)
            except MessageHeld as error:
                self._keep(send, error)
                raise
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
        guard, context, reroute, queue, on_hold: as for `GuardedHttpClient`. The queue's store is
            asked in a thread.
        inner: by default the SDK's `AsyncTwilioHttpClient`, which must be made in a coroutine.

    Raises:
        MessageBlocked, MessageHeld, AlreadySent: by `request`; they are also `TwilioException`.
        TypeError, ConfigurationError: an argument cannot be used.
    """

    def __init__(
        self,
        guard: GuardSource,
        inner: AsyncHttpClient | None = None,
        *,
        context: ContextSource = None,
        reroute: Reroute | None = None,
        queue: HoldQueue | None = None,
        on_hold: Literal["raise"] = "raise",
    ) -> None:
        if inner is None:
            from twilio.http.async_http_client import AsyncTwilioHttpClient

            inner = AsyncTwilioHttpClient()
        if not inner.is_async:
            raise ConfigurationError(
                "GuardedAsyncHttpClient: inner is a synchronous client; use GuardedHttpClient"
            )
        super().__init__(guard, inner, context, reroute, queue, on_hold)

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
            try:
                admission = await send.guard.aadmit(
                    send.message, send.context, payload=send.payload
                )
            except MessageHeld as error:
                await asyncio.to_thread(self._keep, send, error)
                raise
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


def release_via(client: Any) -> Callable[[Held], object]:
    """What `HoldQueue.release` needs to send the messages that these clients put into the queue.

    Each leaves as the request that it was held as, field for field, and for the same account. That
    Twilio refuses it (4xx), or cannot be reached, is a clean failure: the message waits on.

    Args:
        client: a `twilio.rest.Client` with the credentials to send by; its HTTP client may be
            guarded or not, and must be a synchronous one.

    Raises:
        ConfigurationError: its HTTP client is asynchronous.
    """
    if client.http_client.is_async:
        raise ConfigurationError(
            "release_via: the client is asynchronous, and HoldQueue.release is not; give a Client "
            "with a synchronous HTTP client"
        )

    def send(held: Held) -> None:
        payload = released(held, "twilio")
        request = from_payload(payload)
        message = read_message(read_fields(request.url, request.params, request.data))
        if message.digest != held.digest:
            raise SendFailed("its form does not read as the message that was held")
        if not isinstance(client.http_client, _Guarded):
            Guard().admit(message, payload=payload)  # the queue has judged; this uses its leave up
        try:
            response = client.request("POST", request.url, request.params, request.data)
        except OSError as error:
            if _never_connected(error):
                raise SendFailed(f"no connection: {type(error).__name__}") from error
            raise
        if 400 <= response.status_code < 500:
            raise SendFailed(f"Twilio refused it: {response.status_code}")
        if not 200 <= response.status_code < 300:
            raise _DoubtfulError(f"Twilio answered {response.status_code}")

    return send


@contextmanager
def _also_twilio_exceptions() -> Iterator[None]:
    try:
        yield
    except MessageBlocked as refusal:
        raise _Blocked(refusal.decision) from None
    except MessageHeld as refusal:
        raise _Held(refusal.decision, refusal.held) from None
    except AlreadySent as refusal:
        raise _AlreadySent(refusal.decision, refusal.outcome) from None


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
