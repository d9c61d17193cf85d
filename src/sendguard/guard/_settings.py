"""The options of a guard, validated when it is built."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import TYPE_CHECKING, Any, get_args

from attrs import frozen

from sendguard.canonical import address_problem, domain_of
from sendguard.checks import AllOf
from sendguard.errors import ConfigurationError
from sendguard.guard._observers import Observer
from sendguard.model import Action, Clock, Mode, check_code
from sendguard.policy import Policy
from sendguard.stores import AsyncClaimStore, ClaimStore

if TYPE_CHECKING:
    from sendguard.matching import DirectoryLike


@frozen
class Settings:
    """What a guard was built with; see `Guard` for the meaning of each."""

    check: AllOf
    on_error: Action
    on_unevaluable: Action
    on_store_error: Action
    mode: Mode
    observers: tuple[Observer, ...]
    overridable: tuple[str, ...] | None
    directory: DirectoryLike | None
    suppression: Container[str] | None
    internal_domains: frozenset[str]
    default_region: str | None
    clock: Clock
    store: ClaimStore | AsyncClaimStore | None
    actions: tuple[tuple[str, Action], ...] = ()
    dropped: tuple[str, ...] = ()
    shadow: bool = False

    @property
    def scope(self) -> str | None:
        """The name under which it counts apart from the guards that act; None for these."""
        if self.shadow:
            return "shadow"
        return "observe" if self.mode == "observe" else None

    def __attrs_post_init__(self) -> None:
        for name in ("on_error", "on_unevaluable", "on_store_error"):
            _need(name, getattr(self, name), Action, "an Action")
        if self.store is not None:
            _need("store", self.store, (ClaimStore, AsyncClaimStore), "a store of claims")
        if self.directory is not None:
            from sendguard.matching import DirectoryLike

            _need("directory", self.directory, DirectoryLike, "a directory")
        if self.suppression is not None:
            _need("suppression", self.suppression, Container, "a list that answers `in`")
        if self.mode not in get_args(Mode):
            raise ConfigurationError(f"Guard.mode is {self.mode!r}; use 'enforce' or 'observe'")
        region = self.default_region
        if region is not None and not (len(region) == 2 and region.isascii() and region.isupper()):
            raise ConfigurationError(
                f"Guard.default_region is {region!r}; use an ISO 3166 code such as 'GB'"
            )


def policy_of(settings: Settings) -> Policy:
    """The settings as a policy says them; what every guard has anyway is left out."""
    said = {
        name: value
        for name, usual in (
            ("on_error", Action.HOLD),
            ("on_store_error", Action.HOLD),
            ("on_unevaluable", Action.WARN),
            ("mode", "enforce"),
        )
        if (value := getattr(settings, name)) != usual
    }
    return Policy(
        checks=settings.check.checks,
        without=settings.dropped,
        actions=settings.actions,
        overridable=settings.overridable,
        internal_domains=tuple(sorted(settings.internal_domains)),
        default_region=settings.default_region,
        store=settings.store,
        directory=settings.directory,
        suppression=settings.suppression,
        **said,
    )


def _need(name: str, value: object, kind: Any, words: str) -> None:
    if not isinstance(value, kind):
        raise TypeError(f"Guard.{name} takes {words}, not {type(value).__name__}")


def canonical_domains(domains: Iterable[str]) -> frozenset[str]:
    """The domains as they are compared.

    Raises:
        ConfigurationError: one is no domain.
    """
    if isinstance(domains, str):
        raise TypeError("internal_domains takes several domains, not one str")
    given = tuple(domains)
    for domain in given:
        if problem := address_problem(f"x@{domain}"):
            raise ConfigurationError(f"internal_domains has {domain!r}: {problem}")
    return frozenset(domain_of(f"x@{domain}") for domain in given)


def code_patterns(where: str, patterns: Iterable[str]) -> tuple[str, ...]:
    """Finding codes, or patterns of them such as ``tone.*`` and ``*``.

    Raises:
        ConfigurationError: one is neither.
    """
    if isinstance(patterns, str):
        patterns = (patterns,)
    found = tuple(patterns)
    for pattern in found:
        if not isinstance(pattern, str):
            raise TypeError(f"{where} takes finding codes, not {type(pattern).__name__}")
        if pattern != "*":
            check_code(f"{pattern[:-1]}x" if pattern.endswith(".*") else pattern)
    return found
