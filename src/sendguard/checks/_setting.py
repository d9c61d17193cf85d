"""What kind of line a suspicious word stands in: a letter's own, a quotation, code."""

from __future__ import annotations

import re
from bisect import bisect_right
from enum import Enum, auto
from functools import cached_property
from operator import itemgetter
from typing import Final

from sendguard.text import Place

WINDOW: Final = 160
"""Code points that are looked at on either side; longer lines are judged by their near part."""


class Setting(Enum):
    """Where something stands."""

    QUOTED = auto()
    """In what somebody else wrote before: a quotation, the history of the conversation."""
    CODE = auto()
    """In a program, a command, data."""
    TALK = auto()
    """In a sentence about templates or programs, or in quotation marks."""
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
_GREETS = re.compile(
    rf"(?i)(?:^|\W)(?:{SALUTATION}{_THANKS})(?:[ ,\xa0]++(?:{TITLE})\.?)*+[ ,\xa0\"'“*_]*+\Z"
)
_ADDRESS_BEFORE = re.compile(r"(?i)(?:https?://|www\.|mailto:|tel:|sms:)[^\s<>\"']*+\Z")
_QUOTE_MARK = re.compile(r"\s*+(?:[A-Za-z]{0,4}>|\|\s)")
_HISTORY = re.compile(
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
_CODE_LINE = re.compile(
    r"""(?x)
      ^(?:[ ]{0,8}|\t+)(?:
          [$\#%]\s?\w | >>>\s | \+{1,3}(?!\d) | ---\s | @@\s | //\s? | /\*+ | \*\s?@ | <[!/?%]?\w+[\s>]
        | (?:def|class|function|func|fn|public|private|protected|static|void|const)\s\w+\s*[\w({:=]
        | (?:var|let|const|my|our|local)\s[\w$@%]+\s*=
        | (?:import|from|require|use|\#\s?include|\#\s?define|package|using)\s[\w.:<"'/{]+[;>"']?\s*$
        | (?:if|for|foreach|while|switch|elif|catch|print|printf|echo|puts|return)\s?[("'$\[]
        | (?:sudo|curl|wget|export|echo|cd|cp|mv|rm|ls|chmod|git|docker|kubectl|pip|npm|apt|make|ssh)\s[-\w./$"'~]
        | (?:SELECT|INSERT\sINTO|UPDATE|DELETE\sFROM|CREATE|ALTER)\s
        | ["'][\w.\- ]+["']\s*: | [\w.\-]+:\s?(?:$|["'{\[|>&]) | -\s[\w\-]+:\s
        | [\w.\-]+\s?=\s?\S | \[[\w.\- ]+\]\s*$ | \\\w+
      )
    | [;{}\\]\s*$ | [)\]}],\s*$ | \w\(\s*["'$]?$ | ^["'`]\s*[,;)\]}] | [:=(,\[{]\s*["'`]$
    | [=!<>]=|=>|<-|->|::|&&|\|\||\+\+|\(\)|\);|</\w+>|/>|\\(?:[a-z]+[{\[]|[dwsbn]\b)|\$\w+\s?=|\$\(|\w+\([^)]*,[^)]*\)
    | \w\s?[+*/|&.:?-]?=\s?["'`$@{\[(]
    | \|\s?(?:grep|sed|awk|xargs|sort|wc|head|tail|less|sh|bash)\b
    """
)
_TALK = re.compile(
    r"(?i)\b(?:templat\w+|placeholders?|merge[- ]?(?:fields?|tags?)|merge ?codes?|variables?|syntax|jinja2?"
    r"|handlebars|mustache|liquid|twig|django|mailchimp|marketo|braces?|brackets?|curly|macros?|escap\w+"
    r"|interpolat\w+|substitut\w+|pars(?:e[rsd]?|ing)|regex\w*|regular expressions?|shell|bash|perl|php"
    r"|python|javascript|java|ruby|snippets?|render(?:s|ed|ing)?|compil\w+|wildcards?|syntactic\w*"
    r"|environment|env|filters?|tags?|scripts?|strings?|functions?|markup|xml|html|json|yaml|latex"
    r"|exceptions?|errors?|bugs?|null pointer|sql|database|pointer|api|excel|spreadsheet|formula|cells?)\b"
)
_PAIRS = {'"': '"', "'": "'", "“": "”", "‘": "’", "`": "`", "„": "“", "«": "»"}
_WORD = re.compile(r"[^\W\d_]{2,}+")


class Surroundings:
    """The settings in one place; what the whole text tells is worked out once."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def line(self, start: int, end: int) -> tuple[str, str]:
        """What stands on the same line before and after a span, at most `WINDOW` code points."""
        text = self._place.plain
        before = text[max(0, start - WINDOW) : start].rpartition("\n")[2]
        return before, text[end : end + WINDOW].partition("\n")[0]

    def setting(self, start: int, end: int) -> Setting:
        """In what kind of line a span of the plain text stands."""
        if _within(self._place.quotes, start) or start >= self._history:
            return Setting.QUOTED
        before, after = self.line(start, end)
        if _QUOTE_MARK.match(self._line_start(start)):
            return Setting.QUOTED
        if _within(self._place.code, start) or self._is_fenced(start):
            return Setting.CODE
        if before[-1:] == "`" or after[:1] == "`":
            return Setting.CODE
        if greets(before):
            return Setting.GREETING
        if address := _ADDRESS_BEFORE.search(before):
            rest = before[: address.start()]
            return (
                Setting.CODE if _CODE_LINE.search(rest) else self._talk(rest, "", Setting.ADDRESS)
            )
        if _CODE_LINE.search(before) or _CODE_LINE.search(after):
            return Setting.CODE
        if before and after and _PAIRS.get(before[-1]) == after[0]:
            return Setting.TALK
        words = len(_WORD.findall(before)) + len(_WORD.findall(after))
        return self._talk(before, after, Setting.PROSE if words > 1 else Setting.ALONE)

    def _talk(self, before: str, after: str, otherwise: Setting) -> Setting:
        return Setting.TALK if _TALK.search(before) or _TALK.search(after) else otherwise

    def _line_start(self, start: int) -> str:
        """The first characters of the line, which show whether it is quoted."""
        text = self._place.plain
        begin = text.rfind("\n", max(0, start - WINDOW * 8), start) + 1
        return text[begin : begin + 12] if begin or start <= WINDOW * 8 else ""

    @cached_property
    def _history(self) -> int:
        """Where the conversation's history begins that no mark sets apart."""
        text = self._place.plain
        hinted = any(hint in text for hint in _HISTORY_HINTS)
        match = _HISTORY.search(text) if hinted else None
        return len(text) if match is None else match.start()

    @cached_property
    def _fences(self) -> list[int]:
        return [match.start() for match in re.finditer("(?m)^ {0,3}```", self._place.plain)]

    def _is_fenced(self, start: int) -> bool:
        return bisect_right(self._fences, start) % 2 == 1


def greets(before: str) -> bool:
    """Whether a line that begins so goes on with the name of the one who is greeted.

    >>> greets("Dear Mr. "), greets("The name is ")
    (True, False)
    """
    return _GREETS.search(before[-60:]) is not None


def _within(spans: tuple[tuple[int, int], ...], at: int) -> bool:
    index = bisect_right(spans, at, key=itemgetter(0)) - 1
    return index >= 0 and at < spans[index][1]
