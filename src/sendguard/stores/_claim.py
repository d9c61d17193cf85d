"""What a stateful check asks of the store."""

from __future__ import annotations

import hashlib
import re
from typing import Any, Final

from attrs import evolve, field, frozen
from attrs.validators import instance_of, optional

from sendguard.errors import ConfigurationError
from sendguard.model import LONGEST, Action, check_code

MOST: Final = 1_000_000_000
"""The largest limit."""
_KEY = re.compile(r"[0-9a-f]{32}")


def opaque_key(*parts: str) -> str:
    """A key that stands for these texts and does not show them: 128 bits of SHA-256, in hex.

    Whoever can read the store and has a list of addresses can still find out which of them are in
    it; keep the store as safe as a log of sent mail.

    Args:
        parts: any texts; each is length-prefixed, so ("ab", "c") and ("a", "bc") differ.
    """
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(b"%d:%b" % (len(data), data))
    return digest.hexdigest()[:32]


def _opaque(instance: Any, attribute: Any, value: Any) -> None:
    if not isinstance(value, str) or not _KEY.fullmatch(value):
        raise ConfigurationError(
            f"{type(instance).__name__}.{attribute.name} is no opaque key; use opaque_key(…), "
            "so that no address stands in a store"
        )


def _countable(instance: Any, attribute: Any, value: Any) -> None:
    name = f"{type(instance).__name__}.{attribute.name}"
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{name} takes an int, not {type(value).__name__}")
    if not 1 <= value <= MOST:
        raise ConfigurationError(f"{name} is {value}; use 1 to {MOST}")


def _measurable(instance: Any, attribute: Any, value: Any) -> None:
    name = f"{type(instance).__name__}.{attribute.name}"
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise TypeError(f"{name} takes seconds, not {type(value).__name__}")
    if not 0.001 <= value <= LONGEST:
        raise ConfigurationError(f"{name} is {value} seconds; use 0.001 to {LONGEST}")


def _is_code(_: object, __: object, value: Any) -> None:
    check_code(value)


@frozen
class Latch:
    """When refusals of a claim are so many that nothing more may leave until a person looks.

    Each refusal because of the claim's count is a strike of its `member`; when `limit` members
    have struck within `window`, the latch is set, and every claim that names it is refused until
    somebody resets it.

    Args:
        key: opaque key of the latch.
        member: opaque key of the one who was struck, say a recipient.
        limit: so many distinct members.
        window: seconds.
        label: what it is, for whoever lists latches; without names and addresses.
    """

    key: str = field(validator=_opaque)
    member: str = field(validator=_opaque)
    limit: int = field(validator=_countable)
    window: float = field(validator=_measurable)
    label: str = field(default="", validator=instance_of(str))

    @property
    def microseconds(self) -> int:
        """The window."""
        return round(self.window * 1_000_000)


@frozen
class Claim:
    """This key, at most so many in so long.

    The window slides and is exact: in no stretch of time of that length are there more than
    `limit`, and a claim is free again exactly when its window is over. One key always goes with
    the same window.

    Args:
        key: opaque key of what is counted.
        limit: at most so many.
        window: in so many seconds.
        code: the finding code of a refusal.
        action: what a refusal asks for. Below HOLD the claim counts but does not refuse.
        latch: what happens when refusals pile up.
        mark: kept with the claim while its window lasts, and told with a refusal; a digest.
    """

    key: str = field(validator=_opaque)
    limit: int = field(validator=_countable)
    window: float = field(validator=_measurable)
    code: str = field(validator=_is_code)
    action: Action = field(default=Action.HOLD, validator=instance_of(Action))
    latch: Latch | None = field(default=None, validator=optional(instance_of(Latch)))
    mark: str = field(default="", validator=instance_of(str))

    @property
    def refuses(self) -> bool:
        """Whether it keeps a message from leaving, or only counts."""
        return self.action >= Action.HOLD

    @property
    def microseconds(self) -> int:
        """The window."""
        return round(self.window * 1_000_000)

    def scoped(self, scope: str) -> Claim:
        """The same claim, counted apart under that name, and with a latch of its own."""
        latch = self.latch and evolve(self.latch, key=opaque_key(scope, self.latch.key))
        return evolve(self, key=opaque_key(scope, self.key), latch=latch)
