"""How a program uses the adapters, for the type checkers; nothing here is run."""

from typing import assert_type

from sendguard import Context, Guard, Message
from sendguard.adapters import release_via, smtp, wrap
from sendguard.adapters.opentelemetry import OpenTelemetryObserver
from sendguard.adapters.twilio import GuardedAsyncHttpClient, GuardedHttpClient
from sendguard.guard import GuardFile
from sendguard.holds import HoldQueue


def post(room: str, text: str, *, loud: bool = False) -> int:
    return len(room + text) + loud


def to_message(room: str, text: str, *, loud: bool = False) -> Message:
    return Message.chat(to=[room], text=text)


async def post_later(text: str) -> bytes:
    return text.encode()


async def wrapped(guard: Guard) -> None:
    guarded = wrap(post, guard=guard, to_message=to_message, failed_on=(OSError, KeyError))
    assert_type(guarded("orders", "Hello", loud=True), int)
    guarded("orders", 7)  # type: ignore[arg-type]  # the arguments keep their types
    later = wrap(post_later, guard=guard, to_message=lambda text: Message.chat(text=text))
    assert_type(await later("Hello"), bytes)


def decorated(guard: Guard) -> None:
    @wrap(guard=guard, to_message=to_message, context=Context(customer="north"))
    def say(room: str, text: str, *, loud: bool = False) -> str:
        return room + text

    assert_type(say("orders", "Hello"), str)


async def clients() -> None:
    guard = Guard(observers=[OpenTelemetryObserver()])
    GuardedHttpClient(guard, reroute=lambda recipient: recipient.address or None)
    async with GuardedAsyncHttpClient(guard, context=lambda message: None) as http:
        assert_type(http, GuardedAsyncHttpClient)


def held(guard: Guard, file: GuardFile, queue: HoldQueue) -> None:
    guarded = wrap(
        post,
        guard=file,
        to_message=to_message,
        queue=queue,
        to_payload=lambda room, text, *, loud=False: f"{room} {text} {loud}".encode(),
    )
    assert_type(guarded("orders", "Hello"), int)
    queue.release(release_via(post, from_payload=lambda payload: ("orders", payload.decode())))
    smtp.SMTP(guard=lambda: guard, queue=queue, on_hold="return")
    smtp.SMTP(guard=guard, on_hold="drop")  # type: ignore[arg-type]  # no such answer
