"""Whether the text is in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from attrs import field, frozen

from sendguard.checks.algebra import Case, Check, Leaf
from sendguard.checks.dialogue import last_words
from sendguard.checks.options import count_of
from sendguard.model import Action, Finding
from sendguard.text import UNKNOWN, Words, known_languages, read_language

_SUBTAG = re.compile(r"[^-_]*+")
_BLANK = re.compile(r"\n[^\S\n]*+\n|\r\n[^\S\n]*+\r\n")
# What BCP 47 calls otherwise, and near relatives that a short text does not tell apart.
_ALIASES: Final = {"no": "da", "nb": "da", "nn": "da", "iw": "he"}


@frozen(repr=False)
class _ReaderLanguage(Leaf):
    words: int = field()

    def find(self, case: Case) -> Iterator[Finding]:
        expected, source = self._expected(case)
        if _ALIASES.get(expected, expected) not in known_languages():
            return  # a near relative would be taken for it
        written = case.analysis.language
        if written == UNKNOWN or _same(written, expected):
            return
        bodies = [words for words in case.analysis.words if words.passage.part != "subject"]
        if sum(map(_count, bodies)) < self.words or _speaks(bodies, expected):
            return
        yield Finding(
            code="tone.language",
            action=Action.WARN,
            message=f'The text is in "{written}", {source} in "{expected}".',
            part=bodies[0].passage.part,
            suggestion="Write in the reader's language, or in both.",
        )

    def _expected(self, case: Case) -> tuple[str, str]:
        """The reader's language, and how it is known."""
        tag = case.context.language
        if tag is not None:
            match = _SUBTAG.match(tag.strip().lower())
            return (match[0] if match and match[0] else UNKNOWN), "and the reader reads"
        said = last_words(case)
        if said is None or sum(map(_count, said.words)) < self.words:
            return UNKNOWN, ""
        return said.language, "and the customer wrote"


def _count(words: Words) -> int:
    return words.count


def _same(written: str, expected: str) -> bool:
    return _ALIASES.get(written, written) == _ALIASES.get(expected, expected)


def _speaks(bodies: list[Words], language: str) -> bool:
    """Whether a paragraph is in that language: a message may say all twice."""
    return any(
        _same(read_language(paragraph), language)
        for words in bodies
        for paragraph in _paragraphs(words)
    )


def _paragraphs(words: Words) -> list[str]:
    text = words.passage.text
    return text.splitlines() if words.passage.part == "html" else _BLANK.split(text)


def reader_language(*, words: int = 12) -> Check:
    """The text is in the language that the reader reads.

    That is ``context.language``, else the language of the customer's last message in the thread or
    quoted below. Silent where either language is not certain, and where the message says all in
    both.

    Args:
        words: that each text must have to be judged.

    Codes:
        ``tone.language`` (WARN): the reader may well read both.
    """
    return _ReaderLanguage(count_of("reader_language(words=)", words))
