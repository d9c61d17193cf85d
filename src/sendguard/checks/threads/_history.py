"""What a reply quotes, compared with the conversation and with those who have read it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Final

from attrs import frozen

from sendguard.canonical import domain_of, is_within, late
from sendguard.checks._word_lists import word_lists
from sendguard.checks.algebra import Case, Check, Leaf
from sendguard.checks.threads._identification import answered_id, named_ids, own_id
from sendguard.checks.threads._participants import (
    are_internal,
    canonical,
    participants,
)
from sendguard.checks.threads._shingles import Shingle, shingles, shingles_of
from sendguard.model import Action, Finding

if TYPE_CHECKING:
    from sendguard.model import Recipient
    from sendguard.text import Quotation

_MOST_MESSAGES: Final = 50
"""Of a thread, the last ones, that are compared with what is quoted."""

_ENOUGH: Final = 12  # shingles of a quotation that is judged
_SEEN: Final = 8  # shingles by which a message of the thread counts as quoted
_STRANGE: Final = 0.1  # share of a quotation that signatures and the like may have in common
_OWN: Final = 0.5  # share from which on a quotation is the thread's

_WORD = re.compile(r"[^\W_]++")
_UNSPACED = late(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SHORT = 3  # letters; "Re", "AW", "the"
_NUMBER: Final = 4  # digits


@frozen(repr=False)
class _ThreadHistory(Leaf):
    def find(self, case: Case) -> Iterator[Finding]:
        thread = case.context.thread[-_MOST_MESSAGES:]
        if not thread:
            return
        quotations = [
            quotation
            for quoting in case.analysis.quoting
            for quotation in quoting.quotations
            if not quotation.header.forwarded
        ]
        quoted = frozenset(shingles(each.where.text for each in quotations))
        history = _History(case, quoted) if quoted else None
        if history is not None:
            if not _lacks_what_is_answered(case):
                yield from _foreign(case, quotations, history)
            yield from _unseen(case, history)
        yield from _other_subject(case, history)


class _History:
    """Which messages of the thread have which of the quoted passages."""

    def __init__(self, case: Case, quoted: frozenset[Shingle]) -> None:
        self.messages = case.context.thread[-_MOST_MESSAGES:]
        self.readers = [participants(message, case) for message in self.messages]
        self.quoted = quoted
        self.first: dict[Shingle, int] = {}
        self.shared: Counter[tuple[int, int]] = Counter()  # (of the first, in another)
        for index, message in enumerate(self.messages):
            for shingle in quoted.intersection(shingles_of(message)):
                self.shared[self.first.setdefault(shingle, index), index] += 1

    @property
    def share(self) -> float:
        """How much of all that is quoted the thread has."""
        return len(self.first) / len(self.quoted)

    def audience(self, index: int) -> frozenset[str]:
        """Who has read a message: in itself, or where it was quoted."""
        half = self.shared[index, index] / 2
        others = (
            readers
            for other, readers in enumerate(self.readers)
            if self.shared[index, other] >= half
        )
        return frozenset().union(*others)


def _foreign(case: Case, quotations: list[Quotation], history: _History) -> Iterator[Finding]:
    """The newest of what is quoted is in no message of the thread."""
    for quotation in quotations:
        if quotation.depth > 1:
            continue
        here = frozenset(shingles([quotation.where.text]))
        if len(here) < _ENOUGH:
            continue
        known = sum(shingle in history.first for shingle in here)
        if known < _STRANGE * len(here):
            sender = quotation.header.sender
            address = canonical(sender.address, case) if sender is not None else ""
            known_people = frozenset().union(*history.readers)
            is_stranger = "@" in address and address not in known_people
            yield Finding(
                code="thread.foreign-history",
                action=Action.HOLD if is_stranger else Action.WARN,
                message="What is quoted below is in no message of this conversation"
                + (", and whoever wrote it took no part in it." if is_stranger else "."),
                part=quotation.where.part,
                span=quotation.where.span,
                suggestion="Take out the old text, or answer in the conversation that it is from.",
            )
            return


def _lacks_what_is_answered(case: Case) -> bool:
    """Whether the answer goes on from the thread, but from a message that was not given with it."""
    answered, named = answered_id(case.message), named_ids(case.message)
    known = {own_id(message) for message in case.context.thread}
    return answered is not None and answered not in known and not named.isdisjoint(known)


def _unseen(case: Case, history: _History) -> Iterator[Finding]:
    """A message of the thread is quoted to somebody who has not read it."""
    domains = case.internal_domains
    everybody = frozenset().union(*history.readers)
    news: dict[Recipient, bool] = {}  # and whether only colleagues have read what is news to him
    for index in range(len(history.messages)):
        if history.shared[index, index] < _SEEN:
            continue
        audience = history.audience(index)
        is_internal = are_internal(audience, domains)
        for recipient in case.message.recipients:
            address = canonical(recipient.address, case)
            if address in audience or is_within(domain_of(address), domains):
                continue
            if is_internal or address in everybody:
                news[recipient] = is_internal or news.get(recipient, False)
    for recipient, is_internal in news.items():
        yield Finding(
            code="thread.unseen-history",
            action=Action.HOLD if is_internal else Action.WARN,
            message="A message that only colleagues have read is quoted to this recipient."
            if is_internal
            else "A message that this recipient never got is quoted to him.",
            recipient=recipient,
            suggestion="Take out what he was not meant to read.",
        )


def _other_subject(case: Case, history: _History | None) -> Iterator[Finding]:
    subject = case.message.subject or ""
    subjects = [message.subject for message in case.context.thread if message.subject]
    if not subjects or not _answers(case, history):
        return
    ours, numbers = _matter(subject)
    others = [_matter(each) for each in subjects]
    if not ours or not any(words for words, _ in others):
        return
    theirs = frozenset().union(*(words for words, _ in others))
    their_numbers = frozenset().union(*(numbers for _, numbers in others))
    is_other_number = bool(numbers and their_numbers) and numbers.isdisjoint(their_numbers)
    if is_other_number or (ours.isdisjoint(theirs) and not _is_written_alike(subject, subjects)):
        yield Finding(
            code="thread.other-subject",
            action=Action.WARN,
            message=f'The subject "{subject[:80]}" is of another matter than the conversation, '
            f'which is about "{subjects[-1][:80]}".',
            part="subject",
            suggestion="Take the subject of the conversation, or begin a new one.",
        )


def _answers(case: Case, history: _History | None) -> bool:
    """Whether the message goes on with the thread, whatever its subject says."""
    if history is not None and history.share >= _OWN:
        return True
    named = named_ids(case.message)
    return any(own_id(message) in named for message in case.context.thread)


def _matter(subject: str) -> tuple[frozenset[str], frozenset[str]]:
    """The words of a subject that say what it is about, and the numbers among them."""
    words = [word for word in _WORD.findall(subject.casefold()) if word not in _replies()]
    telling = [word for word in words if len(word) > _SHORT or not word.isascii()]
    numbers = (w for w in words if len(w) >= _NUMBER and w.isdecimal() and not _is_year(w))
    return frozenset(telling), frozenset(numbers)


def _is_year(word: str) -> bool:
    return len(word) == _NUMBER and word[:2] in {"19", "20"}


def _is_written_alike(subject: str, subjects: list[str]) -> bool:
    """Whether two subjects share characters of a script that sets no spaces between words."""
    ours = set(_UNSPACED.findall(subject))
    return any(not ours.isdisjoint(_UNSPACED.findall(each)) for each in subjects)


@cache
def _replies() -> frozenset[str]:
    return frozenset(word_lists("conversation")["replies"])


def thread_history() -> Check:
    """A reply quotes its own conversation (``context.thread``), to people who have read it.

    Passages of four words are compared, whatever the wrapping and the marks before the lines. What
    is passed on as a whole ("Forwarded message") is left alone. Where References name a message of
    the thread, and In-Reply-To one that the thread lacks, what is quoted may be that one.

    Codes:
        ``thread.foreign-history`` (WARN): the newest quoted text is in no message of the thread.
        HOLD where its author took no part in it either.
        ``thread.unseen-history`` (WARN): a message is quoted to somebody who took part in the
        conversation and never got it. HOLD where only colleagues have read it.
        ``thread.other-subject`` (WARN): the message goes on with the thread, and its subject has no
        word in common with the thread's, or another number.
    """
    return _ThreadHistory()
