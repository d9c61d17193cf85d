"""Which claims of a message are taken: the rule that every store follows."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Sequence
from itertools import chain

from sendguard.errors import ConfigurationError
from sendguard.stores._claim import Claim


def distinct(claims: Sequence[Claim], groups: Sequence[Iterable[Claim]] = ()) -> list[Claim]:
    """Each claim once, in the order given."""
    if not groups and len(claims) == 1:
        return list(claims)
    return list(dict.fromkeys(chain(claims, *groups)))


def taken(
    claims: Sequence[Claim], groups: Sequence[Sequence[Claim]], refused: Collection[Claim]
) -> list[Claim]:
    """Those to take, each once, when these were refused (see `ClaimStore.take`)."""

    if not refused:
        return distinct(claims, groups)

    def stands(some: Iterable[Claim]) -> bool:
        return not any(claim.refuses and claim in refused for claim in some)

    standing = [group for group in groups if stands(group)]
    if not stands(claims) or (groups and not standing):
        return []
    return distinct(claims, standing)


def check_person(by: str) -> None:
    """Raise ConfigurationError unless `by` names somebody."""
    if not by.strip():
        raise ConfigurationError("reset_latch: by= is empty; name the person who decided it")


def log_reset(key: str, by: str, was_set: bool) -> bool:
    """Write down who opened a latch, if it was set; returns whether it was."""
    if was_set:
        logging.getLogger("sendguard").warning("latch %s was reset by %s", key, by)
    return was_set
