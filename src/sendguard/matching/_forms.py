"""The forms under which an identifier is filed, and the keys of forms.

A form is a row of folded tokens with what counts of the gaps between them. Below seven digits
("A-1042", "12 Baker Street", "Maria Lopez") the gaps count: a space, hyphen, dot, apostrophe or
underscore between two words is a space, and what stands beside a digit must be the same. From seven
digits on (phones, cards, IBANs) spaces and . - / ( ) _ beside a digit count for nothing. Whoever
writes an identifier with digits in one piece means it too, so that is a second form of it.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from sendguard.matching import _keys as k
from sendguard.matching._tokens import BREAK, GROUPED, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sendguard.matching._tokens import Gap, Token

MOST_TOKENS: Final = 10
MOST_BYTES: Final = 255
MOST_CHARACTERS: Final = 1000
MANY_DIGITS: Final = 7
"""The shortest subscriber numbers; an identifier with so many digits may be grouped in any way."""

_WORD_GAPS = frozenset(("", " ", "-", ".", "'", "_"))
_DROPPED = frozenset(("", " ", "-", ".", "/", "(", ")", "_", GROUPED))
_BLANK_GAP = " "

# ITU-T E.164: the country codes of one and two digits; all others have three.
_SHORT_CODES = frozenset(
    {
        "1", "7", "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44",
        "45", "46", "47", "48", "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61",
        "62", "63", "64", "65", "66", "81", "82", "84", "86", "90", "91", "92", "93", "94", "95",
        "98",
    }
)  # fmt: skip
_PHONE_DIGITS = range(8, 16)
_BARE_DIGITS = 9
"""A national number of fewer digits is filed with its 0 only: without, it would be any number."""

_CHUNK = 8
_FEWEST = 16
"""So many bytes are taken at least, with zeros behind them, so that nothing depends on the length
of a common word."""
_CHUNK_SEED = 0xA0761D6478BD642F
_CHUNK_PRODUCT = 0xE7037ED1A0B428DB


def key_of(form: bytes) -> int:
    """The 64-bit key of a form: eight bytes at a time, so that a word costs one product or two."""
    value = len(form) * _CHUNK_SEED & k.MASK
    for at in range(0, max(len(form), _FEWEST), _CHUNK):
        value = (value ^ int.from_bytes(form[at : at + _CHUNK], "little")) * _CHUNK_PRODUCT & k.MASK
        value ^= value >> 32
    return k.mix(value)


class Joint(NamedTuple):
    """What counts of a gap.

    Attributes:
        exact: what stands in a form in which the gaps count.
        loose: what stands in a form in which they do not.
        dropped: whether nothing of it counts in the second.
    """

    exact: str
    loose: str
    dropped: bool


def joint(before: Token, after: Token, gap: Gap) -> Joint:
    """What counts of the gap between two tokens, which is no BREAK."""
    if before.last == "0" or after.first == "0":
        dropped = gap.close and gap.symbol in _DROPPED
        return Joint(gap.symbol, "" if dropped else gap.symbol, dropped)
    if gap.symbol not in _WORD_GAPS:
        return Joint(gap.symbol, gap.symbol, False)
    ideographs = before.last == after.first == "h" and gap.symbol in {"", " "}
    blank = "" if ideographs else _BLANK_GAP
    return Joint(blank, blank, False)


class Forms(NamedTuple):
    """What is filed of an identifier.

    Attributes:
        forms: its forms; the first is its own, those from `national` on are of a phone number
            without its country code.
        national: how many forms are the identifier itself.
        prefixes: what the scan must know to go on from one token to the next.
        loose: whether the gaps count for nothing in the first.
    """

    forms: tuple[bytes, ...]
    national: int
    prefixes: tuple[bytes, ...]
    loose: bool


class UnfitError(ValueError):
    """An identifier that cannot be looked for in a text; the message says why."""


def forms_of(value: str) -> Forms:
    """The forms of an identifier.

    Raises:
        UnfitError: it has none.
    """
    if len(value) > MOST_CHARACTERS:
        raise UnfitError(f"is longer than {MOST_CHARACTERS} code points")
    found = tokens(value)
    if not found:
        raise UnfitError("has no letter or digit")
    if len(found) > MOST_TOKENS:
        raise UnfitError(f"has {len(found)} words, and {MOST_TOKENS} is the most")
    digits = sum(token.digits for token in found)
    loose = digits >= MANY_DIGITS
    own = found[0].content
    prefixes = []
    for before, after in pairwise(found):
        gap = after.gap
        if gap.symbol == BREAK:  # what a text cannot have within a mention counts as a space
            gap = gap._replace(symbol=" ", close=True)
        between = joint(before, after, gap)
        if not (loose and between.dropped):
            prefixes.append(own)
        own += (between.loose if loose else between.exact) + after.content
    if len(found) == 1 and not digits and not found[0].email:
        prefixes.append(own)
    forms = [own]
    if digits:
        together = "".join(token.content for token in found)
        if together != own:
            forms.append(together)
    itself = len(forms)
    if loose and found[0].plus and len(own) in _PHONE_DIGITS and own.isascii() and own.isdigit():
        forms += _national(own)
    encoded = tuple(form.encode() for form in forms)
    if max(map(len, encoded)) > MOST_BYTES:
        raise UnfitError(f"is longer than {MOST_BYTES} bytes")
    return Forms(encoded, itself, tuple(prefix.encode() for prefix in prefixes), loose)


def _national(digits: str) -> Iterator[str]:
    """How an international number is written at home, or with the dialling prefix of Europe."""
    code = next((size for size in (1, 2) if digits[:size] in _SHORT_CODES), 3)
    number = digits[code:]
    yield "00" + digits
    if len(number) + 1 >= MANY_DIGITS:
        yield "0" + number
    if len(number) >= _BARE_DIGITS:
        yield number


_TIGHT = frozenset("-_")
_TIGHT_DIGITS = frozenset(".,:'")


def is_whole(found: Sequence[Token], first: int, last: int) -> bool:
    """Whether the tokens stand for themselves, and are no piece of a longer number or code.

    Words always do. What has digits must not be joined by a hyphen or underscore to anything, nor
    by . , : ' to another digit; below seven digits, nor by a slash, nor, if it is digits only, by a
    single space.
    """
    window = found[first : last + 1]
    digits = sum(token.digits for token in window)
    if not digits:
        return True
    tight = _TIGHT_DIGITS
    if digits < MANY_DIGITS:
        bare = all(token.digits == len(token.content) for token in window)
        tight = tight | {"/", " "} if bare else tight | {"/"}
    for place in (first, last + 1):
        if 0 < place < len(found):
            edge = found[place].gap.edge
            if edge in _TIGHT:
                return False
            if edge in tight and found[place - 1].last == found[place].first == "0":
                return False
    return True
