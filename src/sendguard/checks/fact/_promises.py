"""What the message promises, and what nobody can keep."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import islice

from attrs import frozen

from sendguard.checks.algebra import Case, Check, Leaf
from sendguard.checks.fact._today import reader_now
from sendguard.checks.fact._words import any_of_these, whole_words, word_lists
from sendguard.model import Action, Commitment, Finding
from sendguard.text import Passage

_MOST = 100  # of a kind that are told; who promises more has sent a list
_LONGEST = 600  # code points of a sentence


@frozen(repr=False)
class _Promises(Leaf):
    def find(self, case: Case) -> Iterator[Finding | Commitment]:
        now = reader_now(case)
        told = set()
        coming = (each for each in case.analysis.commitments if not each.is_over(now.date()))
        for mention in islice(coming, _MOST):
            where, due = mention.where, mention.due(now)
            words = " ".join(where.text.split())
            if (words, due) not in told:  # the plain text and the HTML promise it once
                told.add((words, due))
                yield Commitment(where.text, where.part, where.span, due)
        rash = (each for each in map(_rash, case.analysis.sentences) if each is not None)
        for found in islice(rash, _MOST):
            yield Finding(
                code="fact.rash-promise",
                action=Action.WARN,
                message=f'"{" ".join(found.text.split())}" promises what nobody can be sure of.',
                part=found.part,
                span=found.span,
                suggestion="Say what will be done, and by when, instead of what will never be.",
            )


def _rash(sentence: Passage) -> Passage | None:
    if sentence.end - sentence.start > _LONGEST or sentence.text.endswith("?"):
        return None
    text = sentence.place.plain
    found = _phrases().search(text, sentence.start, sentence.end)
    if found is None:
        found = _at_once().search(text, sentence.start, sentence.end)
    if found is None or _other_meanings().search(text, sentence.start, sentence.end):
        return None
    return sentence.at(*found.span())


def promises() -> Check:
    """What the message promises is handed to the caller, and rash promises are pointed out.

    Promises with a day ("someone will call you on Tuesday", "we will refund you within 3 days")
    become `Decision.commitments`, each with the day on which it is due, counted from
    `Context.now` in `Context.time_zone`. They change no action. Working days are Monday to Friday.
    English, German, French, Spanish, Italian, Portuguese and Dutch are read.

    Codes:
        ``fact.rash-promise`` (WARN): "it will never happen again", "I guarantee you", "we will
        refund you immediately": words that the next mishap turns into a lie. A warranty and a
        money-back guarantee are terms of a contract and no promises of this kind.
    """
    return _Promises()


@cache
def _phrases() -> re.Pattern[str]:
    return whole_words(
        phrase for lists in word_lists("promises")["rash"].values() for phrase in lists["phrases"]
    )


@cache
def _at_once() -> re.Pattern[str]:
    """ "We will … immediately", but not "immediately after"."""
    each = [
        rf"{any_of_these(lists['we'])}(?!\w)[^.,;:!?\r\n]{{0,60}}?(?<!\w)"
        rf"{any_of_these(lists['at_once'])}(?!\w)"
        rf"(?!\s{{1,4}}{any_of_these(lists['after'])}(?!\w))"
        for lists in word_lists("promises")["rash"].values()
    ]
    return re.compile(rf"(?i)(?<![\w'’])(?:{'|'.join(each)})")


@cache
def _other_meanings() -> re.Pattern[str]:
    return whole_words(word_lists("promises")["other_meanings"])
