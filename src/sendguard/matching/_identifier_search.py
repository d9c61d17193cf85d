"""The pure-Python reader of identifiers: slower than the native one, equal in every answer.

From each token of a text, windows of one token, two, and so on are looked up while something known
may begin with them. Two filters of bits keep that cheap: `words` has the keys of everything that a
form may have before a gap that counts, and of single words; `forms` has the keys of all forms. Only
what passes both is looked up in `table`, and what is there is confirmed against the stored string.

The section `table` has buckets of one cache line: eight checks (the lower half of a key; 0 becomes
1, since 0 is an empty place), then eight u32: the number of a pair, or, with the highest bit set, a
place in `shared`, where the numbers of several pairs stand, the last with its highest bit set.
Where a bucket is full, a look-up goes on in the next.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from sendguard.matching._folding import folding
from sendguard.matching._forms import (
    MANY_DIGITS,
    MOST_TOKENS,
    UnfitError,
    forms_of,
    is_whole,
    joint,
    key_of,
)
from sendguard.matching._members import kept
from sendguard.matching._tokens import BREAK, tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sendguard.matching._file import IndexFile
    from sendguard.matching._tokens import Token

    Found = tuple[int, int, str, tuple[str, ...]]

OFFSET_BYTES = 5
KIND = 3
PLACES = 8
MARK = 1 << 31
MOST_PAIRS = MARK - 1
OTHER_FOLDING = "was built with other rules for folding text; build it again"
MOST_LENGTH = 127
"""The longest length of a loose form that is told from others in the header."""

BUCKET = struct.Struct(f"<{2 * PLACES}I")
_WORD = struct.Struct("<Q")
_PLACE = struct.Struct("<I")


class Parameters(NamedTuple):
    """What the header of a file of identifiers says.

    Attributes:
        folding: the checksum of the table by which it was built.
        homes: how many home buckets the table has.
        longest: the length of the longest form (bytes).
        short_lengths: bit n is set if a form in which gaps do not count has n bytes.
        long_lengths: the same for n + 64; what is longer than 127 bytes counts as 127.
        loose_prefixes: 1 if in such a form a gap counts all the same, else 0; tells the native
            reader what it need not try.
    """

    folding: int
    homes: int
    longest: int
    short_lengths: int
    long_lengths: int
    loose_prefixes: int


class Filter:
    """A set of keys in two bits of one 64-bit word each: tells for sure only that one is absent."""

    __slots__ = ("_at", "_file", "_words")

    def __init__(self, file: IndexFile, name: str) -> None:
        self._file = file
        self._at, length = file.section(name)
        self._words = length // _WORD.size
        if self._at % _WORD.size or length % _WORD.size or not length:
            raise file.problem(f"has a filter {name!r} of impossible size")

    def may_have(self, key: int) -> bool:
        """Whether a key may be in the set."""
        at = self._at + (key * self._words >> 64) * _WORD.size
        (word,) = _WORD.unpack(self._file.read(at, _WORD.size))
        wanted = bits_of(key)
        return bool(word & wanted == wanted)


def bits_of(key: int) -> int:
    """The bits that a key has in its word of a filter."""
    return 1 << (key & 63) | 1 << (key >> 6 & 63)


class IdentifierSearch:
    """Answers from a mapped file. Safe to share between threads and by forked processes."""

    def __init__(self, file: IndexFile) -> None:
        self._file = file
        self._header = Parameters(*file.parameters[: len(Parameters._fields)])
        if self._header.folding != folding().checksum:
            raise file.problem(OTHER_FOLDING)
        self._lengths = self._header.short_lengths | self._header.long_lengths << 64
        self._strings, self._size = file.section("strings")
        self._offsets, length = file.section("offsets")
        if file.entries > MOST_PAIRS or length != (2 * file.entries + 1) * OFFSET_BYTES:
            raise file.problem("has a section 'offsets' of impossible size")
        self._words, self._forms = Filter(file, "words"), Filter(file, "forms")
        self._table, length = file.section("table")
        self._buckets = length // BUCKET.size
        if length % BUCKET.size or not 1 <= self._header.homes <= self._buckets:
            raise file.problem("has a table of impossible size")
        self._shared, length = file.section("shared")
        self._places = length // _PLACE.size
        if length % _PLACE.size:
            raise file.problem("has a section 'shared' of impossible size")

    def scan_batch(self, texts: Sequence[str]) -> list[list[Found]]:
        """As `scan`, for each of the texts."""
        return [self.scan(text) for text in texts]

    def scan(self, text: str) -> list[Found]:
        """Start, end, value and owners of each mention, in order."""
        if not isinstance(text, str):
            raise TypeError("expected a str")
        found = tokens(text)
        keys: dict[str, int] = {}
        mentions = []
        place = 0
        while place < len(found):
            content = found[place].content
            key = keys.get(content)
            if key is None:
                keys[content] = key = key_of(content.encode())
            last, pairs = self._longest(found, place, key)
            if pairs:
                first = found[place]
                start = first.start - (first.plus and first.first == "0")
                mentions.append((start, found[last].end, *self._told(pairs)))
                place = last
            place += 1
        return mentions

    def owners(self, value: str) -> tuple[str, ...]:
        """The owners of a value that was given, exactly."""
        try:
            form = forms_of(value).forms[0]
        except UnfitError:
            return ()
        pairs = self._pairs(key_of(form))
        return self._owners([pair for pair in pairs if self._string(2 * pair) == value])

    def _longest(self, found: Sequence[Token], first: int, key: int) -> tuple[int, list[int]]:
        """The last token of the longest window from a token on that is known, and its pairs."""
        token = found[first]
        if not token.digits and not token.email and not self._words.may_have(key):
            following = found[first + 1 : first + 2]
            if not following or following[0].first != "0":
                return first, []
        walk = _Walk(token)
        best: tuple[int, list[int]] = (first, [])
        for last in range(first, min(first + MOST_TOKENS, len(found))):
            if last > first and not self._grow(walk, found[last - 1], found[last]):
                break
            form = walk.form
            if (
                form is not None
                and len(form) <= self._header.longest
                and (not walk.loose or self._lengths >> min(len(form), MOST_LENGTH) & 1)
                and self._forms.may_have(key_of(form))
                and is_whole(found, first, last)
                and (pairs := self._confirmed(form, found, first))
            ):
                best = last, pairs
        return best

    def _grow(self, walk: _Walk, before: Token, after: Token) -> bool:
        """Take one more token, if something known may go on with it."""
        if after.gap.symbol == BREAK:
            return False
        between = joint(before, after, after.gap)
        most = self._header.longest
        if walk.exact is not None:
            known = self._words.may_have(key_of(walk.exact))
            walk.exact = _longer(walk.exact, between.exact, after, most) if known else None
        if walk.loosely is not None:
            known = between.dropped or self._words.may_have(key_of(walk.loosely))
            walk.loosely = _longer(walk.loosely, between.loose, after, most) if known else None
        walk.digits += after.digits
        return walk.exact is not None or walk.loosely is not None

    def _confirmed(self, form: bytes, found: Sequence[Token], first: int) -> list[int]:
        """The pairs whose value has this form; as a national number only where it begins one."""
        known = []
        for pair in self._pairs(key_of(form)):
            try:
                forms = forms_of(self._string(2 * pair))
            except UnfitError:
                continue
            if form in forms.forms[: forms.national] or (
                form in forms.forms and _begins_a_number(found, first)
            ):
                known.append(pair)
        return known

    def _pairs(self, key: int) -> list[int]:
        """The numbers of the pairs that are filed under a key, and maybe of others."""
        wanted = kept(key)
        found: list[int] = []
        for number in range(key * self._header.homes >> 64, self._buckets):
            at = self._table + number * BUCKET.size
            bucket = BUCKET.unpack(self._file.read(at, BUCKET.size))
            for check, place in zip(bucket[:PLACES], bucket[PLACES:], strict=True):
                if check == wanted:
                    found += self._group(place & ~MARK) if place & MARK else [place]
            if not bucket[PLACES - 1]:
                break
        return found

    def _group(self, place: int) -> list[int]:
        found = []
        while place < self._places:
            at = self._shared + place * _PLACE.size
            (pair,) = _PLACE.unpack(self._file.read(at, _PLACE.size))
            found.append(pair & ~MARK)
            if pair & MARK:
                return found
            place += 1
        raise self._file.problem("points outside of one of its sections")

    def _told(self, pairs: list[int]) -> tuple[str, tuple[str, ...]]:
        return self._string(2 * pairs[0]), self._owners(pairs)

    def _owners(self, pairs: list[int]) -> tuple[str, ...]:
        return tuple(sorted({self._string(2 * pair + 1) for pair in pairs}))

    def _string(self, number: int) -> str:
        """A value (even numbers) or an owner (odd ones)."""
        if number >= 2 * self._file.entries:
            raise self._file.problem("names an entry that it does not have")
        both = self._file.read(self._offsets + number * OFFSET_BYTES, 2 * OFFSET_BYTES)
        start = int.from_bytes(both[:OFFSET_BYTES], "little")
        end = int.from_bytes(both[OFFSET_BYTES:], "little")
        if start > end or end > self._size:
            raise self._file.problem("has an entry that lies outside of it")
        raw = self._file.read(self._strings + start, end - start)
        try:
            return raw.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            raise self._file.problem(f"has an entry, {number // 2}, that is not UTF-8") from None


class _Walk:
    """A window as it grows: its forms, None once nothing known can go on with them."""

    __slots__ = ("digits", "exact", "loosely")

    def __init__(self, token: Token) -> None:
        self.exact: bytes | None = token.content.encode()
        self.loosely: bytes | None = self.exact
        self.digits = token.digits

    @property
    def loose(self) -> bool:
        """Whether it has so many digits that gaps do not count."""
        return self.digits >= MANY_DIGITS

    @property
    def form(self) -> bytes | None:
        """The form that counts for so many digits."""
        return self.loosely if self.loose else self.exact


def _longer(form: bytes, between: str, token: Token, most: int) -> bytes | None:
    """The form with one more token, unless it gets longer than any that is known."""
    longer = form + (between + token.content).encode()
    return longer if len(longer) <= most else None


def _begins_a_number(found: Sequence[Token], first: int) -> bool:
    """Whether no plus and no other group of digits stands before a number."""
    token = found[first]
    if token.plus:
        return False
    if not first or found[first - 1].last != "0" or token.gap.symbol == BREAK:
        return True
    return not joint(found[first - 1], token, token.gap).dropped
