"""Invented e-mail addresses with the skew of real ones, and queries that slip as fingers do."""

from __future__ import annotations

from itertools import accumulate
from random import Random

SEED = 20_240_229
_FREEMAIL = (
    "gmail.com", "yahoo.com", "hotmail.com", "outlook.com", "icloud.com",
    "gmx.de", "web.de", "aol.com", "orange.fr", "libero.it",
)  # fmt: skip
_ONSETS = (
    "b", "br", "c", "ch", "d", "f", "g", "gr", "h", "j", "k", "kl", "l", "m", "n", "p", "r", "s",
    "sch", "st", "t", "tr", "v", "w", "z",
)  # fmt: skip
_VOWELS = ("a", "a", "e", "e", "i", "o", "u", "ai", "ei", "ie", "ou")
_CODAS = ("n", "r", "s", "l", "t", "ck", "m", "nd", "rt", "ss", "", "", "", "", "", "")
_TRADES = (
    "foods", "logistics", "consult", "media", "soft", "bau", "group", "partners", "design",
    "energy",
)  # fmt: skip
_ENDINGS = ("com", "com", "com", "de", "net", "org", "co.uk", "fr", "it", "io")
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789.-_"


def invented_names(random: Random, count: int, syllables: tuple[int, ...]) -> list[str]:
    """At most so many distinct words of syllables."""
    names = dict.fromkeys(
        "".join(
            random.choice(_ONSETS) + random.choice(_VOWELS) + random.choice(_CODAS)
            for _ in range(random.choice(syllables))
        )
        for _ in range(count * 2)
    )
    return list(names)[:count]


def emails(count: int, seed: int = SEED) -> list[str]:
    """Distinct addresses: 40 % at ten freemail domains, names and companies by Zipf's law."""
    random = Random(seed)
    first = invented_names(random, 3_000, (1, 2, 2))
    last = invented_names(random, max(2_000, min(count // 20, 60_000)), (2, 2, 3))
    companies = max(50, count // 4)
    first_weights = list(accumulate(1 / (rank + 3) for rank in range(len(first))))
    last_weights = list(accumulate(1 / (rank + 20) for rank in range(len(last))))
    found: dict[str, None] = {}
    while len(found) < count:
        firsts = random.choices(first, cum_weights=first_weights, k=10_000)
        lasts = random.choices(last, cum_weights=last_weights, k=10_000)
        for given, family in zip(firsts, lasts, strict=True):
            found[f"{_local(random, given, family)}@{_domain(random, last, companies)}"] = None
    return list(found)[:count]


def _local(random: Random, given: str, family: str) -> str:
    shape = random.random()
    if shape < 0.45:
        local = f"{given}.{family}"
    elif shape < 0.6:
        local = given[0] + family
    elif shape < 0.75:
        local = given + family
    elif shape < 0.85:
        local = f"{family}.{given}"
    else:
        local = given
    return local + str(random.randrange(1, 100)) if random.random() < 0.35 else local


def _domain(random: Random, last: list[str], companies: int) -> str:
    if random.random() < 0.4:
        return _FREEMAIL[min(int(random.expovariate(0.45)), 9)]
    number = int(companies * random.random() ** 2)
    name = last[number * 7919 % len(last)]
    if number % 2:
        name = f"{name}{'-' if number % 3 else ''}{_TRADES[number // len(last) % len(_TRADES)]}"
    return f"{name}.{_ENDINGS[number % len(_ENDINGS)]}"


def slip(random: Random, string: str) -> str:
    """The string with one edit."""
    at = random.randrange(len(string))
    kind = random.random()
    if kind < 0.25:
        return string[:at] + string[at + 1 :]
    if kind < 0.5:
        return string[:at] + random.choice(_LETTERS) + string[at:]
    if kind < 0.75:
        return string[:at] + random.choice(_LETTERS) + string[at + 1 :]
    return string[:at] + string[at : at + 2][::-1] + string[at + 2 :]


def queries(strings: list[str], count: int, seed: int = SEED + 1) -> list[str]:
    """20 % known, 30 % with one slip, 20 % with two, 30 % unknown addresses."""
    random = Random(seed)
    unknown = emails(max(count, 100), seed + 1)
    mixed = []
    for number in range(count):
        known = random.choice(strings)
        place = number % 10
        if place < 2:
            mixed.append(known)
        elif place < 5:
            mixed.append(slip(random, known))
        elif place < 7:
            mixed.append(slip(random, slip(random, known)))
        else:
            mixed.append(unknown[number])
    random.shuffle(mixed)
    return mixed
