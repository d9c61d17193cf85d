"""Whether the answer suits what the customer wrote last."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from attrs import frozen

from sendguard.checks._word_lists import word_lists
from sendguard.checks.algebra import Case, Check, Leaf
from sendguard.checks.dialogue import last_words, phrases_of, remarks, states
from sendguard.checks.tone._signs import signs_in
from sendguard.model import Action, Finding

if TYPE_CHECKING:
    from sendguard.text import Passage

_GRIEF: Final = frozenset({"bereavement", "illness"})
_TROUBLE: Final = frozenset({"complaint", "anger"})
_EXCLAIMED: Final = 3  # from which on it is merry; a person in a hurry sets one


@frozen(repr=False)
class _Insensitive(Leaf):
    def find(self, case: Case) -> Iterator[Finding]:
        said = last_words(case)
        state = states(case, said)
        if state & _GRIEF:
            yield from remarks(
                "tone.cheerful-to-grief",
                ((where, Action.HOLD) for where in _cheerful(case)),
                '"{words}" sounds merry, and the reader has told of a death or an illness.',
                "Write to this reader yourself, and say first that you have read what happened.",
            )
        told = said is not None and bool(state & {mood.kind for mood in said.moods})
        if state & _GRIEF and not _has(case, "condolence"):
            yield from _canned(
                case,
                "tone.canned-to-grief",
                Action.HOLD,
                told=told,
                reader="has told of a death or an illness",
                suggestion="Write to this reader yourself, and begin with your condolence.",
            )
        elif state & _TROUBLE and not state & _GRIEF and not _has(case, "regret"):
            yield from _canned(
                case,
                "tone.canned-to-complaint",
                Action.WARN,
                told=told,
                reader="has complained",
                suggestion="Answer the complaint itself, and say that you are sorry.",
            )


def _cheerful(case: Case) -> Iterator[Passage]:
    phrases = phrases_of("cheerful", "cheerful")
    exclaimed = [0, 0]
    for words in case.analysis.words:
        for hit in phrases.find(words):
            yield hit.where
        yield from signs_in(words.passage, word_lists("cheerful")["signs"]["cheerful"])
        in_html = words.passage.part.endswith("html")
        for index, token in enumerate(words.tokens):
            if "!" in token and not _greets(case, at := words.at(index, index)):
                exclaimed[in_html] += 1
                if exclaimed[in_html] == _EXCLAIMED:
                    yield at


def _greets(case: Case, where: Passage) -> bool:
    """Whether a mark ends the greeting: "Liebe Frau Lang!"."""
    return any(
        each.where.part == where.part and each.where.end <= where.start <= each.where.end + 1
        for each in case.analysis.greetings
    )


def _canned(
    case: Case, code: str, action: Action, *, told: bool, reader: str, suggestion: str
) -> Iterator[Finding]:
    phrases = phrases_of("cheerful", "canned")
    hits = [hit.where for words in case.analysis.words for hit in phrases.find(words)]
    if hits:
        message = f'"{{words}}" is a canned phrase, and the reader {reader}.'
        yield from remarks(code, ((where, action) for where in hits), message, suggestion)
    elif case.message.template is not None and told:
        yield Finding(
            code=code,
            action=action,
            message=f"The answer is made from a template, and the reader {reader}.",
            suggestion=suggestion,
        )


def _has(case: Case, label: str) -> bool:
    phrases = phrases_of("cheerful", label)
    return any(True for words in case.analysis.words for _ in phrases.find(words))


def insensitive() -> Check:
    """The answer suits what the customer wrote last.

    What he wrote is the last message from outside in ``context.thread``, without one what is
    quoted below; besides there is ``context.customer_state``. Where none of them tells of a death,
    an illness, a complaint or anger, the check is silent.

    Codes:
        ``tone.cheerful-to-grief`` (HOLD): merry turns, faces or many exclamation marks for somebody
        who has told of a death or an illness. Once read it cannot be made good.
        ``tone.canned-to-grief`` (HOLD): canned phrases or a template for such a reader, without a
        word of condolence.
        ``tone.canned-to-complaint`` (WARN): canned phrases or a template for a reader who
        complains, without a word of regret.
    """
    return _Insensitive()
