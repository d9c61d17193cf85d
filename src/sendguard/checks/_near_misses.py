"""Addresses and numbers that nobody has, and that somebody nearly has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from attrs import field, frozen

from sendguard.canonical import (
    address_problem,
    canonical_address,
    canonical_phone,
    canonical_recipient,
    skeleton,
    split_address,
)
from sendguard.checks._mail_domains import is_mail_provider
from sendguard.checks.algebra import Case, Check, DirectoryLeaf, check_directory
from sendguard.model import Action, Finding, Recipient

if TYPE_CHECKING:
    from sendguard.matching import Contact, DirectoryLike, NearMiss

_SHORT = 2  # code points of a local part of which one edit makes another: "hr", "pr"
_LONG = 5  # code points of a local part that two slips do not turn into any other
_NAMED = 3  # people whom a sentence names


@frozen(repr=False)
class _NearMiss(DirectoryLeaf):
    directory: DirectoryLike | None = field(default=None, validator=check_directory)

    def look(self, case: Case, directory: DirectoryLike) -> Iterator[Finding]:
        heard = {
            canonical_recipient(earlier.sender.address, case.default_region)
            for earlier in case.context.thread
            if earlier.sender is not None
        }
        for recipient in case.message.recipients:
            given = _to_look_up(recipient.address, case.default_region)
            if given is None or given in heard or directory.who(recipient.address):
                continue
            if finding := _judged(recipient, given, directory):
                yield finding


def near_miss(directory: DirectoryLike | None = None) -> Check:
    """Addresses and numbers that nobody has, one or two slips away from one that somebody has.

    It never objects to an address that somebody in the directory has, nor to one from which a
    message of ``context.thread`` came.

    Args:
        directory: whom the organisation knows; the guard's where it is None.

    Codes:
        ``recipient.near-miss`` (HOLD): one edit away from exactly one known address or number.
        WARN where several are as near, where an address is two edits away, where its name is too
        short to tell, and where both are addresses of real mail providers.
        ``recipient.lookalike`` (HOLD): it is not the known address, but is made to look like it
        (UTS #39).
    """
    return _NearMiss(directory)


def _to_look_up(address: str, region: str | None) -> str | None:
    """The canonical form of what can be delivered to; None for the rest, which others judge."""
    if "@" in address:
        return canonical_address(address) if address_problem(address.strip()) is None else None
    return canonical_phone(address, region)


def _judged(recipient: Recipient, given: str, directory: DirectoryLike) -> Finding | None:
    spelled = _in_ascii(recipient.address)
    if spelled is not None and (contacts := directory.who(spelled)):
        return _look_alike(recipient, contacts, spelled)
    parts = split_address(given)
    misses = directory.near(recipient.address, 1 if parts is None else 2)
    for miss in misses:
        if parts and skeleton(given, digraphs=True) == skeleton(miss.address, digraphs=True):
            same = [each.contact for each in misses if each.address == miss.address]
            return _look_alike(recipient, same, miss.address)
    if not misses:
        return None
    least = misses[0].distance
    nearest = [miss for miss in misses if miss.distance == least]
    return _near(recipient, nearest, _action(parts, nearest))


def _action(parts: tuple[str, str] | None, nearest: Sequence[NearMiss]) -> Action | None:
    several = len({miss.address for miss in nearest}) > 1
    if parts is None:
        return Action.WARN if several else Action.HOLD
    local, domain = parts
    near = [split_address(miss.address) or ("", "") for miss in nearest]
    others = {domain for _, domain in near}
    at_another_provider = domain not in others and is_mail_provider(domain)
    if nearest[0].distance > 1:
        numbered = all(_letters(other) == _letters(local) for other, _ in near)
        short = len(local) < _LONG and domain in others
        return None if at_another_provider or numbered or short else Action.WARN
    unsure = several or at_another_provider or (len(local) <= _SHORT and domain in others)
    return Action.WARN if unsure else Action.HOLD


def _letters(local: str) -> str:
    """What is left without the number by which a provider tells namesakes apart."""
    return local.rstrip("0123456789")


def _near(
    recipient: Recipient, nearest: Sequence[NearMiss], action: Action | None
) -> Finding | None:
    if action is None:
        return None
    what = "address" if "@" in recipient.address else "number"
    slips = "one slip" if nearest[0].distance == 1 else "two slips"
    who = _names([miss.contact for miss in nearest])
    return Finding(
        code="recipient.near-miss",
        action=action,
        message=f"Nobody who is known has this {what}; that of {who} is {slips} away.",
        recipient=recipient,
        suggestion=f"Write to {nearest[0].address}, if {who} is meant; or enter the new {what}.",
    )


def _look_alike(recipient: Recipient, contacts: Sequence[Contact], address: str) -> Finding:
    who = _names(contacts)
    return Finding(
        code="recipient.lookalike",
        action=Action.HOLD,
        message=f"The address looks like that of {who}, but it is another one.",
        recipient=recipient,
        suggestion=f"Write to {address}, if {who} is meant.",
    )


def _in_ascii(address: str) -> str | None:
    """The ASCII address that it would be with the letters that its letters look like."""
    if address.isascii():
        return None
    spelled = "".join(each if each.isascii() else skeleton(each) for each in address[:320])
    return spelled if spelled.isascii() else None


def _names(contacts: Sequence[Contact]) -> str:
    names = list(dict.fromkeys(each.name or f"customer {each.customer}" for each in contacts))
    shown = " or ".join(names[:_NAMED])
    return shown if len(names) <= _NAMED else f"{shown} or others"
