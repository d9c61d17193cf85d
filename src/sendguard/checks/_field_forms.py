"""The marks that template languages put around a merge field.

One expression for each opening mark, tried only where the text has that mark. What may stand
inside is bounded in length and cannot contain the opening mark again, so a text that opens fields
and closes none is read a bounded number of times.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import IntEnum
from typing import Final

from attrs import frozen

from sendguard.checks._field_names import Likeness, likeness


class Mark(IntEnum):
    """What else a mark is used for, from little to much."""

    SLOT = 0
    """Ordinary punctuation: a field only in the place of a name (``Hi -name-,``)."""
    LOOSE = 1
    """Brackets that people write with, too: ``[name]``, ``{name}``, ``%name%``."""
    SHELL = 2
    """Programs in common languages have it, too: ``${name}``, ``#{name}``, ``%(name)s``."""
    TEMPLATE = 3
    """Template languages, and what is written about them: ``{{name}}``, ``*|NAME|*``."""


@frozen
class Field:
    """What looks like a merge field.

    Attributes:
        mark: what kind of mark stands around it.
        start, end: where it stands, in code points, marks included.
        likeness: how much its name looks like one.
        is_path: whether its name is of a kind that prose has not: ``a.b``, ``a_b``, ``aB``.
    """

    mark: Mark
    start: int
    end: int
    likeness: Likeness
    is_path: bool


_FULL_WIDTH: Final = {0xFF01 + n: 0x21 + n for n in range(94)}
_LOOKS_WIDE = re.compile("[｛｝［］％＜＞＄＊｜＃]")

_IDENTIFIER = re.compile(r"[^\W\d][\w\-]*+(?:[.:][^\W\d][\w\-]*+)*+")
_PATH = re.compile(r"\w[._]\w|[a-z][A-Z]")
_KEYWORD = re.compile(
    r"(?i)(?:end)?(?:if|unless|each|for(?:each)?|with|range|case|block|raw|trans|comment)\b"
    r"|(?:else|elif|elsif|elseif|set|assign|include|extends|load|url|when|import|macro|render|snippet"
    r"|capture|connected_content|content_blocks|csrf_token|now|cycle|spaceless|autoescape|section"
    r"|var|unsubscribe|get|call|switch|default|static|do|tag|layout|currency_\w+|account_\w+)\b"
)


def fields(text: str) -> Iterator[Field]:
    """All that look like merge fields in a text, by kind of mark, then in order.

    >>> [text[f.start : f.end] for text in ["Dear *|FNAME|*, 5 % {"] for f in fields(text)]
    ['*|FNAME|*']
    """
    if not text.isascii() and _LOOKS_WIDE.search(text):
        text = text.translate(_FULL_WIDTH)  # one code point for one, so places stay
    for mark, pattern, read in _FORMS:
        if mark in text:
            for match in pattern.finditer(text):
                field = read(match)
                if field is not None:
                    yield field


def _field(mark: Mark, match: re.Match[str], name: str, *, before: int = 0) -> Field:
    name = name.strip()
    return Field(
        mark,
        match.start() - before,
        match.end(),
        likeness(name),
        _PATH.search(name) is not None,
    )


def _bare(expression: str) -> str:
    """The name in an expression: without helper, filters, fallbacks and sigils."""
    expression = expression.strip(" \t\n\r~-#/^&!=$@?+*{}\"'")
    expression = re.split(r"\s*(?:\||:default|,\s*fallback|\?|=)", expression, maxsplit=1)[0]
    helper = _KEYWORD.match(expression)
    return expression[helper.end() :].strip(" ()$") if helper else expression


_BRACES = re.compile(
    r"\{(?:"
    r"\{{1,2}+(?P<double>\s*+(?:\$\{[^{}]{1,100}+\}|[^{}]{1,200}+))\}\}\}?+"
    r"|%[-+~]?+(?P<tag>(?:[^{}%]|%(?!\})){1,200}+)%\}"
    r"|(?P<single>[^{}\n]{1,120}+)\}"
    r"|(?P<choice>\s*+\w{1,40}+\s*+,\s*+(?:plural|select|selectordinal)\s*+,)"
    r")"
)
_EXPRESSION = re.compile(r"\s*+[~\-#/^&>!$@=*?+]{0,3}+\s*+[$\"']?(?:[^\W\d]|\d++\s*+\Z)")
_NO_EXPRESSION = re.compile(
    r"[\\;]|\n.*\n.*\n|[,:]\s*\d|\breturn\b|:\s*['\"\[]|^\s*['\"].*['\"]\s*:"
)
_MERGEFIELD = re.compile(r"\s*+(?:MERGEFIELD|DOCVARIABLE|DOCPROPERTY)\s++\S")
_SALESFORCE = re.compile(r"!\s*+\$?[^\W\d][\w.:\- ]{0,80}+;?\s*+")
_SMARTY = re.compile(
    r"(?:/(?:if|foreach|section)|(?:if|foreach|section|assign|include)\s[^{}]*[$=].*)\s*"
)
_SMARTY_NAME = re.compile(r"\$[^\W\d][\w.\->\[\]]{0,60}+(?:\s*+\|[^{}]*+)?+")
_PLAIN_NAME = re.compile(r"\s*+[^\W\d][\w.\-'’: ]{0,60}+(?:[|!][^{}]{0,40}+)?+")
_NUMBER = re.compile(r"\d{1,2}+(?::[^{}]{1,20}+)?+")


def _braces(match: re.Match[str]) -> Field | None:
    before = match.string[max(0, match.start() - 2) : match.start()]
    if (inner := match["double"]) is not None:
        if not _EXPRESSION.match(inner) or _NO_EXPRESSION.search(inner):
            return None
        name = _bare(inner)
        is_worded = " " in name and inner.strip()[:1].isalpha() and "|" not in inner
        unusual = before[-1:] in {"$", "\\"} or (
            is_worded and not likeness(name) and not _KEYWORD.match(inner.strip())
        )
        return _field(Mark.SHELL if unusual else Mark.TEMPLATE, match, name)
    if (inner := match["tag"]) is not None:
        if not _KEYWORD.match(inner.strip(" \t\n-+~")):
            return None
        return _field(Mark.TEMPLATE, match, _bare(inner))
    if match["choice"] is not None:
        return _field(Mark.TEMPLATE, match, match["choice"].partition(",")[0])
    inner = match["single"]
    if before[-1:] in {"$", "#", "%", "@"} or before in {"$!", "@{"}:
        if not _IDENTIFIER.match(inner.strip(" !$")):
            return None
        return _field(Mark.SHELL, match, _bare(re.split(r"[:!?]", inner.strip(" !"))[0]), before=1)
    if _MERGEFIELD.match(inner) or _SALESFORCE.fullmatch(inner):
        return _field(Mark.TEMPLATE, match, inner.strip("! ;").replace("MERGEFIELD", ""))
    if _SMARTY_NAME.fullmatch(inner) or _SMARTY.fullmatch(inner):
        return _field(Mark.SHELL, match, re.split(r"->|\|", inner.strip("/$ "))[-1])
    if before[-1:].isalnum() or before[-1:] in {"\\", "^", "=", ")", "}"}:
        if not before[-1:].isalnum() or not likeness(inner):
            return None  # LaTeX, a regular expression's {n}, a function's body
    if _NUMBER.fullmatch(inner):
        return _field(Mark.SLOT, match, inner)
    if _PLAIN_NAME.fullmatch(inner):
        return _field(Mark.LOOSE, match, re.split(r"[:!|]", inner)[0])
    return None


_BRACKETS = re.compile(
    r"\[(?:\[(?P<double>[^\[\]\n]{1,80}+)\]\]|(?P<single>[^\[\]\n]{1,80}+)\](?!\(|:\s|\]|\[))"
)
_FALLBACK = re.compile(r"[^\W\d][\w ]{0,40}+,\s*+fallback\s*+=.*")


def _brackets(match: re.Match[str]) -> Field | None:
    inner = match["double"] or match["single"]
    if _FALLBACK.fullmatch(inner):
        return _field(Mark.TEMPLATE, match, _bare(inner))
    if match.start() and (
        match.string[match.start() - 1].isalnum() or match.string[match.start() - 1] in "_$])"
    ):
        return None  # an index, or the text of a link that stands in two pairs
    name = inner.strip(" \t_*-.…:")
    return _field(Mark.LOOSE, match, name) if likeness(name) else None


_PERCENT = re.compile(
    r"%(?:"
    r"%(?P<double>[\[=!_a-zA-Z][^%\n]{0,300}+)%%"
    r"|\((?P<python>[^\W\d][\w. ]{0,60}+)\)[-#0+ ]?\d{0,3}+(?:\.\d{1,2}+)?[sdifrgx]"
    r"|(?P<single>[^\W\d][\w.\-: ]{0,60}+)%(?![\w(])"
    r"|(?P<slot>s(?!\w))"
    r")"
)
# Variables of Windows and of shells: named in instructions, hardly ever in a letter's template.
_ENVIRONMENT = re.compile(
    r"(?i)(?:local|roaming)?appdata|userprofile|user(?:name|domain)?|home(?:drive|path)?|path|te?mp"
    r"|program(?:files|data)(?:\(x86\))?|system(?:root|drive)|windir|comspec|computername|cd|date|time"
    r"|allusersprofile|public|random|errorlevel|pwd|shell|lang|term|editor|hostname|display|os|mail"
    r"|[A-Z]+_(?:HOME|PATH|DIR|ROOT)"
)


def _percent(match: re.Match[str]) -> Field | None:
    if (inner := match["double"]) is not None:
        if inner[0] == "[" and not inner.rstrip().endswith("]"):
            return None
        return _field(Mark.TEMPLATE, match, inner.strip(" []=!"))
    if (inner := match["python"]) is not None:
        return _field(Mark.SHELL, match, inner)
    before = match.string[match.start() - 1] if match.start() else ""
    if before.isalnum() or before in {"%", ")"}:
        return None
    if match["slot"] is not None:
        return _field(Mark.SLOT, match, "name") if before in {"", " "} else None
    inner = match["single"].removeprefix("recipient.").removeprefix("recipient_")
    if _ENVIRONMENT.fullmatch(inner) or not likeness(inner):
        return None
    return _field(Mark.LOOSE, match, inner)


_STARS = re.compile(r"\*\|([A-Za-z][^|*\n]{0,100}+)(?:\|[^|*\n]{0,60}+)?\|\*")
_SERVER = re.compile(r"<%(?!%)[=\-@#!:]?+((?:[^%<]|%(?!>)|<(?!%)){1,300}+)%>")
_CHEVRONS = re.compile(r"<<([^<>\n]{1,60}+)>>")
_GUILLEMETS = re.compile(r"«([^«»\n]{1,60}+)»")
_ANGLES = re.compile(r"<([^\W\d][\w \-'’]{0,60}+)>")
_HASHES = re.compile(r"#(#?+)([^\W\d][\w.\- ]{0,40}+)#(#?+)")
_AT_SIGNS = re.compile(r"@(?:@([^\W\d][\w.]{0,40}+)@@|(?:Model|ViewBag|ViewData)\.([\w.]{1,60}+))")
_TILDES = re.compile(r"~([^\W\d][\w.]{0,60}+)~(?!~)")
_DOLLARS = re.compile(r"\$!?+([^\W\d][\w.]{1,60}+)(\$?+)")
_UNDERLINES = re.compile(r"__([A-Z][A-Z0-9]*+(?:_[A-Z0-9]++)*+)__")
_COLONS = re.compile(r" :([^\W\d]\w{2,40}+)(?![\w:])")
_DASHES = re.compile(r" -([^\W\d]\w{2,40}+)-(?!\w)")


def _stars(match: re.Match[str]) -> Field:
    return _field(Mark.TEMPLATE, match, match[1].partition(":")[2] or match[1])


def _server(match: re.Match[str]) -> Field | None:
    name = match[1].strip(" \t\n-=")
    if not name or not (name[0].isalpha() or name[0] in "@_$}(\"'/"):
        return None
    known = max(likeness(word) for word in _IDENTIFIER.findall(name) or [""])
    field = _field(Mark.TEMPLATE if known or "." in name else Mark.SHELL, match, name)
    return Field(field.mark, field.start, field.end, known, field.is_path)


def _if_known(mark: Mark) -> Callable[[re.Match[str]], Field | None]:
    def read(match: re.Match[str]) -> Field | None:
        return _field(mark, match, match[1]) if likeness(match[1].strip()) else None

    return read


def _guillemets(match: re.Match[str]) -> Field | None:
    # French sets quotations apart by spaces inside the marks, mail merge does not.
    return None if match[1][0].isspace() else _if_known(Mark.LOOSE)(match)


def _hashes(match: re.Match[str]) -> Field | None:
    if len(match[1]) != len(match[3]) or not likeness(match[2]):
        return None
    return _field(Mark.LOOSE if match[1] else Mark.SLOT, match, match[2])


def _at_signs(match: re.Match[str]) -> Field | None:
    if match[2]:
        return _field(Mark.TEMPLATE, match, match[2])
    return _if_known(Mark.LOOSE)(match)


def _dollars(match: re.Match[str]) -> Field | None:
    if not likeness(match[1]) or _ENVIRONMENT.fullmatch(match[1]):
        return None
    return _field(Mark.LOOSE if match[2] and _PATH.search(match[1]) else Mark.SLOT, match, match[1])


_FORMS: Final[tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str]], Field | None]], ...]] = (
    ("{", _BRACES, _braces),
    ("[", _BRACKETS, _brackets),
    ("%", _PERCENT, _percent),
    ("*|", _STARS, _stars),
    ("<%", _SERVER, _server),
    ("<<", _CHEVRONS, _if_known(Mark.LOOSE)),
    ("«", _GUILLEMETS, _guillemets),
    ("<", _ANGLES, _if_known(Mark.SLOT)),
    ("#", _HASHES, _hashes),
    ("@", _AT_SIGNS, _at_signs),
    ("~", _TILDES, _if_known(Mark.LOOSE)),
    ("$", _DOLLARS, _dollars),
    ("__", _UNDERLINES, _if_known(Mark.LOOSE)),
    (" :", _COLONS, _if_known(Mark.SLOT)),
    (" -", _DASHES, _if_known(Mark.SLOT)),
)
