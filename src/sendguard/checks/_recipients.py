"""Who gets the message, and who sees whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from attrs import field, frozen

from sendguard.canonical import (
    canonical_address,
    canonical_recipient,
    domain_of,
    is_freemail,
    is_within,
    mask_address,
    registrable_domain,
)
from sendguard.checks.algebra import Case, Check, Leaf
from sendguard.errors import ConfigurationError
from sendguard.model import Action, Finding


@frozen(repr=False)
class _AllowedRecipients(Leaf):
    addresses: frozenset[str]
    domains: frozenset[str]
    everywhere: bool

    def find(self, case: Case) -> Iterator[Finding]:
        environment = case.context.environment or "production"
        if environment == "production" and not self.everywhere:
            return
        for recipient in case.message.recipients:
            if not self._allows(recipient.address, case.default_region):
                yield Finding(
                    code="recipient.not-allowed",
                    action=Action.BLOCK,
                    message=f"In {environment} this recipient is not on the list of those who may "
                    "get messages.",
                    recipient=recipient,
                    suggestion="Add the address to allowed_recipients(), or reroute the message.",
                )

    def _allows(self, address: str, region: str | None) -> bool:
        if canonical_recipient(address, region) in self.addresses:
            return True
        return is_within(domain_of(address), self.domains)

    @property
    def options(self) -> dict[str, Any]:
        allowed = sorted(self.addresses) + sorted(self.domains)
        return {"allowed": allowed, "everywhere": self.everywhere}

    def __repr__(self) -> str:
        shown = sorted(map(mask_address, self.addresses)) + sorted(self.domains)
        tail = ", everywhere=True" if self.everywhere else ""
        return f"allowed_recipients({shown!r}{tail})"


def allowed_recipients(allowed: Iterable[str], *, everywhere: bool = False) -> Check:
    """Outside production, nobody but these gets a message; an *empty* list allows nobody.

    Args:
        allowed: addresses (``"qa@shop.example"``), phone numbers, chat ids, and domains
            (``"shop.example"`` or ``"@shop.example"``, with all that is below them).
        everywhere: in production too.

    Codes:
        ``recipient.not-allowed`` (BLOCK): a test system holds a copy of real customers' addresses,
        and one forgotten setting would write to all of them.

    Raises:
        ConfigurationError: an entry is empty.
    """
    if isinstance(allowed, str):
        raise TypeError("allowed_recipients() takes several entries, not one str")
    addresses: set[str] = set()
    domains: set[str] = set()
    for entry in allowed:
        if not isinstance(entry, str):
            raise TypeError(f"allowed_recipients() takes texts, not {type(entry).__name__}")
        if not entry.strip():
            raise ConfigurationError("allowed_recipients() has an empty entry; leave it out")
        domain = entry.strip().removeprefix("*").removeprefix("@")
        canonical = domain_of(f"x@{domain}")
        if "@" not in domain and "." in domain and canonical and not domain.startswith("+"):
            domains.add(canonical)
        else:
            addresses.add(canonical_recipient(entry, None))
    return _AllowedRecipients(frozenset(addresses), frozenset(domains), everywhere)


@frozen(repr=False)
class _VisibleRecipients(Leaf):
    warn_above: int = field()
    hold_above: int = field()

    def __attrs_post_init__(self) -> None:
        if not 0 < self.warn_above <= self.hold_above:
            raise ConfigurationError(
                f"visible_recipients() got warn_above={self.warn_above}, "
                f"hold_above={self.hold_above}; use 0 < warn_above <= hold_above"
            )

    def find(self, case: Case) -> Iterator[Finding]:
        message = case.message
        if message.channel != "email":
            return
        visible = [r for r in (*message.recipients, *message.shown) if r.role != "bcc"]
        if len(visible) <= self.warn_above:
            return
        known: set[str] = set()
        for earlier in case.context.thread:
            known.update(canonical_address(r.address) for r in earlier.recipients)
            if earlier.sender is not None:
                known.add(canonical_address(earlier.sender.address))
        parties = {
            party
            for r in visible
            if (address := canonical_address(r.address)) not in known
            and (party := _party(address, case.internal_domains))
        }
        if len(parties) > self.warn_above:
            yield Finding(
                code="recipient.many-visible",
                action=Action.HOLD if len(parties) > self.hold_above else Action.WARN,
                message=f"{len(visible)} recipients from {len(parties)} separate households or "
                "companies will see each other's addresses in To and Cc.",
                suggestion="Put them in Bcc, or send each of them a message of his own.",
            )


def visible_recipients(*, warn_above: int = 10, hold_above: int = 30) -> Check:
    """Many strangers who can all see each other's addresses in To and Cc.

    Recipients at one registrable domain count as one party, at a freemail provider each for
    himself; internal domains and those who took part in ``context.thread`` do not count.

    Args:
        warn_above: parties that are no concern yet.
        hold_above: parties from which on it is nearly certain that Bcc was meant.

    Codes:
        ``recipient.many-visible`` (WARN, then HOLD): every one of them learns who the others are,
        and one "reply to all" reaches them.
    """
    return _VisibleRecipients(warn_above, hold_above)


@frozen(repr=False)
class _RepeatedRecipients(Leaf):
    def find(self, case: Case) -> Iterator[Finding]:
        recipients = case.message.recipients
        if len(recipients) < 2:
            return
        times = Counter(canonical_recipient(r.address, case.default_region) for r in recipients)
        for recipient in recipients:
            count = times[canonical_recipient(recipient.address, case.default_region)]
            if count > 1:
                yield Finding(
                    code="recipient.repeated",
                    action=Action.WARN,
                    message=f"This recipient stands in the message {count} times.",
                    recipient=recipient,
                    suggestion="Name each recipient once.",
                )


def repeated_recipients() -> Check:
    """The same mailbox or number more than once among To, Cc and Bcc.

    Codes:
        ``recipient.repeated`` (WARN): he may get it twice, and the list was put together wrongly.
    """
    return _RepeatedRecipients()


def _party(address: str, internal: frozenset[str]) -> str | None:
    domain = domain_of(address)
    if is_within(domain, internal):
        return None
    if not domain or is_freemail(domain):
        return address
    return registrable_domain(domain)
