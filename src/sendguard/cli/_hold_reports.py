"""Held messages for a person at a terminal, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol, TextIO

from sendguard.canonical import mask_address, redact
from sendguard.cli._harmless import columns, fold, well_formed
from sendguard.cli._marked import Mark, marked_lines
from sendguard.cli._screen import Screen
from sendguard.cli._text import TextReport, wrapped
from sendguard.holds import Held, ReleaseReport
from sendguard.model import Action, Message
from sendguard.text import Analysis, part_text

SCHEMA: Final = 1
_INDENT: Final = "  "
_SHORT_ID: Final = 8  # digits; a message is found by fewer still
_MOST_LINES: Final = 100
_UNITS: Final = (("day", 86_400), ("hour", 3_600), ("minute", 60))


class HoldReport(Protocol):
    """Shows what was asked for."""

    def line(self, held: Held) -> None:
        """One message of several."""

    def whole(self, held: Held) -> None:
        """All that there is to see of one message."""

    def doubt(self, count: int) -> None:
        """How many are in doubt, beside those that were listed."""

    def nothing(self, said: str) -> None:
        """There was nothing to show; in a sentence."""

    def released(self, report: ReleaseReport) -> None:
        """What a release did."""

    def purged(self, count: int) -> None:
        """How many were forgotten."""

    def finish(self) -> None:
        """That was all."""


class TextHolds:
    """Writes for a person.

    Args:
        out: where to.
        screen: what that can show.
        now: the time, to say how long ago something was.
        reveal: show addresses, numbers and secrets in full.
        full: show long messages to their end.
    """

    def __init__(
        self, out: TextIO, screen: Screen, *, now: datetime, reveal: bool, full: bool
    ) -> None:
        self._out = out
        self._screen = screen
        self._now = now
        self._reveal = reveal
        self._full = full
        self._lines = 0

    def line(self, held: Held) -> None:
        """Write who waits, for what and how long, and why."""
        screen, message = self._screen, held.message
        self._lines += 1
        held_for = f"{_length(self._now - held.held_at)} ago"
        self._head(held.id[:_SHORT_ID], held)
        people = _people(message, reveal=self._reveal)
        by = self._text(held.context.actor.id) if held.context.actor else "somebody unnamed"
        self._sentence(f'"{self._text(message.subject or _begin(message))}" to {people}')
        self._sentence(f"by {by}, held {held_for}")
        for finding in held.reasons:
            label = screen.coloured(f"{finding.action.label:<5}", finding.action)
            room = screen.width - len(_INDENT) - columns(f"{finding.action.label:<5} ")
            first, *rest = wrapped(screen.shown(f"{finding.code}: {fold(finding.message)}"), room)
            self._write(f"{_INDENT}{label} {first}")
            for more in rest:
                self._write(f"{_INDENT}{' ' * 6}{more}")
        self._write("")

    def whole(self, held: Held) -> None:
        """Write the message as its reader will see it, what is found in it, and its history."""
        screen, message = self._screen, held.message
        self._head(held.id, held)
        for name, value in self._headers(held):
            indent = f"{name + ':':<10}"
            for line in wrapped(screen.shown(fold(value)), screen.width - len(indent)):
                self._write(f"{screen.faint(indent)}{line}")
                indent = " " * len(indent)
        analysis = Analysis(message)
        for part in _parts_to_show(held):
            text = part_text(analysis, part)
            if text is not None:
                self._write(screen.faint(f"-- {part} {'-' * (screen.width - len(part) - 4)}"))
                self._part(text, _marks(held, part))
        self._write(screen.faint("-" * screen.width))
        findings = TextReport(self._out, screen, several=False, verbose=True, reveal=self._reveal)
        findings.add_findings(held.decision.findings, message)
        self._write("")
        for entry in held.history:
            by = f" by {self._text(entry.by)}" if entry.by else ""
            note = f": {self._text(entry.note)}" if entry.note else ""
            self._sentence(f"{_clock(entry.at)}  {entry.what}{by}{note}", "")
        self._write("")

    def doubt(self, count: int) -> None:
        """Write how many there are, and how many are in doubt."""
        self._write(f"{_count(self._lines)} waiting" if self._lines else "nothing waits")
        if count:
            doubtful = f"{_count(count)} in doubt; `sendguard holds doubt` shows them"
            self._write(self._screen.coloured(doubtful, Action.HOLD))

    def released(self, report: ReleaseReport) -> None:
        """Write one line for each thing that happened."""
        outcomes = (
            ("sent", report.sent),
            ("waiting on", report.waiting),
            ("in doubt", report.in_doubt),
            ("expired", report.expired),
        )
        for word, ids in outcomes:
            if ids:
                short = ", ".join(each[:_SHORT_ID] for each in ids)
                self._sentence(f"{_count(len(ids))} {word}: {short}", "")
        if not any(ids for _, ids in outcomes):
            self._write("nothing was due")

    def purged(self, count: int) -> None:
        """Write the number."""
        self._write(f"{_count(count)} forgotten")

    def nothing(self, said: str) -> None:
        """Write the sentence."""
        self._write(said)

    def finish(self) -> None:
        """Everything has been written as it came."""

    def _head(self, id_: str, held: Held) -> None:
        """Write its id, and what it waits for or what became of it."""
        screen, words = self._screen, "; ".join(self._words(held))
        action = Action.WARN if held.state in ("waiting", "approved") else Action.HOLD
        if len(id_) + 2 + len(words) <= screen.width:
            self._write(f"{screen.bold(id_)}  {screen.coloured(words, action)}")
            return
        self._write(screen.bold(id_))
        for line in wrapped(words, screen.width - len(_INDENT)):
            self._write(f"{_INDENT}{screen.coloured(line, action)}")

    def _words(self, held: Held) -> Iterator[str]:
        if held.state == "in-doubt":
            yield "in doubt: nobody knows whether it left"
            return
        if held.state not in ("waiting", "approved"):
            yield "being sent just now" if held.state == "sending" else held.state
            return
        if held.missing > 0:
            roles = sorted({role for need in held.needs for role in need.roles})
            who = f" by {' or '.join(roles)}" if roles else ""
            yield f"waits for {_count(held.missing, 'approval')}{who}"
        if held.release_at is not None and held.release_at > self._now:
            yield f"may leave in {_length(held.release_at - self._now)}"
        elif held.missing <= 0:
            yield "leaves with the next release"
        if held.expires_at is not None:
            left = held.expires_at - self._now
            yield f"expires in {_length(left)}" if left > timedelta() else "has expired"

    def _headers(self, held: Held) -> Iterator[tuple[str, str]]:
        message, context = held.message, held.context
        if message.sender is not None:
            yield "From", _mailbox(message.sender.name, message.sender.address, self._reveal)
        for role in ("to", "cc", "bcc"):
            some = [
                _mailbox(each.name, each.address, self._reveal)
                for each in message.recipients
                if each.role == role
            ]
            if some:
                yield role.capitalize(), ", ".join(some)
        for file in message.attachments:
            name = self._text(file.name or "without a name")
            yield "File", f"{name} ({file.content_type}, {len(file.content)} bytes)"
        facts = {
            "actor": context.actor and context.actor.id,
            "customer": context.customer,
            "purpose": context.purpose,
            "campaign": context.campaign,
        }
        said = [f"{name} {self._text(value)}" for name, value in facts.items() if value]
        if said:
            yield "Context", ", ".join(said)
        for each in held.approvals:
            note = f": {self._text(each.note)}" if each.note else ""
            yield "Approved", f"by {self._text(each.by)}, {_clock(each.at)}{note}"

    def _part(self, text: str, marks: list[Mark]) -> None:
        screen = self._screen
        lines = marked_lines(text, marks, screen, screen.width, reveal=self._reveal)
        for number, line in enumerate(lines):
            if number >= _MOST_LINES and not self._full:
                self._write(screen.faint("it goes on; --full shows all of it"))
                return
            self._write(line)

    def _text(self, text: str) -> str:
        return text if self._reveal else redact(text)

    def _sentence(self, sentence: str, indent: str = _INDENT) -> None:
        shown = self._screen.shown(fold(sentence))
        for line in wrapped(shown, self._screen.width - len(indent)):
            self._write(f"{indent}{line}")

    def _write(self, line: str) -> None:
        self._out.write(f"{line}\n")


class JsonHolds:
    """Writes one document when all is there. Only ASCII, as no terminal obeys it."""

    def __init__(self, out: TextIO, *, reveal: bool) -> None:
        self._out = out
        self._reveal = reveal
        self._document: dict[str, Any] = {"schema": SCHEMA}

    def line(self, held: Held) -> None:
        """Keep it without its text."""
        self._document.setdefault("messages", []).append(self._held(held))

    def whole(self, held: Held) -> None:
        """Keep it with its text and its history."""
        analysis = Analysis(held.message)
        parts = {part: part_text(analysis, part) for part in ("subject", "text", "html")}
        shown = {part: self._text(text) for part, text in parts.items() if text is not None}
        history = [
            {
                "at": entry.at.isoformat(),
                "what": entry.what,
                "by": self._text(entry.by),
                "note": self._text(entry.note),
            }
            for entry in held.history
        ]
        more = {"parts": shown, "history": history}
        self._document.setdefault("messages", []).append({**self._held(held), **more})

    def doubt(self, count: int) -> None:
        """Keep the number."""
        self._document.setdefault("messages", [])
        self._document["in_doubt"] = count

    def released(self, report: ReleaseReport) -> None:
        """Keep the ids by outcome."""
        for outcome in ("sent", "waiting", "in_doubt", "expired"):
            self._document[outcome] = list(getattr(report, outcome))

    def purged(self, count: int) -> None:
        """Keep the number."""
        self._document["purged"] = count

    def nothing(self, said: str) -> None:  # noqa: ARG002  (an empty list says it)
        """Keep that there is none."""
        self._document["messages"] = []

    def finish(self) -> None:
        """Write the document."""
        json.dump(self._document, self._out, indent=2)
        self._out.write("\n")

    def _held(self, held: Held) -> dict[str, Any]:
        context = held.context
        return {
            "id": held.id,
            "state": held.state,
            "held_at": held.held_at.isoformat(),
            "release_at": held.release_at and held.release_at.isoformat(),
            "expires_at": held.expires_at and held.expires_at.isoformat(),
            "missing_approvals": max(held.missing, 0),
            "needs": [{"approvals": n.approvals, "roles": list(n.roles)} for n in held.needs],
            "approvals": [
                {
                    "by": self._text(each.by),
                    "at": each.at.isoformat(),
                    "note": self._text(each.note),
                    "roles": list(each.roles),
                }
                for each in held.approvals
            ],
            "channel": held.message.channel,
            "subject": held.message.subject and self._text(held.message.subject),
            "sender": held.message.sender and self._address(held.message.sender.address),
            "recipients": [
                {"address": self._address(each.address), "role": each.role}
                for each in held.message.recipients
            ],
            "actor": context.actor and self._text(context.actor.id),
            "customer": context.customer and self._text(context.customer),
            "purpose": context.purpose,
            "findings": [
                {
                    name: well_formed(value) if isinstance(value, str) else value
                    for name, value in finding.to_dict(reveal=self._reveal).items()
                }
                for finding in held.decision.findings
            ],
        }

    def _text(self, text: str) -> str:
        return well_formed(text if self._reveal else redact(text))

    def _address(self, address: str) -> str:
        return well_formed(address if self._reveal else mask_address(address))


def _parts_to_show(held: Held) -> list[str]:
    """The subject, what a mail client shows, and the other text where something is found in it."""
    message = held.message
    first = "html" if message.html is not None else "text"
    objected = {finding.part for finding in held.decision.findings}
    rest = [part for part in ("text", "html") if part != first and part in objected]
    return ["subject", first, *rest]


def _marks(held: Held, part: str) -> list[Mark]:
    return [
        (*finding.span, finding.action)
        for finding in held.decision.findings
        if finding.part == part and finding.span is not None and finding.action >= Action.WARN
    ]


def _people(message: Message, *, reveal: bool) -> str:
    if not message.recipients:
        return "nobody"
    first, *others = message.recipients
    more = f" and {_count(len(others), 'other')}" if others else ""
    return _mailbox("", first.address, reveal) + more


def _begin(message: Message) -> str:
    return fold((message.text or "")[:60])


def _mailbox(name: str, address: str, reveal: bool) -> str:
    shown = address if reveal else mask_address(address)
    name = name if reveal else redact(name)
    return f"{name} <{shown}>" if name else shown


def _count(number: int, noun: str = "message") -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _length(time: timedelta) -> str:
    """A length of time in the largest unit of which there are two, rounded down."""
    seconds = max(time // timedelta(seconds=1), 0)
    unit, size = next((each for each in _UNITS if seconds >= 2 * each[1]), ("second", 1))
    return _count(seconds // size, unit)


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
