"""Prices, dates and promises that are wrong, and files that are not there."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

from sendguard.model import Message, Money
from sendguard.testing.mutations._editing import (
    house_left,
    in_language,
    one_of,
    with_replaced,
    with_sentence,
)
from sendguard.testing.mutations._send import Send, mutation
from sendguard.text import Analysis

_NUMBER: Final = re.compile(r"\d[\d.,]{0,20}")
_PENCE: Final = re.compile(r"[.,](\d\d)\Z")
_HOST: Final = re.compile(r"(?:[a-z0-9\-]{1,63}\.){1,8}[a-z]{2,24}")
_NOON: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)
_FAR: Final = 60  # days


@mutation("attachment.missing")
def drop_attachment(send: Send, random: Random) -> Send | None:
    """The text announces a file, and none is attached."""
    message = send.message
    if message.channel != "email":
        return None
    announced = one_of(message, send.context, "announcements", random)
    return send.with_message(with_sentence(message.replace(attachments=()), announced))


@mutation("fact.*")
def misprice(send: Send, random: Random) -> Send | None:
    """A price is a hundred times too high, or for another quantity, and the caller knows better."""
    message = send.message
    offer = one_of(message, send.context, "offers", random)
    price = Money(f"{random.randrange(1_000, 99_999) / 100:.2f}", "EUR", per=10)
    shown = f"{price.amount} EUR"
    found = next(iter(Analysis(message).amounts), None)
    if found is not None and found.rate is None and random.random() < 0.5:
        wrong = _hundredfold(message, found.where.text)
        if wrong is None:
            return None
        right = Money(found.value, found.currency)
        return send.with_message(wrong).with_context(facts={"price": right})
    if random.random() < 0.5:
        sentence = offer.format(shown, 100)
    else:
        sentence = offer.format(f"{price.amount * 100:.0f} EUR", 10)
    return send.with_message(with_sentence(message, sentence)).with_context(facts={"price": price})


def _hundredfold(message: Message, amount: str) -> Message | None:
    number = _NUMBER.search(amount)
    if number is None:
        return None
    digits = number.group().rstrip(".,")
    pence = _PENCE.search(digits)
    higher = f"{digits[: pence.start()]}{pence[1]}" if pence else f"{digits}00"
    changed = with_replaced(message, amount, amount.replace(digits, higher, 1))
    return None if changed == message else changed


@mutation("fact.weekday")
def wrong_weekday(send: Send, random: Random) -> Send | None:
    """A date is given with the weekday of another one."""
    message, context = send.message, send.context
    day = (context.now or _NOON) + timedelta(days=random.randrange(2, _FAR))
    weekdays = in_language(message, context, "weekdays")
    wrong = (day.weekday() + random.randrange(1, 7)) % 7
    sentence = in_language(message, context, "appointment").format(
        weekday=weekdays[wrong],
        day=day.day,
        month=in_language(message, context, "months")[day.month - 1],
        year=day.year,
    )
    return send.with_message(with_sentence(message, sentence))


@mutation("fact.rash-promise")
def promise_rashly(send: Send, random: Random) -> Send | None:
    """Something is promised that nobody can promise."""
    promise = one_of(send.message, send.context, "promises", random)
    return send.with_message(with_sentence(send.message, promise))


@mutation("identity.foreign-data")
def leak_identifier(send: Send, random: Random) -> Send | None:
    """The text carries another customer's e-mail address, telephone number or account."""
    if not send.contacts:
        return None  # nobody could tell whose it is
    marks = [
        mark
        for contact in send.others()
        for mark in (*contact.emails, *contact.phones, *contact.identifiers)
    ]
    if not marks:
        return None
    sentence = one_of(send.message, send.context, "whose", random).format(random.choice(marks))
    return send.with_message(with_sentence(send.message, sentence))


@mutation("content.card-number", "content.secret")
def add_secret(send: Send, random: Random) -> Send | None:
    """The number of a payment card, or the key to a system, stands in the text."""
    if random.random() < 0.5:
        digits = _card(random)
        shown = " ".join(digits[at : at + 4] for at in range(0, 16, 4))
        sentence = one_of(send.message, send.context, "cards", random).format(shown)
    else:
        # The shape of an access key of a large provider.
        key = "AKIA" + "".join(random.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=16))
        sentence = one_of(send.message, send.context, "secrets", random).format(key)
    return send.with_message(with_sentence(send.message, sentence))


def _card(random: Random) -> str:
    """A number of the form of a payment card, with its check digit (ISO/IEC 7812-1)."""
    digits = [4, *(random.randrange(10) for _ in range(14))]
    total = sum(each if at % 2 else sum(divmod(2 * each, 10)) for at, each in enumerate(digits))
    return "".join(map(str, [*digits, -total % 10]))


@mutation("link.*")
def staging_link(send: Send, random: Random) -> Send | None:
    """A link leads to somebody's own computer, to a private network or to a test system."""
    house = house_left(send.message)
    if house is None:
        return None
    hosts = ["localhost:8000", "192.168.0.12", "127.0.0.1:3000"]
    if _HOST.fullmatch(house):
        hosts.append(f"staging.{house}")
    link = f"http://{random.choice(hosts)}/confirm?id={random.randrange(10_000)}"
    sentence = one_of(send.message, send.context, "links", random).format(link)
    return send.with_message(with_sentence(send.message, sentence))


@mutation("tone.cheerful-to-grief", "tone.canned-to-grief")
def cheer_at_grief(send: Send, random: Random) -> Send | None:
    """Merry words answer somebody who has just told of a death."""
    message, context = send.message, send.context
    if house_left(message) is None:
        return None
    earlier = Message.email(
        sender=message.recipients[0].address,
        to=[message.sender.address] if message.sender else [],
        subject=message.subject,
        text=one_of(message, context, "griefs", random),
    )
    cheer = one_of(message, context, "cheers", random)
    return send.with_message(with_sentence(message, cheer)).with_context(thread=(earlier,))


@mutation("tone.*")
def shout(send: Send, random: Random) -> Send | None:
    """A sentence in capitals, with many exclamation marks."""
    loud = one_of(send.message, send.context, "loud", random)
    return send.with_message(with_sentence(send.message, loud))
