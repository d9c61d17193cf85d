"""Values with parameters, such as ``text/plain; charset=utf-8`` (RFC 2045 §5.1, RFC 2231)."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from attrs import Factory, define

from sendguard.mime._charsets import codec_of, decode, decode_guessed
from sendguard.mime._headers import shown
from sendguard.mime._words import decode_words

# An unterminated quote takes the rest of the value, as it does in mail clients.
_SEGMENT = re.compile(r'(?:[^";]++|"(?:[^"\\]++|\\.)*+(?:"|\\?\Z))++', re.DOTALL)
_QUOTED = re.compile(r'"((?:[^"\\]++|\\.)*+)("|\\?\Z)', re.DOTALL)
COMMENTS = re.compile(r"\([^()]*+\)")
_NAME = re.compile(r"\s*+([^\s=*]++)(?:\*(\d{1,4}))?(\*)?\s*+=\s*+")
_ESCAPE = re.compile(r'\\(["\\])')
_BREAK = re.compile(r"[\s(,]")

COMMENT = "A comment stands in a header about the content, which some readers do not skip."
ODD_QUOTES = "A parameter of a header about the content has odd quotes."
UNQUOTED = "A parameter with white space lacks its quotes, so readers cut it differently."
TWICE = "A parameter of a header about the content is given twice."
NO_SEMICOLON = "A header about the content lacks the semicolon before its parameters."


@define
class Parameters:
    """The value before the first semicolon, and the parameters, in their order.

    Attributes:
        value: without comments, as written.
        problems: what two readers may see differently.
    """

    value: str = ""
    problems: list[str] = Factory(list)
    _plain: dict[str, list[str]] = Factory(dict)
    _extended: dict[str, list[str]] = Factory(dict)
    _pieces: dict[str, dict[int, tuple[bool, str]]] = Factory(dict)

    def raw(self, name: str) -> list[str]:
        """All readings of a parameter as lossless text, what most readers take first."""
        return [*self._joined(name), *self._plain.get(name, ())]

    def texts(self, name: str) -> list[str]:
        """All readings of a parameter as people see them, what most readers take first."""
        found = [_extended_text(value) for value in self._extended.get(name, ())]
        pieces = self._pieces.get(name)
        if pieces and pieces.get(0, (False, ""))[0]:
            found.append(_pieces_text(_in_order(pieces)))
        else:
            found += [decode_words(shown(value)) for value in self._joined(name)]
        return found + [decode_words(shown(value)) for value in self._plain.get(name, ())]

    def add(self, text: str) -> None:
        """Take in one ``name=value``."""
        match = _NAME.match(text)
        if match is None:
            return
        name, number, star = match[1].lower(), match[2], bool(match[3])
        readings = self._readings(text[match.end() :].strip(), cut=name not in ("name", "filename"))
        if number is not None:
            pieces = self._pieces.setdefault(name, {})
            if int(number) in pieces:
                self.note(TWICE)
            pieces.setdefault(int(number), (star, readings[0]))
            return
        values = (self._extended if star else self._plain).setdefault(name, [])
        if values:
            self.note(TWICE)
        values += readings

    def note(self, problem: str) -> None:
        """Remember a problem, once."""
        if problem not in self.problems:
            self.problems.append(problem)

    def _readings(self, text: str, *, cut: bool) -> list[str]:
        quoted = _QUOTED.match(text)
        if quoted is None:
            if '"' in text:
                self.note(ODD_QUOTES)
            if COMMENTS.search(text):
                self.note(COMMENT)
            found = _BREAK.search(text)
            if found is None or found.start() == 0:
                return [text]
            if text[found.start()] not in "(,":
                self.note(UNQUOTED)
            short = text[: found.start()]
            return [short, text] if cut else [text, short]
        value = _ESCAPE.sub(r"\1", quoted[1])
        rest = text[quoted.end() :]
        if not quoted[2].startswith('"'):
            self.note(ODD_QUOTES)
            return [value, value.partition(";")[0]]
        if COMMENTS.search(rest):
            self.note(COMMENT)
        if COMMENTS.sub("", rest).strip():
            self.note(ODD_QUOTES)
            return [value, value + rest]
        # Some readers take a backslash for itself.
        return [value] if value == quoted[1] or not cut else [value, quoted[1]]

    def _joined(self, name: str) -> list[str]:
        pieces = self._pieces.get(name)
        return ["".join(text for _, text in _in_order(pieces))] if pieces else []


def read_parameters(value: str) -> Parameters:
    """Read a header value; whatever it is, something comes of it."""
    found = Parameters()
    for index, match in enumerate(_SEGMENT.finditer(value)):
        segment = match.group()
        if index or value.startswith(";"):
            found.add(segment)
            continue
        if COMMENTS.search(segment):
            found.note(COMMENT)
            segment = COMMENTS.sub(" ", segment)
        head, _, rest = segment.strip().partition(" ")
        found.value = head.strip()
        if "=" in rest:  # text/html charset=utf-8
            found.note(NO_SEMICOLON)
            found.add(rest)
        elif "=" in head and "/" not in head:  # only parameters
            found.value = ""
            found.add(segment)
        else:
            found.value = segment.strip()
    return found


def _in_order(pieces: dict[int, tuple[bool, str]]) -> list[tuple[bool, str]]:
    return [pieces[number] for number in sorted(pieces)]


def _extended_text(value: str) -> str:
    return _pieces_text([(True, value)])


def _pieces_text(pieces: list[tuple[bool, str]]) -> str:
    label, _, rest = pieces[0][1].partition("'")
    if "'" in rest:
        pieces = [(True, rest.partition("'")[2]), *pieces[1:]]
        codec = codec_of(label)
    else:
        codec = None
    content = b"".join(
        unquote_to_bytes(raw) if star else raw
        for star, raw in ((star, text.encode("utf-8", "surrogateescape")) for star, text in pieces)
    )
    return decode(content, codec) if codec else decode_guessed(content)
