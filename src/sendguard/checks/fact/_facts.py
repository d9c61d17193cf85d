"""What the message says against what is known to be right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import chain, groupby, islice
from typing import TypeVar

from attrs import frozen

from sendguard.checks.algebra import Case, Check, Leaf, Unevaluable
from sendguard.checks.fact._expected import expected_value
from sendguard.checks.fact._labels import Labels, labels_of
from sendguard.checks.fact._prices import is_near, is_right, same_shape
from sendguard.checks.fact._today import reader_now
from sendguard.model import Action, Finding, Money
from sendguard.text import Amount, DateMention, Passage, Quantity, Reference

_MOST = 100  # facts that are compared
_MOST_FINDINGS = 200
_LONGEST = 80  # code points of a fact that are shown
_NO_TOKEN = re.compile(r"[\W_]++")

Reading = TypeVar("Reading", Amount, DateMention, Quantity, Reference)


@frozen(repr=False)
class _Facts(Leaf):
    def find(self, case: Case) -> Iterator[Finding | Unevaluable]:
        given = case.context.facts
        names = sorted(given)
        if len(names) > _MOST:
            yield Unevaluable(f"Only the first {_MOST} of {len(names):,} facts were compared.")
        known = {name: expected_value(given[name]) for name in names[:_MOST]}
        if not known:
            return
        found = chain(
            _amounts(case, known),
            _dates(case, known, reader_now(case).date()),
            _references(case, known),
            _quantities(case, known),
        )
        yield from islice(found, _MOST_FINDINGS)


def _amounts(case: Case, known: Mapping[str, object]) -> Iterator[Finding]:
    prices = {name: value for name, value in known.items() if isinstance(value, Money)}
    if not prices:
        return
    for amounts in _by_part(case.analysis.amounts):
        right = {
            at for at, each in enumerate(amounts) if any(is_right(each, m) for m in prices.values())
        }
        for name, money in prices.items():
            if any(is_right(each, money) for each in amounts):
                continue
            alike = [at for at, each in enumerate(amounts) if same_shape(each, money)]
            for at in alike:
                amount = amounts[at]
                if at in right:
                    continue
                labelled = labels_of(name).stand_before(amount.where, _floor(amounts, at))
                is_for_many = money.per is not None
                if labelled or (is_for_many and is_near(amount, money)):
                    action = Action.HOLD
                elif is_near(amount, money) or (is_for_many and len(alike) == 1):
                    action = Action.WARN
                else:
                    continue
                code = "fact.unit-price" if amount.rate else "fact.amount"
                yield _finding(code, action, name, _with_rate(amount), str(money))


def _dates(case: Case, known: Mapping[str, object], today: date) -> Iterator[Finding]:
    days = {name: value for name, value in known.items() if isinstance(value, date)}
    if not days:
        return
    for mentions in _by_part(case.analysis.dates):
        meant = [mention.on(today) for mention in mentions]
        named = {each for dates in meant for each in dates}
        for name, day in days.items():
            if day in named:
                continue
            for at, mention in enumerate(mentions):
                if not meant[at] or any(each in days.values() for each in meant[at]):
                    continue
                if labels_of(name).stand_before(mention.where, _floor(mentions, at)):
                    action = Action.HOLD if mention.days else Action.WARN
                elif _is_other_year(mention, day):
                    action = Action.WARN
                else:
                    continue
                yield _finding("fact.date", action, name, mention.where, f"{day:%Y-%m-%d}")


def _is_other_year(mention: DateMention, day: date) -> bool:
    return any(
        (each.month, each.day) == (day.month, day.day) and each.year not in (None, day.year)
        for each in mention.days
    )


def _references(case: Case, known: Mapping[str, object]) -> Iterator[Finding]:
    keys = {name: _key(value) for name, value in known.items() if isinstance(value, str)}
    keys = {name: key for name, key in keys.items() if any(map(str.isdigit, key))}
    if not keys:
        return
    texts: dict[str, list[str]] = {}
    for passage in case.analysis.new_text:
        texts.setdefault(passage.part, []).append(_key(passage.text))
    for references in _by_part(case.analysis.references):
        said = " ".join(texts[references[0].where.part])
        for name, key in keys.items():
            if key in said:
                continue
            kind = labels_of(name).kind
            for reference in references:
                if reference.key in keys.values():
                    continue
                if kind and reference.kind == kind:
                    action = Action.HOLD
                elif reference.kind in ("", kind) and _is_one_off(reference.key, key):
                    action = Action.WARN
                else:
                    continue
                expected = str(known[name])
                yield _finding("fact.reference", action, name, reference.where, expected)


def _quantities(case: Case, known: Mapping[str, object]) -> Iterator[Finding]:
    counts = {
        name: value
        for name, value in known.items()
        if isinstance(value, Decimal) and labels_of(name).forms
    }
    if not counts:
        return
    for quantities in _by_part(case.analysis.quantities):
        for name, count in counts.items():
            unit = labels_of(name).unit
            alike = [each for each in quantities if unit and each.unit == unit]
            if any(count in each.values for each in alike):
                continue
            if len(alike) == 1:  # of several, some may count something else
                yield _finding("fact.quantity", Action.WARN, name, alike[0].where, f"{count:f}")
    for passage in case.analysis.new_text:
        for name, count in counts.items():
            found = _labelled_number(passage, labels_of(name))
            if found is not None and found[1] != count:
                yield _finding("fact.quantity", Action.HOLD, name, found[0], f"{count:f}")


def _labelled_number(passage: Passage, labels: Labels) -> tuple[Passage, Decimal] | None:
    """The only whole number behind "Quantity:"; None where there are several."""
    forms = "|".join(re.escape(form) for form in sorted(labels.forms))
    pattern = rf"(?i)(?<!\w)(?:{forms})[ \t]?[:=][ \t]{{0,8}}(\d{{1,9}})(?![\d.,'%])"
    numbers = re.compile(pattern).finditer(passage.place.plain, passage.start, passage.end)
    found = list(islice(numbers, 2))
    if len(found) != 1:
        return None
    return passage.at(*found[0].span()), Decimal(found[0][1])


def _finding(code: str, action: Action, name: str, where: Passage, expected: str) -> Finding:
    said = " ".join(where.text.split())
    return Finding(
        code=code,
        action=action,
        message=f'The message says "{said}"; expected is {expected[:_LONGEST]} '
        f'(the fact "{name[:_LONGEST]}").',
        part=where.part,
        span=where.span,
        suggestion="Correct the text, or the fact if that is wrong.",
    )


def _with_rate(amount: Amount) -> Passage:
    where, rate = amount.where, amount.rate
    if rate is None:
        return where
    return where.at(min(where.start, rate.where.start), max(where.end, rate.where.end))


def _by_part(readings: Iterable[Reading]) -> Iterator[list[Reading]]:
    """The readings of each part: in each of them a fact must be right."""
    for _, rows in groupby(readings, key=lambda each: each.where.part):
        yield list(rows)


def _floor(readings: list[Reading], at: int) -> int:
    return readings[at - 1].where.end if at else 0


def _key(text: str) -> str:
    return _NO_TOKEN.sub("", text).upper()


def _is_one_off(said: str, expected: str) -> bool:
    """Whether one character is another, or two that stand side by side are swapped."""
    if len(said) != len(expected) or len(said) < 4:
        return False
    off = [at for at, (a, b) in enumerate(zip(said, expected, strict=True)) if a != b]
    if len(off) == 1:
        return True
    return len(off) == 2 and (said[off[0]], said[off[1]]) == (expected[off[1]], expected[off[0]])


def facts() -> Check:
    """What `Context.facts` knows is said correctly, wherever it is said.

    A fact is a `Money`, a date, a number (how many) or a text (a reference). Its name tells where
    it stands in the text: ``unit_price``, ``total``, ``due``, ``delivery_date``, ``order``,
    ``invoice_number``, ``nights``; other names are looked for as they are. Each part (subject,
    text, HTML) is judged for itself: a value is wrong where the expected one is absent from the
    part and another of the same shape stands in its place. A fact that is not mentioned is no
    finding.

    Numbers are read in either notation (1.234,56 and 1,234.56), and 03/04 is either day. A price is
    right when it comes to the same a piece: $29.99 each for $299.90 per 10. Texts that are an
    amount ("29.90 EUR") or an ISO date count as such.

    Codes:
        ``fact.amount``, ``fact.unit-price``, ``fact.date``, ``fact.reference``,
        ``fact.quantity`` (HOLD where the name of the fact stands beside the wrong value; WARN
        where it merely looks like a slip of the expected one).
    """
    return _Facts()
