"""What templates leave behind: fields, nothings, dummies, emptiness, what breaks headers."""

from __future__ import annotations

from random import Random
from typing import Final

from attrs import evolve

from sendguard.testing.mutations._editing import (
    one_of,
    with_greeted,
    with_sentence,
    words,
)
from sendguard.testing.mutations._send import Send, mutation

_BREAKS: Final = ("\r\nBcc: spy@elsewhere.example", "\nX-Priority: 1", "\r\n\r\nRead this instead.")


@mutation("placeholder.*", "link.unfilled")
def leave_placeholder(send: Send, random: Random) -> Send | None:
    """A field of some template language was never filled: in subject, greeting, body or link."""
    message, context = send.message, send.context
    form = random.choice(words("fields"))
    name, number = (form.replace("NAME", random.choice(words(key))) for key in ("names", "bodies"))
    order = one_of(message, context, "orders", random)
    ways = [with_sentence(message, order.format(number))]
    if greeted := with_greeted(message, name):
        ways.append(greeted)
    if message.subject is not None:
        ways.append(message.replace(subject=order.format(number).rstrip(".")))
    link = one_of(message, context, "links", random)
    ways.append(with_sentence(message, link.format(f"https://shop.example/confirm?id={number}")))
    return send.with_message(random.choice(ways))


@mutation("placeholder.*")
def fill_with_nothing(send: Send, random: Random) -> Send | None:
    """A value was missing and its absence was printed: "Dear None,", "order undefined"."""
    message, context = send.message, send.context
    nothing = random.choice(words("nothings"))
    order = one_of(message, context, "orders", random).format(nothing)
    ways = [with_sentence(message, order)]
    if greeted := with_greeted(message, random.choice((nothing, ""))):
        ways.append(greeted)
    if message.subject is not None:
        ways.append(message.replace(subject=order.rstrip(".")))
    return send.with_message(random.choice(ways))


@mutation("placeholder.dummy-name", "placeholder.dummy-text", "identity.greeting")
def dummy_text(send: Send, random: Random) -> Send | None:
    """A name that nobody bears is greeted, or the typesetters' Latin stands in the text."""
    greeted = with_greeted(send.message, random.choice(words("dummies")))
    filled = with_sentence(send.message, words("latin"))
    return send.with_message(random.choice([filled] if greeted is None else [filled, greeted]))


@mutation("identity.greeting")
def swap_greeting(send: Send, random: Random) -> Send | None:
    """Somebody else is greeted."""
    names = [contact.name for contact in send.others() if contact.name]
    if not names:
        return None
    wrong = with_greeted(send.message, random.choice(names))
    return None if wrong is None else send.with_message(wrong)


@mutation("content.*")
def empty(send: Send, random: Random) -> Send | None:
    """The text, or the subject, is empty."""
    message = send.message
    blank = message.replace(text="\n", html=None, attachments=())
    ways = [blank]
    if message.subject is not None and message.channel == "email":
        ways.append(message.replace(subject=""))
    wrong = random.choice(ways)
    return None if wrong == message else send.with_message(wrong)


@mutation("header.*")
def inject_header(send: Send, random: Random) -> Send | None:
    """A line end in the subject, in a name or in a header begins a header of somebody else's."""
    message = send.message
    if message.channel != "email":
        return None
    put = random.choice(_BREAKS)
    ways = [
        message.replace(subject=f"{message.subject or 'Hello'}{put}"),
        message.replace(headers=(*message.headers, ("X-Campaign", f"spring{put}"))),
    ]
    if message.recipients:
        first = message.recipients[0]
        named = evolve(first, name=f"{first.name or 'Maria'}{put}")
        ways.append(message.replace(recipients=(named, *message.recipients[1:])))
    return send.with_message(random.choice(ways))


@mutation("state.*", again=True)
def repeat(send: Send, random: Random) -> Send | None:
    """The same message once more, after it was sent."""
    del random
    return send if send.message.recipients else None
