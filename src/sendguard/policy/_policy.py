"""A policy as a value: what a guard is built of, as far as a file can say it."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import fields, frozen

from sendguard.checks import Check
from sendguard.model import Action, Mode

if TYPE_CHECKING:
    from sendguard.matching import DirectoryLike
    from sendguard.stores import AsyncClaimStore, ClaimStore


@frozen
class Policy:
    """What a policy file says. Immutable; None or empty where it says nothing.

    Attributes:
        checks: all must pass.
        without: codes or patterns of findings that are left out.
        actions: other actions by code or pattern.
        mode, on_error, on_store_error, on_unevaluable, overridable, internal_domains,
            default_region, store, directory, suppression: as for `Guard`.
        sources: the files it was read from, the policy's own last; none for shipped ones.
    """

    checks: tuple[Check, ...] = ()
    without: tuple[str, ...] = ()
    actions: tuple[tuple[str, Action], ...] = ()
    mode: Mode | None = None
    on_error: Action | None = None
    on_store_error: Action | None = None
    on_unevaluable: Action | None = None
    overridable: tuple[str, ...] | None = None
    internal_domains: tuple[str, ...] = ()
    default_region: str | None = None
    store: ClaimStore | AsyncClaimStore | None = None
    directory: DirectoryLike | None = None
    suppression: Container[str] | None = None
    sources: tuple[Path, ...] = ()

    @property
    def guard_options(self) -> dict[str, Any]:
        """The options of `Guard` that it sets."""
        said = {name: getattr(self, name) for name in _GUARD_OPTIONS}
        return {name: value for name, value in said.items() if value is not None}


_APART = ("checks", "without", "actions", "sources")
_GUARD_OPTIONS = tuple(each.name for each in fields(Policy) if each.name not in _APART)
