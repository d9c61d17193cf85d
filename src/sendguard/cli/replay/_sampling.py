"""A few messages of each sort, fit to be shown."""

from __future__ import annotations

from typing import Final

from sendguard.canonical import mask_address, redact, strip_invisible
from sendguard.cli._excerpt import Excerpt, excerpt
from sendguard.cli._harmless import fold, harmless, masked_name
from sendguard.cli._screen import Screen
from sendguard.cli.replay._tally import Kind, Sample, Shown, Side, Tally, strongest
from sendguard.guard import Difference
from sendguard.model import Finding, Message
from sendguard.text import Analysis, part_text

_ROOM: Final = 100  # columns of an excerpt
_READ: Final = 2_000  # code points of the text that are looked at for its opening
_OPENING: Final = 300  # code points of it that are shown
_RECIPIENTS: Final = 3
_FINDINGS: Final = 12
_SCREEN: Final = Screen(width=_ROOM)


def offer_sample(
    tally: Tally,
    kind: Kind,
    name: str,
    message: Message | None,
    before: tuple[Finding, ...] | None,
    after: tuple[Finding, ...],
    found: Difference,
) -> None:
    """Keep the message as a sample, if there is room for one of its sort.

    Args:
        tally: where to.
        kind: why it is worth a look.
        name: its file, and its number in it.
        message: None where it could not be read.
        before, after: the findings of the old judgement, if there is one, and of the new one.
        found: the difference.
    """
    gained = frozenset(found.gained if before is not None else ())
    sides: list[tuple[Finding, Side]] = [
        (finding, "gained" if finding in gained else "kept") for finding in after
    ]
    sides += [(finding, "lost") for finding in found.lost if before is not None]
    sides.sort(key=lambda row: row[1] == "kept")  # what is different first
    shown = sides[:_FINDINGS]
    different = {finding.code for finding, side in shown if side != "kept"}
    if not tally.has_room(kind, different or {finding.code for finding, _ in shown}):
        return
    analysis = None if message is None else Analysis(message)
    recipients = () if message is None else message.recipients
    sender = None if message is None else message.sender
    tally.keep(
        Sample(
            source=harmless(masked_name(name)),
            kind=kind,
            sender="" if sender is None else harmless(mask_address(sender.address)),
            subject=_line((message and message.subject) or ""),
            recipients=tuple(harmless(mask_address(r.address)) for r in recipients[:_RECIPIENTS]),
            others=len(recipients[_RECIPIENTS:]),
            date=message.date.isoformat(" ") if message is not None and message.date else "",
            opening="" if analysis is None else _opening(analysis),
            before=None if before is None else strongest(before),
            after=strongest(after),
            findings=tuple(_shown(finding, side, analysis) for finding, side in shown),
            more=len(sides) - len(shown),
        )
    )


def _shown(finding: Finding, side: Side, analysis: Analysis | None) -> Shown:
    address = finding.recipient
    return Shown(
        code=finding.code,
        action=finding.action,
        message=harmless(fold(finding.message)),
        suggestion=None if finding.suggestion is None else harmless(fold(finding.suggestion)),
        part=None if finding.part is None else harmless(finding.part),
        recipient=None if address is None else harmless(mask_address(address)),
        side=side,
        excerpt=_excerpt(finding, analysis),
    )


def _excerpt(finding: Finding, analysis: Analysis | None) -> Excerpt | None:
    if analysis is None or finding.part is None or finding.span is None:
        return None
    text = part_text(analysis, finding.part)
    return excerpt(text, finding.span, _SCREEN, _ROOM) if text else None


def _opening(analysis: Analysis) -> str:
    for place in analysis.places:
        if place.part in ("text", "html") and not place.hidden and not place.text.isspace():
            return _line(place.text)
    return ""


def _line(text: str) -> str:
    """The beginning of a text on one line, masked before it is cut: no mask knows half a number."""
    line = fold(strip_invisible(text[:_READ])).strip()
    if len(text) > _READ:
        line = line.rpartition(" ")[0]
    line = redact(line)
    if len(line) > _OPENING:
        line = f"{line[:_OPENING].rpartition(' ')[0]} …"
    return harmless(line)
