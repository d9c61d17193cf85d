"""What came of a replay: counts of everything, and a few messages of each sort to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final, Literal

from attrs import Factory, define, frozen

from sendguard.cli._excerpt import Excerpt
from sendguard.cli._sources import Problem
from sendguard.guard import Change, Difference
from sendguard.model import Action, Finding

SAMPLES: Final = 20  # of each kind of change and code
CHANGES: Final[tuple[Change, ...]] = (
    *("newly-blocked", "newly-held", "newly-allowed", "newly-warned", "changed"),
)
Kind = Literal[Change, "blocked", "held", "warned"]
KINDS: Final[tuple[Kind, ...]] = (*CHANGES, "blocked", "held", "warned")
"""Why a message is worth a look; the last three where there is nothing to compare it with."""

Side = Literal["gained", "lost", "kept"]


@frozen
class Shown:
    """A finding, fit to be shown.

    Attributes:
        code, action, message, suggestion, part: the finding's.
        recipient: masked, or None.
        side: whether only the new judgement has it, only the old one, or both.
        excerpt: the words in question where they stand, or None.
    """

    code: str
    action: Action
    message: str
    suggestion: str | None
    part: str | None
    recipient: str | None
    side: Side
    excerpt: Excerpt | None


@frozen
class Sample:
    """A message to look at; addresses, numbers and secrets are masked, and nothing in it can give
    orders to a terminal.

    Attributes:
        source: its name, as the report shows it.
        kind: why it is here.
        sender, subject: "" where there is none.
        recipients: the first few.
        others: how many more recipients there are.
        date: as ISO 8601, or "".
        opening: how its text begins.
        before, after: what became of it; `before` is None where there is nothing to compare with.
        findings: those of the new judgement, then those that are gone.
        more: how many findings are left out.
    """

    source: str
    kind: Kind
    sender: str
    subject: str
    recipients: tuple[str, ...]
    others: int
    date: str
    opening: str
    before: Action | None
    after: Action
    findings: tuple[Shown, ...]
    more: int

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes for which it is worth a look."""
        changed = [shown.code for shown in self.findings if shown.side != "kept"]
        return tuple(dict.fromkeys(changed or [shown.code for shown in self.findings]))


Group = tuple[Kind, str]


@define
class Tally:
    """Counts, which add up in any order, and samples, the first of each group in the corpus.

    Attributes:
        judged: messages.
        before: messages by the action of an earlier judgement, where there is one.
        after: messages by the action of the new one.
        alone: the same of those without an earlier one.
        changes: of those with an earlier one.
        codes_before, codes_after: messages in which a code was found.
        gained, lost: messages in which it is new, or gone.
        samples: by kind and code.
        problems: what the operating system did not give.
        faults: where sendguard itself failed.
    """

    judged: int = 0
    before: Counter[Action] = Factory(Counter)
    after: Counter[Action] = Factory(Counter)
    alone: Counter[Action] = Factory(Counter)
    changes: Counter[Change] = Factory(Counter)
    codes_before: Counter[str] = Factory(Counter)
    codes_after: Counter[str] = Factory(Counter)
    gained: Counter[str] = Factory(Counter)
    lost: Counter[str] = Factory(Counter)
    samples: dict[Group, list[Sample]] = Factory(dict)
    problems: list[Problem] = Factory(list)
    faults: list[str] = Factory(list)

    def count(
        self, before: Iterable[Finding] | None, after: Iterable[Finding], found: Difference
    ) -> None:
        """Count one message; `before` is None where there is nothing to compare it with."""
        self.judged += 1
        after = tuple(after)
        self.after[strongest(after)] += 1
        self.codes_after.update({finding.code for finding in after})
        if before is None:
            self.alone[strongest(after)] += 1
            return
        before = tuple(before)
        self.before[strongest(before)] += 1
        self.codes_before.update({finding.code for finding in before})
        self.changes[found.change] += 1
        self.gained.update({finding.code for finding in found.gained})
        self.lost.update({finding.code for finding in found.lost})

    @property
    def compared(self) -> int:
        """Messages that had an earlier judgement."""
        return self.before.total()

    def has_room(self, kind: Kind, codes: Iterable[str]) -> bool:
        """Whether a message of that kind, with these codes, would be kept as a sample."""
        return any(len(self.samples.get((kind, code), ())) < SAMPLES for code in codes)

    def keep(self, sample: Sample) -> None:
        """Keep a sample in the groups that have room for it."""
        for code in sample.codes:
            group = self.samples.setdefault((sample.kind, code), [])
            if len(group) < SAMPLES:
                group.append(sample)

    def add(self, later: Tally) -> None:
        """Add what came of later messages."""
        self.judged += later.judged
        for name in _COUNTERS:
            getattr(self, name).update(getattr(later, name))
        for key, samples in later.samples.items():
            group = self.samples.setdefault(key, [])
            group += samples[: SAMPLES - len(group)]
        self.problems += later.problems
        self.faults += later.faults

    def distinct_samples(self) -> list[Sample]:
        """Every sample once: the gravest kinds first, within a kind in the order of the corpus."""
        groups = sorted(self.samples, key=lambda group: (KINDS.index(group[0]), group[1]))
        return list(dict.fromkeys(sample for group in groups for sample in self.samples[group]))


_COUNTERS: Final = (
    *("before", "after", "alone", "changes", "codes_before", "codes_after", "gained", "lost"),
)


def strongest(findings: Iterable[Finding]) -> Action:
    """What findings add up to."""
    return max((finding.action for finding in findings), default=Action.ALLOW)
