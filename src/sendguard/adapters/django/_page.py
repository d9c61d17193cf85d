"""A held message as a page for whoever decides: what its reader will see, and what is wrong there.

What the message says is shown in a frame that runs nothing, loads nothing and goes nowhere: its
``sandbox`` gives it no right at all, and its Content-Security-Policy has it fetch nothing.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from typing import Final

from sendguard.holds import Held
from sendguard.model import Action
from sendguard.text import Analysis, part_text

FRAMED: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:"
"""What the frame may load: what it has inside."""

FRAMING: Final = "frame-src 'none'"
"""For the page around it: a link in the frame leads nowhere."""

_HEAD: Final = (
    '<!doctype html><meta charset="utf-8">'
    f'<meta http-equiv="Content-Security-Policy" content="{FRAMED}">'
    "<style>mark{background:#ffe08a;color:#000;outline:2px solid #b00020}</style>"
)
_UNSHOWN: Final = re.compile(r"<\s*+(style|script|title|textarea)\b", re.IGNORECASE)
_LONGEST: Final = 1_000_000  # code points of one part that are shown
_MOST_WORDS: Final = 50  # that are marked in HTML; the parts beside the frame have them all


def frame_of(held: Held) -> str:
    """The document of the frame: the message, with the words in question marked."""
    message = held.message
    if message.html is not None:
        text = part_text(Analysis(message), "html") or ""
        words = {text[start:end] for start, end in _spans(held, "html")}
        return _HEAD + _marked_html(message.html[:_LONGEST], words)
    shown = marked(message.text or "", _spans(held, "text"))
    return f'{_HEAD}<pre style="white-space:pre-wrap;font:inherit">{shown}</pre>'


def parts_of(held: Held) -> list[tuple[str, str]]:
    """The name and the marked text, as HTML, of each part in which something is found."""
    analysis = Analysis(held.message)
    found = []
    for part in dict.fromkeys(f.part for f in held.decision.findings if f.part is not None):
        text = part_text(analysis, part)
        if text is not None:
            found.append((part, marked(text, _spans(held, part))))
    return found


def marked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text as HTML, with these spans of it in ``<mark>``."""
    pieces, at = [], 0
    for start, end in sorted(spans):
        begin, stop = max(start, at), min(end, len(text))
        if begin < stop:
            pieces.append(html.escape(text[at:begin]))
            pieces.append(f"<mark>{html.escape(text[begin:stop])}</mark>")
            at = stop
    return "".join((*pieces, html.escape(text[at:_LONGEST])))


def _spans(held: Held, part: str) -> list[tuple[int, int]]:
    return [
        finding.span
        for finding in held.decision.findings
        if finding.part == part and finding.span is not None and finding.action >= Action.WARN
    ]


def _marked_html(source: str, words: set[str]) -> str:
    """The HTML with the words marked wherever they stand in one piece of its text."""
    wanted = sorted((word for word in words if word.strip()), key=len, reverse=True)[:_MOST_WORDS]
    if not wanted:
        return source
    pattern = re.compile("|".join(map(re.escape, wanted)))
    pieces: list[str] = []
    inside = ""  # the element whose text is no text
    for token in _tokens(source):
        if token.startswith("<"):
            opened = _UNSHOWN.match(token)
            if opened and not inside:
                inside = opened[1].lower()
            elif inside and token.lower().startswith(f"</{inside}"):
                inside = ""
        text = not inside and not token.startswith("<")
        pieces.append(_marked_piece(token, pattern) if text else token)
    return "".join(pieces)


def _tokens(source: str) -> Iterator[str]:
    """Tags, comments, and the text between them; each character is looked at once."""
    at = 0
    while at < len(source):
        if not source.startswith("<", at):
            end = source.find("<", at)
        elif source.startswith("<!--", at):
            end = source.find("-->", at) + 3 or -1
        else:
            end = source.find(">", at) + 1 or -1
        end = len(source) if end <= at else end
        yield source[at:end]
        at = end


def _marked_piece(text: str, pattern: re.Pattern[str]) -> str:
    read = html.unescape(text)
    spans = [found.span() for found in pattern.finditer(read)]
    return marked(read, spans) if spans else text
