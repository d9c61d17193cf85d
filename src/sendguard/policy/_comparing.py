"""What is different between two policies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from attrs import frozen

from sendguard.policy._policy import Policy
from sendguard.policy._writing import to_table

Sort = Literal["added", "removed", "changed"]


@frozen
class Change:
    """One difference.

    Attributes:
        sort: "added", "removed" or "changed".
        what: a key of the file, or the name of a check.
        before, after: as a policy file says it; None where there is nothing.
    """

    sort: Sort
    what: str
    before: Any = None
    after: Any = None


def changes(before: Policy, after: Policy) -> list[Change]:
    """The differences, keys first, then checks in the order of their names.

    Raises:
        ConfigurationError: one of the policies cannot be written to a file.
    """
    old, new = to_table(before), to_table(after)
    old_checks, new_checks = old.pop("checks"), new.pop("checks")
    found = [
        _change(key, old.get(key), new.get(key))
        for key in dict.fromkeys((*old, *new))
        if old.get(key) != new.get(key)
    ]
    return [*found, *_check_changes(old_checks, new_checks)]


def _change(what: str, before: Any, after: Any) -> Change:
    if before is None:
        return Change("added", what, None, after)
    if after is None:
        return Change("removed", what, before)
    return Change("changed", what, before, after)


def _check_changes(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> Iterator[Change]:
    gone = [row for row in old if row not in new]
    come = [row for row in new if row not in old]
    for name in sorted({*map(_name, gone), *map(_name, come)}):
        before = [row for row in gone if _name(row) == name]
        after = [row for row in come if _name(row) == name]
        for index in range(max(len(before), len(after))):
            yield _change(
                name,
                before[index] if index < len(before) else None,
                after[index] if index < len(after) else None,
            )


def _name(row: dict[str, Any]) -> str:
    return str(row.get("check") or ("any_of" if "any_of" in row else "all_of"))
