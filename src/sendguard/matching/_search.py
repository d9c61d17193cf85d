"""The pure-Python reader of a string index: slower than the native one, equal in every answer.

A near miss t of a query s is an edit of s. What happened to t's last separator decides where s has
to be cut into the left and right part of t, and how many edits remain for these two:

- it is one of s's separators: cut there; those after it were edited away;
- it was swapped with its neighbour: swap it back and cut, one edit fewer;
- it was taken out, or replaced: cut anywhere, one edit fewer. Counting separators tells whether an
  entry can exist for which that is so; with one separator on each side, the edit that remains must
  be spent on s's own, which leaves two exact look-ups for each cut.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sendguard.matching import _keys as k
from sendguard.matching import _neighbourhood as filing
from sendguard.matching._distance import bounded_distance
from sendguard.matching._entries import Entries
from sendguard.matching._known import MappedFilter
from sendguard.matching._tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sendguard.matching._file import IndexFile

KIND = 1
MANY = 31
"""So many separators or more in an entry are counted alike."""
_PARAMETERS_USED = 7
_WORD_BYTES = 8


class Cut(NamedTuple):
    """One way to see a query as left and right part, and how many edits these two may need."""

    left: str
    right: str
    edits: int


class Parameters(NamedTuple):
    """What the header of a string index says.

    Attributes:
        separator: its code point plus one, or 0 for none.
        distance: 1 or 2, what was filed for.
        counts: bit n is set if an entry has n separators (at most MANY).
        whole: how many short entries have no separator.
        long: how many entries are filed by their parts.
        longest: the length of the longest entry (code points).
        block: how many bytes a block of strings has.
    """

    separator: int
    distance: int
    counts: int
    whole: int
    long: int
    longest: int
    block: int


class StringSearch:
    """Answers from a mapped file. Safe to share between threads and by forked processes."""

    def __init__(self, file: IndexFile) -> None:
        self._file = file
        self._header = Parameters(*file.parameters[:_PARAMETERS_USED])
        header = self._header
        if header.distance not in {1, 2} or header.separator > 0x110000:
            raise file.problem("has impossible parameters")
        self._separator = chr(header.separator - 1) if header.separator else None
        self._strings = Entries(file, header.block)
        self._words, size = file.section("words")
        self._word_count = size // _WORD_BYTES
        if size % _WORD_BYTES or self._word_count > file.entries:
            raise file.problem("has a section 'words' of impossible size")
        self._known = MappedFilter(file, "known")
        self._popular = MappedFilter(file, "popular")
        self._by_entry = Table(file, "entries", file.entries)
        self._by_word = Table(file, "words", self._word_count)
        self._by_half = Table(file, "halves", file.entries, masked=True)

    def get(self, number: int) -> str:
        """The string of an id that is known to be in range."""
        return self._strings.get(number)

    def _identity(self, word: int) -> int:
        """The identity of a word, by its number."""
        if word >= self._word_count:
            raise self._file.problem("names a word that it does not have")
        raw = self._file.read(self._words + word * _WORD_BYTES, _WORD_BYTES)
        return int.from_bytes(raw, "little")

    def find(self, string: str) -> list[int]:
        """The ids of a string, ascending."""
        if len(string) > self._header.longest:
            return []
        if len(string) > filing.LONG:
            keys = filing.part_probes(k.codes_of(string), 0)
            owners = {owner for key in keys for owner in self._by_entry.owners(key)}
        else:
            left, found, right = string.rpartition(self._separator or "\0")
            if self._separator is None or not found:
                key = _exact(k.WHOLE, "", _identity_of(string))
            else:
                key = _exact(k.SEPARATED, left, _identity_of(right))
            owners = set(self._by_entry.owners(key))
        return sorted(owner for owner in owners if self.get(owner) == string)

    def near_batch(self, strings: Sequence[str], distance: int) -> list[list[tuple[int, int]]]:
        """As `near`, for each of the strings."""
        return [self.near(string, distance) for string in strings]

    def near(self, string: str, distance: int) -> list[tuple[int, int]]:
        """The (id, distance) of all entries within the distance, nearest first."""
        candidates: set[int] = set()
        if len(string) > self._header.longest + distance:
            return []
        if self._header.long and len(string) + distance > filing.LONG:
            for key in filing.part_probes(k.codes_of(string), distance):
                candidates.update(self._by_entry.owners(key))
        if len(string) - distance <= filing.LONG:
            self._near_short(string, distance, candidates)
        found = []
        for owner in candidates:
            edits = bounded_distance(string, self.get(owner), distance)
            if edits <= distance:
                found.append((edits, owner))
        return [(owner, edits) for edits, owner in sorted(found)]

    def _near_short(self, string: str, distance: int, into: set[int]) -> None:
        if self._header.whole:
            for word in self._near_words(string, distance):
                into.update(self._by_entry.owners(_exact(k.WHOLE, "", word)))
        if self._separator is None:
            return
        cuts = set(_cuts_at_separators(string, self._separator, distance))
        count = string.count(self._separator)
        anywhere = self._has(count + 1) or (distance == 2 and self._has(count + 2))
        if anywhere or (distance == 2 and count > 1 and self._has(count)):
            cuts.update(_cuts_anywhere(string, self._separator, distance - 1))
        elif distance == 2 and count == 1 and self._has(1):
            self._moved_separator(string, self._separator, into)
        for cut in cuts:
            self._near_cut(cut, into)

    def _has(self, separators: int) -> bool:
        return bool(self._header.counts >> min(separators, MANY) & 1)

    def _near_cut(self, cut: Cut, into: set[int]) -> None:
        left, right = k.codes_of(cut.left), _identity_of(cut.right)
        # Where the right part takes all edits, the left part is just that of an entry: what has a
        # left part that few have is filed under it alone.
        alone = filing.any_right_key(left)
        is_popular = cut.edits > 0 and alone in self._popular
        if cut.edits and not is_popular:
            into.update(self._by_entry.owners(alone))
        if cut.edits == 2 or is_popular:
            for word, near in self._near_words(cut.right, cut.edits).items():
                if word == right:
                    continue
                if cut.edits == 2 and near:
                    for key in filing.left_probes(left, word, self._popular):
                        into.update(self._by_entry.owners(key))
                elif is_popular:
                    into.update(self._by_entry.owners(_exact(k.SEPARATED, cut.left, word)))
        if right not in self._known:
            return
        if not cut.edits:
            into.update(self._by_entry.owners(_exact(k.SEPARATED, cut.left, right)))
            return
        for key in filing.left_probes(left, right, self._popular):
            into.update(self._by_entry.owners(key))
        if cut.edits == 2:
            if len(left) <= filing.SHORT_LEFT + 2:
                for key in filing.two_keys(k.context(k.LEFT, right), left, filing.SHORT_LEFT):
                    into.update(self._by_entry.owners(key))
            first, second = k.context(k.LEFT_FIRST, right), k.context(k.LEFT_SECOND, right)
            into.update(self._near_halves(first, second, left, filing.SHORT_LEFT))

    def _near_halves(
        self, first: int, second: int, codes: Sequence[int], short: int
    ) -> Iterator[int]:
        """Owners that may be within distance 2 and are longer than `short`."""
        for key, mask, most in filing.half_probes(first, second, codes, short):
            yield from self._by_half.owners(key, mask, most)

    def _near_words(self, word: str, distance: int) -> dict[int, bool]:
        """The identities of the words near a word, and whether each may be within one edit.

        How near follows from lengths: two short words that have a variant in common with at most
        one taken out on each side may be within one edit, and no others are. Long ones that have a
        half in common may be, if their lengths allow it. Some further ones may come along.
        """
        codes = k.codes_of(word)
        base = k.context(k.WORD)
        size = len(codes)
        found: dict[int, bool] = {}
        variants = [(size, [k.plain_hash(codes)]), (size - 1, k.without_one(codes))]
        if distance == 2:
            variants = [
                (length, hashes)
                for length, hashes in [*variants, (size - 2, k.without_two(codes))]
                if length <= filing.SHORT_WORD
            ]
        for length, hashes in variants:
            for value in hashes:
                self._take_words(k.key(base, value, length), length, size, found)
        if distance == 1:
            return {word: near for word, near in found.items() if near}
        first, second = k.context(k.WORD_FIRST), k.context(k.WORD_SECOND)
        for number in self._near_halves(first, second, codes, filing.SHORT_WORD):
            if number >= self._word_count:
                continue  # the half of an entry, of the same tag
            identity = self._identity(number)
            found[identity] = identity & 127 <= size + 1 or found.get(identity, False)
        return found

    def _take_words(self, key: int, length: int, size: int, into: dict[int, bool]) -> None:
        """What is filed under a variant of so many code points of a word of `size`."""
        for number in self._by_word.owners(key):
            identity = self._identity(number)
            near = max(size, identity & 127) <= length + 1
            into[identity] = near or into.get(identity, False)

    def _moved_separator(self, string: str, separator: str, into: set[int]) -> None:
        """Entries with one separator, where both it and the query's were put in or replaced."""
        at = string.index(separator)
        base = k.context(k.WORD)
        for left, right in _lost(string):
            if len(left) > at:
                bare = left[:at] + left[at + 1 :]
                identity = _identity_of(right)
                if identity not in self._known:
                    continue
                into.update(self._by_entry.owners(_exact(k.SEPARATED, bare, identity)))
                size = len(left)
                first, second = filing.first_half(size), filing.second_half(size)
                if at < first:
                    half = filing.second_half_key(k.codes_of(left[size - second :]), identity)
                else:
                    half = filing.first_half_key(k.codes_of(left[:first]), identity)
                if half not in self._popular:
                    into.update(self._by_entry.owners(half))
            elif separator in right:
                codes = k.codes_of(right.replace(separator, ""))
                words: dict[int, bool] = {}
                key = k.plain_key(base, codes)
                self._take_words(key, len(codes), len(right), words)
                for word, near in words.items():
                    if near:
                        into.update(self._by_entry.owners(_exact(k.SEPARATED, left, word)))


def _identity_of(word: str) -> int:
    return k.word_identity(k.codes_of(word))


def _exact(kind: int, left: str, identity: int) -> int:
    return k.plain_key(k.context(kind, identity), k.codes_of(left))


def _lost(string: str) -> Iterator[tuple[str, str]]:
    """All ways to cut a string where a separator was taken out, or was replaced."""
    for place in range(len(string) + 1):
        yield string[:place], string[place:]
    for place in range(len(string)):
        yield string[:place], string[place + 1 :]


def _cuts_anywhere(string: str, separator: str, edits: int) -> Iterator[Cut]:
    for left, right in _lost(string):
        if right.count(separator) <= edits:
            yield Cut(left, right, edits)


def _cuts_at_separators(string: str, separator: str, distance: int) -> Iterator[Cut]:
    """Cuts at each separator behind which at most `distance` others must be edited away."""
    place = len(string)
    for _ in range(distance + 1):
        place = string.rfind(separator, 0, place)
        if place < 0:
            return
        before, after = string[:place], string[place + 1 :]
        yield Cut(before, after, distance)
        if after and after[0] != separator:
            yield Cut(before + after[0], after[1:], distance - 1)
        if before and before[-1] != separator:
            yield Cut(before[:-1], before[-1] + after, distance - 1)
