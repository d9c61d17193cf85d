"""Who reads a reply, compared with who read the conversation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Final

from attrs import frozen

from sendguard.canonical import domain_of, fold_name, is_within
from sendguard.checks._word_lists import word_lists
from sendguard.checks.algebra import Case, Check, Leaf
from sendguard.checks.threads._identification import answered_id, own_id
from sendguard.checks.threads._participants import (
    are_internal,
    canonical,
    participants,
    sender_of,
)
from sendguard.model import Action, Finding

if TYPE_CHECKING:
    from sendguard.model import Message, Recipient

_OPENING: Final = 2_000  # code points of new text in which somebody is introduced


@frozen(repr=False)
class _ThreadAudience(Leaf):
    def find(self, case: Case) -> Iterator[Finding]:
        thread = case.context.thread
        known = frozenset(each for message in thread for each in participants(message, case))
        if not known:
            return
        us = sender_of(case.message, case)
        among_us = are_internal(known, case.internal_domains)
        dropped = _dropped(case, us)
        is_passed_on = _is_forward(case)
        announced = _announced(case)
        for recipient in case.message.recipients:
            address = canonical(recipient.address, case)
            inside = is_within(domain_of(address), case.internal_domains)
            if inside or address == us:
                continue
            if among_us:
                yield _exposed(recipient)
            elif address not in known:
                if not (is_passed_on or _is_introduced(recipient, announced)):
                    yield _newcomer(recipient)
            elif dropped is not None and address in dropped:
                yield _back_again(recipient)


def _exposed(recipient: Recipient) -> Finding:
    return Finding(
        code="thread.internal-exposed",
        action=Action.HOLD,
        message="So far only colleagues took part in this conversation; this recipient is none.",
        recipient=recipient,
        suggestion="Write him a message of his own, without the conversation below it.",
    )


def _newcomer(recipient: Recipient) -> Finding:
    return Finding(
        code="thread.audience-grew",
        action=Action.WARN,
        message="This recipient took part in no earlier message of the conversation.",
        recipient=recipient,
        suggestion="If he is to read it, say in the text that you bring him in.",
    )


def _back_again(recipient: Recipient) -> Finding:
    return Finding(
        code="thread.reply-all",
        action=Action.WARN,
        message="The message that is answered went to its author's one reader; the answer goes to "
        "this recipient, too.",
        recipient=recipient,
        suggestion="Answer the author alone, or ask him whether the others may read it.",
    )


def _dropped(case: Case, us: str) -> frozenset[str] | None:
    """Who took part before, where the message that is answered was addressed to us alone."""
    last = _answered(case, us)
    if last is None or not us:
        return None
    here = participants(last, case)
    if us not in here or here - {us, sender_of(last, case)}:
        return None
    earlier = (participants(message, case) for message in case.context.thread)
    return frozenset().union(*earlier) - here


def _answered(case: Case, us: str) -> Message | None:
    """The message of the thread that is answered: the one that In-Reply-To names, else the last
    one of somebody who gets the answer."""
    named = answered_id(case.message)
    readers = {canonical(each.address, case) for each in case.message.recipients} - {us}
    for message in reversed(case.context.thread):
        if named is not None and own_id(message) == named:
            return None if sender_of(message, case) == us else message
    latest = (m for m in reversed(case.context.thread) if sender_of(m, case) in readers)
    return next(latest, None)


def _is_forward(case: Case) -> bool:
    """Whether the message passes on another one, to readers who are new by nature."""
    prefix = (case.message.subject or "")[:20].partition(":")
    if prefix[1] and prefix[0].strip().casefold() in word_lists("conversation")["forwards"]:
        return True
    return any(
        quotation.header.forwarded
        for quoting in case.analysis.quoting
        for quotation in quoting.quotations
    )


def _announced(case: Case) -> str:
    """The beginning of the new text, folded, where somebody is brought in; else ""."""
    new = " ".join(
        passage.text[:_OPENING] for quoting in case.analysis.quoting for passage in quoting.new[:1]
    )
    folded = f" {fold_name(new.replace(',', ' '))} "
    return folded if "+" in new or _addition().search(folded) else ""


def _is_introduced(recipient: Recipient, announced: str) -> bool:
    if not announced:
        return False
    words = fold_name(f"{recipient.name} {recipient.address.partition('@')[0]}").split()
    return any(len(word) > 2 and f" {word} " in announced for word in words)


@cache
def _addition() -> re.Pattern[str]:
    words = "|".join(map(re.escape, word_lists("conversation")["additions"]))
    return re.compile(rf" (?:{words}) ")


def thread_audience() -> Check:
    """A reply goes to those who took part in the conversation (``context.thread``).

    Colleagues (the internal domains of guard and context) may always join. A message that is passed
    on may have new readers, and so may one that says whom it brings in ("adding Ben").

    Codes:
        ``thread.internal-exposed`` (HOLD): nobody but colleagues took part so far, and a recipient
        is none.
        ``thread.audience-grew`` (WARN): a recipient took part in no earlier message.
        ``thread.reply-all`` (WARN): the message that is answered was addressed to the sender alone,
        and the answer goes to others of the conversation, too.
    """
    return _ThreadAudience()
