"""The messages that a replay judges: where they lie, and how each is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Final, Literal

from attrs import field, frozen

from sendguard.canonical import mask_address
from sendguard.cli._sources import (
    READ_AT_MOST,
    Form,
    Problem,
    Source,
    Unread,
    find_sources,
    read_json,
    read_source,
    unopened,
)
from sendguard.cli.replay._indexing import (
    Bounds,
    is_mbox,
    line_bounds,
    mbox_bounds,
    read_mail,
    read_stretch,
)
from sendguard.errors import ConfigurationError
from sendguard.model import Action, Context, Finding, Message

CHUNK: Final = 200  # messages that a process is given at a time
_LINES: Final = (".jsonl", ".ndjson")
_SCHEMA: Final = 1
_KEYS: Final = frozenset(("schema", "message", "context", "decision"))


@frozen
class Piece:
    """Where one message lies. Small, since each crosses to another process.

    Attributes:
        path: the file.
        form: what it is.
        start, end: which bytes of it, where it holds many.
        number: which of these many, the first being 1; 0 where the file is one message.
    """

    path: Path
    form: Form | Literal["mbox", "line"]
    start: int = 0
    end: int = 0
    number: int = 0

    @property
    def name(self) -> str:
        """The file, and which message of it, as ``outbox.mbox#17``."""
        name = Source(self.path, "mail").name
        return f"{name}#{self.number}" if self.number else name


@frozen
class Record:
    """One message to be judged, and what is known with it.

    Attributes:
        message: what was sent.
        context: the facts that were recorded with it, or None.
        found: the findings that were recorded with it, or None; recipients in them are masked.
    """

    message: Message
    context: Context | None = None
    found: tuple[Finding, ...] | None = None


@frozen(eq=False)
class _Many:
    """A file that holds many messages."""

    path: Path
    form: Literal["mbox", "line"]
    bounds: Bounds = field(repr=False)

    def __len__(self) -> int:
        return len(self.bounds)

    def __iter__(self) -> Iterator[Piece]:
        offsets = self.bounds.offsets
        for index, number in enumerate(self.bounds.numbers):
            yield Piece(self.path, self.form, offsets[index], offsets[index + 1], number)


@frozen(eq=False)
class Corpus:
    """All that was named on the command line.

    Attributes:
        files: each one message, or a file of many.
        problems: what could not be looked at.
        skipped: how many files in folders are no messages.
    """

    files: tuple[Piece | _Many, ...] = field(repr=False)
    problems: tuple[Problem, ...]
    skipped: int

    def __len__(self) -> int:
        return sum(len(each) if isinstance(each, _Many) else 1 for each in self.files)

    def chunks(self) -> Iterator[tuple[Piece, ...]]:
        """The messages in order, `CHUNK` at a time."""
        pieces = self._pieces()
        while chunk := tuple(islice(pieces, CHUNK)):
            yield chunk

    def _pieces(self) -> Iterator[Piece]:
        for each in self.files:
            if isinstance(each, _Many):
                yield from each
            else:
                yield each


def find_corpus(paths: Iterable[str]) -> Corpus:
    """Look up the paths; files of many messages are gone through to see where each begins."""
    found = find_sources(paths)
    files: list[Piece | _Many] = []
    problems = list(found.problems)
    for source in found.sources:
        if source.path is None:
            raise ConfigurationError(
                "replay reads each message twice, so it takes no standard input"
            )
        try:
            files.append(_file(source.path, source.form))
        except OSError as error:
            problems.append(Problem(source.name, error.strerror or type(error).__name__))
    return Corpus(tuple(files), tuple(problems), found.skipped)


def _file(path: Path, form: Form) -> Piece | _Many:
    if path.suffix.lower() in _LINES:
        return _Many(path, "line", line_bounds(path))
    if form != "json" and is_mbox(path):
        bounds = mbox_bounds(path)
        if len(bounds) > 1:  # many programs write a mail to its own file with that line on top
            return _Many(path, "mbox", bounds)
    return Piece(path, form)


def read_piece(piece: Piece) -> Record | Unread:
    """Read one message; what cannot be read becomes a finding."""
    try:
        match piece.form:
            case "mbox":
                data = read_mail(piece.path, piece.start, piece.end, READ_AT_MOST)
                return Record(Message.from_email(data))
            case "line":
                data = read_stretch(piece.path, piece.start, piece.end, READ_AT_MOST)
                return read_json(data, record_of)
            case "json":
                return read_json(read_stretch(piece.path, 0, READ_AT_MOST, READ_AT_MOST), record_of)
    except OSError as error:
        return unopened(piece.name, error)
    read = read_source(Source(piece.path, piece.form))
    return read if isinstance(read, Unread) else Record(read)


def record_of(data: Any) -> Record:
    """A record from what JSON gave: a message, or an object that has one as its `message`.

    Raises:
        ConfigurationError: it is neither; the message says what is wrong.
    """
    if not isinstance(data, dict) or "message" not in data:
        if isinstance(data, dict) and "decision" in data:
            raise ConfigurationError(
                "a decision without its message cannot be judged again; record both"
            )
        return Record(Message.from_dict(data))
    if unknown := sorted(data.keys() - _KEYS):
        raise ConfigurationError(
            f"unknown field {unknown[0]!r}; a record has {', '.join(sorted(_KEYS))}"
        )
    if data.get("schema", _SCHEMA) != _SCHEMA:
        raise ConfigurationError(f"schema is {data['schema']!r}; this version reads {_SCHEMA}")
    context, decision = data.get("context"), data.get("decision")
    return Record(
        Message.from_dict(data["message"]),
        None if context is None else Context.from_dict(context),
        None if decision is None else _found(decision),
    )


def _found(decision: Any) -> tuple[Finding, ...]:
    """The findings of a decision as `Decision.to_dict` wrote it, those set aside with them."""
    if not isinstance(decision, dict):
        raise ConfigurationError(f"decision is {type(decision).__name__}; give an object")
    rows = [*_rows(decision, "findings"), *_rows(decision, "overridden")]
    return tuple(_finding(row) for row in rows)


def _rows(decision: Mapping[str, Any], name: str) -> list[Any]:
    rows = decision.get(name, [])
    if not isinstance(rows, list):
        raise ConfigurationError(f"decision.{name} is {type(rows).__name__}; give a list")
    return rows


def _finding(row: Any) -> Finding:
    try:
        recipient = row.get("recipient")
        return Finding(
            code=row["code"],
            action=Action[row["action"].upper()],
            message=row["message"],
            recipient=None if recipient is None else mask_address(recipient),
            part=row.get("part"),
            span=None if row.get("span") is None else tuple(row["span"]),
            suggestion=row.get("suggestion"),
        )
    except (AttributeError, KeyError, TypeError) as error:
        raise ConfigurationError(
            f"a finding of the decision is wrong: {type(error).__name__}; give code, action and "
            "message as Decision.to_dict writes them"
        ) from error
