"""The text that a finding's part and span refer to."""

from __future__ import annotations

from sendguard.model import Message


def part_text(message: Message, part: str) -> str | None:
    """What stands in a part as `Finding.part` names it, or None where there is nothing to show."""
    head, nested, rest = part.partition("/")
    if nested:
        index = head.removeprefix("attachment:")
        if not index.isdecimal() or int(index) >= len(message.attachments):
            return None
        inner = message.attachments[int(index)].message
        return None if inner is None else part_text(inner, rest)
    match part:
        case "subject":
            return message.subject
        case "text":
            return message.text
    if part.startswith("header:"):
        return message.header(part.removeprefix("header:"))
    return None
