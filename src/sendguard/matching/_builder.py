"""How a string index is written: strings, offsets, then the tables, with bounded memory."""

from __future__ import annotations

import mmap
from itertools import islice
from typing import IO, TYPE_CHECKING

from sendguard.errors import ConfigurationError
from sendguard.matching._engine import filer
from sendguard.matching._file import IndexWriter
from sendguard.matching._search import KIND, OFFSET_BYTES, Parameters
from sendguard.matching._tables import MOST

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable

    Progress = Callable[[str, int], object]

_BATCH = 4096


def build_strings(
    path: str | os.PathLike[str],
    strings: Iterable[str],
    separator: str | None,
    distance: int,
    progress: Progress | None,
) -> None:
    """Write a string index; on any error the file that was there stays as it was."""
    tell = progress or _ignore
    with IndexWriter(path, KIND) as writer:
        folder = writer.scratch
        work = filer(str(folder), separator, distance)
        iterator = iter(strings)
        entries = 0
        writer.begin("strings")
        with (folder / "offsets").open("xb") as offsets:
            ends = _Ends(writer.file, offsets)
            while batch := list(islice(iterator, _BATCH)):
                ends.write(batch, entries)
                work.file(batch, entries)
                entries += len(batch)
                tell("reading", entries)
        strings_at, _ = writer.end("strings")
        writer.append("offsets", folder / "offsets")
        with mmap.mmap(writer.file.fileno(), 0, access=mmap.ACCESS_READ) as view:
            work.file_words(view, strings_at, writer.start("offsets"))
        for table in ("entries", "words", "halves"):
            tell(f"writing {table}", entries)
            starts, postings = folder / f"{table}.starts", folder / table
            if (count := work.write(table, str(starts), str(postings))) > MOST:
                raise ConfigurationError(
                    f"StringIndex.build: {entries} strings make {count} postings in the table "
                    f"{table!r}, and {MOST} is the most; split the strings into several files"
                )
            writer.append(f"{table}.starts", starts)
            writer.append(table, postings)
        code = ord(separator) + 1 if separator else 0
        tell("checksums", entries)
        writer.commit(entries, Parameters(code, distance, *work.seen))


class _Ends:
    """Writes strings one behind the other, and where each ends."""

    def __init__(self, strings: IO[bytes], offsets: IO[bytes]) -> None:
        self._strings, self._offsets = strings, offsets
        self._end = 0
        offsets.write(bytes(OFFSET_BYTES))

    def write(self, batch: list[str], first: int) -> None:
        """Write some strings, of which the first has that id."""
        for number, string in enumerate(batch, first):
            if not isinstance(string, str):
                raise ConfigurationError(
                    f"StringIndex.build: strings[{number}] is {type(string).__name__}, not str"
                )
            raw = string.encode("utf-8", "surrogatepass")
            self._strings.write(raw)
            self._end += len(raw)
            self._offsets.write(self._end.to_bytes(OFFSET_BYTES, "little"))
        if first + len(batch) > MOST:
            raise ConfigurationError(f"StringIndex.build: more than {MOST} strings; split them")


def _ignore(stage: str, done: int) -> None:
    """Progress that nobody asked for."""
