"""The marks that template languages put around a merge field.

One expression for each opening mark, tried only where the text has that mark. What may stand
inside is bounded in length and cannot contain the opening mark again, so a text that opens fields
and closes none is read a bounded number of times.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import IntEnum
from sys import maxsize
from typing import Final

from attrs import evolve, frozen

from sendguard.canonical import is_latin_1, late
from sendguard.checks.placeholder._field_names import Likeness, likeness


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
_LOOKS_WIDE = late("[｛｝［］％＜＞＄＊｜＃]")

_IDENTIFIER = late(r"[^\W\d][\w\-]*+(?:[.:][^\W\d][\w\-]*+)*+")
_PATH = late(r"\w[._]\w|[a-z][A-Z]")
_KEYWORD = late(
    r"(?i)(?:end)?(?:if|unless|each|for(?:each)?|with|range|case|block(?:trans\w*)?|raw|trans\w*|comment)\b"
    r"|(?:else|elif|elsif|elseif|set|assign|include|extends|load|url|when|import|macro|render|snippet"
    r"|capture|connected_content|content_blocks|csrf_token|now|cycle|spaceless|autoescape|section"
    r"|var|unsubscribe|get|call|switch|default|static|do|tag|layout|currency_\w+|account_\w+)\b"
)


def fields(text: str) -> Iterator[Field]:
    """All that look like merge fields in a text, by kind of mark, then in order.

    >>> [text[f.start : f.end] for text in ["Dear *|FNAME|*, 5 % {"] for f in fields(text)]
    ['*|FNAME|*']
    """
    if not is_latin_1(text) and _LOOKS_WIDE.search(text):
        text = text.translate(_FULL_WIDTH)  # one code point for one, so places stay
    for sign, end, pattern, read in _FORMS:
        if sign in text:
            for match in pattern.finditer(text, 0, end):
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
    expression = re.split(r"\s*(?:\||:default|:\"|,|\?|=|\bOR\b)", expression, maxsplit=1)[0]
    helper = _KEYWORD.match(expression)
    return expression[helper.end() :].strip(" ()$") if helper else expression


_BRACES = late(
    r"\{(?:"
    r"\{{1,2}+(?P<double>(?:[^{}$]{1,200}+|\$(?!\{)|\$\{[^{}]{1,100}+\}){1,8}+)\}\}\}?+"
    r"|%[-+~]?+(?P<tag>(?:[^{}%]|%(?!\})){1,200}+)%\}"
    r"|(?P<single>[^{}\n]{1,120}+)\}"
    r"|(?P<choice>\s*+\w{1,40}+\s*+,\s*+(?:plural|select|selectordinal)\s*+,)"
    r"[^{}\n]{0,40}+(?:\{[^{}]{0,80}+\}[^{}\n]{0,40}+){0,6}+\}?+"
    r")"
)
_EXPRESSION = late(r"\s*+(?:\$\{|[~\-#/^&>!$@=*?+]{0,3}+\s*+[\"'.]?)(?:[^\W\d]|\d++\s*+\Z)")
# A program's block or object, not an expression of a template.
_NO_EXPRESSION = late(r"[\\;]|\n.*\n.*\n|\breturn\b|^\s*['\"]?[\w\-]+['\"]?\s*:\s")
_BLADE = late(r"!!\s?(?P<name>.*?)\s?!!")
_MERGEFIELD = late(r"\s*+(?:MERGEFIELD|DOCVARIABLE|DOCPROPERTY)\s++\S")
_SALESFORCE = late(r"!\s*+\$?[^\W\d][\w.:\- ]{2,80}+;?\s*+")
_CONVERSION = late(r".*![rsa](?::.*)?")
_SMARTY = late(
    r"(?:/(?:if|foreach|section)|(?:if|foreach|section|assign|include)\s[^{}]*[$=].*)\s*"
)
_SMARTY_NAME = late(r"\$[^\W\d][\w.\->\[\]]{0,60}+(?:\s*+\|[^{}]*+)?+")
_PLAIN_NAME = late(r"\s*+[^\W\d][\w.\-'’: ]{0,60}+(?:[|!][^{}]{0,40}+)?+")
_COMMAND = late(r"\\[A-Za-z]++\*?(?:\[[^\]\[]{0,20}\])?\Z")
_ASSIGNED = late(r"\w{1,30}+=(?P<name>[^\W\d]\w{0,60}+)")
_NUMBER = late(r"\d{1,2}+(?::[^{}]{1,20}+)?+")


def _braces(match: re.Match[str]) -> Field | None:
    before = match.string[max(0, match.start() - 2) : match.start()]
    if (inner := match["double"]) is not None:
        if before[-1:] == "$" or not _EXPRESSION.match(inner) or _NO_EXPRESSION.search(inner):
            return None
        return _double(match, inner)
    if (inner := match["tag"]) is not None:
        if not _KEYWORD.match(inner.strip(" \t\n-+~")) and not likeness(_bare(inner)):
            return None
        return _field(Mark.TEMPLATE, match, _bare(inner))
    if match["choice"] is not None:
        return _field(Mark.TEMPLATE, match, match["choice"].partition(",")[0])
    inner = match["single"]
    if "!" in inner and _CONVERSION.fullmatch(inner):
        return None  # Python's own formatting: {name!r}
    if blade := _BLADE.fullmatch(inner):
        return _field(Mark.TEMPLATE, match, blade["name"].replace("->", "."))
    if before[-1:] in {"$", "#", "%", "@"} or before == "$!":
        if before[-1:] == "@" and before[0].isalnum():
            return None  # branch@{date}, as git writes
        if not _IDENTIFIER.match(inner.strip(" !$")):
            return None
        return _field(Mark.SHELL, match, _bare(re.split(r"[:!?]", inner.strip(" !"))[0]), before=1)
    if _MERGEFIELD.match(inner) or _SALESFORCE.fullmatch(inner):
        return _field(Mark.TEMPLATE, match, inner.strip("! ;").replace("MERGEFIELD", ""))
    if _SMARTY.fullmatch(inner):
        return _field(Mark.TEMPLATE, match, "")
    if _SMARTY_NAME.fullmatch(inner):
        return _field(Mark.SHELL, match, inner.strip("/$ ").partition("|")[0].replace("->", "."))
    if before[-1:] in {"\\", "^", "=", ")", "}"} or _COMMAND.search(
        match.string, max(0, match.start() - 30), match.start()
    ):
        return None  # LaTeX, a regular expression's {n}, a function's body
    if before[-1:].isalnum() and not likeness(inner):
        return None
    if (assigned := _ASSIGNED.fullmatch(inner)) and likeness(assigned["name"]) is Likeness.NAME:
        return _field(Mark.LOOSE, match, assigned["name"])
    if _NUMBER.fullmatch(inner):
        return _field(Mark.SLOT, match, inner)
    if _PLAIN_NAME.fullmatch(inner):
        return _field(Mark.LOOSE, match, re.split(r"[:!|]", inner)[0])
    return None


def _double(match: re.Match[str], inner: str) -> Field:
    field = _field(Mark.TEMPLATE, match, _bare(inner))
    known = max(likeness(word) for word in (_bare(inner), *_IDENTIFIER.findall(inner)))
    has_sign = not inner.strip()[:1].isalpha() or "|" in inner or _KEYWORD.match(inner.strip())
    if known or field.is_path or has_sign or " " not in inner.strip():
        return evolve(field, likeness=known)
    return evolve(field, mark=Mark.SHELL)  # {{two words}}: wikis write so


_BRACKETS = late(
    r"\[(?:\[(?P<double>[^\[\]\n]{1,80}+)\]\]|(?P<single>[^\[\]\n]{1,80}+)\](?!\(|:\s|\]|\[))"
)
_FALLBACK = late(r"[^\W\d][\w ]{0,40}+,\s*+fallback\s*+=.*")


def _brackets(match: re.Match[str]) -> Field | None:
    inner = match["double"] or match["single"]
    if _FALLBACK.fullmatch(inner):
        return _field(Mark.TEMPLATE, match, _bare(inner))
    before = match.string[match.start() - 1] if match.start() else ""
    if before == "$" and match.string.startswith("$", match.end()):
        return _field(Mark.TEMPLATE, match, _bare(inner), before=1)
    if before.isalnum() or before in {"_", "$", "]", ")", "~"}:
        return None  # an index, or the address of a link
    if "," in inner and inner[:1].islower():
        return None  # a list in a program
    if match["double"] or "|" in inner:
        inner = _bare(inner)
    name = inner.strip(" \t_*-.…:")
    wanted = Likeness.NAME if match["double"] and " " in name else Likeness.WORD  # wikis link so
    return _field(Mark.LOOSE, match, name) if likeness(name) >= wanted else None


_PERCENT = late(
    r"%(?:"
    r"%(?P<double>[\[=!_a-zA-Z][^%\n]{0,300}+)%%"
    r"|\((?P<python>[^\W\d][\w. ]{0,60}+)\)[-#0+ ]?\d{0,3}+(?:\.\d{1,2}+)?[sdifrgx]"
    r"|(?P<single>[^\W\d][\w.\-: ]{0,60}+)%(?![\w(])"
    r"|(?P<slot>s(?!\w))"
    r")"
)
# Variables of Windows and of shells: named in instructions, hardly ever in a letter's template.
_ENVIRONMENT = late(
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


_STARS = late(r"\*\|([A-Za-z][^|*\n]{0,100}+)(?:\|[^|*\n]{0,60}+)?\|\*")
_SERVER = late(r"<%(?!%)[=\-@#!:]?+((?:[^%<]|%(?!>)|<(?!%)){1,300}+)%>")
_PHP = late(r"<\?(?:php\b|=)([^?]{1,200}+)\?>")
_CHEVRONS = late(r"<<([^<>\n]{1,60}+)>>")
_GUILLEMETS = late(r"«([^«»\n]{1,60}+)»")
_ANGLES = late(r"<([^\W\d][\w \-'’]{0,60}+)>")
_HASHES = late(r"#(#?+)([^\W\d][\w.:\- ]{0,40}+)#(#?+)")
_AT_SIGNS = late(r"@(?:@([^\W\d][\w.]{0,40}+)@@|(?:Model|ViewBag|ViewData)\.([\w.]{1,60}+))")
_TILDES = late(r"~([^\W\d][\w.]{0,60}+)~(?!~)")
_DOLLARS = late(r"\$!?+([^\W\d][\w.]{1,60}+)(\$?+)")
_UNDERLINES = late(r"__([A-Z][A-Z0-9]*+(?:_[A-Z0-9]++)*+)__")
_COLONS = late(r" :([^\W\d]\w{2,40}+)(?![\w:])")
_DASHES = late(r" -([^\W\d]\w{2,40}+)-(?!\w)")


def _stars(match: re.Match[str]) -> Field:
    return _field(Mark.TEMPLATE, match, match[1].partition(":")[2] or match[1])


def _server(match: re.Match[str]) -> Field | None:
    name = match[1].strip(" \t\n-=")
    if not name or not (name[0].isalpha() or name[0] in "@_$}(\"'/"):
        return None
    known = max(likeness(word) for word in _IDENTIFIER.findall(name) or [""])
    field = _field(Mark.SHELL, match, name)
    return evolve(
        field, likeness=known, mark=Mark.TEMPLATE if known or field.is_path else Mark.SHELL
    )


def _php(match: re.Match[str]) -> Field | None:
    known = max(likeness(word) for word in _IDENTIFIER.findall(match[1]) or [""])
    if known is Likeness.NAME or (known and '"' not in match[1]):
        return evolve(_field(Mark.SHELL, match, ""), likeness=known)
    return None


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


_OPENING: Final = 4_000
"""Code points from the beginning in which the one greeting of a letter stands."""

# The character that must be there (looking for one is cheapest), how far to look, and the form.
_FORMS: Final[
    tuple[tuple[str, int, re.Pattern[str], Callable[[re.Match[str]], Field | None]], ...]
] = (
    ("{", maxsize, _BRACES, _braces),
    ("[", maxsize, _BRACKETS, _brackets),
    ("%", maxsize, _PERCENT, _percent),
    ("|", maxsize, _STARS, _stars),
    ("%", maxsize, _SERVER, _server),
    ("?", maxsize, _PHP, _php),
    ("<", maxsize, _CHEVRONS, _if_known(Mark.LOOSE)),
    ("«", maxsize, _GUILLEMETS, _guillemets),
    ("<", maxsize, _ANGLES, _if_known(Mark.SLOT)),
    ("#", maxsize, _HASHES, _hashes),
    ("@", maxsize, _AT_SIGNS, _at_signs),
    ("~", maxsize, _TILDES, _if_known(Mark.LOOSE)),
    ("$", maxsize, _DOLLARS, _dollars),
    ("_", maxsize, _UNDERLINES, _if_known(Mark.LOOSE)),
    (":", _OPENING, _COLONS, _if_known(Mark.SLOT)),
    ("-", _OPENING, _DASHES, _if_known(Mark.SLOT)),
)
