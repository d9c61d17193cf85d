"""Whether an apology is one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from attrs import frozen

from sendguard.checks.algebra import Case, Check, Leaf
from sendguard.checks.answers._offers import says, tells_when
from sendguard.checks.dialogue import phrases_of, remarks
from sendguard.model import Action, Finding

if TYPE_CHECKING:
    from sendguard.text import Passage


@frozen(repr=False)
class _Apology(Leaf):
    def find(self, case: Case) -> Iterator[Finding]:
        said = next(_hits(case, "disowned"), None)
        if said is not None:
            yield from remarks(
                "content.apology-not-owned",
                [(said, Action.WARN)],
                '"{words}" apologises for what the reader feels, or for nobody\'s mistake.',
                'Say what you did wrong: "We sent the wrong size."',
            )
        apology = _apology(case)
        if apology is None:
            return
        blamed = next(_hits(case, "blame"), None)
        if blamed is not None:
            yield from remarks(
                "content.apology-blame",
                [(blamed, Action.WARN)],
                '"{words}" puts the blame on somebody else, and the reader bought from all of you.',
                'Write "we", whoever it was.',
            )
        if not (says(case, "apologies", "plan") or tells_when(case)):
            yield from remarks(
                "content.apology-no-plan",
                [(apology, Action.WARN)],
                '"{words}" is all that the apology says: not what happens now, nor by when.',
                "Say what you have done or will do about it, and by when.",
            )


def _apology(case: Case) -> Passage | None:
    """The first apology for more than a trifle."""
    trifles = [(hit.part, hit.start, hit.end) for hit in _hits(case, "small")]
    for hit in _hits(case, "apology"):
        if not any(
            part == hit.part and start <= hit.end and hit.start <= end
            for part, start, end in trifles[:_MOST]
        ):
            return hit
    return None


_MOST = 50  # trifles that are compared with; who has more of them writes no letter


def _hits(case: Case, label: str) -> Iterator[Passage]:
    phrases = phrases_of("apologies", label)
    for words in case.analysis.words:
        for hit in phrases.find(words):
            yield hit.where


def apology() -> Check:
    """An apology owns the mistake, blames nobody, and says what happens next.

    Silent where the new text does not apologise; a courtesy ("sorry for the delay") and sympathy
    ("sorry to hear that") are no apologies.

    Codes:
        ``content.apology-no-plan`` (WARN): it says nothing of what was or will be done, or by when.
        ``content.apology-blame`` (WARN): it blames a colleague, a trainee, another department.
        ``content.apology-not-owned`` (WARN): "mistakes were made", "if you feel offended". This
        one is told without a further apology too.
    """
    return _Apology()
