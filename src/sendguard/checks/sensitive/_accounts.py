"""Card and account numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from sendguard.checks._word_lists import word_lists
from sendguard.checks.sensitive._hit import Hit, before, words_pattern
from sendguard.model import Action
from sendguard.text import AccountNumber, Passage, Place, read_accounts

_KINDS = {"iban": "iban", "card": "card-number"}


def accounts(place: Place, kinds: frozenset[str], own: frozenset[str]) -> Iterator[Hit]:
    """The card numbers and the IBANs in a text, as far as `kinds` names them.

    Args:
        place: the text.
        kinds: "card-number", "iban".
        own: IBANs that are the organisation's, without separators.
    """
    wanted = [name for name, kind in _KINDS.items() if kind in kinds]
    for account in read_accounts(Passage(place, 0, len(place.plain)), wanted):
        start, end = account.where.start, account.where.end
        if account.kind == "iban":
            if account.is_valid and account.number not in own:
                yield Hit("content.iban", Action.WARN, "an IBAN", place, start, end)
        elif action := _of_card(account, place):
            what = f"a {account.scheme} card number"
            yield Hit("content.card-number", action, what, place, start, end)


def _of_card(account: AccountNumber, place: Place) -> Action | None:
    """What a number asks for that could be a card's: one in ten long numbers passes Luhn's test."""
    around = before(place, account.where.start)
    cards, others = list(_card_words().finditer(around)), list(_other_words().finditer(around))
    if cards and (not others or cards[-1].start() > others[-1].start()):
        return Action.HOLD
    is_grouped = not account.where.text.isdigit()
    if others:
        return Action.WARN if is_grouped else None
    return Action.HOLD if is_grouped else Action.WARN


@cache
def _card_words() -> re.Pattern[str]:
    return words_pattern(word_lists("sensitive")["card_words"])


@cache
def _other_words() -> re.Pattern[str]:
    return words_pattern(word_lists("sensitive")["other_words"])
