"""What one call of `HoldQueue.release` did."""

from __future__ import annotations

from attrs import frozen


@frozen
class ReleaseReport:
    """By outcome, the ids of the messages that were taken up.

    Attributes:
        sent: they left.
        waiting: they go on waiting: refused when judged again, cleanly failed, approval lapsed,
            changed meanwhile, or written by a newer version.
        in_doubt: nobody can say whether they left.
        expired: they are rejected.
    """

    sent: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    in_doubt: tuple[str, ...] = ()
    expired: tuple[str, ...] = ()
