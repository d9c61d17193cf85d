"""Addresses that must not be written to, in a mapped file that all processes share."""

from __future__ import annotations

import os
import secrets
import threading
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import define, field

from sendguard.errors import ConfigurationError, IndexFileError
from sendguard.matching._change_log import Change, ChangeLog, log_path
from sendguard.matching._engine import member_sorter, members
from sendguard.matching._file import IndexFile, IndexWriter
from sendguard.matching._fingerprints import PLAIN, SHA256, all_fingerprints, fingerprint
from sendguard.matching._members import packed_keys, unpacked_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Self

    from sendguard.matching._change_log import LogWriter

KIND = 2
_BATCH = 4096
_PIECE = 1 << 20
_EVERY_FORM = (1 << SHA256 + 1) - 1


class SuppressionList:
    """A set of addresses that must not be written to, for any number of them.

    Values are plain addresses, or the MD5, SHA-1 or SHA-256 (hexadecimal) of the lower-cased
    address, as mailers exchange them; both may be mixed. An address is in the list if it is there
    in any form. White space around a value is ignored, and so is case; give addresses in their
    canonical form.

    Only 64-bit hashes are kept, about five bytes for each address, so that a look-up can err
    towards suppressing, about once in 270 million look-ups of addresses that are not listed. It
    never misses one that is.

    `add` and `discard` take effect at once in every process that has the list open, and are on the
    disk when they return: they go to a log beside the file, which `compact` folds in. Safe to share
    between threads and by forked processes. Changing it needs a POSIX system and a local file
    system.

    Example:
        >>> import tempfile
        >>> folder = tempfile.TemporaryDirectory()
        >>> listed = SuppressionList.build(f"{folder.name}/unsubscribed", ["Maria@example.com"])
        >>> "maria@example.com" in listed
        True
        >>> listed.discard("maria@example.com")
        >>> "maria@example.com" in listed
        False
        >>> folder.cleanup()
    """

    __slots__ = ("_lock", "_opened", "_path")

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Use `SuppressionList.open`."""
        self._path = Path(path).absolute()  # the log must be found even after a chdir
        self._lock = threading.Lock()
        self._opened = _open(self._path)

    @classmethod
    def build(
        cls,
        path: str | os.PathLike[str],
        values: Iterable[str],
        *,
        progress: Callable[[str, int], object] | None = None,
    ) -> Self:
        """Write the list, replacing one that is there at once and only when whole; then open it.

        What was added with `add` to a list that is replaced is kept, so that no unsubscribe is lost
        between export and build; what was discarded is not, and is listed again if it is in the
        values. Processes that have the old list open go over to the new one.

        Args:
            path: where to; a folder beside it takes the temporary files.
            values: any iterable, read once. Memory does not grow with their number.
            progress: called now and then with the stage ("reading", ...) and the count of values.

        Raises:
            ConfigurationError: something is not a string.
            IndexFileError: the list that is there is damaged; move it away first.
            OSError: the file cannot be written.
        """
        with IndexWriter(path, KIND) as writer:
            sorter = member_sorter(str(writer.scratch))
            iterator = iter(values)
            count = 0
            while batch := list(islice(iterator, _BATCH)):
                for number, value in enumerate(batch, count):
                    if not isinstance(value, str):
                        raise ConfigurationError(
                            f"SuppressionList.build: values[{number}] is "
                            f"{type(value).__name__}, not str"
                        )
                sorter.add(batch)
                count += len(batch)
                if progress:
                    progress("reading", count)
            if progress:
                progress("writing", count)
            table = writer.scratch / "table"
            homes, entries = sorter.write(str(table))
            writer.append("table", table)
            contents = _Contents(entries, homes, sorter.forms)
            if not Path(path).exists():
                _commit(writer, path, contents)
            else:
                with _held(path) as (old, log):
                    added, _ = old.all_changes()
                    contents.forms |= old.forms if added else 0
                    contents.added = added
                    _commit(writer, path, contents, log)
        return cls.open(path)

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Self:
        """Map a list that `build` wrote; takes microseconds, whatever its size.

        Raises:
            OSError: it cannot be opened.
            IndexFileError: it is not such a file or is incomplete, or its log is missing or
            damaged.
        """
        return cls(path)

    @property
    def path(self) -> Path:
        """The file that it lies in."""
        return self._path

    def __contains__(self, value: object) -> bool:
        return isinstance(value, str) and self._current().contains([value])[0]

    def __repr__(self) -> str:
        return f"<SuppressionList {self._opened.file.path!r}>"

    def contains_batch(self, values: Sequence[str]) -> list[bool]:
        """For each value whether it is listed, much faster than one by one; other threads run.

        Raises:
            IndexFileError: the file or its log is damaged.
        """
        return self._current().contains(values)

    def add(self, *values: str) -> None:
        """List some values; when this returns they are on the disk and every process sees them.

        Raises:
            IndexFileError: the file or its log is damaged.
            OSError: the log cannot be written.
        """
        forms_and_keys = [fingerprint(_checked(value)) for value in values]
        self._append([Change(key, present=True, form=form) for form, key in forms_and_keys])

    def discard(self, *values: str) -> None:
        """Take some values off the list, in the way and as fast as `add` puts them on it.

        A plain address is taken off in all its forms. A digest takes off only itself: an address
        that is listed plainly or by another digest stays.

        Raises:
            IndexFileError: the file or its log is damaged.
            OSError: the log cannot be written.
        """
        keys = [key for value in values for key in all_fingerprints(_checked(value), _EVERY_FORM)]
        self._append([Change(key, present=False, form=PLAIN) for key in keys])

    def _append(self, changes: list[Change]) -> None:
        with _held(self._path) as (opened, log):
            log.append(changes)
        self._go_over_to(opened)

    def compact(self) -> None:
        """Write the list anew with all changes in it, and begin an empty log.

        Other processes go over to the new file at their next look-up; their additions wait
        meanwhile. The changes stay apart from the table, eight bytes each: build the list anew from
        its source when they outgrow it.

        Raises:
            IndexFileError: the file or its log is damaged.
            OSError: the file cannot be written.
        """
        with IndexWriter(self._path, KIND) as writer, _held(self._path) as (old, log):
            offset, length = old.file.section("table")
            writer.begin("table")
            for at in range(offset, offset + length, _PIECE):
                writer.file.write(old.file.read(at, min(_PIECE, offset + length - at)))
            writer.end("table")
            added, removed = old.all_changes()
            homes = old.file.parameters[0]
            contents = _Contents(old.file.entries, homes, old.forms, added, removed)
            _commit(writer, self._path, contents, log)
        self._go_over_to(_open(self._path))

    def verify(self) -> None:
        """Read the whole file and check it.

        Raises:
            IndexFileError: it is damaged.
        """
        self._current().file.verify()

    def _current(self) -> _Opened:
        """The list with all changes that are committed now; usually one comparison of 16 bytes."""
        opened = self._opened
        if opened.log.state == opened.seen:
            return opened
        if opened.log.folded:
            opened = self._go_over_to(_open(self._path))
        with self._lock:
            opened.catch_up()
        return opened

    def _go_over_to(self, opened: _Opened) -> _Opened:
        with self._lock:
            if opened.identity != self._opened.identity:
                self._opened = opened
            return self._opened


class _Opened:
    """A list with its log, as one build or compaction made them."""

    def __init__(self, file: IndexFile) -> None:
        self.file = file
        self.forms, self.identity = file.parameters[1:3]
        self.log = ChangeLog(log_path(file.path, self.identity), self.identity)
        self.seen = b""
        self._members = members(file)
        self._changes: dict[int, bool] = {}

    def catch_up(self) -> None:
        """Take in what was committed to the log since the last time."""
        state = self.log.state
        for change in self.log.news():
            self._changes[change.key] = change.present
            self._members.change(change.key, change.present)
            self.forms |= 1 << change.form
        # While the log is folded there may be a new list at any time, so nothing counts as seen.
        self.seen = b"" if self.log.folded else state

    def contains(self, values: Sequence[str]) -> list[bool]:
        """For each value whether it is listed in any form."""
        if self.forms == 1 << PLAIN:
            return self._members.contains_values(values)
        keys = [all_fingerprints(value, self.forms) for value in values]
        found = iter(self._members.contains_keys([key for each in keys for key in each]))
        return [any(list(islice(found, len(each)))) for each in keys]

    def all_changes(self) -> tuple[set[int], set[int]]:
        """The keys that were added and removed since the table was written."""
        added, removed = unpacked_keys(self.file, "added"), unpacked_keys(self.file, "removed")
        for key, present in self._changes.items():
            (added if present else removed).add(key)
            (removed if present else added).discard(key)
        return added, removed


@define
class _Contents:
    """What a new file gets besides its table."""

    entries: int
    homes: int
    forms: int
    added: set[int] = field(factory=set)
    removed: set[int] = field(factory=set)


def _open(path: str | os.PathLike[str]) -> _Opened:
    while True:
        file = IndexFile(path, KIND)
        try:
            return _Opened(file)
        except IndexFileError:
            # The log may have been folded away between the two openings.
            if _is_at(path, file.parameters[2]):
                raise


@contextmanager
def _held(path: str | os.PathLike[str]) -> Iterator[tuple[_Opened, LogWriter]]:
    """The list as it is now, with its log locked, so that it stays so."""
    while True:
        opened = _open(path)
        try:
            log = opened.log.lock()
        except FileNotFoundError:
            continue  # folded meanwhile; if it is missing for another reason, opening says so
        with log:
            if _is_at(path, opened.identity):
                if opened.log.folded:
                    log.mark_folded(False)  # whoever was about to fold it did not live to rename
                opened.catch_up()
                yield opened, log
                return


def _commit(
    writer: IndexWriter,
    path: str | os.PathLike[str],
    contents: _Contents,
    old: LogWriter | None = None,
) -> None:
    """Put the new file in place with an empty log; the old log, which is locked, ends."""
    for name, keys in (("added", contents.added), ("removed", contents.removed)):
        writer.begin(name)
        writer.file.write(packed_keys(keys))
        writer.end(name)
    identity = secrets.randbits(64)
    log = log_path(os.fspath(path), identity)
    ChangeLog.create(log, identity)
    # Marked before the rename: a reader that looks too early only looks again.
    if old:
        old.mark_folded(True)
    try:
        writer.commit(contents.entries, (contents.homes, contents.forms, identity))
    except BaseException:
        if not _is_at(path, identity):
            if old:
                old.mark_folded(False)
            log.unlink()
        raise
    if old:
        old.path.unlink()


def _is_at(path: str | os.PathLike[str], identity: int) -> bool:
    return Path(path).exists() and IndexFile(path, KIND).parameters[2] == identity


def _checked(value: str) -> str:
    if not isinstance(value, str):
        raise ConfigurationError(f"SuppressionList: {value!r} is not a str")
    return value
