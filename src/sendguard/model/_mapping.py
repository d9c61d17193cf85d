"""A read-only dictionary for frozen values: the standard library's proxy cannot be pickled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

Value = TypeVar("Value")


class FrozenMap(Mapping[str, Value]):
    """A mapping that cannot be changed, hashed by its keys, and pickled.

    >>> FrozenMap({"order": "A-1042"})["order"]
    'A-1042'
    """

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[str, Value] | None = None) -> None:
        self._items = dict(items or {})

    def __getitem__(self, key: str) -> Value:
        return self._items[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(frozenset(self._items))  # values may be unhashable; equal maps have equal keys

    def __repr__(self) -> str:
        return f"FrozenMap(<{len(self)} items>)"  # values may be private
