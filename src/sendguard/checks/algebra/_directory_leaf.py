"""Checks that ask a directory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from sendguard.checks.algebra._case import Case
from sendguard.checks.algebra._checks import Leaf, Unevaluable
from sendguard.model import Finding

if TYPE_CHECKING:
    from sendguard.matching import DirectoryLike


class DirectoryLeaf(Leaf):
    """A leaf with a directory of its own, or the guard's.

    Without either it says that it could not judge: somebody asked for it by name.
    """

    __slots__ = ()

    directory: DirectoryLike | None

    @property
    def time_out(self) -> float | None:
        """That of its own directory."""
        return None if self.directory is None else self.directory.time_out

    def time_out_for(self, case: Case) -> float | None:
        directory = self._asked(case)
        return None if directory is None else directory.time_out

    def find(self, case: Case) -> Iterator[Finding | Unevaluable]:
        directory = self._asked(case)
        if directory is None:
            yield Unevaluable(
                f"{self.name}() has no directory to ask; give it or the guard a directory."
            )
            return
        yield from self.look(case, directory)

    def look(self, case: Case, directory: DirectoryLike) -> Iterable[Finding | Unevaluable]:
        """What it notices with that directory."""
        raise NotImplementedError

    def _asked(self, case: Case) -> DirectoryLike | None:
        return case.directory if self.directory is None else self.directory


def check_directory(_: object, __: object, value: Any) -> None:
    """The validator of a check's `directory`."""
    if value is None:
        return
    from sendguard.matching import DirectoryLike

    if not isinstance(value, DirectoryLike):
        raise TypeError(f"directory= takes a directory or None, not {type(value).__name__}")
