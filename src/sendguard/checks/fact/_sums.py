"""Whether the lines of a list come to the total below them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Literal

from attrs import frozen

from sendguard.checks.fact._words import whole_words, word_lists
from sendguard.text import PhraseWords

if TYPE_CHECKING:
    from sendguard.text import Amount, Passage

_LEAST_LINES = 2
_MOST_LINES = 200  # of one list
_MOST_DOUBTFUL = 8  # lines of which it is tried whether they count; each doubles the work
_GAP = 3  # line ends between two lines of a list
_LONGEST_LINE = 200  # code points
_TIMES = re.compile(r"\d[ \xa0]?[x×*@](?![a-z])|(?<!\w)[x×*@][ \xa0]?\d", re.IGNORECASE)

_ROW_END = re.compile(r"\r\n?|\n")
_LETTER = re.compile(r"[^\W\d_]")

Role = Literal["item", "total", "subtotal", "maybe", "less"]


@frozen
class WrongSum:
    """A total that its lines do not come to.

    Attributes:
        total: the total that is stated.
        sum: what the lines come to.
    """

    total: Amount
    sum: Decimal


@frozen(eq=False)
class _Line:
    amount: Amount
    role: Role
    is_doubtful: bool


def wrong_sums(
    new_text: Iterable[Passage], amounts_of: Callable[[Passage], Sequence[Amount]]
) -> Iterator[WrongSum]:
    """Yield the totals that cannot be explained by the lines above them. Linear.

    Taxes, fees and deposits may be in the lines already or come on top; discounts and payments are
    taken off; a subtotal counts for the lines above it. A list in which a line has several
    amounts, or a number of pieces, is not judged.
    """
    for passage in new_text:
        if passage.part == "subject" or not _names_of_totals().may_be_among(passage.words):
            continue
        amounts = amounts_of(passage)
        if len(amounts) > _LEAST_LINES and _roles()["total"].search(
            passage.place.plain, passage.start, passage.end
        ):
            yield from _in_passage(passage, amounts)


def _in_passage(passage: Passage, amounts: Sequence[Amount]) -> Iterator[WrongSum]:
    lines: list[_Line] = []
    text, last = passage.place.plain, passage.start
    for index, amount in enumerate(amounts):
        start, end = amount.where.start, amount.where.end
        gap = text[last:start]
        rows = _ROW_END.split(gap)
        breaks, between = len(rows) - 1, [row.strip() for row in rows[1:-1]]
        if breaks > _GAP or (any(between) and not all(between)):
            lines = []  # a paragraph stands between them
        is_broken = bool(lines) and (any(between) or lines[-1].amount.currency != amount.currency)
        line_start = max(gap.rfind("\n"), gap.rfind("\r")) + 1 + last
        next_start = amounts[index + 1].where.start if index + 1 < len(amounts) else passage.end
        behind = _ROW_END.split(text[end : min(next_start, end + _LONGEST_LINE)], maxsplit=1)
        before = text[max(line_start, start - _LONGEST_LINE) : start]
        label = f"{before} {behind[0]}"
        is_sole = (breaks > 0 or not lines) and (
            index + 1 == len(amounts) or len(behind) > 1 or next_start - end > _LONGEST_LINE
        )
        role = _role(before, label)
        is_doubtful = is_broken or not is_sole or _is_multiplied(amount, label)
        line = _Line(amount, role, is_doubtful or len(lines) >= _MOST_LINES)
        last = end
        if role != "total":
            lines = [*lines[: _MOST_LINES - 1], line]
            continue
        if line.is_doubtful or any(each.is_doubtful for each in lines):
            lines = []
            continue
        if wrong := _checked(lines, amount):
            yield wrong
        lines = []


def _is_multiplied(amount: Amount, label: str) -> bool:
    return amount.rate is not None or len(amount.values) > 1 or bool(_TIMES.search(label))


def _role(before: str, label: str) -> Role:
    """What a line is, by all its words; a total only by those right before its amount."""
    for role in ("subtotal", "less", "maybe"):
        if _roles()[role].search(label):
            return role
    named = list(_roles()["total"].finditer(before))
    if named and not _LETTER.search(before, named[-1].end()):
        return "total"
    return "item"


def _checked(lines: list[_Line], total: Amount) -> WrongSum | None:
    items = [each for each in lines if each.role == "item"]
    if len(items) < _LEAST_LINES:
        return None
    maybe = [abs(each.amount.value) for each in lines if each.role == "maybe"]
    if len(maybe) > _MOST_DOUBTFUL:
        return None
    wanted = abs(total.value)
    less = sum((abs(each.amount.value) for each in lines if each.role == "less"), Decimal(0))
    plain = sum((each.amount.value for each in items), Decimal(0))
    bases = [plain, plain - less]
    for at, line in enumerate(lines):
        if line.role == "subtotal":
            rest = [each.amount.value for each in lines[at + 1 :] if each.role == "item"]
            since = sum(rest, Decimal(0))
            bases += [line.amount.value + since, line.amount.value + since - less]
    reached = set(bases)
    for extra in maybe:
        reached |= {each + extra for each in reached} | {each - extra for each in reached}
    if wanted in reached or any(abs(each) == wanted for each in reached):
        return None
    return WrongSum(total, plain - less + sum(maybe))


@cache
def _names_of_totals() -> PhraseWords:
    return PhraseWords(word_lists("sums")["total"])


@cache
def _roles() -> dict[Role, re.Pattern[str]]:
    roles: tuple[Role, ...] = ("total", "subtotal", "maybe", "less")
    return {role: whole_words(word_lists("sums")[role]) for role in roles}
