"""Where messages lie: files, folders, standard input."""

from __future__ import annotations

import errno
import json
import os
import re
import stat
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

from attrs import frozen

from sendguard.cli._harmless import harmless
from sendguard.errors import ConfigurationError
from sendguard.mime import Limits
from sendguard.model import Action, Finding, Message

STANDARD_INPUT: Final = "-"
READ_AT_MOST: Final = (
    Limits().bytes + 1
)  # one byte more than is judged, so that the reader sees the cut
_SNIFFED: Final = 16_384

# RFC 5322 §3.6: a message has From; §2.2: a field name is printable ASCII without a colon.
_HEADER = re.compile(rb"(?:From [^\n]*+\n)?[!-9;-~]++[ \t]*+:")
_FROM = re.compile(rb"^from[ \t]*+:", re.IGNORECASE | re.MULTILINE)
# RFC 4155: in an mbox each mail begins with such a line, which ends with a date and time.
_NEXT_IN_MBOX = re.compile(rb"\n\r?\nFrom [^\n:]*+:[0-9]{2}")
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")

T = TypeVar("T")
Form = Literal["mail", "json", "either"]


@frozen
class Source:
    """A place where one message lies; `path` is None for standard input."""

    path: Path | None
    form: Form

    @property
    def name(self) -> str:
        """The path as it was given, in characters that every parser takes."""
        if self.path is None:
            return STANDARD_INPUT
        return os.fsencode(self.path.as_posix()).decode("utf-8", "backslashreplace")


@frozen
class Problem:
    """What the operating system said of one name."""

    name: str
    reason: str


@frozen
class Found:
    """What the paths of a command line lead to.

    Attributes:
        sources: in the order of the paths, within a folder by name.
        problems: the paths and folders that cannot be looked at.
        skipped: how many files in folders are no messages.
    """

    sources: tuple[Source, ...]
    problems: tuple[Problem, ...]
    skipped: int


@frozen
class Unread:
    """A source that gave no message.

    Attributes:
        finding: says so in the report.
        problem: why it could not be opened or read, or None where it is the content that is wrong.
    """

    finding: Finding
    problem: Problem | None = None


def find_sources(paths: Iterable[str]) -> Found:
    """Look up the paths; folders are gone through with all that is below them."""
    search = _Search()
    for path in paths:
        search.add(path)
    return Found(tuple(search.sources), tuple(search.problems), search.skipped)


class _Search:
    """Goes through folders without recursion, and into each folder once."""

    def __init__(self) -> None:
        self.sources: list[Source] = []
        self.problems: list[Problem] = []
        self.skipped = 0

    def add(self, given: str) -> None:
        if given == STANDARD_INPUT:
            self.sources.append(Source(None, "either"))
            return
        path = Path(given)
        try:
            is_folder = stat.S_ISDIR(path.stat().st_mode)
        except OSError as error:
            self.problems.append(_problem(path, error))
            return
        if is_folder:
            self._add_folder(path)
        else:
            self.sources.append(Source(path, _form_of_name(path) or "either"))

    def _add_folder(self, top: Path) -> None:
        seen: set[tuple[int, int]] = set()  # a link may lead back up
        waiting = [top]
        while waiting:
            path = waiting.pop()
            try:
                status = path.stat()
                if not stat.S_ISDIR(status.st_mode):
                    self._add_file(path, status)
                elif (status.st_dev, status.st_ino) not in seen:
                    seen.add((status.st_dev, status.st_ino))
                    waiting += sorted(path.iterdir(), key=os.fsencode, reverse=True)
            except OSError as error:
                self.problems.append(_problem(path, error))

    def _add_file(self, path: Path, status: os.stat_result) -> None:
        form = _form_of_name(path)
        if stat.S_ISREG(status.st_mode) and (form or _looks_like_mail(path)):
            self.sources.append(Source(path, form or "mail"))
        else:
            self.skipped += 1


def _form_of_name(path: Path) -> Form | None:
    match path.suffix.lower():
        case ".eml":
            return "mail"
        case ".json":
            return "json"
    return None


def _looks_like_mail(path: Path) -> bool:
    """Whether a file begins with a header block that has From in it, as in a Maildir."""
    with path.open("rb") as file:
        head = file.read(_SNIFFED)
    fields = _BLANK_LINE.split(head, maxsplit=1)[0]
    return _HEADER.match(fields) is not None and _FROM.search(fields) is not None


def _problem(path: Path, error: OSError) -> Problem:
    return Problem(Source(path, "either").name, error.strerror or type(error).__name__)


def read_source(source: Source) -> Message | Unread:
    """Read one message; what cannot be read becomes a finding."""
    try:
        data = bytes_of(source)
    except OSError as error:
        return unopened(source.name, error)
    form = source.form
    if form == "either":
        # No header field of a mail begins with a brace, and every object in JSON does.
        form = "json" if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") else "mail"
    if form == "json":
        return read_json(data, Message.from_dict)
    if data.startswith(b"From ") and _NEXT_IN_MBOX.search(data):
        return Unread(_unreadable("This is an mbox with several mails; give each a file."))
    return Message.from_email(data)


def unopened(name: str, error: OSError) -> Unread:
    """What the report says of a file that the operating system does not give."""
    problem = Problem(name, error.strerror or type(error).__name__)
    return Unread(_unreadable("The file could not be opened or read."), problem)


def bytes_of(source: Source) -> bytes:
    """What lies there, as far as it is read.

    Raises:
        OSError: it cannot be opened or read.
    """
    if source.path is None:
        if sys.stdin is None:  # the shell closed it (<&-)
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        return sys.stdin.buffer.read(READ_AT_MOST)
    with source.path.open("rb") as file:
        return file.read(READ_AT_MOST)


def read_json(data: bytes, take: Callable[[Any], T]) -> T | Unread:
    """Read a JSON document that is a message, or has one as its `message`.

    Args:
        data: the document.
        take: makes of it what is wanted; a ConfigurationError of its becomes a finding.
    """
    limits = Limits()
    if len(data) > limits.bytes:
        return Unread(_beyond_limit(f"The file is larger than {limits.bytes} bytes."))
    try:
        loaded = json.loads(data)
        if _is_nested_deeper(loaded, limits.depth):
            return Unread(_beyond_limit(f"Messages lie in it more than {limits.depth} deep."))
        return take(loaded)
    except json.JSONDecodeError as error:
        return Unread(
            _unreadable(
                f"This is not JSON: {error.msg}, line {error.lineno}, column {error.colno}."
            )
        )
    except UnicodeDecodeError as error:
        return Unread(_unreadable(f"This is not JSON: byte {error.start} is not {error.encoding}."))
    except RecursionError:
        return Unread(_beyond_limit("The JSON is nested too deeply to be read."))
    except ConfigurationError as error:
        # What the file says in place of a field is quoted, so it is shown as what it is.
        return Unread(_unreadable(f"This is no message: {harmless(str(error))}."))
    except ValueError:
        return Unread(_unreadable("This is not JSON: a number in it has too many digits."))


def _is_nested_deeper(data: Any, depth: int) -> bool:
    """Whether messages are attached to each other more than so many levels deep."""
    level: list[Any] = [data, data.get("message")] if isinstance(data, dict) else []
    for _ in range(depth + 1):
        rows = [each["attachments"] for each in level if _is_list(each, "attachments")]
        level = [each.get("message") for row in rows for each in row if isinstance(each, dict)]
    return any(isinstance(each, dict) for each in level)


def _is_list(data: Any, name: str) -> bool:
    return isinstance(data, dict) and isinstance(data.get(name), list)


def _beyond_limit(sentence: str) -> Finding:
    return Finding(
        code="guard.limit-exceeded",
        action=Action.HOLD,
        message=f"{sentence} It was not judged.",
        suggestion="Have a person look at it; nothing of it could be judged.",
    )


def _unreadable(sentence: str) -> Finding:
    return Finding(
        code="guard.unreadable",
        action=Action.HOLD,
        message=sentence,
        suggestion="Have a person look at it; it could not be read as a message.",
    )
