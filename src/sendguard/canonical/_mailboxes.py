"""Mailboxes as they are written in headers and by callers: RFC 5322 §3.4, read in two ways.

`read_mailbox` is for what a program hands over: one mailbox, read strictly, and what is not surely
one mailbox is kept whole so that `address_problem` names it. `read_mailboxes` is for header values
that have arrived: it reads what a mail client would show. Both are linear and never raise.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from attrs import frozen

from sendguard.canonical._masking import mask_address

if TYPE_CHECKING:
    from collections.abc import Iterator

_SPECIALS = r'()<>\[\]:;@\\,"'
_QUOTED = r'"(?:[^"\\]++|\\.)*+"'
_ATOM = rf"[^{_SPECIALS}\s\x00-\x1f\x7f]++"
_ADDRESS = rf"(?:{_ATOM}|{_QUOTED})@(?:{_ATOM}|\[[^\[\]\\\s]*+\])"

_STRICT = re.compile(
    rf"""
    [ \t]*+
    (?:
        (?P<bare>{_ADDRESS})
      |
        (?P<name>(?:(?:{_ATOM}|{_QUOTED})[ \t]*+)*+)
        <(?P<angle>{_ADDRESS})>
    )
    [ \t]*+
    """,
    re.VERBOSE | re.DOTALL,
)
# CR, LF, NUL and the other controls have no place in a mailbox; a lone surrogate is a byte that
# nobody could decode.
_UNREADABLE = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_PLAIN_NAME = re.compile(rf"{_ATOM}(?:[ ]{_ATOM})*+")
_WORD = re.compile(rf"{_QUOTED}|{_ATOM}", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@frozen(repr=False)
class Mailbox:
    """A display name and an address.

    Attributes:
        name: the display name, unquoted; RFC 2047 encoded words in it are not decoded.
        address: the address as it was written, or the whole text where that could not be read.
    """

    name: str
    address: str

    def __str__(self) -> str:
        """Return `name <address>`, quoted where RFC 5322 §3.4 needs it, on one line."""
        address = _CONTROLS.sub(" ", self.address)
        name = _CONTROLS.sub(" ", self.name)
        if not name:
            return address
        if not _PLAIN_NAME.fullmatch(name):
            name = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
        return f"{name} <{address}>"

    def __repr__(self) -> str:
        return f"Mailbox({mask_address(self.address)!r})"


def read_mailbox(text: str) -> Mailbox:
    r"""Return the one mailbox that the text certainly is, or the whole text as its address.

    Read are `a@b`, `<a@b>`, `Name <a@b>` and `"Name, quoted" <a@b>`. Comments, groups, routes, two
    addresses, anything after `>`, and control characters are not: readers differ about them, so
    they are left for `address_problem` to name.

    Args:
        text: what a caller gave as sender or recipient.

    Returns:
        The mailbox; `Mailbox(name="", address=text)` when the text is not surely one.

    >>> mailbox = read_mailbox('"Lopez, Maria" <maria@shop.example>')
    >>> mailbox.name, mailbox.address
    ('Lopez, Maria', 'maria@shop.example')
    >>> read_mailbox("alice@example.org(<bob@example.net>").address
    'alice@example.org(<bob@example.net>'
    """
    match = _STRICT.fullmatch(text)
    if match is None or _UNREADABLE.search(text):
        return Mailbox("", text)
    if match["bare"] is not None:
        return Mailbox("", match["bare"])
    words = (_unquoted(word) for word in _WORD.findall(match["name"]))
    return Mailbox(" ".join(words), match["angle"])


def read_mailboxes(text: str) -> tuple[Mailbox, ...]:
    """Return the mailboxes of an address-list header value, as a mail client shows them.

    Commas and semicolons separate; quoted strings, comments, groups (`name: a, b;`) and obsolete
    routes (`<@relay:a@b>`) are understood. A comment or white space inside an address never joins
    its parts: such an entry is malformed.

    Args:
        text: the value of a From, To, Cc, Bcc, Sender or Reply-To header, folded or not.

    Returns:
        One mailbox an entry, in order; a malformed entry is `Mailbox("", entry)`, stripped. An
        empty group gives nothing.

    >>> found = read_mailboxes("team: a@shop.example, Bo <b@shop.example>;, c@shop.example (Cy)")
    >>> [mailbox.address for mailbox in found], found[1].name
    (['a@shop.example', 'b@shop.example', 'c@shop.example'], 'Bo')
    """
    return tuple(_read_entry(text, entry) for entry in _entries(text))


class _Token(NamedTuple):
    kind: str  # a special character, or "quoted", "comment", "literal", "atom", "space", "broken"
    text: str
    start: int


_TOKEN = re.compile(
    r"""
      (?P<space>\s++)
    | (?P<quoted>"(?:[^"\\]++|\\.)*+(?P<closed>")?)
    | (?P<literal>\[[^\[\]\\\s]*+\])
    | (?P<special>[()<>\[\]:;@\\,])
    | (?P<atom>[^()<>\[\]:;@\\,"\s]++)
    """,
    re.VERBOSE | re.DOTALL,
)
_PARENTHESIS = re.compile(r"[()]|\\.", re.DOTALL)


def _tokens(text: str) -> Iterator[_Token]:
    position = 0
    # Every character begins one of the alternatives, so this ends at the end of the text only.
    while match := _TOKEN.match(text, position):
        kind = match.lastgroup or "special"
        if match["special"] == "(":
            end = _end_of_comment(text, position)
            kind = "comment" if end else "broken"
            end = end or len(text)
        else:
            end = match.end()
            if match["special"]:
                kind = match["special"]
            elif match["quoted"]:
                kind = "quoted" if match["closed"] else "broken"
        yield _Token(kind, text[position:end], position)
        position = end


def _end_of_comment(text: str, start: int) -> int | None:
    depth = 0
    for match in _PARENTHESIS.finditer(text, start):
        if match.group() == "(":
            depth += 1
        elif match.group() == ")":
            depth -= 1
            if not depth:
                return match.end()
    return None


def _entries(text: str) -> Iterator[list[_Token]]:
    """Yield the tokens of each entry: groups opened, separators gone, empty entries left out."""
    entry: list[_Token] = []
    in_angle = in_route = in_group = has_at = False
    for token in _tokens(text):
        kind = token.kind
        if kind == "<":
            in_angle, in_route = True, False
        elif kind == ">":
            in_angle = False
        elif kind == "@":
            has_at = True
            in_route = in_route or (in_angle and _last_solid(entry) == "<")
        elif (kind == "," and not (in_angle and in_route)) or kind == ";":
            if any(each.kind != "space" for each in entry):
                yield entry
            entry, in_angle, has_at = [], False, False
            in_group = in_group and kind != ";"
            continue
        elif kind == ":" and not (in_angle or has_at or in_group) and _last_solid(entry):
            entry, in_group = [], True
            continue
        entry.append(token)
    if any(each.kind != "space" for each in entry):
        yield entry


def _last_solid(entry: list[_Token]) -> str | None:
    # At most one space stands between two other tokens, and comments are rare before an @.
    for token in reversed(entry):
        if token.kind not in {"space", "comment"}:
            return token.kind
    return None


def _read_entry(text: str, entry: list[_Token]) -> Mailbox:
    last = entry[-1]
    whole = Mailbox("", text[entry[0].start : last.start + len(last.text)].strip())
    kinds = [token.kind for token in entry]
    if "\\" in kinds:
        return whole
    if "<" not in kinds:
        address = _address(entry)
        return Mailbox(_comments(entry), address) if address else whole
    opening = kinds.index("<")
    if kinds.count("<") > 1 or kinds.count(">") != 1 or kinds.index(">") < opening:
        return whole
    closing = kinds.index(">")
    if any(kind not in {"space", "comment"} for kind in kinds[closing + 1 :]):
        return whole
    address = _address(_without_route(entry[opening + 1 : closing]))
    if not address:
        return whole
    comments = _comments(entry)
    name = _phrase(entry[:opening])
    if name and comments:
        name = f"{name} ({comments})"
    return Mailbox(name or comments, address)


def _without_route(inside: list[_Token]) -> list[_Token]:
    if inside and inside[0].kind == "@":
        for index, token in enumerate(inside):
            if token.kind == ":":
                return inside[index + 1 :]
    return inside


def _address(tokens: list[_Token]) -> str:
    """Return the address that the tokens are, or "" when they are not one in one piece."""
    solid = [index for index, token in enumerate(tokens) if token.kind not in {"space", "comment"}]
    if len(solid) != 3 or solid[2] - solid[0] != 2:
        return ""
    local, at, domain = (tokens[index] for index in solid)
    if local.kind in {"atom", "quoted"} and at.kind == "@" and domain.kind in {"atom", "literal"}:
        return local.text + "@" + domain.text
    return ""


def _phrase(tokens: list[_Token]) -> str:
    """Return the words as they are shown, one space for any white space."""
    shown: list[str] = []
    previous = "space"
    for token in tokens:
        if token.kind == "space":
            shown.append(" ")
        elif token.kind == "quoted":
            shown.append(
                _unquoted(token.text) if previous == "space" else f" {_unquoted(token.text)}"
            )
        elif token.kind != "comment":
            shown.append(f" {token.text}" if previous == "quoted" else token.text)
        previous = token.kind
    return "".join(shown).strip()


def _comments(tokens: list[_Token]) -> str:
    inner = (
        _ESCAPED.sub(r"\1", token.text[1:-1]).strip() for token in tokens if token.kind == "comment"
    )
    return " ".join(inner)


def _unquoted(word: str) -> str:
    return _ESCAPED.sub(r"\1", word[1:-1]) if word.startswith('"') else word
