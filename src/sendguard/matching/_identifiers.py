"""Whose data is in a text: known identifiers in a mapped file."""

from __future__ import annotations

import mmap
from itertools import islice
from typing import IO, TYPE_CHECKING

from sendguard.canonical import mask_address
from sendguard.errors import ConfigurationError
from sendguard.matching._engine import identifier_searcher, pair_filer
from sendguard.matching._file import IndexFile, IndexWriter
from sendguard.matching._folding import folding
from sendguard.matching._forms import UnfitError, forms_of
from sendguard.matching._identifier_search import KIND, MOST_PAIRS, OFFSET_BYTES, Parameters
from sendguard.matching._mention import Mention

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Sequence
    from typing import Self

_BATCH = 4096


class IdentifierIndex:
    """Known identifiers in a mapped file: which of them stand in a text, and whose they are.

    Identifiers are e-mail addresses, telephone, account, card and invoice numbers, names, street
    addresses: whatever has up to ten words. They are found as people write them: in any case, with
    or without diacritics, numbers grouped in any usual way; and never within a longer word, number
    or code. `docs/explanation/matching.md` says exactly what is found. Safe to share between
    threads and by forked processes; a process that opened the file goes on reading it as it was
    when it is replaced by a new build.

    Example:
        >>> import tempfile
        >>> folder = tempfile.TemporaryDirectory()
        >>> known = IdentifierIndex.build(
        ...     f"{folder.name}/identifiers",
        ...     [("Mar\u00eda L\u00f3pez", "c1"), ("DE89370400440532013000", "c2")],
        ... )
        >>> known.scan("Dear Maria Lopez, your IBAN is DE89 3704 0044 0532 0130 00.")
        [Mention(start=5, end=16, value='Mar\u00eda L\u00f3pez', owners=('c1',)), \
Mention(start=31, end=58, value='DE89370400440532013000', owners=('c2',))]
        >>> folder.cleanup()
    """

    __slots__ = ("_file", "_search")

    def __init__(self, file: IndexFile) -> None:
        """Use `IdentifierIndex.open`."""
        self._file = file
        self._search = identifier_searcher(file)

    @classmethod
    def build(
        cls,
        path: str | os.PathLike[str],
        pairs: Iterable[tuple[str, str]],
        *,
        progress: Callable[[str, int], object] | None = None,
    ) -> Self:
        """Write the file, replacing one that is there at once and only when whole; then open it.

        Args:
            path: where to; a folder beside it takes the temporary files.
            pairs: identifiers and the id of whom each belongs to; any iterable, read once. Several
                owners may share an identifier. Memory does not grow with their number. Give phones
                in international form (`+44 20 7946 0958`), so that they are found in their national
                form too.
            progress: called now and then with the stage ("reading", ...) and the count of pairs.

        Raises:
            ConfigurationError: something is not a pair of strings, or an identifier has no letter
                or digit, more than ten words, more than 1,000 code points, or a form of more than
                255 bytes.
            OSError: the file cannot be written.
        """
        _build(path, pairs, progress)
        return cls.open(path)

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Self:
        """Map a file that `build` wrote; takes microseconds, whatever its size.

        Raises:
            OSError: it cannot be opened.
            IndexFileError: it is not such a file, or is incomplete, or was built by a release that
                folds text in another way. Damage further in raises this when it is read, or from
                `verify`.
        """
        return cls(IndexFile(path, KIND))

    def __len__(self) -> int:
        return self._file.entries

    def __repr__(self) -> str:
        return f"<IdentifierIndex {self._file.path!r}: {len(self)} pairs>"

    def scan(self, text: str) -> list[Mention]:
        """The known identifiers in a text, in order; they do not overlap.

        From left to right, the longest at each place counts. The time is linear in the length of
        the text.

        Raises:
            IndexFileError: the file is damaged.
        """
        return [Mention(*found) for found in self._search.scan(text)]

    def scan_batch(self, texts: Sequence[str]) -> list[list[Mention]]:
        """As `scan`, for each of the texts; other threads run meanwhile."""
        return [
            [Mention(*mention) for mention in found] for found in self._search.scan_batch(texts)
        ]

    def owners(self, value: str) -> tuple[str, ...]:
        """The owners of an identifier, written exactly as it was given; empty if it is unknown.

        Raises:
            IndexFileError: the file is damaged.
        """
        return self._search.owners(value)

    def verify(self) -> None:
        """Read the whole file and check it.

        Raises:
            IndexFileError: it is damaged.
        """
        self._file.verify()


def _build(
    path: str | os.PathLike[str],
    pairs: Iterable[tuple[str, str]],
    progress: Callable[[str, int], object] | None,
) -> None:
    """Write the file; on any error the one that was there stays as it was."""
    with IndexWriter(path, KIND) as writer:
        folder = writer.scratch
        work = pair_filer(str(folder))
        iterator = iter(pairs)
        entries = 0
        writer.begin("strings")
        with (folder / "offsets").open("xb") as offsets:
            ends = _Ends(writer.file, offsets)
            while batch := list(islice(iterator, _BATCH)):
                values = ends.write(batch, entries)
                if (fit := work.file(values, entries)) < len(values):
                    raise _unfit(values[fit], entries + fit)
                entries += len(batch)
                if progress:
                    progress("reading", entries)
        strings_at, _ = writer.end("strings")
        offsets_at, _ = writer.append("offsets", folder / "offsets")
        if progress:
            progress("writing", entries)
        with mmap.mmap(writer.file.fileno(), 0, access=mmap.ACCESS_READ) as view:
            homes = work.write(view, strings_at, offsets_at)
        for section in ("words", "forms", "table", "shared"):
            writer.append(section, folder / section)
        if progress:
            progress("checksums", entries)
        writer.commit(entries, Parameters(folding().checksum, homes, *work.seen))


class _Ends:
    """Writes values and owners one behind the other, and where each ends."""

    def __init__(self, strings: IO[bytes], offsets: IO[bytes]) -> None:
        self._strings, self._offsets = strings, offsets
        self._end = 0
        offsets.write(bytes(OFFSET_BYTES))

    def write(self, batch: Sequence[object], first: int) -> list[str]:
        """Write some pairs, of which the first has that number; returns the values."""
        if first + len(batch) > MOST_PAIRS:
            raise ConfigurationError(
                f"IdentifierIndex.build: more than {MOST_PAIRS} pairs; split them into two files"
            )
        values = []
        for number, pair in enumerate(batch, first):
            match pair:
                case (str() as value, str() as owner):
                    values.append(value)
                    for string in (value, owner):
                        raw = string.encode("utf-8", "surrogatepass")
                        self._strings.write(raw)
                        self._end += len(raw)
                        self._offsets.write(self._end.to_bytes(OFFSET_BYTES, "little"))
                case _:
                    raise ConfigurationError(
                        f"IdentifierIndex.build: pairs[{number}] is {type(pair).__name__}; "
                        "give a tuple of two strings, the identifier and its owner"
                    )
        return values


def _unfit(value: str, number: int) -> ConfigurationError:
    """The error for an identifier that cannot be filed."""
    try:
        forms_of(value)
    except UnfitError as reason:
        return ConfigurationError(
            f"IdentifierIndex.build: the identifier of pairs[{number}], {mask_address(value)!r}, "
            f"{reason}, so it could not be found in a text; leave it out, or give a part of it"
        )
    raise AssertionError("the two engines differ on what can be filed")
