"""Judging a part of the corpus: in this process, or in one of many."""

from __future__ import annotations

import pickle
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from attrs import frozen

from sendguard.canonical import mask_address
from sendguard.cli._fault import place_of
from sendguard.cli._harmless import masked_name
from sendguard.cli._sources import Unread
from sendguard.cli.replay._corpus import Piece, Record, read_piece
from sendguard.cli.replay._sampling import offer_sample
from sendguard.cli.replay._tally import Kind, Tally, strongest
from sendguard.guard import Difference, Guard, difference
from sendguard.model import Action, Context, Finding, Message
from sendguard.stores import MemoryStore


@frozen
class Question:
    """What is asked of each message. Travels to other processes, so it names files.

    Attributes:
        policy: a policy file, or the name of a shipped policy.
        against: the same, of what it is compared with; None for what was recorded.
        environment: whose tables lie on top of both.
        context: the facts of every send, or None.
        now: the time for messages that tell none.
    """

    policy: str
    against: str | None
    environment: str | None
    context: Context | None
    now: datetime


class Jury:
    """Judges messages by one policy, or by two.

    Neither counts anything: limits and repeats are judged as for the first message ever sent.

    Raises:
        ConfigurationError: a policy is wrong.
    """

    def __init__(self, question: Question) -> None:
        self._question = question
        self._new = _guard(question.policy, question)
        self._old = None if question.against is None else _guard(question.against, question)

    def judge(self, pieces: Iterable[Piece]) -> Tally:
        """What comes of these messages."""
        tally = Tally()
        for piece in pieces:
            try:
                self._judge(piece, tally)
            except Exception as error:  # noqa: BLE001  (our fault with one message must not hide the others)
                tally.faults.append(f"{masked_name(piece.name)}: {place_of(error)}")
        return tally

    def _judge(self, piece: Piece, tally: Tally) -> None:
        read = read_piece(piece)
        message: Message | None = None
        before: tuple[Finding, ...] | None = None
        after: tuple[Finding, ...]
        if isinstance(read, Unread):
            if read.problem is not None:
                tally.problems.append(read.problem)
            after = (read.finding,)
            before = after if self._old is not None else None
        else:
            message, context = read.message, self._context(read)
            after = self._new.evaluate(message, context).findings
            if self._old is not None:
                before = self._old.evaluate(message, context).findings
            elif read.found is not None:
                before, after = read.found, tuple(map(_masked, after))
        found = difference(before or (), after)
        tally.count(before, after, found)
        kind = _kind(before, after, found)
        if kind is not None:
            offer_sample(tally, kind, piece.name, message, before, after, found)

    def _context(self, record: Record) -> Context:
        own, wider = record.context or Context(), self._question.context
        context = own if wider is None else own.over(wider)
        if context.now is not None:
            return context
        sent = record.message.date
        return context.at(self._question.now if sent is None or sent.tzinfo is None else sent)


def judge_elsewhere(pickled: bytes, pieces: tuple[Piece, ...]) -> Tally:
    """What comes of these messages, in a process that keeps its jury for the next ones."""
    return _jury(pickled).judge(pieces)


@lru_cache(maxsize=1)
def _jury(pickled: bytes) -> Jury:
    return Jury(pickle.loads(pickled))  # noqa: S301  (the parent process wrote it)


def _guard(policy: str, question: Question) -> Guard:
    # A store of its own, so that nothing of the running system is asked or counted.
    return Guard.from_toml(policy, environment=question.environment, store=MemoryStore())


def _masked(finding: Finding) -> Finding:
    if finding.recipient is None:
        return finding
    return finding.replace(recipient=mask_address(finding.recipient))


def _kind(
    before: tuple[Finding, ...] | None, after: tuple[Finding, ...], found: Difference
) -> Kind | None:
    if before is not None:
        return None if found.change == "unchanged" else found.change
    match strongest(after):
        case Action.BLOCK:
            return "blocked"
        case Action.HOLD:
            return "held"
        case Action.WARN:
            return "warned"
    return None
