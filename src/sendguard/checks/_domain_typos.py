"""Mistyped domains of the well-known mail providers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from attrs import frozen

from sendguard.canonical import domain_of, is_within
from sendguard.checks._mail_domains import is_mail_provider, mail_domains
from sendguard.checks.algebra import Case, Check, Leaf
from sendguard.model import Action, Finding

_LONGEST = 32  # code points; no provider's domain is longer


@frozen(repr=False)
class _DomainTypos(Leaf):
    def find(self, case: Case) -> Iterator[Finding]:
        if case.message.channel != "email":
            return
        judged: dict[str, tuple[str, Action] | None] = {}
        for recipient in case.message.recipients:
            domain = domain_of(recipient.address)
            if domain not in judged:
                judged[domain] = _meant(domain, case.internal_domains)
            if found := judged[domain]:
                meant, action = found
                yield Finding(
                    code="address.domain-typo",
                    action=action,
                    message=f"The address ends in {domain}, which is probably a slip for {meant}.",
                    recipient=recipient,
                    suggestion=f"Write {meant}, if that is what is meant.",
                )


def domain_typos() -> Check:
    """Slips in the domains of well-known mail providers: ``gmial.com``, ``hotmail.con``.

    No domain is corrected at which people have their mail, however near it is to another:
    ``ymail.com``, ``mail.com``, ``hotmail.co.uk``, ``proton.me``. It needs no directory.

    Codes:
        ``address.domain-typo`` (HOLD): a slip that is known. WARN for any other domain one edit
        away from one of the largest providers.
    """
    return _DomainTypos()


def _meant(domain: str, internal: frozenset[str]) -> tuple[str, Action] | None:
    if not domain or len(domain) > _LONGEST:
        return None
    found = _slip_in(domain)
    return None if found is None or is_within(domain, internal) else found


@lru_cache(maxsize=1_024)
def _slip_in(domain: str) -> tuple[str, Action] | None:
    if is_mail_provider(domain):
        return None
    table = mail_domains()
    if domain in table.typos:
        return table.typos[domain], Action.HOLD
    name, _, ending = domain.rpartition(".")
    meant = f"{name}.{table.endings.get(ending, '')}"
    if meant in table.real:
        return meant, Action.HOLD
    from sendguard.matching import bounded_distance

    for known in table.nearly:
        if bounded_distance(domain, known, 1) == 1:
            return known, Action.WARN
    return None
