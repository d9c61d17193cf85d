"""A guard before any function that sends."""

from __future__ import annotations

import asyncio
import concurrent.futures
import functools
import inspect
from collections.abc import Awaitable, Callable
from typing import Any, ParamSpec, TypeVar, overload

from attrs import frozen

from sendguard.adapters._arguments import check_arguments
from sendguard.errors import ConfigurationError, MessageNotSent
from sendguard.guard import Admission, ContextSource, Guard, resolve
from sendguard.model import Context, Message

P = ParamSpec("P")
R = TypeVar("R")
Failures = type[BaseException] | tuple[type[BaseException], ...]


@overload
def wrap(
    send: Callable[P, R],
    *,
    guard: Guard,
    to_message: Callable[P, Message],
    context: ContextSource = None,
    name: str | None = None,
    failed_on: Failures = (),
) -> Callable[P, R]: ...


@overload
def wrap(
    send: None = None,
    *,
    guard: Guard,
    to_message: Callable[P, Message],
    context: ContextSource = None,
    name: str | None = None,
    failed_on: Failures = (),
) -> Callable[[Callable[P, R]], Callable[P, R]]: ...


def wrap(
    send: Callable[P, R] | None = None,
    *,
    guard: Guard,
    to_message: Callable[P, Message],
    context: ContextSource = None,
    name: str | None = None,
    failed_on: Failures = (),
) -> Callable[P, R] | Callable[[Callable[P, R]], Callable[P, R]]:
    """The same function, which asks a guard before it sends.

    It takes the same arguments, gives the same result and raises the same exceptions. Without
    `send` it is a decorator, for methods too. What returns has *sent*; an exception leaves it
    *unknown* whether the message left, unless `failed_on` names it. An awaitable or a future that
    a plain function returns is settled when it is done.

    Args:
        send: any callable, sync or async: function, coroutine function, method, partial, object
            with ``__call__``.
        guard: who judges.
        to_message: the `Message` that a call with these arguments would send. What it raises
            reaches the caller before anything is sent.
        context: the `Context` of all sends, or a function of each message.
        name: what the function is called (``__name__``); by default as `send` is.
        failed_on: exceptions by which `send` says that the message certainly reached nobody.

    Raises:
        MessageBlocked, MessageHeld: by the function, in place of sending.
        TypeError, ConfigurationError: an argument cannot be used.

    >>> from sendguard import Guard, Message
    >>> guarded = wrap(print, guard=Guard(), to_message=lambda text: Message.chat(text=text))
    >>> guarded("Hello")
    Hello
    """
    check_arguments("wrap", guard, context)
    if not callable(to_message):
        raise TypeError(f"wrap: to_message takes a callable, not {type(to_message).__name__}")
    if _is_async(to_message):
        raise ConfigurationError(
            "wrap: to_message is a coroutine function; use a plain one that returns the Message"
        )
    failures = failed_on if isinstance(failed_on, tuple) else (failed_on,)
    if not all(map(_is_exception_class, failures)):
        raise TypeError("wrap: failed_on takes an exception class, or a tuple of them")
    # A guarded transport inside that refuses has sent nothing either: MessageNotSent.
    terms = _Terms(guard, to_message, context, (MessageNotSent, *failures))

    def decorate(send: Callable[P, R]) -> Callable[P, R]:
        return _guarded(terms, send, name)

    return decorate if send is None else decorate(send)


@frozen
class _Terms:
    """How the calls of one wrapped function are judged and settled."""

    guard: Guard
    to_message: Callable[..., Message]
    context: ContextSource
    failures: tuple[type[BaseException], ...]

    def judged(self, args: Any, kwargs: Any) -> tuple[Message, Context]:
        """The message of this call, and its context: the arguments of `Guard.admit`."""
        message = self.to_message(*args, **kwargs)
        return message, resolve(message, None, self.context)

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
        admission = await terms.guard.aadmit(*terms.judged(args, kwargs))
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
        admission = terms.guard.admit(*terms.judged(args, kwargs))
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
