"""Merge fields that nobody filled, and values that are none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import Final
from urllib.parse import unquote

from attrs import frozen

from sendguard.canonical import late
from sendguard.checks._first_few import first_few
from sendguard.checks.algebra import Case, Check, Leaf, Unevaluable
from sendguard.checks.placeholder._field_forms import Field, Mark, fields
from sendguard.checks.placeholder._field_names import Likeness
from sendguard.checks.placeholder._greeted import greeted_fields, greetings
from sendguard.checks.placeholder._nothings import Certainty, empty_greetings, nothings
from sendguard.checks.placeholder._setting import CrowdedError, Setting, Surroundings, greets
from sendguard.model import Action, Finding
from sendguard.text import Place

MAX_FINDINGS: Final = 10
"""Findings of a message; what goes beyond is counted in one more."""

MAX_HITS: Final = 100
"""Places of a message after which no more are looked for; who has so many knows enough."""

_QUOTED_LENGTH = 80  # code points of the message's own text in a finding
_UNREPLACED, _EMPTY = "placeholder.unreplaced", "placeholder.empty"
_FILL = {
    _UNREPLACED: "Fill it from the recipient's data, or give it a fallback, and render again.",
    _EMPTY: "Find out why the value is missing, or write the sentence so that it needs none.",
}


@frozen
class _Hit:
    """One thing found, before findings are made of it."""

    code: str
    action: Action
    part: str
    span: tuple[int, int] | None
    shown: str


@frozen(repr=False)
class _Placeholders(Leaf):
    def find(self, case: Case) -> Iterator[Finding | Unevaluable]:
        found = list(islice(_hits(case), MAX_HITS))
        yield from (each for each in found if isinstance(each, Unevaluable))
        hits = (each for each in found if isinstance(each, _Hit))
        first, further = first_few(hits, lambda hit: (hit.code, hit.part, hit.shown), MAX_FINDINGS)
        yield from map(_finding, first)
        if further:
            yield Finding(
                code=_UNREPLACED,
                action=max(hit.action for hit in further),
                message=f"At least {len(further)} further places look like fields that were never "
                "filled.",
                suggestion=_FILL[_UNREPLACED],
            )

    def __repr__(self) -> str:
        return "placeholders()"


def placeholders() -> Check:
    """A merge field that was never filled, or was filled with nothing, does not go out.

    It looks at all that a reader sees: subject, names in the header, text, HTML with its hidden
    preheader, links, names of files; in SMS and chat at the text. Quoted mail and program code are
    left alone, and what may be talk about templates is at most a WARN.

    Codes:
        ``placeholder.unreplaced`` (HOLD): the mark of a template language, such as ``{{name}}``,
        ``*|FNAME|*`` or ``[First Name]``, stands where its value should. Nobody writes that to a
        customer on purpose, and everybody notices. WARN where the mark has honest readings too,
        or the sentence seems to be about templates.
        ``placeholder.empty`` (HOLD): a value was missing and its absence was printed, as in
        ``Dear None,``, ``Hi ,``, ``$NaN``, ``http://undefined/``. WARN where people might have
        written it themselves.
    """
    return _Placeholders()


def _hits(case: Case) -> Iterator[_Hit | Unevaluable]:
    channel = case.message.channel
    for place in case.analysis.places:
        if place.part.endswith("header:List-Unsubscribe"):
            yield from _in_link(place.part, place.plain)
            continue
        if "header:" in place.part and _is_plain_name(place.plain):
            continue
        weaker = place.is_nested
        try:
            for hit in _in_place(place, brief=_is_brief(place, channel)):
                yield _softened(hit) if weaker else hit
        except CrowdedError:
            yield Unevaluable(
                "So much looks like an unfilled field that not all was judged.", place.part
            )
    if _may_hold_field([link.href for link in case.analysis.links]):
        for link in case.analysis.links:
            for hit in _in_link(link.part, link.href):
                yield _softened(hit) if "/" in link.part else hit
    html = case.analysis.html
    if html is not None and _may_hold_field(html.sources):
        for source in html.sources:
            yield from _in_link("html", source)
    source = case.message.html or ""
    if "q" in source and "eloquaemail" in source:  # one rare letter is looked for far faster
        yield from _eloqua(source)


def _is_plain_name(text: str) -> bool:
    """Whether it is a person's name as most are, which spares it the search."""
    return _NAME.fullmatch(text) is not None and _NO_NAMES.isdisjoint(text.lower().split())


_NAME = late(r"[^\W\d_]++(?:[ '.\-]{1,2}[^\W\d_]++)*+\.?")
_NO_NAMES = frozenset({"none", "null", "undefined", "nan", "nil", "array"})


def _softened(hit: _Hit) -> _Hit:
    """A hit in a message that this one carries: its author is somebody else."""
    return _Hit(hit.code, Action.WARN, hit.part, hit.span, hit.shown)


def _is_brief(place: Place, channel: str) -> bool:
    """Whether the place is short and written for one reader, so that code hardly stands in it."""
    return channel == "sms" or not place.part.endswith(("text", "html"))


def _in_place(place: Place, *, brief: bool) -> Iterator[_Hit]:
    text = place.plain
    around = Surroundings(place)
    for field in fields(text):
        action = _of_field(field, text, around, brief=brief)
        if action is not None:
            yield _hit(_UNREPLACED, action, place, field.start, field.end)
    lines = greetings(text)
    for start, end in greeted_fields(lines):
        if around.setting(start, end) is Setting.GREETING:
            yield _hit(_UNREPLACED, Action.HOLD, place, start, end)
    for nothing in chain(nothings(text, around), empty_greetings(lines)):
        action = Action.HOLD if nothing.certainty is Certainty.CERTAIN else Action.WARN
        yield _hit(_EMPTY, action, place, nothing.start, nothing.end)
    if place.part.endswith(".name"):
        for match in _NOTHING_IN_NAME.finditer(text):
            yield _hit(_EMPTY, Action.HOLD, place, *match.span())
    elif place.part.endswith("subject") and (opening := _EMPTY_START.match(text)):
        yield _hit(_EMPTY, Action.HOLD, place, *opening.span())


def _hit(code: str, action: Action, place: Place, start: int, end: int) -> _Hit:
    return _Hit(code, action, place.part, place.span(start, end), place.plain[start:end])


def _finding(hit: _Hit) -> Finding:
    shown = " ".join(hit.shown.split())
    if len(shown) > _QUOTED_LENGTH:
        shown = shown[: _QUOTED_LENGTH - 1] + "…"
    return Finding(
        code=hit.code,
        action=hit.action,
        message=f'The merge field "{shown}" was never filled.'
        if hit.code == _UNREPLACED
        else f'A value is missing at "{shown}".',
        part=hit.part,
        span=hit.span,
        suggestion=_FILL[hit.code],
    )


_H, _W = Action.HOLD, Action.WARN


def _of_field(field: Field, text: str, around: Surroundings, *, brief: bool) -> Action | None:
    """What a field asks for, by its mark, its name, and where it stands; None passes."""
    if field.mark <= Mark.LOOSE and not _may_be_loose(field, text, around, brief=brief):
        return None
    setting = around.setting(field.start, field.end)
    if setting in {Setting.QUOTED, Setting.LITERAL}:
        return None
    is_name = field.likeness is Likeness.NAME
    if setting is Setting.TALK:
        return _W if is_name or field.mark is Mark.TEMPLATE else None
    if setting is Setting.CODE:
        return _W if is_name and field.mark is Mark.TEMPLATE else None
    if field.mark is Mark.TEMPLATE:
        return _H
    if setting is Setting.GREETING:
        return _H if field.likeness or field.mark is Mark.SLOT else _W
    if field.mark is Mark.SLOT:
        return None
    if setting is Setting.TECHNICAL:
        return _W if is_name else None
    if brief:
        return _in_brief(field)
    if is_name:
        return _H
    if field.mark is Mark.SHELL and field.likeness:
        return _H if setting is Setting.PROSE else _W
    if field.mark is Mark.SHELL and not field.is_path:
        return None
    if setting is not Setting.PROSE:
        return None
    return _H if field.likeness and text[field.start] == "{" else _W


def _in_brief(field: Field) -> Action | None:
    """In a subject, a name, a text message, where code hardly stands."""
    return _H if field.likeness >= (1 if field.mark is Mark.SHELL else 2) else _W


def _may_be_loose(field: Field, text: str, around: Surroundings, *, brief: bool) -> bool:
    """A first look, without the setting: most words in brackets are no fields."""
    if field.mark is Mark.SLOT or not (field.likeness or brief):
        return greets(around.near(field.start, field.end)[0])
    if field.likeness is Likeness.NAME or text[field.start] != "[":
        return True
    # One word that begins a line is the tag of a list or of a section.
    return bool(text[max(0, field.start - 8) : field.start].rpartition("\n")[2].strip())


_NOTHING_IN_NAME = late(
    r"(?<![^_\-.( ])(?:None|null|NULL|undefined|NaN)(?![^_\-.)])|\[object Object\]"
)
_EMPTY_START = late(r"\s*+,[ \xa0]*+(?=\w)")
_NOTHING_HOST = late(r"(?i)(?:https?:)?//(?:www\.)?(?:none|null|undefined|nan)(?=[/:?#]|\Z)")
_NOTHING_WHOLE = late(
    r"(?i)\s*(?:#|/|mailto:|tel:|sms:)?(?:none|null|undefined|nan|\[object object\])\s*"
)
_NOTHING_INSIDE = late(r"[=/](?:undefined|None|null|NaN|\[object Object\])(?=[&/?#]|\Z)")


def _in_link(part: str, href: str) -> Iterator[_Hit]:
    text = href[:_LINK_LIMIT]
    if "%" in text:
        text = unquote(text, errors="replace")
    for field in fields(text):
        if field.mark is Mark.TEMPLATE or field.likeness is Likeness.NAME:
            action = _H
        elif field.mark is Mark.SLOT or not field.likeness:
            continue
        else:
            action = _W if field.mark is Mark.LOOSE else _H
        if field.mark is not Mark.SLOT:
            yield _Hit(_UNREPLACED, action, part, None, text[field.start : field.end])
    if _NOTHING_WHOLE.fullmatch(text) and text.strip().lower() not in {"#none", "none", "null"}:
        yield _Hit(_EMPTY, _H, part, None, text)
    elif match := _NOTHING_HOST.match(text):
        yield _Hit(_EMPTY, _H, part, None, match[0])
    elif match := _NOTHING_INSIDE.search(text):
        yield _Hit(_EMPTY, _W, part, None, match[0])


def _may_hold_field(links: Sequence[str]) -> bool:
    """A first look at all links at once: hardly an honest one has any of these."""
    together = "\n".join(links)
    if not together.isascii() or any(map(together.__contains__, _SIGNS_IN_LINKS)):
        return True
    lowered = together.lower()
    return any(map(lowered.__contains__, _NOTHINGS_IN_LINKS))


_SIGNS_IN_LINKS = ("{", "[", "%", "|", "<", "#", "@", "~", "$", "__")
_NOTHINGS_IN_LINKS = ("none", "null", "undefined", "nan")
_LINK_LIMIT = 8_000  # code points; browsers and servers take no longer ones
_ELOQUA = late(r"<span[^>]{0,200}eloquaemail[^>]{0,200}>\s*(\w{1,60})\s*</span", re.IGNORECASE)


def _eloqua(source: str) -> Iterator[_Hit]:
    """Fields of Eloqua are elements whose class says so, with the field's name inside."""
    for match in _ELOQUA.finditer(source):
        yield _Hit(_UNREPLACED, _H, "html", None, match[1])
