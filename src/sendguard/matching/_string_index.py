"""Near look-up of strings in a mapped file."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

from sendguard.errors import ConfigurationError
from sendguard.matching._builder import build_strings
from sendguard.matching._engine import searcher
from sendguard.matching._file import IndexFile
from sendguard.matching._search import KIND

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Self


class StringIndex:
    """Strings in a mapped file: which are equal to one, and which are within one or two edits.

    Ids are positions in the input of `build`. Nothing is changed or normalised: give canonical
    forms. Equal strings keep their own ids. Safe to share between threads and by forked processes;
    a process that opened the file goes on reading it as it was when it is replaced by a new build.

    Example:
        >>> import tempfile
        >>> folder = tempfile.TemporaryDirectory()
        >>> index = StringIndex.build(f"{folder.name}/known.sgi", ["maria@example.com"])
        >>> index.near("mraia@exmple.com", distance=2)
        [(0, 2)]
        >>> folder.cleanup()
    """

    __slots__ = ("_file", "_most", "_search")

    def __init__(self, file: IndexFile) -> None:
        """Use `StringIndex.open`."""
        self._file = file
        self._search = searcher(file)
        self._most = file.parameters[1]

    @classmethod
    def build(
        cls,
        path: str | os.PathLike[str],
        strings: Iterable[str],
        *,
        split: str | None = "@",
        max_distance: int = 2,
        progress: Callable[[str, int], object] | None = None,
    ) -> Self:
        """Write the file, replacing one that is there at once and only when whole; then open it.

        Args:
            path: where to; a folder beside it takes the temporary files.
            strings: any iterable, read once. Memory does not grow with their number.
            split: the character whose last occurrence divides a string into a part that differs
                ("maria") and one that many share ("example.com"); a space for names; None for
                none. It decides how fast look-up is, never what is found.
            max_distance: 1 or 2, the largest distance that `near` will be asked for. The file for 1
                is about a third as large.
            progress: called now and then with the stage ("reading", ...) and the count of strings.

        Raises:
            ConfigurationError: an option is wrong, or something is not a string.
            OSError: the file cannot be written.
        """
        if split is not None and len(split) != 1:
            raise ConfigurationError(
                f"StringIndex.build: split is {split!r}; give one character, or None"
            )
        if max_distance not in {1, 2}:
            raise ConfigurationError(
                f"StringIndex.build: max_distance is {max_distance!r}; give 1 or 2"
            )
        build_strings(path, strings, split, max_distance, progress)
        return cls.open(path)

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Self:
        """Map a file that `build` wrote; takes microseconds, whatever its size.

        Raises:
            OSError: it cannot be opened.
            IndexFileError: it is not such a file, or is incomplete. Damage further in raises this
                when it is read, or from `verify`.
        """
        return cls(IndexFile(path, KIND))

    def __len__(self) -> int:
        return self._file.entries

    def __getitem__(self, number: int) -> str:
        place = operator.index(number)
        if place < 0:
            place += len(self)
        if not 0 <= place < len(self):
            raise IndexError(f"id {number} is not among the {len(self)} of {self._file.path}")
        return self._search.get(place)

    def __iter__(self) -> Iterator[str]:
        return map(self._search.get, range(len(self)))

    def __contains__(self, string: object) -> bool:
        return isinstance(string, str) and bool(self._search.find(string))

    def __repr__(self) -> str:
        return f"<StringIndex {self._file.path!r}: {len(self)} strings, distance {self._most}>"

    @property
    def max_distance(self) -> int:
        """The largest distance that `near` answers."""
        return self._most

    def find(self, string: str) -> list[int]:
        """The ids of a string, ascending; empty if it is unknown.

        Raises:
            IndexFileError: the file is damaged.
        """
        return self._search.find(string)

    def near(self, string: str, distance: int = 1) -> list[tuple[int, int]]:
        """All strings within an OSA distance: (id, distance), by distance and then id.

        One edit puts in, takes out or replaces a code point, or swaps two neighbours; no place is
        edited twice. Nothing within the distance is missed, and the string itself is included.

        Raises:
            ConfigurationError: the distance is not 1, or 2 in a file built for 2.
            IndexFileError: the file is damaged.
        """
        if distance != 1:
            self._check(distance)
        return self._search.near(string, distance)

    def near_batch(self, strings: Sequence[str], distance: int = 1) -> list[list[tuple[int, int]]]:
        """As `near`, for each of the strings; other threads run meanwhile."""
        self._check(distance)
        return self._search.near_batch(strings, distance)

    def _check(self, distance: int) -> None:
        if distance not in {1, 2} or distance > self._most:
            raise ConfigurationError(
                f"StringIndex: distance is {distance!r}, and this file answers up to "
                f"{self._most}; build it with max_distance=2 for more"
            )

    def verify(self) -> None:
        """Read the whole file and check it.

        Raises:
            IndexFileError: it is damaged.
        """
        self._file.verify()
