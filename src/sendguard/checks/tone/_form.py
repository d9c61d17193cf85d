"""Greeting, sign-off, and whether there is enough to understand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from attrs import field, frozen

from sendguard.checks.algebra import Case, Check, Leaf
from sendguard.checks.dialogue import last_words
from sendguard.checks.options import count_of
from sendguard.model import Action, Finding
from sendguard.text import Analysis, Passage, Words

_THANKS: Final = frozenset(
    {"thanks", "thank", "thx", "cheers", "danke", "dank", "merci", "gracias", "grazie"}
    | {"obrigado", "obrigada", "bedankt"}
)


@frozen(repr=False)
class _TooShort(Leaf):
    words: int = field()

    def find(self, case: Case) -> Iterator[Finding]:
        analysis = case.analysis
        if case.message.attachments or analysis.links or last_words(case) is None:
            return
        bodies = [quoting.new for quoting in analysis.quoting if quoting.new]
        if not bodies:
            return  # whether anything stands there is another check's question
        frame = [greeting.where for greeting in analysis.greetings]
        frame += [each.sign_off.where for each in analysis.endings if each.sign_off is not None]
        said = max((_said(body, frame) for body in bodies), key=len)
        if len(said) >= self.words or any(map(_tells, said)):
            return
        if not said and any(_THANKS & words.vocabulary for words in analysis.words):
            return  # thanks alone are read as a sign-off
        yield Finding(
            code="tone.too-short",
            action=Action.WARN,
            message=f"The answer has {len(said)} words: the reader may not know what is meant.",
            part=bodies[0][0].part,
            span=bodies[0][0].span,
            suggestion="Write one whole sentence that can be understood without the question.",
        )


def _said(body: tuple[Passage, ...], frame: list[Passage]) -> list[str]:
    """The words of a text, without those of greeting and sign-off."""
    said: list[str] = []
    for passage in body:
        words = Words(passage)
        for index, token in enumerate(words.tokens):
            where = words.at(index, index)
            framed = any(
                each.part == where.part and each.start <= where.start and where.end <= each.end
                for each in frame
            )
            if token.isalnum() and not framed:
                said.append(token)
    return said


def _tells(word: str) -> bool:
    """Whether a word is an answer by itself: a number, a time, or thanks."""
    return word in _THANKS or any(map(str.isdigit, word))


@frozen(repr=False)
class _MissingGreeting(Leaf):
    def find(self, case: Case) -> Iterator[Finding]:
        analysis = case.analysis
        if not _is_letter(case, analysis) or analysis.greetings:
            return
        said = last_words(case)
        if said is not None and said.greets is False:
            return  # who writes without one does not miss it
        yield Finding(
            code="tone.no-greeting",
            action=Action.WARN,
            message="The message greets nobody.",
            part=analysis.quoting[0].place.part,
            suggestion="Begin with a greeting and the reader's name.",
        )


@frozen(repr=False)
class _MissingSignOff(Leaf):
    def find(self, case: Case) -> Iterator[Finding]:
        analysis = case.analysis
        if not _is_letter(case, analysis):
            return
        if any(ending.sign_off or ending.signature for ending in analysis.endings):
            return
        yield Finding(
            code="tone.no-sign-off",
            action=Action.WARN,
            message="The message ends without a greeting or a name.",
            part=analysis.quoting[0].place.part,
            suggestion="End with a greeting and the name of a person.",
        )


def _is_letter(case: Case, analysis: Analysis) -> bool:
    return case.message.channel == "email" and any(quoting.new for quoting in analysis.quoting)


def too_short(*, words: int = 4) -> Check:
    """An answer to a customer has enough words to be understood.

    Greeting and sign-off do not count. Silent where nothing is answered, and where a number, a
    link, a file or thanks are the answer.

    Args:
        words: from which on it is long enough.

    Codes:
        ``tone.too-short`` (WARN): "Yes." may be all that was asked for.
    """
    return _TooShort(count_of("too_short(words=)", words))


def missing_greeting() -> Check:
    """An e-mail begins with a greeting.

    Silent where the customer's own last message has none.

    Codes:
        ``tone.no-greeting`` (WARN): a matter of taste, so it belongs where customers are answered.
    """
    return _MissingGreeting()


def missing_sign_off() -> Check:
    """An e-mail ends with a greeting or with a name.

    Codes:
        ``tone.no-sign-off`` (WARN): a matter of taste, so it belongs where customers are answered.
    """
    return _MissingSignOff()
