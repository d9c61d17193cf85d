"""What must never stand in a header."""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import frozen

from sendguard.checks.algebra import Case, Check, Leaf
from sendguard.model import Action, Finding, Message

# What ends or cuts a header line: RFC 5322 §2.2, and the control characters at which Python's own
# `email.header` starts a new line. Line ends that only Unicode knows, such as U+2028, do not:
# pasted text brings them into honest subjects.
_BREAKS = re.compile("[\r\n\0\v\f\x1c-\x1e]")
_SAFE_NAME = re.compile(r"[!-9;-~]++")  # RFC 5322 §3.6.8
_SHOWN = {"\r": "a carriage return", "\n": "a line feed", "\0": "a NUL"}


@frozen(repr=False)
class _HeaderInjection(Leaf):
    def find(self, case: Case) -> Iterator[Finding]:
        yield from _of_message(case.message)


def _of_message(message: Message) -> Iterator[Finding]:
    for recipient in message.recipients:
        for value in (recipient.address, recipient.name):
            if found := _broken(value):
                part = f"header:{recipient.role.capitalize()}"
                yield _finding(part, found, recipient.address)
    if message.channel != "email":
        return
    for part, text in _values(message):
        if text and (found := _broken(text)):
            yield _finding(part, found)
    for name, _ in message.headers:
        if not _SAFE_NAME.fullmatch(name):
            yield Finding(
                code="header.invalid-name",
                action=Action.BLOCK,
                message="A header field has a name that no header may have.",
                part="header",
                suggestion="Use letters, digits and hyphens in names of header fields.",
            )


def _values(message: Message) -> Iterator[tuple[str, str | None]]:
    yield "subject", message.subject
    if message.sender is not None:
        yield "header:From", message.sender.address
        yield "header:From", message.sender.name
    if message.envelope is not None:
        yield "envelope", message.envelope.sender
    for recipient in message.shown:
        yield f"header:{recipient.role.capitalize()}", recipient.address
        yield f"header:{recipient.role.capitalize()}", recipient.name
    for name, value in message.headers:
        if value != message.subject:  # reading a hostile subject leaves it among the headers too
            yield f"header:{name}", value
    for number, attachment in enumerate(message.attachments):
        yield f"attachment:{number}.name", attachment.name
        yield f"attachment:{number}.name", attachment.content_id
        yield f"attachment:{number}.name", attachment.content_type


def _broken(value: str) -> str | None:
    """The first character that breaks the value, in words; None where it is sound."""
    found = _BREAKS.search(value)
    if found is None and "=?" in value:
        from sendguard.mime import decode_words

        found = _BREAKS.search(decode_words(value))
    return None if found is None else _SHOWN.get(found[0], "a control character")


def _finding(part: str, found: str, recipient: str | None = None) -> Finding:
    return Finding(
        code="header.injection",
        action=Action.BLOCK,
        message=f"There is {found} in a header: it could start a header, a recipient or a text "
        "that the sender never wrote.",
        part=part,
        recipient=recipient,
        suggestion="Take line ends and control characters out of whatever the value was made from.",
    )


def header_injection() -> Check:
    """Line ends and NULs in any header, address, display name or file name (CWE-93).

    Encoded words that decode to them (RFC 2047) count too.

    Codes:
        ``header.injection`` (BLOCK), ``header.invalid-name`` (BLOCK): no honest header has them,
        and what a mailer makes of them nobody can foresee.
    """
    return _HeaderInjection()


@frozen(repr=False)
class _Malformed(Leaf):
    def find(self, case: Case) -> Iterator[Finding]:
        for defect in case.analysis.defects:
            if defect.kind == "malformed":
                yield Finding(
                    code="content.malformed",
                    action=Action.WARN,
                    message=defect.detail,
                    part=defect.part,
                    suggestion="Build the message with a mail library, so that all readers agree "
                    "on what it says.",
                )


def malformed() -> Check:
    """Mail built so that two programs may read it differently.

    Codes:
        ``content.malformed`` (WARN): a filter on the way may see another message than the reader.
    """
    return _Malformed()
