"""How a string index is written: strings, offsets, then the tables, with bounded memory."""

from __future__ import annotations

import mmap
from itertools import islice
from typing import TYPE_CHECKING

from sendguard.errors import ConfigurationError
from sendguard.matching._engine import filer
from sendguard.matching._entries import EntryWriter, Strings
from sendguard.matching._file import IndexWriter
from sendguard.matching._search import KIND, Parameters
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
        with (folder / "entries").open("xb+") as file:
            out = EntryWriter(file)
            while batch := list(islice(iterator, _BATCH)):
                for number, string in enumerate(batch, entries):
                    _check(string, number)
                    out.write(string)
                work.count(batch, entries)
                entries += len(batch)
                tell("reading", entries)
            with (folder / "overflow").open("xb") as overflow:
                writer.begin("strings")
                block = out.finish(writer.file, overflow)
        (folder / "entries").unlink()
        at = Strings(writer.end("strings"), writer.append("overflow", folder / "overflow"), block)
        with mmap.mmap(writer.file.fileno(), 0, access=mmap.ACCESS_READ) as view:
            work.file_words(view, at)
            for first in range(0, entries, _BATCH):
                last = min(first + _BATCH, entries)
                work.file(view, at, first, last)
                tell("filing", last)
        for name in ("words", "known", "popular"):
            writer.append(name, folder / name)
        for table in ("entries", "words", "halves"):
            tell(f"writing {table}", entries)
            lines, crowded = folder / f"{table}.lines", folder / f"{table}.crowded"
            if (count := work.write(table, str(lines), str(crowded))) > MOST:
                raise ConfigurationError(
                    f"StringIndex.build: {entries} strings make {count} postings in the table "
                    f"{table!r}, and {MOST} is the most; split the strings into several files"
                )
            writer.append(lines.name, lines)
            writer.append(crowded.name, crowded)
        code = ord(separator) + 1 if separator else 0
        tell("checksums", entries)
        writer.commit(entries, Parameters(code, distance, *work.seen, block))


def _check(string: object, number: int) -> None:
    if not isinstance(string, str):
        raise ConfigurationError(
            f"StringIndex.build: strings[{number}] is {type(string).__name__}, not str"
        )
    if number >= MOST:
        raise ConfigurationError(f"StringIndex.build: more than {MOST} strings; split them")


def _ignore(stage: str, done: int) -> None:
    """Progress that nobody asked for."""
