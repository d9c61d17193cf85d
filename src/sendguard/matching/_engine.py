"""The one place that chooses between the native extension and pure Python.

Both read and write the same files and give equal answers. The extension is used where it was built,
unless the environment variable SENDGUARD_NO_EXTENSIONS is set to anything but "" and "0" at the
time a file is opened or built.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Protocol

from sendguard.errors import IndexFileError
from sendguard.matching._filer import RunFiler
from sendguard.matching._folding import folding
from sendguard.matching._identifier_filer import PairFiler
from sendguard.matching._identifier_search import OTHER_FOLDING, IdentifierSearch
from sendguard.matching._members import MemberSet, MemberSorter
from sendguard.matching._search import StringSearch

try:
    from sendguard.matching import _native
except ImportError:
    _EXTENSION = False
else:
    _EXTENSION = True

if TYPE_CHECKING:
    import mmap
    from collections.abc import Sequence

    from sendguard.matching._entries import Strings
    from sendguard.matching._file import IndexFile


RUN = 1 << 20
"""So many postings are sorted in memory at a time in Python, where each takes some 60 bytes;
natively each takes 16, and four times as many are."""


class Searcher(Protocol):
    """What a reader of a string index answers."""

    def get(self, number: int) -> str:
        """The string of an id that is in range."""

    def find(self, string: str) -> list[int]:
        """The ids of a string."""

    def near(self, string: str, distance: int) -> list[tuple[int, int]]:
        """The (id, distance) of near misses."""

    def near_batch(self, strings: Sequence[str], distance: int) -> list[list[tuple[int, int]]]:
        """The same for many."""


class Filer(Protocol):
    """What files entries under their keys and writes the tables."""

    @property
    def seen(self) -> tuple[int, int, int, int]:
        """Counts of separators seen (bits), short entries without one, long entries, longest."""

    def count(self, strings: Sequence[str], first: int) -> None:
        """Take note of the entries `first`, `first + 1`, ..."""

    def file_words(self, view: mmap.mmap, strings: Strings) -> None:
        """File each distinct right part once; the strings are read back from the mapped file.

        Writes the sections of words and of filters as files of the folder.
        """

    def file(self, view: mmap.mmap, strings: Strings, first: int, last: int) -> None:
        """File the entries from one to before another."""

    def write(self, table: str, lines: str, crowded: str) -> int:
        """Write the two sections of a table to two new files; returns the count of postings."""


class Members(Protocol):
    """What a reader of a suppression list answers."""

    def change(self, key: int, present: bool) -> None:
        """Lay a change over the file."""

    def contains_values(self, values: Sequence[str]) -> list[bool]:
        """For each value, plain or a digest, whether its own key is in the set."""

    def contains_keys(self, keys: Sequence[int]) -> list[bool]:
        """For each key, whether it is in the set."""


class KeySorter(Protocol):
    """What collects the keys of a suppression list and writes its table."""

    @property
    def forms(self) -> int:
        """The forms that occurred, bit n for form n."""

    def add(self, values: Sequence[str]) -> None:
        """Take some values."""

    def write(self, path: str) -> tuple[int, int]:
        """Write the table to a new file; returns its home buckets and how many keys it has."""


class IdentifierSearcher(Protocol):
    """What a reader of identifiers answers."""

    def scan(self, text: str) -> list[tuple[int, int, str, tuple[str, ...]]]:
        """Start, end, value and owners of each mention in a text, in order."""

    def scan_batch(self, texts: Sequence[str]) -> list[list[tuple[int, int, str, tuple[str, ...]]]]:
        """The same for many."""

    def owners(self, value: str) -> tuple[str, ...]:
        """The owners of a value, sorted."""


class PairSorter(Protocol):
    """What files identifiers under their forms and writes the table."""

    @property
    def seen(self) -> tuple[int, int, int, int]:
        """The last four parameters of the header."""

    def file(self, values: Sequence[str], first: int) -> int:
        """File the values of the pairs from `first` on; returns how many until one was not fit."""

    def write(self, view: mmap.mmap, strings: int, offsets: int) -> int:
        """Write the sections as files of the folder; returns how many home buckets there are."""


def engine() -> str:
    """Which engine a file opened now uses: "native" or "python".

    Where the native extension could not be compiled, and where the environment variable
    SENDGUARD_NO_EXTENSIONS is set to anything but "" and "0", pure Python takes its place: slower,
    with equal answers.
    """
    forced = os.environ.get("SENDGUARD_NO_EXTENSIONS", "") not in {"", "0"}
    return "native" if _EXTENSION and not forced else "python"


def searcher(file: IndexFile) -> Searcher:
    """A reader of a string index."""
    if engine() == "python":
        return StringSearch(file)
    sections = [
        file.section(name)
        for name in (
            "strings", "overflow", "words", "known", "popular", "entries.lines", "entries.crowded",
            "words.lines", "words.crowded", "halves.lines", "halves.crowded",
        )
    ]  # fmt: skip
    return _native.StringSearch(
        file.buffer, file.blocks_end, file.entries, file.parameters, sections,
        IndexFileError, file.path,
    )  # fmt: skip


def filer(folder: str, separator: str | None, distance: int) -> Filer:
    """What builds a string index."""
    if engine() == "python":
        return RunFiler(folder, separator, distance, RUN)
    return _native.Filer(folder, ord(separator) + 1 if separator else 0, distance, 4 * RUN)


def members(file: IndexFile) -> Members:
    """A reader of a suppression list."""
    if engine() == "python":
        return MemberSet(file)
    sections = [file.section(name) for name in ("table", "added", "removed")]
    return _native.MemberSet(
        file.buffer, file.blocks_end, file.parameters[0], sections, IndexFileError, file.path
    )


def member_sorter(folder: str) -> KeySorter:
    """What builds the table of a suppression list."""
    if engine() == "python":
        return MemberSorter(folder, RUN)
    return _native.MemberSorter(folder, 4 * RUN)


def identifier_searcher(file: IndexFile) -> IdentifierSearcher:
    """A reader of identifiers."""
    if engine() == "python":
        return IdentifierSearch(file)
    table = folding()
    if file.parameters[0] != table.checksum:
        raise file.problem(OTHER_FOLDING)
    sections = [
        file.section(name) for name in ("strings", "offsets", "words", "forms", "table", "shared")
    ]
    return _native.IdentifierSearch(
        file.buffer, file.blocks_end, file.entries, file.parameters, sections, table.raw,
        IndexFileError, file.path,
    )  # fmt: skip


def pair_filer(folder: str) -> PairSorter:
    """What builds a file of identifiers."""
    if engine() == "python":
        return PairFiler(folder, RUN)
    return _native.PairFiler(folder, 4 * RUN, folding().raw)
