"""Sending somewhere else than written, as staging systems do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from attrs import evolve

from sendguard.canonical import Mailbox, address_problem
from sendguard.errors import ConfigurationError
from sendguard.model import ROLES, Recipient

Reroute = str | Sequence[str] | Callable[[Recipient], str | None]
"""Where everything goes: one address, several, or a function of each recipient (None: nowhere)."""


def check_reroute(to: Reroute | None) -> None:
    """Raise unless `to` is a `Reroute` or None; what a function answers is seen when it answers.

    Raises:
        TypeError: it is none of the kinds that `Reroute` names.
        ConfigurationError: it is no address, or none at all.
    """
    if to is not None and not callable(to):
        _targets(to)


def rerouted(recipients: Iterable[Recipient], to: Reroute) -> tuple[Recipient, ...]:
    """Who gets the message instead, in the order of those who would have got it.

    Each recipient is replaced by the given address (by every one of several), in his role. An
    address that comes up again is kept once, in its most visible role (to, cc, bcc). An original
    address is in the result only where `to` itself names it.

    Args:
        recipients: those whom the message was written for, Cc and Bcc included.
        to: an address such as ``"qa@shop.example"``, with a display name if wanted; several; or a
            function of a recipient that returns one, or None to leave him out.

    Raises:
        TypeError: the function returned something else.
        ConfigurationError: the address that the function returned is none.

    >>> [r.address for r in rerouted([Recipient("m@x.example")], "qa@shop.example")]
    ['qa@shop.example']
    """
    fixed = None if callable(to) else _targets(to)
    found: dict[str, Recipient] = {}
    for recipient in recipients:
        for target in _answers(to, recipient) if fixed is None else fixed:
            known = found.get(target.address)
            if known is None:
                found[target.address] = evolve(target, role=recipient.role)
            elif ROLES.index(recipient.role) < ROLES.index(known.role):
                found[target.address] = evolve(known, role=recipient.role)
    return tuple(found.values())


def original_headers(recipients: Iterable[Recipient]) -> tuple[tuple[str, str], ...]:
    """The headers that record whom a rerouted message was written for, on one line each.

    Returns:
        ``X-Original-To``, ``X-Original-Cc`` and ``X-Original-Bcc`` with their values, where there
        is anybody to name. No value holds a line break, whatever the addresses hold; characters
        outside ASCII are not encoded.
    """
    by_role: dict[str, list[str]] = {role: [] for role in ROLES}
    for recipient in recipients:
        by_role[recipient.role].append(str(Mailbox(recipient.name, recipient.address)))
    return tuple(
        (f"X-Original-{role.capitalize()}", ", ".join(shown))
        for role, shown in by_role.items()
        if shown
    )


def _targets(to: object) -> tuple[Recipient, ...]:
    several = (to,) if isinstance(to, str) else to
    if not isinstance(several, Sequence) or isinstance(several, bytes | bytearray):
        raise TypeError(
            f"reroute= takes an address, several, or a function, not {type(to).__name__}"
        )
    if not several:
        raise ConfigurationError("reroute= names nobody; give at least one address")
    return tuple(_target(each) for each in several)


def _answers(to: Reroute, recipient: Recipient) -> tuple[Recipient, ...]:
    answer = to(recipient) if callable(to) else None
    return () if answer is None else (_target(answer),)


def _target(address: object) -> Recipient:
    if not isinstance(address, str):
        raise TypeError(f"reroute= takes addresses of type str, not {type(address).__name__}")
    target = Recipient.parse(address)
    if problem := address_problem(target.address):
        # Not quoted: a function may have made it of the address of a person.
        raise ConfigurationError(f"reroute= has something that is no address. {problem}")
    return target
