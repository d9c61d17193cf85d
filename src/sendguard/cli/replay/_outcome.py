"""What a replay came to, for the reports."""

from __future__ import annotations

from attrs import frozen

from sendguard.cli.replay._budget import Spending
from sendguard.cli.replay._tally import Tally


@frozen
class CodeRow:
    """In how many messages a code was found.

    Attributes:
        code: the finding code.
        before, after: by the old judgement, and by the new one.
        gained, lost: where only the new one has it, or only the old one.
    """

    code: str
    before: int
    after: int
    gained: int
    lost: int


@frozen(eq=False)
class Outcome:
    """All that the reports tell.

    Attributes:
        policy, against: as they were named.
        tally: what was counted.
        spendings: of each budget that was given.
        skipped: how many files in folders are no messages.
    """

    policy: str
    against: str | None
    tally: Tally
    spendings: tuple[Spending, ...]
    skipped: int

    @property
    def has_before(self) -> bool:
        """Whether there was anything to compare with."""
        return self.against is not None or self.tally.compared > 0

    @property
    def title(self) -> str:
        """What was compared with what."""
        if self.against is not None:
            return f"{self.policy} against {self.against}"
        return f"{self.policy} against what was recorded" if self.has_before else self.policy

    def codes(self) -> list[CodeRow]:
        """The codes, those that changed most first, then by how often they fire."""
        tally = self.tally
        rows = [
            CodeRow(
                code,
                tally.codes_before[code],
                tally.codes_after[code],
                tally.gained[code],
                tally.lost[code],
            )
            for code in {**tally.codes_before, **tally.codes_after}
        ]
        return sorted(rows, key=lambda r: (-(r.gained + r.lost), -max(r.before, r.after), r.code))
