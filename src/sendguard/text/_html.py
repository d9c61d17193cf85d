"""The text that HTML shows.

One pass over the tokens. A tree is not built: building one costs more than all checks together,
and its rules for misnested formatting make it explode on hostile input; what is shown depends on
them only at the edges. Style sheets are not applied either: text that only a style sheet hides
counts as shown.
"""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from attrs import frozen

from sendguard.model import Defect
from sendguard.text._html_hiding import HIDES, MAX_DEPTH, NOTHING, SHRINKS, Hiding
from sendguard.text._html_tags import (
    AREA,
    CODE,
    CONDITIONAL,
    IMAGE,
    INPUT,
    LINK,
    MARKS,
    NO_GAP,
    PRE,
    QUOTE,
    TEXTAREA,
    TITLE,
    TO_LINE,
    TO_SPACE,
    XMP,
)
from sendguard.text._html_tokens import SPACE, TOKEN, collapsed, decoded

if TYPE_CHECKING:
    from collections.abc import Sequence


_BETWEEN: Final = ("", " ", "\t", "\n")


class Link(NamedTuple):
    """A hyperlink.

    Attributes:
        href: where it leads, as written, character references decoded.
        text: what is shown for it, "" where it is hidden.
        start, end: where that stands in the visible text, in code points.
        part: the part it stands in, as in `Finding.part`.
    """

    href: str
    text: str
    start: int
    end: int
    part: str = "html"


@frozen
class VisibleText:
    """What a reader sees of an HTML part.

    Attributes:
        text: the text shown, with white space collapsed, one line for each block or table row,
            a tab between cells, the descriptions of images in their places.
        hidden: what is in the source as text but not shown: preheaders, what only Outlook shows,
            ``noscript``; one line for each piece.
        title: the text of ``<title>``, which a browser shows in its tab.
        links: hyperlinks in the order of the source, hidden ones too.
        sources: addresses of the images.
        code: spans of `text` that are set as code (``pre``, ``code``, ``samp``, ``kbd``, ``tt``).
        quotes: spans of `text` in a ``blockquote``, the outermost only.
        defects: what reading it could not make good.
    """

    text: str
    hidden: str = ""
    title: str = ""
    links: tuple[Link, ...] = ()
    sources: tuple[str, ...] = ()
    code: tuple[tuple[int, int], ...] = ()
    quotes: tuple[tuple[int, int], ...] = ()
    defects: tuple[Defect, ...] = ()


def read_html(source: str, part: str = "html") -> VisibleText:
    r"""Return what a reader sees of an HTML text. Never raises; linear in the size of `source`.

    >>> read_html("<p>Dear {{<b>first</b>_name}},<p style='display:none'>50&nbsp;% off").text
    'Dear {{first_name}},'
    """
    return _Reading(part).read(source)


class _Flow:
    """Text that is laid out as it comes: pieces, and the white space owed before the next one."""

    __slots__ = ("gap", "pieces")

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.gap = NO_GAP

    def add(self, text: str) -> None:
        """Lay out text as CSS does with ``white-space: normal``."""
        line = collapsed(text)
        if not line or line == "\xa0":  # which alone keeps a cell or a line from collapsing
            self.gap = self.gap or TO_SPACE
            return
        if text[0] in SPACE:
            self.gap = self.gap or TO_SPACE
        self._append(line)
        self.gap = TO_SPACE if text[-1] in SPACE else NO_GAP

    def add_value(self, text: str) -> None:
        """Lay out what an attribute shows, without white space that collapses."""
        if text.isspace():
            self.gap = self.gap or TO_SPACE
        elif text:
            self._append(text)
            self.gap = NO_GAP

    def add_preformatted(self, text: str) -> None:
        """Lay out text with its own line breaks and spaces."""
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if self.gap == TO_LINE and text.startswith("\n"):
            text = text[1:]
        if text:
            self._append(text)
            self.gap = NO_GAP

    def _append(self, text: str) -> None:
        if self.gap and self.pieces:
            self.pieces.append(_BETWEEN[self.gap])
        self.pieces.append(text)


class _Reading:
    """One pass over one source."""

    def __init__(self, part: str) -> None:
        self.part = part
        self.shown, self.unseen = _Flow(), _Flow()
        self.hiding = Hiding()
        self.title = ""
        self.sources: list[str] = []
        # Where links and spans begin and end is counted in pieces of what is shown.
        self.turns: list[tuple[str | None, int]] = []  # from there on it leads there, or nowhere
        self.preformatted = 0
        self.code, self.quotes = _Apart(), _Apart()

    def read(self, source: str) -> VisibleText:
        source = source.replace("\0", "")  # dropped by the tokenizer wherever text is shown
        texts = TOKEN.split(source)
        tokens = texts[1::2]
        tokens.append("<!>")  # nothing, after the last text
        # One long loop, without a Python call for tags that do no more than ask for white space and
        # for tidy texts, which are most: a call costs several times what is done for them here.
        flow = self.shown
        pieces = shown = flow.pieces
        turns = self.turns
        hidden, take = self.hiding.opened, self.hiding.take
        state = NOTHING
        preformatted = 0
        rare_spaces = "\t" in source or "\r" in source or "\f" in source
        for text, (gap, tags) in zip(texts[::2], map(MARKS.__getitem__, tokens), strict=True):
            if text:
                if preformatted:
                    flow.add_preformatted(decoded(text))
                elif text.isspace():
                    if not flow.gap:
                        flow.gap = TO_SPACE
                elif "&" in text or "\n" in text or "  " in text or rare_spaces:
                    flow.add(decoded(text))
                else:
                    if pieces and (flow.gap or text[0] == " "):
                        pieces.append(_BETWEEN[flow.gap or TO_SPACE])
                    pieces.append(text.strip(" "))
                    flow.gap = TO_SPACE if text[-1] == " " else NO_GAP
            if gap is None or hidden or preformatted:
                for kind, values, step in tags:
                    if hidden or step[2] >= SHRINKS:
                        before = state
                        if step[1] and hidden and hidden[-1][0] == step[0]:  # as most ends are
                            state = hidden.pop()[1]
                        else:
                            state = take(step, state)
                        if kind == TO_LINE and before < HIDES > state:
                            self.shown.gap = TO_LINE  # text without a size still takes its lines
                        if state != before:
                            if state >= SHRINKS > before:
                                self.unseen.gap = TO_LINE
                            flow = self.shown if state < SHRINKS else self.unseen
                            pieces = flow.pieces
                    if preformatted and kind == TO_SPACE:
                        flow.add_preformatted(values[0])
                    elif kind <= TO_LINE:
                        if kind > flow.gap:
                            flow.gap = kind
                    elif kind == LINK:
                        turns.append((values[0] if values else None, len(shown)))
                    else:
                        self._pass(flow, kind, values, is_end=step[1])
                        preformatted = self.preformatted
            elif gap > flow.gap:
                flow.gap = gap
        return self._result()

    def _pass(self, flow: _Flow, kind: int, values: tuple[str, ...], *, is_end: bool) -> None:
        """Take a tag that is more than white space."""
        if kind == IMAGE:
            source, alt = values
            if source:
                self.sources.append(source)
            flow.add_value(alt)
        elif kind == AREA:
            at = len(self.shown.pieces)
            self.turns += ((values[0] if values else None, at), (None, at))
        elif kind == INPUT:
            flow.add_value(values[0])
        elif kind in {PRE, QUOTE, CODE}:
            self._set_apart(flow, kind, is_end=is_end)
        elif kind == TITLE:
            self.title = self.title or values[0]
        elif kind == TEXTAREA:
            flow.add_preformatted(values[0])
        elif kind == XMP:
            flow.gap = TO_LINE
            flow.add_preformatted(values[0])
        elif kind == CONDITIONAL:
            for run in values:
                self.unseen.gap = TO_LINE
                if run:
                    self.unseen.add(run)

    def _set_apart(self, flow: _Flow, kind: int, *, is_end: bool) -> None:
        if kind != CODE:
            flow.gap = TO_LINE
        if kind == PRE:
            self.preformatted = max(0, self.preformatted + (-1 if is_end else 1))
        (self.quotes if kind == QUOTE else self.code).turn(is_end, len(self.shown.pieces))

    def _result(self) -> VisibleText:
        pieces = self.shown.pieces
        self.turns.append((None, len(pieces)))
        text = "".join(pieces)
        places = [0, *accumulate(map(len, pieces))]
        links = []
        for (href, before), (_, after) in pairwise(self.turns):
            if href is not None:
                start, end = _span(text, places[before], places[after])
                links.append(Link(href, text[start:end], start, end, self.part))
        return VisibleText(
            text,
            "".join(self.unseen.pieces),
            self.title,
            tuple(links),
            tuple(self.sources),
            self.code.spans(text, places),
            self.quotes.spans(text, places),
            self._defects(),
        )

    def _defects(self) -> tuple[Defect, ...]:
        if not self.hiding.too_deep:
            return ()
        detail = f"More than {MAX_DEPTH} elements are open inside a hidden one."
        return (Defect("limit", detail, self.part),)


class _Apart:
    """Spans of one kind of element, the outermost where they are nested, in pieces."""

    __slots__ = ("_depth", "_found", "_start")

    def __init__(self) -> None:
        self._depth = 0
        self._start = 0
        self._found: list[tuple[int, int]] = []

    def turn(self, is_end: bool, at: int) -> None:
        if not is_end:
            if not self._depth:
                self._start = at
            self._depth += 1
        elif self._depth:
            self._depth -= 1
            if not self._depth and at > self._start:
                self._found.append((self._start, at))

    def spans(self, text: str, places: Sequence[int]) -> tuple[tuple[int, int], ...]:
        """The spans in the text, given where each of its pieces stands."""
        if self._depth:
            self._depth = 1
            self.turn(is_end=True, at=len(places) - 1)
        return tuple(_span(text, places[start], places[end]) for start, end in self._found)


def _span(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without the white space that was owed before its text, laid out after its tag."""
    return (start + 1 if start < end and text[start] in _BETWEEN[1:] else start), end
