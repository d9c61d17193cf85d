# The native extension; see `_engine` for what each class answers.

from collections.abc import Sequence
from mmap import mmap
from typing import final

from sendguard.errors import IndexFileError
from sendguard.matching._entries import Strings

@final
class StringSearch:
    def __new__(
        cls,
        buffer: mmap | memoryview,
        blocks_end: int,
        entries: int,
        parameters: Sequence[int],
        sections: Sequence[tuple[int, int]],
        error: type[IndexFileError],
        path: str,
        /,
    ) -> StringSearch: ...
    def get(self, number: int, /) -> str: ...
    def find(self, string: str, /) -> list[int]: ...
    def near(self, string: str, distance: int, /) -> list[tuple[int, int]]: ...
    def near_batch(
        self, strings: Sequence[str], distance: int, /
    ) -> list[list[tuple[int, int]]]: ...

@final
class Filer:
    def __new__(cls, folder: str, separator: int, distance: int, run: int, /) -> Filer: ...
    @property
    def seen(self) -> tuple[int, int, int, int]: ...
    def count(self, strings: Sequence[str], first: int, /) -> None: ...
    def file_words(self, view: mmap, strings: Strings, /) -> None: ...
    def file(self, view: mmap, strings: Strings, first: int, last: int, /) -> None: ...
    def write(self, table: str, lines: str, crowded: str, /) -> int: ...

@final
class MemberSet:
    def __new__(
        cls,
        buffer: mmap | memoryview,
        blocks_end: int,
        homes: int,
        sections: Sequence[tuple[int, int]],
        error: type[IndexFileError],
        path: str,
        /,
    ) -> MemberSet: ...
    def change(self, key: int, present: bool, /) -> None: ...
    def contains_values(self, values: Sequence[str], /) -> list[bool]: ...
    def contains_keys(self, keys: Sequence[int], /) -> list[bool]: ...

@final
class MemberSorter:
    def __new__(cls, folder: str, run: int, /) -> MemberSorter: ...
    @property
    def forms(self) -> int: ...
    def add(self, values: Sequence[str], /) -> None: ...
    def write(self, path: str, /) -> tuple[int, int]: ...

@final
class IdentifierSearch:
    def __new__(
        cls,
        buffer: mmap | memoryview,
        blocks_end: int,
        entries: int,
        parameters: Sequence[int],
        sections: Sequence[tuple[int, int]],
        folding: bytes,
        error: type[IndexFileError],
        path: str,
        /,
    ) -> IdentifierSearch: ...
    def scan(self, text: str, /) -> list[tuple[int, int, str, tuple[str, ...]]]: ...
    def scan_batch(
        self, texts: Sequence[str], /
    ) -> list[list[tuple[int, int, str, tuple[str, ...]]]]: ...
    def owners(self, value: str, /) -> tuple[str, ...]: ...

@final
class PairFiler:
    def __new__(cls, folder: str, run: int, folding: bytes, /) -> PairFiler: ...
    @property
    def seen(self) -> tuple[int, int, int, int]: ...
    def file(self, values: Sequence[str], first: int, /) -> int: ...
    def write(self, view: mmap, strings: int, offsets: int, /) -> int: ...
