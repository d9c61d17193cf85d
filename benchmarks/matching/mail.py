"""Invented people with their identifiers, and invented mail in which some of them stand."""

from __future__ import annotations

from itertools import accumulate
from random import Random
from typing import TYPE_CHECKING

from benchmarks.matching.data import SEED, emails, invented_names

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMMON = """
the to and of a in is for you we your on that this with be have our it are as will please
from at not can or if any by has been all would order was but an there they so more which
about one when time new also may up out no know their what just let how need only some get
see other work week day now date back call send team next like do make than then should here
who use because after over first could very them his her him she he were us two thank thanks
regards best kind dear hello meeting invoice payment account attached delivery contract
offer customer information question number address office project change confirm details
document service support update version today tomorrow yesterday monday tuesday wednesday
thursday friday january february march april june july august september october november
december price amount
""".split()  # noqa: SIM905 -- a hundred quotation marks would not make it clearer


class Person:
    """Somebody with four identifiers.

    Attributes:
        name: given and family name.
        email: an address of the kind that `emails` invents.
        phone: in E.164 form.
        account: an IBAN without spaces, or a customer number such as `C-1042`.
    """

    __slots__ = ("account", "email", "name", "phone")

    def __init__(self, random: Random, name: str, email: str, number: int) -> None:
        self.name = name
        self.email = email
        self.phone = f"+44{random.randrange(10**9, 10**10)}"
        if number % 2:
            self.account = f"DE{random.randrange(10, 99)}{random.randrange(10**17, 10**18)}"
        else:
            self.account = f"C-{number * 7919 % 10_000_019}"

    @property
    def identifiers(self) -> tuple[str, str, str, str]:
        """All four."""
        return self.name, self.email, self.phone, self.account


def people(count: int, seed: int = SEED) -> list[Person]:
    """So many people; names by Zipf's law, so that some share one."""
    random = Random(seed)
    first = invented_names(random, 3_000, (2, 2, 3))
    last = invented_names(random, 40_000, (2, 2, 3))
    weights = list(accumulate(1 / (rank + 20) for rank in range(len(last))))
    given = random.choices(first, k=count)
    family = random.choices(last, cum_weights=weights, k=count)
    return [
        Person(random, f"{one.title()} {two.title()}", email, number)
        for number, (one, two, email) in enumerate(
            zip(given, family, emails(count, seed), strict=True)
        )
    ]


def mails(known: list[Person], count: int, seed: int = SEED + 2) -> list[str]:
    """So many mails of some 1.5 kB: half to a known person and half to an unknown one."""
    random = Random(seed)
    strangers = people(max(count // 2, 10), seed)
    rare = invented_names(random, 20_000, (2, 3, 3, 4))
    words = [*_COMMON, *rare]
    weights = list(accumulate(1 / (rank + 3) for rank in range(len(words))))
    written = []
    for number in range(count):
        person = random.choice(known if number % 2 else strangers)
        drawn = iter(random.choices(words, cum_weights=weights, k=300))
        body = "\n\n".join(
            " ".join(_sentence(random, drawn) for _ in range(random.randrange(2, 6)))
            for _ in range(3)
        )
        written.append(
            f"Dear {person.name},\n\n{body}\n\nYour account {person.account} is with "
            f"{random.choice(rare).title()}; write to {person.email} or call {person.phone}.\n\n"
            f"Best regards\n{random.choice(rare).title()} {random.choice(rare).title()}\n"
            f"Tel. {random.randrange(10**5)} {random.randrange(10**6)}, Invoice {number}/2026\n"
        )
    return written


def _sentence(random: Random, drawn: Iterator[str]) -> str:
    words = [next(drawn) for _ in range(random.randrange(8, 20))]
    if random.random() < 0.2:
        words[random.randrange(1, len(words))] = str(random.randrange(3000))
    if random.random() < 0.4:
        words[random.randrange(1, len(words) - 1)] += ","
    return " ".join(words).capitalize() + "."
