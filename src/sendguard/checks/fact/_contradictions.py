"""What the message says against what it says elsewhere."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import chain, islice
from typing import TypeVar

from attrs import frozen

from sendguard.checks.algebra import Case, Check, Leaf
from sendguard.checks.fact._sums import wrong_sums
from sendguard.checks.fact._today import reader_now
from sendguard.checks.fact._words import whole_words, word_lists
from sendguard.model import Action, Finding
from sendguard.text import (
    Amount,
    Analysis,
    DateMention,
    Passage,
    Reference,
    has_digit,
    may_name_date,
    may_name_weekday,
)

_MOST_FINDINGS = 50
_MOST_THREAD = 20  # earlier messages, the latest
_MOST_COMPARED = 60  # readings of a kind; longer lists are laid out anew for plain text
_LABEL = 24  # code points before a value by which two places are the same
_HALF_YEAR = timedelta(days=120)
_NO_TOKEN = re.compile(r"[\W_]++")
_WORD = re.compile(r"[^\W\d_]++")
_TELLING = 5  # letters of a word that says what a date or an amount is about
_DIGIT = re.compile(r"\d")
_LETTER = re.compile(r"[^\W\d_]")
_WINDOW = 60  # code points before a value in which a word of the subject stands


_Kind = TypeVar("_Kind", Amount, DateMention, Reference)


@frozen(repr=False)
class _Contradictions(Leaf):
    def find(self, case: Case) -> Iterator[Finding]:
        told = {each.part for each in case.analysis.new_text if has_digit(each.text)}
        if not told:
            return  # most short mail; there is nothing to compare
        today = reader_now(case).date()
        found = chain(
            # References, days of a date and amounts have digits.
            _subject_against_body(case.analysis, today) if told > {"subject"} else (),
            _subject_against_thread(case),
            _text_against_html(case.analysis, today),
            _sums(case.analysis),
            _weekdays(case.analysis, today),
        )
        yield from islice(found, _MOST_FINDINGS)


def _subject_against_body(analysis: Analysis, today: date) -> Iterator[Finding]:
    subject = analysis.message.subject or ""
    own_references = _in_part(analysis, "subject", analysis.references_of)
    kinds = _by_kind(analysis.references) if any(each.kind for each in own_references) else {}
    for kind, (own, others) in kinds.items():
        if (
            not kind
            or not own
            or not others
            or {each.key for each in own} & {each.key for each in others}
        ):
            continue
        body = " ".join(
            _NO_TOKEN.sub("", each.text).upper()
            for each in analysis.new_text
            if each.part != "subject"
        )
        if any(each.key in body for each in own) or not _are_alike(own, others):
            continue
        is_sure = len({each.key for each in others}) == 1 and not any(map(_is_beside, others))
        action = Action.HOLD if is_sure else Action.WARN
        yield _two("fact.subject-body", action, "subject", own[0].where, "body", others[0].where)
    if _full_dates(analysis, "subject"):
        yield from _only_one_each(
            [each for each in analysis.dates if each.days], lambda each: frozenset(each.on(today))
        )
    if _in_part(analysis, "subject", analysis.amounts_of) and not _is_an_offer(subject):
        yield from _only_one_each(
            [each for each in analysis.amounts if each.rate is None],
            lambda each: frozenset((value, each.currency) for value in each.values),
        )


def _in_part(
    analysis: Analysis, part: str, read: Callable[[Passage], Sequence[_Kind]]
) -> list[_Kind]:
    """What the new text of one part is read for; the shorter parts tell whether to read on."""
    new = (passage for passage in analysis.new_text if passage.part == part)
    return [each for passage in new for each in read(passage)]


def _by_kind(
    references: Iterable[Reference],
) -> dict[str, tuple[list[Reference], list[Reference]]]:
    """The references of the subject and of the body, by what they number."""
    kinds: dict[str, tuple[list[Reference], list[Reference]]] = {}
    for each in references:
        own, others = kinds.setdefault(each.kind, ([], []))
        (own if each.where.part == "subject" else others).append(each)
    return kinds


def _are_alike(own: Sequence[Reference], others: Sequence[Reference]) -> bool:
    """Whether a number of the body has the shape of one of the subject's."""
    return bool({_shape(each.key) for each in own} & {_shape(each.key) for each in others})


def _is_beside(reference: Reference) -> bool:
    """Whether another matter is mentioned on the way: "it replaces order 4710"."""
    where = reference.where
    begin = max(0, where.start - _WINDOW)
    return _other_matter().search(where.place.plain, begin, where.start) is not None


@cache
def _other_matter() -> re.Pattern[str]:
    return whole_words(word_lists("facts")["words"]["other_matter"])


def _shape(key: str) -> str:
    return _LETTER.sub("a", _DIGIT.sub("0", key))


def _only_one_each(
    readings: Sequence[_Kind], values: Callable[[_Kind], frozenset[Hashable]]
) -> Iterator[Finding]:
    """What the subject names once and the body otherwise, behind the same two words."""
    own = [each for each in readings if each.where.part == "subject"]
    others = [each for each in readings if each.where.part != "subject"]
    if len(own) != 1 or not others or len({values(each) for each in others}) != 1:
        return
    if any(values(own[0]) & values(each) for each in others):
        return
    words, other = _words_before(own[0].where), others[0].where
    if any(len(word) >= _TELLING for word in words) and words == _words_before(other):
        yield _two("fact.subject-body", Action.WARN, "subject", own[0].where, "body", other)


def _words_before(where: Passage) -> list[str]:
    """The two words right before a value: "appointment on"."""
    before = where.place.plain[max(0, where.start - _WINDOW) : where.start].casefold()
    return _WORD.findall(before)[-2:]


def _is_an_offer(subject: str) -> bool:
    return _OFFER.search(subject[:1_000]) is not None


_OFFER = re.compile(
    r"(?i)(?<!\w)(?:off|save|from|up to|only|free|win|over|under|ab|bis zu|sparen?|nur|gratis|"
    r"rabatt|discount|sale|gutschein|voucher|coupon|dès|à partir de|jusqu'à|desde|hasta|ahorra|"
    r"da|fino a|solo|risparmia|poupe|vanaf|tot|korting)(?!\w)|%"
)


def _subject_against_thread(case: Case) -> Iterator[Finding]:
    if not case.context.thread:
        return
    analysis = case.analysis
    own = [each for each in _in_part(analysis, "subject", analysis.references_of) if each.kind]
    if not own:
        return
    known: defaultdict[str, set[str]] = defaultdict(set)
    for message in case.context.thread[-_MOST_THREAD:]:
        for each in Analysis(message).references:
            known[each.kind].add(each.key)
    everything = set().union(*known.values())
    for reference in own:
        if known[reference.kind] and reference.key not in everything:
            number = min(known[reference.kind])
            yield Finding(
                code="fact.subject-thread",
                action=Action.WARN,
                message=f'The subject says "{reference.where.text}"; the conversation is about '
                f"{reference.kind} {number}.",
                part="subject",
                span=reference.where.span,
                suggestion="Answer in the right conversation, or begin a new one.",
            )


def _text_against_html(analysis: Analysis, today: date) -> Iterator[Finding]:
    message = analysis.message
    if message.text is None or message.html is None:
        return
    yield from _side_by_side(
        lambda part: _in_part(analysis, part, analysis.amounts_of),
        lambda each: frozenset((value, code) for value in each.values for code in each.currencies),
    )
    yield from _side_by_side(
        lambda part: _full_dates(analysis, part), lambda each: frozenset(each.on(today))
    )
    yield from _side_by_side(
        lambda part: [e for e in _in_part(analysis, part, analysis.references_of) if e.kind],
        lambda each: frozenset([(each.kind, each.key)]),
    )


def _full_dates(analysis: Analysis, part: str) -> list[DateMention]:
    """The dates in the new text of a part, without mere weekdays and "tomorrow"."""
    new = [each for each in analysis.new_text if each.part == part and may_name_date(each)]
    return [each for passage in new for each in analysis.dates_of(passage) if each.days]


def _side_by_side(
    read: Callable[[str], Sequence[_Kind]], values: Callable[[_Kind], frozenset[Hashable]]
) -> Iterator[Finding]:
    """Where two lists of as many readings differ in values that the other side lacks altogether."""
    plain = read("text")
    if not plain or len(plain) > _MOST_COMPARED:
        return
    html = read("html")
    if len(plain) != len(html):
        return
    in_plain = frozenset[Hashable]().union(*map(values, plain))
    in_html = frozenset[Hashable]().union(*map(values, html))
    for one, other in zip(plain, html, strict=True):
        if not (values(one) & in_html or values(other) & in_plain):
            alike = _label(one.where) == _label(other.where)
            action = Action.HOLD if alike else Action.WARN
            yield _two("fact.text-html", action, "plain text", one.where, "HTML", other.where)


def _label(where: Passage) -> str:
    before = where.place.plain[max(0, where.start - _LABEL) : where.start]
    return "".join(_LETTER.findall(before))[-10:].casefold()


def _sums(analysis: Analysis) -> Iterator[Finding]:
    for wrong in wrong_sums(analysis.new_text, analysis.amounts_of):
        where = wrong.total.where
        yield Finding(
            code="fact.sum",
            action=Action.WARN,
            message=f'The total says "{where.text}"; the lines above it come to '
            f"{wrong.total.currency} {wrong.sum:f}.",
            part=where.part,
            span=where.span,
            suggestion="Add the lines up again.",
        )


def _weekdays(analysis: Analysis, today: date) -> Iterator[Finding]:
    written = analysis.message.date
    # Of a mail from a folder, the day on which it was written tells the year too.
    days = {today} if written is None else {today, written.date()}
    mentions = (
        mention
        for passage in analysis.new_text
        if may_name_weekday(passage) and may_name_date(passage)
        for mention in analysis.dates_of(passage)
    )
    for mention in mentions:
        if not all(_contradicts_itself(mention, day) for day in days):
            continue
        is_sure = all(day.year is not None for day in mention.days)
        day = mention.on(today)[0]
        yield Finding(
            code="fact.weekday",
            action=Action.WARN,
            message=f'"{mention.where.text}" contradicts itself: {day:%Y-%m-%d} is a '
            f"{_WEEKDAYS[day.weekday()]}{'' if is_sure else ', if that year is meant'}.",
            part=mention.where.part,
            span=mention.where.span,
            suggestion="Correct the weekday or the date.",
        )


def _contradicts_itself(mention: DateMention, today: date) -> bool:
    return mention.contradicts_itself(today) and not _may_be_of_another_year(mention, today)


def _may_be_of_another_year(mention: DateMention, today: date) -> bool:
    """Whether a date without a year is so far away that the year before or after may be meant."""
    for day in mention.days:
        if day.year is not None:
            continue
        near = day.near(today)
        if near is None or abs(near - today) <= _HALF_YEAR:
            continue
        for other in (day.near(today + 2 * _HALF_YEAR), day.near(today - 2 * _HALF_YEAR)):
            if other is not None and other.weekday() == mention.weekday:
                return True
    return False


_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _two(code: str, action: Action, here: str, one: Passage, there: str, other: Passage) -> Finding:
    """A finding that shows what two places say; it points to the second."""
    first, second = (" ".join(each.text.split()) for each in (one, other))
    return Finding(
        code=code,
        action=action,
        message=f'The {here} says "{first}", the {there} "{second}".',
        part=other.part,
        span=other.span,
        suggestion="Make both say the same.",
    )


def contradictions() -> Check:
    """The message does not contradict itself; no fact needs to be given.

    Quoted history does not count.

    Codes:
        ``fact.subject-body`` (HOLD): the subject names one order (invoice, case, …) and the body
        only another. WARN where several are named, where words say that another matter is
        mentioned ("it replaces order 4710"), and for dates and amounts.
        ``fact.subject-thread`` (WARN): the subject names another order than `Context.thread`.
        ``fact.text-html`` (HOLD): the plain text and the HTML name different amounts, dates or
        references in the same place; WARN where the words before them differ.
        ``fact.sum`` (WARN): lines and the total below them differ, taxes and discounts considered.
        ``fact.weekday`` (WARN): the date is another weekday; without a year, in the year nearest
        to `Context.now` and to the date of the message.
    """
    return _Contradictions()
