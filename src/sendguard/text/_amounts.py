"""Amounts of money, and what they are for.

A number is money by what stands beside it. What a sign or a separator may mean in more than one
way is kept as alternatives, the likeliest first: "$" is several dollars, "1.234 €" may be 1234 or
1.234.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from attrs import frozen

from sendguard.text._numbers import NUMBER, read_number, unit_pattern, units
from sendguard.text._passage import words_in
from sendguard.text._vocabulary import alternation, key_of, vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sendguard.text._passage import Passage

_SPACE = r"[ \xa0\u202f]"
_BEFORE = 10  # code points before a number in which its currency stands
_QUANTITY_BEFORE = 30  # code points before an amount in which "10 pieces for" stands
_MAX_PENCE = 99
_SPACES = " \xa0\u202f"
_MINUS = "-−–"
_BETWEEN = f"{_SPACES}{_MINUS}"
_RANGE = re.compile(rf"{_SPACE}?[-–—]{_SPACE}?")
_PENCE = re.compile(r"p(?!\w)")
_NO_MINOR = re.compile(r"[.,][-–—]{1,2}(?![\w-])")  # "5,-" and "5.–"
_YEAR = re.compile(r"(?:19|20)\d\d")
_WORD_BEHIND = re.compile(r"\.?[ \xa0]([^\W\d_]++)")
_MINOR_UNIT = Decimal("0.01")


@frozen
class Rate:
    """The quantity that a price is for: "per 100", "/ month", "for 10".

    Attributes:
        where: where it is said.
        quantity: how many; 1 for "per month".
        unit: the unit, under one name for all languages ("month", "kg"), or "".
    """

    where: Passage
    quantity: Decimal
    unit: str = ""


@frozen
class Amount:
    """An amount of money.

    Attributes:
        where: the number with its currency.
        values: what it may be, in the major unit, the likeliest first.
        currencies: the ISO 4217 codes it may be in, the likeliest first.
        rate: what it is for, where that stands beside it.
    """

    where: Passage
    values: tuple[Decimal, ...]
    currencies: tuple[str, ...]
    rate: Rate | None = None

    @property
    def value(self) -> Decimal:
        """The likeliest value."""
        return self.values[0]

    @property
    def currency(self) -> str:
        """The likeliest currency."""
        return self.currencies[0]

    @property
    def unit_price(self) -> Decimal:
        """The likeliest value divided by the quantity it is for."""
        return self.value / self.rate.quantity if self.rate else self.value


def read_amounts(passage: Passage) -> tuple[Amount, ...]:
    """Return the amounts of money in a passage. Linear in its size.

    >>> from sendguard.text import Passage, Place
    >>> place = Place.of("text", "Now EUR 1.299,90 for 10, or $5 / month.")
    >>> [(a.value, a.currency, a.rate.quantity, a.rate.unit)
    ...  for a in read_amounts(Passage(place, 0, len(place.plain)))]
    [(Decimal('1299.90'), 'EUR', Decimal('10'), ''), (Decimal('5'), 'USD', Decimal('1'), 'month')]
    """
    return tuple(_amounts(passage)) if _may_have(passage) else ()


def _may_have(passage: Passage) -> bool:
    """Whether a currency stands in a passage; never False where there is an amount. Quick."""
    text = passage.text
    if any(map(text.__contains__, _symbols())):
        return True
    forms = _written_currencies()
    return any(
        not forms[word] or any(form in text for form in forms[word])
        for word in forms.keys() & passage.words
    )


def _amounts(passage: Passage) -> Iterator[Amount]:
    text, end = passage.place.plain, passage.end
    taken = passage.start
    last: Amount | None = None
    bare: tuple[int, int, tuple[Decimal, ...]] | None = None  # a number without a currency
    for number in NUMBER.finditer(text, passage.start, end):
        start, stop = number.span()
        values = read_number(number.group())
        if start < taken or not values:
            continue
        is_second = bare is not None and _RANGE.fullmatch(text, bare[1], start) is not None
        is_glued = _is_glued(text, start) and not is_second
        money = _money(text, taken, start, stop, end, values, is_glued=is_glued)
        if money is None:
            if last is not None and _RANGE.fullmatch(text, last.where.end, start):  # "€12-15"
                last = Amount(passage.at(start, stop), values, last.currencies)
                taken = stop
                yield last
            bare = None if is_glued else (start, stop, values)
            continue
        begin, close, values, currencies = money
        if bare is not None and is_second and begin == start:  # "12-15 €"
            yield Amount(passage.at(bare[0], bare[1]), bare[2], currencies)
        bare = None
        rate = _rate_after(passage, close) or _rate_before(passage, taken, begin)
        last = Amount(passage.at(begin, close), values, currencies, rate)
        taken = close
        yield last


def _money(
    text: str,
    floor: int,
    start: int,
    stop: int,
    end: int,
    values: tuple[Decimal, ...],
    *,
    is_glued: bool,
) -> tuple[int, int, tuple[Decimal, ...], tuple[str, ...]] | None:
    """The span, the values and the currencies of a number that is money."""
    sign = None
    before = text[max(floor, start - _BEFORE) : start]
    if before.rstrip(_BETWEEN)[-1:] in _sign_ends():
        sign = _sign_before().search(before)
    if sign is None and (is_glued or not _may_be_money(text[stop : stop + 2])):
        return None
    factor, close = _multiplier(text, stop, end)
    if sign is not None:
        begin = start - len(sign.group()) + len(sign["lead"])
        code = _code_after().match(text, close, end)
        currencies = _currencies()[sign["sign"]]
        if code and code["code"] in currencies:  # "$5 USD"
            currencies, close = (code["code"],), code.end()
        negative = bool(sign["minus"])
    else:
        after = _sign_after().match(text, close, end)
        if after is None or _belongs_to_next(text, after, end):
            return _minor(text, start, stop, end, values)
        begin, close = start, after.end()
        known = _currencies() if after["sign"] else _words()
        currencies = known[after["sign"] or key_of(after["word"])]
        negative = False
    if whole := _NO_MINOR.match(text, close, end):
        close = whole.end()
    if begin and text[begin - 1] in _MINUS and not text[max(0, begin - 2)].isalnum():
        begin, negative = begin - 1, True
    scale = -factor if negative else factor
    likely = _by_currency(values, currencies[0])
    return begin, close, tuple(value * scale for value in likely), currencies


def _may_be_money(after: str) -> bool:
    """Whether what follows a number begins like a currency; most of what does not is a digit."""
    first = after.lstrip(_BETWEEN)[:1]
    return first.isalpha() or first in {".", ","} or (first != "" and first in _sign_starts())


def _is_glued(text: str, start: int) -> bool:
    """Whether a number is a piece of a word or of a reference: "A5", "x-5", "2/5"."""
    before = text[start - 1 : start]
    if before.isalnum() or before in {"_", "/", "#", "@"}:
        return True
    if before == "-":
        return text[start - 2 : start - 1].isalnum()
    return before in {".", ":"} and text[start - 2 : start - 1].isdigit()


def _belongs_to_next(text: str, sign: re.Match[str], end: int) -> bool:
    """Whether a currency stands before another number: "invoice 2024 EUR 15.00"."""
    at = sign.end()
    following = NUMBER.match(text, at + 1 if text[at : at + 1] in _SPACES else at, end)
    if following is None or sign["word"] or not read_number(following.group()):
        return False
    if _sign_after().match(text, following.end(), end):
        return False  # "5 EUR 10 EUR"
    return sign.group()[:1].isspace() or text[sign.end()].isdigit()


def _minor(
    text: str, start: int, stop: int, end: int, values: tuple[Decimal, ...]
) -> tuple[int, int, tuple[Decimal, ...], tuple[str, ...]] | None:
    """An amount in hundredths: "50 cents", "99p"."""
    if _PENCE.match(text, stop, end) and values[0] <= _MAX_PENCE:
        return start, stop + 1, tuple(value * _MINOR_UNIT for value in values), ("GBP",)
    word = _minor_after().match(text, stop, end)
    if word is None:
        return None
    currency = _minors()[key_of(word["word"])]
    currencies = (currency,) if currency else ("USD", "EUR")
    return start, word.end(), tuple(value * _MINOR_UNIT for value in values), currencies


def _by_currency(values: tuple[Decimal, ...], currency: str) -> tuple[Decimal, ...]:
    """The values with those last that the currency's minor unit makes unlikely."""
    codes = vocabulary("amounts")["codes"]
    if len(values) > 1 and currency in codes["thousandths"]:
        return values[::-1]
    if len(values) > 1 and currency in codes["whole"]:
        return values[:1]
    return values


def _multiplier(text: str, stop: int, end: int) -> tuple[Decimal, int]:
    found = _multiplier_pattern().match(text, stop, end)
    if found is None:
        return Decimal(1), stop
    return Decimal(_multipliers()[found["letter"] or key_of(found["word"])]), found.end()


def _rate_after(passage: Passage, start: int) -> Rate | None:
    text, end = passage.place.plain, passage.end
    found = _rate().match(text, start, end)
    if found is None:
        return None
    begin = start + len(found["gap"])
    if found["each"]:
        return Rate(passage.at(begin, found.end()), Decimal(1), "piece")
    if found["adverb"]:
        unit_of_time = _adverbs()[key_of(found["adverb"])]
        return Rate(passage.at(begin, found.end()), Decimal(1), unit_of_time)
    at = found.end()
    number = NUMBER.match(text, at, end)
    quantity = read_number(number.group()) if number else ()
    if number and (not quantity or not quantity[0]):
        return None
    close = number.end() if number else at
    unit = unit_pattern().match(text, close, end)
    if unit is None:
        if number is None or _is_of_a_date(text, number, end):
            return None
        return Rate(passage.at(begin, close), quantity[0])
    name = units()[key_of(unit[1])]
    return Rate(passage.at(begin, unit.end()), quantity[0] if number else Decimal(1), name)


def _is_of_a_date(text: str, number: re.Match[str], end: int) -> bool:
    """Whether a number without a unit is a year or a day: "$50 for 2027", "for 10 May"."""
    if _YEAR.fullmatch(number.group()):
        return True
    word = _WORD_BEHIND.match(text, number.end(), end)
    return word is not None and word[1].casefold() in _months()


def _rate_before(passage: Passage, floor: int, end: int) -> Rate | None:
    """The quantity in "10 pieces for $5"."""
    text = passage.place.plain
    begin = max(floor, end - _QUANTITY_BEFORE)
    found = _for_before().search(text[begin:end])
    if found is None:
        return None
    quantity = read_number(found["number"])
    if not quantity or not quantity[0] or _is_glued(text, begin + found.start("number")):
        return None
    unit = units()[key_of(found["unit"])] if found["unit"] else ""
    start = begin + found.start("number")
    return Rate(passage.at(start, begin + found.end("for")), quantity[0], unit)


@cache
def _months() -> frozenset[str]:
    return frozenset(name for names in vocabulary("dates")["months"] for name in names)


@cache
def _currencies() -> dict[str, tuple[str, ...]]:
    data = vocabulary("amounts")
    codes = {code: (code,) for code in (*data["codes"]["plain"], *data["codes"]["words"])}
    return codes | {sign: tuple(known) for sign, known in data["signs"].items()}


@cache
def _symbols() -> frozenset[str]:
    """The signs of currencies that are no letters."""
    signs = (*_currencies(), *_minors())
    return frozenset(
        char for sign in signs for char in sign if not (char.isalpha() or char in ". -")
    )


@cache
def _written_currencies() -> dict[str, tuple[str, ...]]:
    """A word of each currency that has letters, and how it is written; () for in any case."""
    forms: dict[str, tuple[str, ...]] = {}
    for sign in _currencies():
        for word in words_in(sign):
            forms[word] = (*forms.get(word, ()), sign)
    for name in (*_words(), *_minors(), "p"):
        if words := words_in(name):
            forms[max(sorted(words), key=len)] = ()
    return forms


@cache
def _sign_ends() -> frozenset[str]:
    return frozenset(sign[-1] for sign in _currencies())


@cache
def _sign_starts() -> frozenset[str]:
    return frozenset(sign[0] for sign in (*_currencies(), *_minors()))


@cache
def _words() -> dict[str, tuple[str, ...]]:
    forms = vocabulary("amounts")["words"].items()
    return {word: (code,) for code, words in forms for word in words}


@cache
def _minors() -> dict[str, str]:
    return {word: code for code, words in vocabulary("amounts")["minor"].items() for word in words}


@cache
def _multipliers() -> dict[str, str]:
    multipliers = vocabulary("amounts")["multipliers"].items()
    return {word: factor for factor, words in multipliers for word in words}


@cache
def _adverbs() -> dict[str, str]:
    adverbs = vocabulary("amounts")["adverbs"].items()
    return {word: unit for unit, words in adverbs for word in words}


@cache
def _sign_before() -> re.Pattern[str]:
    not_before = vocabulary("amounts")["codes"]["words"]
    signs = alternation(sign for sign in _currencies() if sign not in not_before)
    return re.compile(rf"(?P<lead>(?:\A|[^\w$]))(?P<sign>{signs}){_SPACE}?(?P<minus>[{_MINUS}])?\Z")


@cache
def _sign_after() -> re.Pattern[str]:
    signs = alternation(_currencies())
    words = alternation(_words())
    return re.compile(
        rf"(?:[.,][-–—]{{1,2}})?{_SPACE}?"
        rf"(?:(?P<sign>{signs})(?!\w)|(?P<word>(?i:{words}))(?!\w))"
    )


@cache
def _code_after() -> re.Pattern[str]:
    codes = alternation(vocabulary("amounts")["codes"]["plain"])
    return re.compile(rf"{_SPACE}?(?P<code>{codes})(?![\w])(?!{_SPACE}?\d)")


@cache
def _minor_after() -> re.Pattern[str]:
    return re.compile(rf"(?i){_SPACE}?(?P<word>{alternation(_minors())})(?!\w)")


@cache
def _multiplier_pattern() -> re.Pattern[str]:
    words = alternation(word for word in _multipliers() if len(word) > 1)
    return re.compile(rf"(?:(?P<letter>[kKmM])|{_SPACE}?(?P<word>(?i:{words})))(?![\w])")


@cache
def _rate() -> re.Pattern[str]:
    rates = vocabulary("amounts")["rates"]
    each, per, before = (alternation(rates[name]) for name in ("each", "per", "for"))
    return re.compile(
        rf"(?i)(?P<gap>{_SPACE}?)(?:(?P<each>{each})(?!\w)|(?P<adverb>{alternation(_adverbs())})(?!\w)"
        rf"|(?P<for>{before}){_SPACE}(?=\d)"
        rf"|(?:{per}){_SPACE}|/{_SPACE}?)"
    )


@cache
def _for_before() -> re.Pattern[str]:
    before = alternation(vocabulary("amounts")["rates"]["for"])
    return re.compile(
        rf"(?i)(?P<number>{NUMBER.pattern})(?:{_SPACE}?(?P<unit>{alternation(units())}))?"
        rf"{_SPACE}(?P<for>{before}){_SPACE}(?:only{_SPACE})?\Z"
    )
