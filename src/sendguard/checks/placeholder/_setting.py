"""What kind of line a suspicious word stands in: a letter's own, a quotation, code."""

from __future__ import annotations

import re
from bisect import bisect_right
from enum import Enum, auto
from functools import cached_property
from operator import itemgetter
from typing import Final

from sendguard.canonical import late
from sendguard.text import Place

WINDOW: Final = 120
"""Code points that are looked at on either side; longer lines are judged by their near part."""


NEAR: Final = 40
"""Code points in which a greeting or a label reaches the value that follows it."""


MOST_LOOKS: Final = 20_000
"""Looks at the surroundings in one place; each takes some 20 microseconds."""


class Setting(Enum):
    """Where something stands."""

    QUOTED = auto()
    """In what somebody else wrote before: a quotation, the history of the conversation."""
    LITERAL = auto()
    """In what is marked as code: between backticks or fences, in ``<code>``."""
    CODE = auto()
    """In what looks like a program, a command, data."""
    TALK = auto()
    """In a sentence about templates, or in quotation marks."""
    TECHNICAL = auto()
    """In a sentence about programs."""
    GREETING = auto()
    """In the place of the name that is greeted."""
    ADDRESS = auto()
    """Inside a web address."""
    PROSE = auto()
    """In a sentence."""
    ALONE = auto()
    """With hardly a word beside it: a label's value, a line of an address."""


# Words that greet somebody by name, in the languages of most mail.
SALUTATION: Final = (
    r"hi|hiya|hello|hey|dear|dearest|greetings|good (?:morning|afternoon|evening|day)"
    r"|hallo|liebe[rs]?|sehr geehrte[rs]?|werte[rs]?|guten (?:tag|morgen|abend)|moin|servus"
    r"|bonjour|bonsoir|salut|coucou|ch[eè]re?s?|hola|estimad[oa]s?|querid[oa]s?|buenos d[ií]as"
    r"|buenas tardes|ciao|gentile|car[oa]|salve|egregi[oa]|ol[áa]|prezad[oa]s?|caro|cara"
    r"|beste|geachte|hoi|dag|hej|hejsa|kære|hei|kjære|bästa|cze[sś][ćc]|witaj|drog[ia]"
    r"|szanown[ya]|dobrý den|ahoj|здравствуйте|привет|уважаем(?:ый|ая)|дорог(?:ой|ая)|merhaba|sayın"
)
_THANKS = (
    r"|welcome|welcome back|welcome aboard|thanks|thank you|many thanks|congratulations|congrats"
    r"|happy birthday|sorry|danke|merci|gracias|grazie|obrigad[oa]|bedankt|willkommen|bienvenue"
    r"|bienvenid[oa]|benvenut[oa]"
)
TITLE: Final = (
    r"mr|mrs|ms|miss|mx|dr|prof|mr\.?/mrs|mr\.?/ms|herrn?|frau|monsieur|madame|mme|m|señora?|sra?"
    r"|signora?|sig|sig\.ra|dott|dhr|mevr|heer|mevrouw|pan|pani|familie"
)
_GREETS = late(
    rf"(?i)\b({SALUTATION}{_THANKS})(?:/\w{{1,3}})?(?:[ ,\xa0]++(?:{TITLE})\.?)*+[ ,\xa0\"'“*_]*+\Z"
)
_SALUTES = late(rf"(?i)\s*+(?:{SALUTATION})\b")
_ADDRESS_BEFORE = late(r"(?i)(?:https?://|www\.|mailto:|tel:|sms:)[^\s<>\"']*+\Z")
_QUOTE_MARK = late(r"\s*+(?:[A-Za-z]{0,4}>|\|\s)")
_HISTORY = late(
    r"(?im)^(?:"
    r"-{2,20}\s?(?:original message|forwarded message|ursprüngliche nachricht|message d'origine"
    r"|mensaje original|messaggio originale|forwarded by)"
    r"|begin forwarded message:"
    r"|(?:from|von|de|da): [^\n]{1,200}\n(?:sent|date|gesendet|envoyé|enviado|inviato|datum|to): "
    r"|on [^\n]{1,200}(?:\n[^\n]{1,80})? wrote:$|am [^\n]{1,200} schrieb\b[^\n]{0,80}:$"
    r"|le [^\n]{1,200} a écrit\s?:$"
    r")"
)
_HISTORY_HINTS = (
    "wrote:", "schrieb", "écrit", "orwarded", "essage", "ensaje", "achricht", "From: ", "Von: ",
    "De: ", "Da: ", "FROM: ",
)  # fmt: skip
# What begins a line of a program, a command, a difference, markup, data, a formula.
_CODE_START = late(
    r"[ \t]{0,40}+(?:"
    r"[$#%]\s?\w|>>>\s|\+{1,3}(?!\d)|---\s|@@\s|//|/\*|\*\s?@|<[!/?%]?\w++[\s>]|=\w++\(|\\\w"
    r"|(?:def|class|function|func|fn|public|private|protected|static|void|const)\s\w++\s*+[\w({:=]"
    r"|(?:var|let|const|my|our|local)\s[\w$@%]++\s*+="
    r"|(?:import|from|require|use|#\s?include|#\s?define|package|using)\s[\w.:<\"'/{]++[;>\"']?\s*+$"
    r"|(?:if|for|foreach|while|switch|elif|catch|print|printf|echo|puts|return)\s?[(\"'$\[]"
    r"|(?:sudo|curl|wget|export|echo|cd|cp|mv|rm|ls|chmod|git|docker|kubectl|pip|npm|apt|make|ssh)"
    r"\s[-./$\"'~]"
    r"|(?:SELECT|INSERT\sINTO|UPDATE|DELETE\sFROM|CREATE|ALTER)\s"
    r"|[\"'][\w.\- ]++[\"']\s*+:|(?:-\s)?[a-z][\w.\-]*+:\s?(?:$|[\"'{\[|>&])|-\s[\w\-]++:\s"
    r"|[\w.\-]++\s?=\s?\S|\[[\w.\- ]++\]\s*+$"
    r")"
)
_CODE_BEFORE = late(r"(?:\w\(\s?[\"'$]?|[:=(,\[{]\s?[\"'`]|=\s?)\Z")
_CODE_AFTER = late(r"[\"'`]\s?[,;)\]}]")
_CODE_END = late(r"[;{}\\]\Z|[)\]}],\Z")
_CODE_SIGNS = (
    "=>", "::", "&&", "||", "()", ");", "</", "/>", "==", "!=", "<=", ">=", "$(", "+=", ":=", '="',
    ' f"', " f'", '(f"', "(f'", "='", "={", "=$", "= '", '= "', "= {", "= [", "= $",
)  # fmt: skip
_CODE_INSIDE = late(
    r"\\(?:[a-z]{1,30}+[{\[]|[dwsbn]\b)|\w->\w|\|\s?(?:grep|sed|awk|xargs|sort|wc|head|tail|less|sh)\b"
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ABOUT_TEMPLATES = _words(
    "template templates templating placeholder placeholders merge variable variables syntax"
    " jinja handlebars mustache liquid twig django mailchimp marketo brace braces bracket brackets"
    " curly macro macros escape escaped escaping interpolated interpolation substitute"
    " substituted substitution snippet snippets render renders rendered rendering wildcard"
    " wildcards usage"
)
_ABOUT_PROGRAMS = _words(
    "parse parses parsed parser parsing regex regexp regexes regular shell bash perl php python"
    " java javascript ruby compile compiles compiled compiler environment env filter filters tag"
    " tags script scripts string strings function functions markup xml html json yaml latex"
    " exception exceptions error errors bug bugs sql database pointer excel spreadsheet formula"
    " formulas cell cells config configuration"
)
_PAIRS = {'"': '"', "'": "'", "“": "”", "‘": "’", "`": "`", "„": "“", "«": "»"}
_WORD = late(r"[^\W\d_]{2,}+")


class CrowdedError(Exception):
    """There is more in a place to be judged by its surroundings than anybody wrote there."""


class Surroundings:
    """The settings in one place; what the whole text tells is worked out once.

    Raises:
        CrowdedError: from any method, after `MOST_LOOKS` of them.
    """

    def __init__(self, place: Place) -> None:
        self.place = place
        self._looks = 0

    def _look(self) -> None:
        self._looks += 1
        if self._looks > MOST_LOOKS:
            raise CrowdedError

    def line(self, start: int, end: int) -> tuple[str, str]:
        """What stands on the same line before and after a span, at most `WINDOW` code points."""
        self._look()
        text = self.place.plain
        before = text[max(0, start - WINDOW) : start].rpartition("\n")[2]
        return before, text[end : end + WINDOW].partition("\n")[0]

    def near(self, start: int, end: int) -> tuple[str, str]:
        """What stands right beside a span on its line, at most `NEAR` code points."""
        self._look()
        text = self.place.plain
        before = text[max(0, start - NEAR) : start].rpartition("\n")[2]
        return before, text[end : end + NEAR].partition("\n")[0]

    def setting(self, start: int, end: int) -> Setting:
        """In what kind of line a span of the plain text stands."""
        if _within(self.place.quotes, start) or start >= self._history:
            return Setting.QUOTED
        before, after = self.line(start, end)
        if _QUOTE_MARK.match(self._line_start(start)):
            return Setting.QUOTED
        if _within(self.place.code, start) or self._is_fenced(start):
            return Setting.LITERAL
        if before.count("`") % 2 and "`" in after:
            return Setting.LITERAL
        greeting = _GREETS.search(before, max(0, len(before) - NEAR))
        if greeting:
            lead = before[: greeting.start(1)].strip(" \t\xa0*_#")
            if not lead:
                return Setting.GREETING
            if lead[-1] in _PAIRS:
                return Setting.TALK
        before, after = _without_fields(before), _without_fields(after)
        address = _ADDRESS_BEFORE.search(before) if ":" in before or "www." in before else None
        if address:
            before, after = before[: address.start()], ""
        if _is_code(before, after):
            return Setting.CODE
        if before and after and _PAIRS.get(before[-1]) == after[0]:
            return Setting.TALK
        words = _WORD.findall(f"{before} {after}".lower())
        if not _ABOUT_TEMPLATES.isdisjoint(words):
            return Setting.TALK
        if greeting or (not after.strip(" ,!:.") and _SALUTES.match(before)):
            return Setting.GREETING
        if "`" in before or after[:1] == "`" or not _ABOUT_PROGRAMS.isdisjoint(words):
            return Setting.TECHNICAL
        if address:
            return Setting.ADDRESS
        return Setting.PROSE if len(words) > 1 else Setting.ALONE

    def _line_start(self, start: int) -> str:
        """The first characters of the line, which show whether it is quoted."""
        text = self.place.plain
        begin = text.rfind("\n", max(0, start - WINDOW * 8), start) + 1
        return text[begin : begin + 12] if begin or start <= WINDOW * 8 else ""

    @cached_property
    def _history(self) -> int:
        """Where the conversation's history begins that no mark sets apart."""
        text = self.place.plain
        hinted = any(hint in text for hint in _HISTORY_HINTS)
        match = _HISTORY.search(text) if hinted else None
        return len(text) if match is None else match.start()

    @cached_property
    def _fences(self) -> list[int]:
        return [match.start() for match in re.finditer("(?m)^ {0,3}```", self.place.plain)]

    def _is_fenced(self, start: int) -> bool:
        return bisect_right(self._fences, start) % 2 == 1


def greets(before: str) -> bool:
    """Whether a line that begins so goes on with the name of the one who is greeted.

    >>> greets("Dear Mr. "), greets("The name is ")
    (True, False)
    """
    return _GREETS.search(before[-NEAR:]) is not None


def _is_code(before: str, after: str) -> bool:
    return (
        _CODE_START.match(before) is not None
        or _CODE_BEFORE.search(before[-4:]) is not None
        or _CODE_AFTER.match(after) is not None
        or any(_CODE_END.search(side.rstrip()[-2:]) for side in (before, after))
        or any(sign in before or sign in after for sign in _CODE_SIGNS)
        or any(
            _CODE_INSIDE.search(side)
            for side in (before, after)
            if "\\" in side or "->" in side or "|" in side
        )
    )


_FIELD = late(r"\{\{[^{}]{0,200}\}\}\}?|\{%[^{}%]{0,200}%\}|\*\|[^|]{0,80}\|\*|<%[^<>%]{0,200}%>")


def _without_fields(line: str) -> str:
    """A line without other merge fields, whose marks look like code."""
    return _FIELD.sub("", line) if "{" in line or "*|" in line or "<%" in line else line


def _within(spans: tuple[tuple[int, int], ...], at: int) -> bool:
    index = bisect_right(spans, at, key=itemgetter(0)) - 1
    return index >= 0 and at < spans[index][1]
