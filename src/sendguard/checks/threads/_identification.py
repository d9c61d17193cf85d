"""Which messages of a conversation a reply names (RFC 5322 §3.6.4)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sendguard.model import Message

_MESSAGE_ID = re.compile(r"<[^<>\s]{1,500}>")


def own_id(message: Message) -> str | None:
    """Its Message-ID, if it has one."""
    found = _MESSAGE_ID.search(message.header("Message-ID") or "")
    return found and found.group()


def answered_id(message: Message) -> str | None:
    """The id of the message that it answers: In-Reply-To, else the last one of References."""
    answers = _MESSAGE_ID.findall(message.header("In-Reply-To") or "")
    return next(iter(answers or _MESSAGE_ID.findall(message.header("References") or "")[-1:]), None)


def named_ids(message: Message) -> frozenset[str]:
    """The ids of all messages that it says to go on from."""
    headers = (message.header(name) or "" for name in ("In-Reply-To", "References"))
    return frozenset(found for header in headers for found in _MESSAGE_ID.findall(header))
