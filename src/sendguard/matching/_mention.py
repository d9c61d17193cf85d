"""One place in a text where a known identifier stands."""

from __future__ import annotations

from attrs import frozen


@frozen
class Mention:
    """A known identifier in a text.

    Attributes:
        start: where it begins in the text that was given, in code points.
        end: where it ends, in code points.
        value: the identifier as it was given to `IdentifierIndex.build`; of several that read
            alike, the first.
        owners: whose it is, sorted, without duplicates; of all values that read alike.
    """

    start: int
    end: int
    value: str
    owners: tuple[str, ...]
