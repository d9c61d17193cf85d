"""The text that HTML shows.

One pass over the tokens. A tree is not built: building one costs more than all checks together,
and its rules for misnested formatting make it explode on hostile input; what is shown depends on
them only at the edges. Style sheets are not applied either: text that only a style sheet hides
counts as shown.
"""

from __future__ import annotations

import re
from typing import Final

from attrs import frozen

from sendguard.model import Defect
from sendguard.text._html_hiding import HIDES, MAX_DEPTH, NOTHING, SHRINKS, SIZES, Effects, Hiding
from sendguard.text._html_tokens import (
    BLOCKS,
    GROUPS,
    SPACE,
    TOKEN,
    attribute,
    collapsed,
    decoded,
    read_attribute,
    words,
)

# What a tag means for the text around it.
_INLINE, _CELL, _BLOCK, _LINK, _IMAGE, _INPUT, _SET_APART, _UNSEEN = range(8)
_CODE = ("pre", "code", "samp", "kbd", "tt")
_INLINES = words(
    "abbr b bdi bdo big cite del dfn em font i ins label mark meta link o:p q s small span strike"
    " strong sub sup time u var wbr"
)
_STARTS = {
    **dict.fromkeys(_INLINES, _INLINE),
    **dict.fromkeys(BLOCKS, _BLOCK),
    **dict.fromkeys(("td", "th"), _CELL),
    **dict.fromkeys(("a", "area"), _LINK),
    **dict.fromkeys(("img", "image"), _IMAGE),
    "input": _INPUT,
    **dict.fromkeys((*_CODE, "blockquote"), _SET_APART),
    **dict.fromkeys(("template", "noscript", "datalist"), _UNSEEN),
}
_ENDS = {
    f"/{name}": kind if kind in (_BLOCK, _LINK, _SET_APART) else _INLINE
    for name, kind in _STARTS.items()
} | {"/body": _INLINE, "/html": _INLINE}  # what follows them still belongs to the body
_LOWER_KINDS = _STARTS | _ENDS
_KINDS = _LOWER_KINDS | {name.upper(): kind for name, kind in _LOWER_KINDS.items()}
_HREF, _SRC, _ALT = attribute("href"), attribute("src"), attribute("alt")
_INPUT_TYPE, _INPUT_VALUE = attribute("type"), attribute("value")
_TAG = re.compile(r"<[^>]*+(?:>|\Z)")

_BETWEEN: Final = ("", " ", "\t", "\n")
_TO_SPACE, _TO_CELL, _TO_LINE = 1, 2, 3


@frozen
class Link:
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

    __slots__ = ("gap", "length", "pieces")

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0
        self.gap = 0

    def add(self, text: str) -> None:
        """Lay out text as CSS does with ``white-space: normal``."""
        if text.isspace():
            self.gap = self.gap or _TO_SPACE
            return
        if "&" in text:
            text = decoded(text)
        if text[:1] in SPACE:
            self.gap = self.gap or _TO_SPACE
        after = _TO_SPACE if text[-1:] in SPACE else 0
        text = collapsed(text)
        if text and text != "\xa0":  # which alone keeps a cell or a line from collapsing
            self._append(text)
            self.gap = after
        else:
            self.gap = self.gap or _TO_SPACE

    def add_preformatted(self, text: str) -> None:
        """Lay out text with its own line breaks and spaces."""
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if self.gap == _TO_LINE and text.startswith("\n"):
            text = text[1:]
        if text:
            self._append(text)
            self.gap = 0

    def _append(self, text: str) -> None:
        if self.gap and self.length:
            self.pieces.append(_BETWEEN[self.gap])
            self.length += 1
        self.pieces.append(text)
        self.length += len(text)


class _Reading:
    """One pass over one source."""

    def __init__(self, part: str) -> None:
        self.part = part
        self.shown, self.unseen = _Flow(), _Flow()
        self.hiding = Hiding()
        self.title = ""
        self.sources: list[str] = []
        self.links: list[tuple[str, int, int]] = []
        self.link: tuple[str, int] | None = None  # the open one, and where it starts
        self.preformatted = 0
        self.apart: dict[str, _Apart] = {"code": _Apart(), "quote": _Apart()}

    def read(self, source: str) -> VisibleText:
        source = source.replace("\0", "")  # dropped by the tokenizer wherever text is shown
        tokens = TOKEN.split(source)
        shown, hiding = self.shown, self.hiding
        flow, kinds, effects = shown, _KINDS, Effects()
        each = iter(tokens)
        for text, raw, name, attributes, content, comment in zip(*[each] * GROUPS, strict=False):
            if text:
                if self.preformatted:
                    flow.add_preformatted(decoded(text))
                else:
                    flow.add(text)
            if name is None:
                if comment is not None and comment.startswith("[if"):
                    self._add_conditional(comment)
                continue
            kind = kinds.get(name)
            if kind is None:
                kind = kinds.get(name.lower(), _INLINE)
            effect = NOTHING
            if attributes:
                effect = effects[attributes]
            if hiding.names or effect >= SHRINKS or kind == _UNSEEN:
                flow = self._pass_hidden(name.lower(), kind, effect)
            if kind == _BLOCK:
                flow.gap = _TO_LINE
            elif kind:
                self._pass(flow, name.lower(), kind, attributes, effect >= SHRINKS)
            if raw is not None:
                self._add_raw(flow, raw.lower(), content)
        if tokens[-1]:
            flow.add(tokens[-1])
        return self._result()

    def _pass_hidden(self, name: str, kind: int, effect: int) -> _Flow:
        """Take a tag in or at the edge of what is hidden; return where the text after it goes."""
        hiding = self.hiding
        before = hiding.state
        if name[0] == "/":
            hiding.end(name[1:])
        else:
            hiding.start(name, HIDES if kind == _UNSEEN else effect)
        if kind == _BLOCK and before < HIDES > hiding.state:
            self.shown.gap = _TO_LINE  # text without a size still takes its lines
        if hiding.state <= SIZES:
            return self.shown
        if before <= SIZES:
            self.unseen.gap = _TO_LINE
        return self.unseen

    def _pass(self, flow: _Flow, name: str, kind: int, attributes: str, hides: bool) -> None:
        """Take a tag that is more than a line break."""
        if kind == _CELL:
            flow.gap = max(flow.gap, _TO_CELL)
        elif kind == _LINK:
            self._end_link()
            if name[0] != "/" and (href := read_attribute(_HREF, attributes)) is not None:
                self.link = (href, self.shown.length)
                if name == "area":
                    self._end_link()
        elif kind == _IMAGE:
            if source := read_attribute(_SRC, attributes):
                self.sources.append(source)
            if (alt := read_attribute(_ALT, attributes)) and not hides:
                flow.add(alt.replace("&", "&amp;"))
        elif kind == _INPUT:
            if (value := read_attribute(_INPUT_VALUE, attributes)) and (
                read_attribute(_INPUT_TYPE, attributes) or ""
            ).lower() not in {"hidden", "checkbox", "radio", "password"}:
                flow.add(value.replace("&", "&amp;"))
        elif kind == _SET_APART:
            is_end, bare = name[0] == "/", name.lstrip("/")
            if bare in {"pre", "blockquote"}:
                flow.gap = _TO_LINE
            if bare == "pre":
                self.preformatted = max(0, self.preformatted + (-1 if is_end else 1))
            self.apart["quote" if bare == "blockquote" else "code"].turn(is_end, self.shown.length)

    def _add_raw(self, flow: _Flow, name: str, content: str) -> None:
        """Take the content of an element in which tags are no tags."""
        if name == "title":
            self.title = self.title or collapsed(decoded(content))
        elif name == "textarea":
            flow.add_preformatted(decoded(content))
        elif name == "xmp":
            flow.gap = _TO_LINE
            flow.add_preformatted(content)

    def _add_conditional(self, comment: str) -> None:
        """Take what only Outlook shows: ``<!--[if mso]>…<![endif]-->``."""
        for run in _TAG.split(comment.partition("]>")[2]):
            self.unseen.gap = _TO_LINE
            if run:
                self.unseen.add(run)

    def _end_link(self) -> None:
        if self.link is not None:
            self.links.append((*self.link, self.shown.length))
            self.link = None

    def _result(self) -> VisibleText:
        self._end_link()
        text = "".join(self.shown.pieces)
        return VisibleText(
            text=text,
            hidden="".join(self.unseen.pieces),
            title=self.title,
            links=tuple(
                Link(href, text[start:end], start, end, self.part)
                for href, before, end in self.links
                for start in (_start_of_text(text, before, end),)
            ),
            sources=tuple(self.sources),
            code=self.apart["code"].spans(text),
            quotes=self.apart["quote"].spans(text),
            defects=self._defects(),
        )

    def _defects(self) -> tuple[Defect, ...]:
        if not self.hiding.too_deep:
            return ()
        detail = f"More than {MAX_DEPTH} elements are open inside a hidden one."
        return (Defect("limit", detail, self.part),)


class _Apart:
    """Spans of one kind of element, the outermost where they are nested."""

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

    def spans(self, text: str) -> tuple[tuple[int, int], ...]:
        if self._depth:
            self._depth = 1
            self.turn(is_end=True, at=len(text))
        return tuple((_start_of_text(text, start, end), end) for start, end in self._found)


def _start_of_text(text: str, start: int, end: int) -> int:
    """Where a span begins: the white space owed before its text is laid out after its tag."""
    return start + 1 if start < end and text[start] in _BETWEEN[1:] else start
