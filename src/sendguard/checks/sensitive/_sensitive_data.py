"""Card numbers, account numbers, national ids and secrets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from typing import Final

from attrs import frozen

from sendguard.canonical import mask_number
from sendguard.checks._first_few import first_few
from sendguard.checks.algebra import Case, Check, Leaf, Unevaluable
from sendguard.checks.sensitive._accounts import accounts
from sendguard.checks.sensitive._hit import Hit
from sendguard.checks.sensitive._national_ids import national_ids
from sendguard.checks.sensitive._secrets import secrets, secrets_by_plugins
from sendguard.errors import ConfigurationError
from sendguard.model import Action, Finding
from sendguard.text import Passage, Place, has_digit, read_accounts

KINDS: Final = ("card-number", "iban", "national-id", "secret")
"""What is looked for."""

ENGINES: Final = ("builtin", "stdnum", "detect-secrets")
"""What looks; all but the first need an extra."""

MAX_FINDINGS: Final = 10
"""Findings of a message; what goes beyond is counted in one more."""

MAX_HITS: Final = 500
"""Places of one action that are kept; when so many are held, no more are looked for."""

_EXTRAS = {"stdnum": ("stdnum", "ids"), "detect-secrets": ("detect_secrets", "secrets")}
_SUGGESTIONS = {
    "content.card-number": "Take it out; the last four digits are enough to know a card by.",
    "content.iban": "Take it out, unless the reader is to pay to this account.",
    "content.national-id": "Take it out; refer to the person by a number of your own.",
    "content.secret": "Take it out, and change the secret if it has left already.",
}


@frozen(repr=False)
class _SensitiveData(Leaf):
    kinds: frozenset[str]
    own: frozenset[str]
    engines: frozenset[str]

    def find(self, case: Case) -> Iterator[Finding | Unevaluable]:
        analysis = case.analysis
        first, further = first_few(
            self._strongest_first((*analysis.places, *analysis.file_texts)),
            lambda hit: (hit.code, hit.place.part, hit.place.plain[hit.start : hit.end]),
            MAX_FINDINGS,
        )
        yield from map(_finding, first)
        if further:
            yield Finding(
                code=further[0].code,
                action=further[0].action,
                message=f"At least {len(further)} further places hold such data.",
            )
        for part, file in ((each.part, each) for each in analysis.files if each.is_cut):
            if file.text is not None:
                yield Unevaluable("The end of this file was not searched: it is too long.", part)

    def _strongest_first(self, places: tuple[Place, ...]) -> list[Hit]:
        """The hits of all places; a thousand warnings do not crowd out what is held."""
        held: list[Hit] = []
        warned: list[Hit] = []
        for hit in (hit for place in places for hit in self._hits(place)):
            if hit.action < Action.HOLD:
                if len(warned) < MAX_HITS:
                    warned.append(hit)
                continue
            held.append(hit)
            if len(held) == MAX_HITS:
                break
        return held + warned

    def _hits(self, place: Place) -> Iterator[Hit]:
        if has_digit(place.plain):
            if self.kinds & {"card-number", "iban"}:
                yield from accounts(place, self.kinds, self.own)
            if "national-id" in self.kinds:
                yield from national_ids(place, all_countries="stdnum" in self.engines)
        if "secret" in self.kinds:
            yield from secrets(place)
            if "detect-secrets" in self.engines:
                yield from secrets_by_plugins(place)

    def __repr__(self) -> str:
        changed = []
        if self.kinds != frozenset(KINDS):
            changed.append(f"kinds={tuple(sorted(self.kinds))!r}")
        if self.own:
            changed.append(f"own={sorted(map(mask_number, self.own))!r}")
        if self.engines != frozenset({"builtin"}):
            changed.append(f"engines={tuple(sorted(self.engines))!r}")
        return f"sensitive_data({', '.join(changed)})"


def sensitive_data(
    *,
    kinds: Iterable[str] = KINDS,
    own: Iterable[str] = (),
    engines: Iterable[str] = ("builtin",),
) -> Check:
    """Nothing leaves that money, an identity or a system can be stolen with.

    It looks at the subject, the text, the HTML as it is shown and what it hides, quoted mail too,
    and at attached texts, CSV and HTML; for exact shapes and right check digits only. What it
    finds is never quoted: a finding has the place, not the number.

    Args:
        kinds: of "card-number", "iban", "national-id", "secret".
        own: IBANs that are the organisation's own, and stand below its invoices.
        engines: "builtin"; "stdnum" for national ids of many countries (``sendguard[ids]``);
            "detect-secrets" for secrets of more services (``sendguard[secrets]``).

    Codes:
        ``content.card-number`` (HOLD): a scheme's first digits, a right length and Luhn's check
        digit, grouped as on a card or called one. WARN without either.
        ``content.iban`` (WARN): a valid one that is not one's own; people do send theirs.
        ``content.national-id`` (HOLD): the exact shape after what it is called.
        ``content.secret`` (HOLD): a key or token in its maker's shape, a private key. WARN for a
        password in plain words, which some still send on purpose.

    Raises:
        ConfigurationError: a kind or an engine that there is not, an engine whose extra is not
            installed, or an own account that is no IBAN.
    """
    found = _members("kinds", kinds, KINDS)
    chosen = _members("engines", engines, ENGINES) | {"builtin"}
    for engine in sorted(chosen & set(_EXTRAS)):
        module, extra = _EXTRAS[engine]
        if find_spec(module) is None:
            raise ConfigurationError(
                f'engines has "{engine}", which is not installed; install sendguard[{extra}]'
            )
    if isinstance(own, str):
        raise TypeError("own takes several IBANs, not one str")
    return _SensitiveData(found, frozenset(map(_own_iban, own)), chosen)


def _members(where: str, given: Iterable[str], known: tuple[str, ...]) -> frozenset[str]:
    if isinstance(given, str):
        raise TypeError(f"{where} takes several names, not one str")
    names = frozenset(given)
    strange = sorted(map(repr, names - set(known)))
    if strange or not names:
        raise ConfigurationError(
            f"{where} is {', '.join(strange) or 'empty'}; use one or more of {', '.join(known)}"
        )
    return names


def _own_iban(given: str) -> str:
    if not isinstance(given, str):
        raise TypeError(f"own takes texts, not {type(given).__name__}")
    place = Place.of("own", re.sub(r"\s", "", given).upper())
    for account in read_accounts(Passage(place, 0, len(place.plain))):
        if account.kind == "iban" and account.is_valid:
            return account.number
    raise ConfigurationError(f"own has {mask_number(given)!r}, which is no valid IBAN")


def _finding(hit: Hit) -> Finding:
    return Finding(
        code=hit.code,
        action=hit.action,
        message=f"{hit.what[0].upper()}{hit.what[1:]} stands here.",
        part=hit.place.part,
        span=hit.place.span(hit.start, hit.end),
        suggestion=_SUGGESTIONS[hit.code],
    )
