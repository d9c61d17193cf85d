"""A guard before any function that sends."""

from __future__ import annotations

import asyncio
import concurrent.futures
import functools
import inspect
from collections.abc import Awaitable, Callable
from typing import Any, ParamSpec, TypeVar, overload

from attrs import frozen

from sendguard.adapters._arguments import GuardSource, check_arguments, guard_now
from sendguard.adapters._holding import Holding, released
from sendguard.errors import ConfigurationError, MessageHeld, MessageNotSent, SendFailed
from sendguard.guard import Admission, ContextSource, Guard, resolve
from sendguard.holds import Held, HoldQueue
from sendguard.model import Context, Message

P = ParamSpec("P")
R = TypeVar("R")
Failures = type[BaseException] | tuple[type[BaseException], ...]


@overload
def wrap(
    send: Callable[P, R],
    *,
    guard: GuardSource,
    to_message: Callable[P, Message],
    context: ContextSource = None,
    name: str | None = None,
    failed_on: Failures = (),
    queue: HoldQueue | None = None,
    to_payload: Callable[P, bytes] | None = None,
) -> Callable[P, R]: ...


@overload
def wrap(
    send: None = None,
    *,
    guard: GuardSource,
    to_message: Callable[P, Message],
    context: ContextSource = None,
    name: str | None = None,
    failed_on: Failures = (),
    queue: HoldQueue | None = None,
    to_payload: Callable[P, bytes] | None = None,
) -> Callable[[Callable[P, R]], Callable[P, R]]: ...


def wrap(
    send: Callable[P, R] | None = None,
    *,
    guard: GuardSource,
    to_message: Callable[P, Message],
    context: ContextSource = None,
    name: str | None = None,
    failed_on: Failures = (),
    queue: HoldQueue | None = None,
    to_payload: Callable[P, bytes] | None = None,
) -> Callable[P, R] | Callable[[Callable[P, R]], Callable[P, R]]:
    """The same function, which asks a guard before it sends.

    It takes the same arguments, gives the same result and raises the same exceptions. Without
    `send` it is a decorator, for methods too. What returns has *sent*; an exception leaves it
    *unknown* whether the message left, unless `failed_on` names it. An awaitable or a future that
    a plain function returns is settled when it is done.

    Args:
        send: any callable, sync or async: function, coroutine function, method, partial, object
            with ``__call__``.
        guard: who judges: a `Guard`, or a function that returns one, such as a `GuardFile`.
        to_message: the `Message` that a call with these arguments would send. What it raises
            reaches the caller before anything is sent.
        context: the `Context` of all sends, or a function of each message.
        name: what the function is called (``__name__``); by default as `send` is.
        failed_on: exceptions by which `send` says that the message certainly reached nobody.
        queue: keeps what is held; `release_via` sends it.
        to_payload: the arguments of a call as bytes, for the queue to keep: equal for equal calls.
            Without it the queue keeps the message alone.

    Raises:
        MessageBlocked, MessageHeld, AlreadySent: by the function, in place of sending.
        TypeError, ConfigurationError: an argument cannot be used.

    >>> from sendguard import Guard, Message
    >>> guarded = wrap(print, guard=Guard(), to_message=lambda text: Message.chat(text=text))
    >>> guarded("Hello")
    Hello
    """
    check_arguments("wrap", guard, context)
    _check_plain("wrap: to_message", to_message)
    if to_payload is not None:
        _check_plain("wrap: to_payload", to_payload)
        if queue is None:
            raise ConfigurationError("wrap: to_payload= is for a queue; give queue= too")
    failures = failed_on if isinstance(failed_on, tuple) else (failed_on,)
    if not all(map(_is_exception_class, failures)):
        raise TypeError("wrap: failed_on takes an exception class, or a tuple of them")
    # A guarded transport inside that refuses has sent nothing either: MessageNotSent.
    failures = (MessageNotSent, *failures)
    holding = Holding.read("wrap", queue)
    terms = _Terms(guard, to_message, context, failures, holding, to_payload)

    def decorate(send: Callable[P, R]) -> Callable[P, R]:
        return _guarded(terms, send, name)

    return decorate if send is None else decorate(send)


@frozen
class _Call:
    """What one call is about to send, and who judges it."""

    guard: Guard
    message: Message
    context: Context
    payload: bytes | None


@frozen
class _Terms:
    """How the calls of one wrapped function are judged and settled."""

    guard: GuardSource
    to_message: Callable[..., Message]
    context: ContextSource
    failures: tuple[type[BaseException], ...]
    holding: Holding
    to_payload: Callable[..., bytes] | None

    def read(self, args: Any, kwargs: Any) -> _Call:
        """A call with these arguments."""
        message = self.to_message(*args, **kwargs)
        context = resolve(message, None, self.context)
        payload = None if self.to_payload is None else self.to_payload(*args, **kwargs)
        return _Call(guard_now(self.guard), message, context, payload)

    def keep(self, call: _Call, error: MessageHeld) -> None:
        """Put a held call into the queue, where there is one, and have the error say where."""
        error.held = self.holding.keep(
            *(call.guard, error, call.message, call.context),
            payload=call.payload,
            transport={"adapter": "wrap"},
        )

    def settle(self, admission: Admission, error: BaseException | None = None) -> None:
        """Say what became of it: `error` is what sending raised."""
        if error is None:
            admission.sent()
        elif isinstance(error, self.failures):
            admission.failed()
        else:
            admission.unknown()


def _guarded(terms: _Terms, send: Callable[P, R], name: str | None) -> Callable[P, R]:
    inner = _without_partials(send)
    if isinstance(inner, staticmethod | classmethod):
        kind = type(inner).__name__
        raise ConfigurationError(f"wrap: send is a {kind}; put @{kind} above wrap")
    if not callable(inner):
        raise TypeError(f"wrap: send takes a callable, not {type(inner).__name__}")
    if any(map(inspect.isgeneratorfunction, _codes(inner))) or any(
        map(inspect.isasyncgenfunction, _codes(inner))
    ):
        raise ConfigurationError(
            "wrap: send is a generator function, which sends nothing when it is called; "
            "wrap the function that sends one message"
        )
    guarded: Callable[..., Any] = _async(terms, send) if _is_async(send) else _sync(terms, send)
    guarded.__name__ = guarded.__qualname__ = getattr(inner, "__name__", type(inner).__name__)
    # The attributes of an object that can be called are its own business and stay with it.
    updated = ("__dict__",) if inspect.isroutine(send) else ()
    guarded = functools.update_wrapper(guarded, send, updated=updated)
    if name is not None:
        guarded.__name__ = guarded.__qualname__ = name
    return guarded


def _async(terms: _Terms, send: Callable[..., Any]) -> Callable[..., Any]:
    async def guarded(*args: Any, **kwargs: Any) -> Any:
        call = terms.read(args, kwargs)
        try:
            admission = await call.guard.aadmit(call.message, call.context, payload=call.payload)
        except MessageHeld as error:
            await asyncio.to_thread(terms.keep, call, error)
            raise
        try:
            result = await send(*args, **kwargs)
        except BaseException as error:
            terms.settle(admission, error)
            raise
        terms.settle(admission)
        return result

    return guarded


def _sync(terms: _Terms, send: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(*args: Any, **kwargs: Any) -> Any:
        call = terms.read(args, kwargs)
        try:
            admission = call.guard.admit(call.message, call.context, payload=call.payload)
        except MessageHeld as error:
            terms.keep(call, error)
            raise
        try:
            result = send(*args, **kwargs)
        except BaseException as error:
            terms.settle(admission, error)
            raise
        if isinstance(result, asyncio.Future | concurrent.futures.Future):
            result.add_done_callback(functools.partial(_settle_future, terms, admission))
        elif inspect.isawaitable(result):
            return _settle_awaited(terms, admission, result)
        else:
            terms.settle(admission)
        return result

    return guarded


async def _settle_awaited(terms: _Terms, admission: Admission, result: Awaitable[Any]) -> Any:
    try:
        answer = await result
    except BaseException as error:
        terms.settle(admission, error)
        raise
    terms.settle(admission)
    return answer


def _settle_future(
    terms: _Terms,
    admission: Admission,
    future: asyncio.Future[Any] | concurrent.futures.Future[Any],
) -> None:
    if future.cancelled():
        admission.unknown()
    else:
        terms.settle(admission, future.exception())


def release_via(
    send: Callable[..., object], *, from_payload: Callable[[bytes], tuple[Any, ...]]
) -> Callable[[Held], object]:
    """What `HoldQueue.release` needs to make the calls that `wrap` has put into the queue.

    Args:
        send: the function that `wrap` was given, or the one that it gave.
        from_payload: the positional arguments of the call, from what ``to_payload`` made of it.

    Raises:
        TypeError, ConfigurationError: an argument cannot be used, such as a coroutine function.

    >>> import json
    >>> send = release_via(print, from_payload=json.loads)
    """
    _check_plain("release_via: send", send)
    _check_plain("release_via: from_payload", from_payload)

    def release(held: Held) -> object:
        result = send(*from_payload(released(held, "wrap")))
        if inspect.iscoroutine(result):
            result.close()
            raise SendFailed("send gave a coroutine, which nobody here awaits, so it never began")
        return result.result() if isinstance(result, concurrent.futures.Future) else result

    return release


def _check_plain(what: str, function: object) -> None:
    if not callable(function):
        raise TypeError(f"{what} takes a callable, not {type(function).__name__}")
    if _is_async(function):
        raise ConfigurationError(f"{what} is a coroutine function; use a plain one")


def _is_async(function: Any) -> bool:
    return any(map(inspect.iscoroutinefunction, _codes(_without_partials(function))))


def _codes(function: Any) -> tuple[Any, ...]:
    """What may run when this is called: it, and its ``__call__`` when it is an object."""
    return function, type(function).__call__


def _without_partials(function: Any) -> Any:
    while isinstance(function, functools.partial):
        function = function.func
    return function


def _is_exception_class(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, BaseException)
