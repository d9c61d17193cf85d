"""Addresses that nobody reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Final

from attrs import frozen

from sendguard.canonical import read_mailboxes
from sendguard.checks._word_lists import word_lists
from sendguard.checks.algebra import Case, Check, Leaf
from sendguard.checks.dialogue import is_reply, last_words
from sendguard.model import Action, Finding

if TYPE_CHECKING:
    from sendguard.model import Message

_LETTERS = re.compile(r"[^\W\d_]++")
_LONGEST: Final = 2_000  # code points of a Reply-To that are read


@frozen(repr=False)
class _UnattendedSender(Leaf):
    def find(self, case: Case) -> Iterator[Finding]:
        message = case.message
        if message.channel != "email" or not is_unattended(message):
            return
        if is_reply(case) or last_words(case) is not None:
            has_reply_to = message.header("Reply-To") is not None
            yield Finding(
                code="header.no-reply",
                action=Action.WARN,
                message="The message answers a customer, and what he writes back goes to an "
                "address that nobody reads.",
                part="header:Reply-To" if has_reply_to else "header:From",
                suggestion="Send it from an address that is read, or name one in Reply-To.",
            )


def is_unattended(message: Message) -> bool:
    """Whether answers go to an address that, by its name, nobody reads."""
    reply_to = message.header("Reply-To")
    if reply_to is not None:
        addresses = [mailbox.address for mailbox in read_mailboxes(reply_to[:_LONGEST])]
        if any(addresses):
            return all(map(_is_dead, filter(None, addresses)))
    return message.sender is not None and _is_dead(message.sender.address)


def _is_dead(address: str) -> bool:
    local = "".join(_LETTERS.findall(address.partition("@")[0].partition("+")[0].casefold()))
    return local in _names() or any(local.startswith(name) for name in _long_names())


@cache
def _names() -> frozenset[str]:
    return frozenset(word_lists("answers")["addresses"]["unattended"])


@cache
def _long_names() -> tuple[str, ...]:
    """Those that begin no other word: "noreply-orders"."""
    return tuple(name for name in _names() if "reply" in name or "antwort" in name)


def unattended_sender() -> Check:
    """Who answers a customer can be answered.

    Looked at is Reply-To, and From where there is none, in a message that belongs to a thread, has
    In-Reply-To or References, or quotes what it answers.

    Codes:
        ``header.no-reply`` (WARN): "noreply" and the like, in seven languages. The customer's next
        word is lost.
    """
    return _UnattendedSender()
