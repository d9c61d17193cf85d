"""A private message on its way to a customer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from attrs import frozen

from sendguard.canonical import domain_of, is_freemail, is_within
from sendguard.checks._word_lists import word_lists
from sendguard.checks.algebra import Case, Check, Leaf
from sendguard.checks.threads._participants import canonical, participants, sender_of
from sendguard.model import Action, Finding

_MARKS = ("sensitivity", "x-sensitivity")


@frozen(repr=False)
class _Private(Leaf):
    def find(self, case: Case) -> Iterator[Finding]:
        found = _why(case)
        if found is None:
            return
        why, part, action = found
        for recipient in case.message.recipients:
            address = canonical(recipient.address, case)
            if is_within(domain_of(address), case.internal_domains):
                continue
            is_contact = case.directory is not None and bool(case.directory.who(recipient.address))
            if is_contact or case.context.customer is not None:
                yield Finding(
                    code="recipient.private-message",
                    action=action,
                    message=f"{why}, and this recipient is a customer.",
                    recipient=recipient,
                    part=part,
                    suggestion="Check that it is meant for him, and not for a friend.",
                )


def _why(case: Case) -> tuple[str, str | None, Action] | None:
    """What makes it a private message, where that stands, and how sure it is."""
    if case.context.purpose == "personal":
        return "The message is sent as a personal one", None, Action.HOLD
    for name, value in case.message.headers:
        if name.lower() in _MARKS and value.strip().casefold() in {"private", "personal"}:
            mark = value.strip().capitalize()
            return f'The message is marked "{mark}"', f"header:{name}", Action.WARN
    if _private_tag().match(case.message.subject or ""):
        return "The subject says that it is private", "subject", Action.WARN
    if _is_personal_thread(case):
        return "The conversation has been among private people", None, Action.WARN
    return None


def _is_personal_thread(case: Case) -> bool:
    """Whether everybody outside who took part so far has a consumer's address and is no contact."""
    if case.directory is None or not case.context.thread:
        return False  # without a directory, customers have such addresses, too
    us = sender_of(case.message, case)
    known = {each for message in case.context.thread for each in participants(message, case)}
    others = {
        each for each in known - {us} if not is_within(domain_of(each), case.internal_domains)
    }
    if not others:
        return False
    directory = case.directory
    return all(is_freemail(domain_of(each)) and not directory.who(each) for each in others)


@cache
def _private_tag() -> re.Pattern[str]:
    words = "|".join(word_lists("conversation")["private"])
    return re.compile(rf"(?i)\s*+(?:[a-z]{{1,4}}:\s?){{0,3}}+[\[(](?:{words})[\])]")


def private() -> Check:
    """A private message does not go to a customer.

    Private is what ``context.purpose`` calls "personal", what the header marks so (``Sensitivity``,
    RFC 4021 §2.1.55) or the subject ("[private]"), and what answers a thread among people with
    consumers' addresses whom the directory does not know. A customer is whoever the directory
    knows, and with ``context.customer`` every recipient outside the internal domains.

    Codes:
        ``recipient.private-message`` (HOLD): the sender himself says that it is personal. WARN for
        the other signs: a letter to a patient may be marked private, too.
    """
    return _Private()
