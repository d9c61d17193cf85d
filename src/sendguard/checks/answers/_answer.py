"""Whether the answer to a problem leads on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from attrs import frozen

from sendguard.checks.algebra import Case, Check, Leaf
from sendguard.checks.answers._offers import says, tells_when
from sendguard.checks.answers._unattended import is_unattended
from sendguard.checks.dialogue import last_words, phrases_of, states
from sendguard.model import Action, Finding

if TYPE_CHECKING:
    from sendguard.checks.dialogue import LastWords

_PROBLEM: Final = frozenset({"complaint", "anger", "hardship"})
_URL = re.compile(r"https?://|www\.")


@frozen(repr=False)
class _Answer(Leaf):
    def find(self, case: Case) -> Iterator[Finding]:
        said = last_words(case)
        if said is None or not any(quoting.new for quoting in case.analysis.quoting):
            return
        is_problem = bool(states(case, said) & _PROBLEM)
        part = next(quoting.place.part for quoting in case.analysis.quoting if quoting.new)
        if is_problem and not _leads_on(case):
            yield Finding(
                code="content.no-next-step",
                action=Action.WARN,
                message="The customer wrote about a problem, and the answer names no next step.",
                part=part,
                suggestion="Say what happens next, or what the customer can do.",
            )
        if (is_problem or _asks(said)) and not _can_be_reached(case):
            yield Finding(
                code="content.no-contact",
                action=Action.WARN,
                message="The answer does not say how the customer can reach a person.",
                part=part,
                suggestion="Put a name under it, and a number, or ask for an answer to this mail.",
            )


def _asks(said: LastWords) -> bool:
    phrases = phrases_of("answers", "question")
    return said.has_question or any(True for words in said.words for _ in phrases.find(words))


def _leads_on(case: Case) -> bool:
    return (
        tells_when(case)
        or says(case, "apologies", "plan")
        or says(case, "answers", "step")
        or says(case, "answers", "contact")
        or any(_URL.search(passage.text) for passage in case.analysis.new_text)
    )


def _can_be_reached(case: Case) -> bool:
    analysis = case.analysis
    if analysis.phones or analysis.emails or analysis.links or says(case, "answers", "contact"):
        return True
    if any(_URL.search(passage.text) for passage in analysis.new_text):
        return True
    if any(ending.signature is not None for ending in analysis.endings):
        return True  # nearly all have a number or an address in it
    signed = any(each.sign_off is not None and each.sign_off.name for each in analysis.endings)
    return signed and not is_unattended(case.message)


def answer() -> Check:
    """The answer to a problem has a next step and a way to a person.

    The problem is the last message from outside in ``context.thread``, or what is quoted below: a
    complaint, anger, hardship. Silent where there is none.

    Codes:
        ``content.no-next-step`` (WARN): it says neither what happens next nor what to do.
        ``content.no-contact`` (WARN): no number, address, link, name or word about how to answer;
        a question is reason enough for this one.
    """
    return _Answer()
