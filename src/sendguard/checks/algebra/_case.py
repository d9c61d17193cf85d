"""What a built-in check is given."""

from __future__ import annotations

from collections.abc import Container
from typing import TYPE_CHECKING

from attrs import field, frozen

from sendguard.model import Context, Message
from sendguard.text import Analysis

if TYPE_CHECKING:
    from sendguard.matching import DirectoryLike


@frozen(eq=False)
class Case:
    """One message to judge, with all that a built-in check may ask for.

    Attributes:
        message: what is about to be sent.
        context: the facts of this send; `now` is always set.
        analysis: what can be read from the message, computed once for all checks.
        internal_domains: canonical domains of the organisation, of guard and context together.
        default_region: ISO 3166 region for phone numbers without a country code, or None.
        directory: whom the organisation knows, or None.
        suppression: whom it must not write to, in canonical form, or None.
        has_store: whether there is a store to count in.
    """

    message: Message
    context: Context
    analysis: Analysis = field(repr=False)
    internal_domains: frozenset[str] = frozenset()
    default_region: str | None = None
    directory: DirectoryLike | None = None
    suppression: Container[str] | None = None
    has_store: bool = False

    @property
    def resources(self) -> frozenset[str]:
        """What the guard was given: of "directory", "store", "suppression"."""
        given = {
            "directory": self.directory is not None,
            "store": self.has_store,
            "suppression": self.suppression is not None,
        }
        return frozenset(name for name, there in given.items() if there)
