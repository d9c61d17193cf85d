"""The wrong readers: other people, and addresses with a slip in them."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final

from attrs import evolve

from sendguard.canonical import split_address
from sendguard.matching import Contact
from sendguard.model import Message, Recipient, Role
from sendguard.testing.mutations._editing import house_left, one_of, with_sentence, words
from sendguard.testing.mutations._send import Send, mutation

_TWINS: Final = {"a": "а", "c": "с", "e": "е", "i": "і", "o": "о", "p": "р", "s": "ѕ", "x": "х"}
"""Small Latin letters and the Cyrillic ones that look like them."""

_SHORTEST: Final = 4  # code points of a local part in which a slip still shows who was meant


@mutation("identity.*", "recipient.*", "thread.*")
def swap_recipient(send: Send, random: Random) -> Send | None:
    """Another customer gets it: a program took the text and the address from two records."""
    other = _reached(send, random)
    if not send.message.recipients or other is None:
        return None
    contact, address = other
    meant = send.message.recipients[0]
    return _to(send, [evolve(meant, address=address, name=contact.name if meant.name else "")])


@mutation("identity.*", "recipient.*", "thread.*")
def add_foreign_cc(send: Send, random: Random) -> Send | None:
    """Another customer stands in Cc."""
    other = _reached(send, random)
    if not send.message.recipients or other is None:
        return None
    contact, address = other
    role: Role = "cc" if send.message.channel == "email" else "to"
    added = Recipient(address, name=contact.name if role == "cc" else "", role=role)
    return _with_recipients(send, (*send.message.recipients, added))


@mutation("recipient.near-miss", "address.domain-typo", "address.invalid", "address.invalid-phone")
def slip_in_address(send: Send, random: Random) -> Send | None:
    """A letter of the address is dropped, doubled or swapped, or a digit is another one."""
    if not send.message.recipients:
        return None
    meant = send.message.recipients[0]
    parts = split_address(meant.address)
    if parts is not None:
        local, domain = parts
        slipped = _slip(local, random)
        return (
            None if slipped is None else _to(send, [evolve(meant, address=f"{slipped}@{domain}")])
        )
    digits = [at for at, each in enumerate(meant.address) if each.isdecimal() and at > len("+44")]
    if send.message.channel != "sms" or len(digits) < _SHORTEST:
        return None
    at = random.choice(digits)
    other = random.choice([each for each in "0123456789" if each != meant.address[at]])
    return _to(send, [evolve(meant, address=meant.address[:at] + other + meant.address[at + 1 :])])


@mutation("address.domain-typo", "recipient.*")
def mistype_domain(send: Send, random: Random) -> Send | None:
    """The domain is that of a large mail provider with a slip in it."""
    parts = split_address(send.message.recipients[0].address) if send.message.recipients else None
    if parts is None:
        return None
    address = f"{parts[0]}@{random.choice(words('slips'))}"
    return _to(send, [evolve(send.message.recipients[0], address=address)])


@mutation("recipient.lookalike", "address.*")
def look_alike_address(send: Send, random: Random) -> Send | None:
    """A letter of the address is one of another alphabet that looks like it, or cannot be seen."""
    if not send.message.recipients or split_address(send.message.recipients[0].address) is None:
        return None
    address = send.message.recipients[0].address
    places = [at for at, each in enumerate(address) if each in _TWINS]
    at = random.choice([*places, len(address) // 2])
    put = _TWINS[address[at]] if at in places else f"{address[at]}\u200b"
    return _to(
        send,
        [evolve(send.message.recipients[0], address=address[:at] + put + address[at + 1 :])],
    )


@mutation("thread.*")
def reply_all(send: Send, random: Random) -> Send | None:
    """An answer to what colleagues wrote among themselves also goes to the customer."""
    house = house_left(send.message)
    if house is None:
        return None
    ours = f"service@{house}"
    remark = one_of_remarks(send, random)
    earlier = Message.email(
        sender=f"Ann Long <ann.long@{house}>",
        to=[f"Ben Lee <ben.lee@{house}>", ours],
        subject=send.message.subject,
        text=remark,
    )
    quoted = f"On Mon, 2 Mar 2026 at 9:00, Ann Long <ann.long@{house}> wrote:\n> {remark}\n"
    text = f"{send.message.text or ''}\n\n{quoted}"
    return send.with_message(send.message.replace(text=text, html=None)).with_context(
        thread=(earlier,), internal_domains=(house,)
    )


@mutation("thread.internal-history", "thread.internal-marker", "tone.disparaging")
def quote_internal(send: Send, random: Random) -> Send | None:
    """Remarks among colleagues stand below the answer, or a line that says they are internal."""
    house = house_left(send.message)
    if house is None:
        return None
    message, context = send.message, send.context
    if random.random() < 0.5:
        marker = one_of(message, context, "markers", random)
        wrong = with_sentence(message, f"{marker} {one_of_remarks(send, random)}")
    else:
        below = (
            "-----Original Message-----\n"
            f"From: Ann Long <ann.long@{house}>\nSent: Monday, 2 March 2026 09:00\n"
            f"To: Ben Lee <ben.lee@{house}>\nSubject: {message.subject or 'Question'}\n\n"
            f"{one_of_remarks(send, random)}\n"
        )
        wrong = message.replace(text=f"{message.text or ''}\n\n{below}", html=None)
    return send.with_message(wrong).with_context(internal_domains=(house,))


def one_of_remarks(send: Send, random: Random) -> str:
    """What a colleague wrote of the customer."""
    return one_of(send.message, send.context, "remarks", random)


def shift_rows(sends: Sequence[Send], random: Random) -> tuple[Send, ...]:
    """The batch with each text one recipient further: the rows of a table have slipped.

    Args:
        sends: at least two, for one recipient each.
        random: by how many rows.

    Returns:
        As many sends, each with the recipients and the context of one and the words of another;
        none where there are fewer than two, or they all go to the same.
    """
    if len(sends) < 2 or len({send.message.recipients for send in sends}) < 2:
        return ()
    by = random.randrange(1, len(sends))
    return tuple(
        send.with_message(other.message.replace(recipients=send.message.recipients))
        for send, other in zip(sends, (*sends[by:], *sends[:by]), strict=True)
        if send.message.recipients != other.message.recipients
    )


def _reached(send: Send, random: Random) -> tuple[Contact, str] | None:
    """Somebody else, and how the channel reaches him."""
    reached = [
        (contact, addresses[0])
        for contact in send.others()
        if (addresses := contact.emails if send.message.channel == "email" else contact.phones)
    ]
    if send.message.channel == "chat" or not reached:
        return None
    return random.choice(reached)


def _to(send: Send, first: list[Recipient]) -> Send | None:
    recipients = (*first, *send.message.recipients[1:])
    return None if recipients == send.message.recipients else _with_recipients(send, recipients)


def _with_recipients(send: Send, recipients: tuple[Recipient, ...]) -> Send:
    return send.with_message(send.message.replace(recipients=recipients, envelope=None))


def _slip(local: str, random: Random) -> str | None:
    letters = [at for at, each in enumerate(local[:-1]) if each.isalpha()]
    if len(local) < _SHORTEST or not letters:
        return None
    at = random.choice(letters)
    slips = [local[:at] + local[at + 1 :], local[:at] + local[at] + local[at:]]
    if local[at + 1].isalpha() and local[at] != local[at + 1]:
        slips.append(local[:at] + local[at + 1] + local[at] + local[at + 2 :])
    return random.choice(slips)
