"""How many messages a policy may stop before the command fails."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final, Literal

from attrs import frozen

from sendguard.cli.replay._tally import Tally
from sendguard.errors import ConfigurationError
from sendguard.model import Action

_SHARE: Final = re.compile(r"([0-9]{1,3}+(?:\.[0-9]{1,9}+)?+)%")

What = Literal["held", "warned"]


@frozen
class Budget:
    """The most that is allowed of something.

    Attributes:
        what: "held" (or blocked), or "warned".
        percent: of all messages.
    """

    what: What
    percent: Decimal

    @classmethod
    def parse(cls, what: What, text: str) -> Budget:
        """The budget that an option says, such as ``0.5%``.

        Raises:
            ConfigurationError: it is no share.
        """
        found = _SHARE.fullmatch(text)
        if found is None or Decimal(found[1]) > 100:
            raise ConfigurationError(f"--max-{what} is {text!r}; give a share such as 0.5%")
        return cls(what, Decimal(found[1]))


@frozen
class Spending:
    """How much of a budget is used.

    Attributes:
        budget: which.
        count: messages that count against it: those newly stopped or warned of where there is an
            earlier judgement, and all of them where there is none.
        of: messages that were judged.
        new: whether there was an earlier judgement.
    """

    budget: Budget
    count: int
    of: int
    new: bool

    @property
    def over(self) -> bool:
        """Whether it is more than allowed."""
        return self.count * 100 > self.budget.percent * self.of

    def __str__(self) -> str:
        what = "held or blocked" if self.budget.what == "held" else "warned of"
        return (
            f"{'newly ' if self.new else ''}{what}: {self.count:,} of {self.of:,} messages "
            f"({share(self.count, self.of)}), at most {self.budget.percent}%: "
            f"{'over' if self.over else 'within'} budget"
        )


def spend(budget: Budget, tally: Tally) -> Spending:
    """What a replay uses of a budget."""
    changes, alone = tally.changes, tally.alone
    if budget.what == "held":
        count = changes["newly-blocked"] + changes["newly-held"]
        count += alone[Action.BLOCK] + alone[Action.HOLD]
    else:
        count = changes["newly-warned"] + alone[Action.WARN]
    return Spending(budget, count, tally.judged, tally.compared > 0)


def share(count: int, of: int) -> str:
    """A share as people read it.

    >>> share(1, 8), share(0, 0)
    ('12.50%', '0.00%')
    """
    return f"{count / of if of else 0:.2%}"
