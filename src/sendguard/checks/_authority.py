"""Who may send what, to how many, and how far."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import Any, get_args

from attrs import field, frozen

from sendguard.canonical import address_problem, domain_of
from sendguard.checks.algebra import Case, Check, Leaf
from sendguard.errors import ConfigurationError
from sendguard.model import Action, Actor, Channel, Finding, Purpose

_ROLE = "role:"


def _some(value: Any) -> tuple[Any, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _known(kind: Any) -> Any:
    def check(_: object, attribute: Any, values: tuple[Any, ...]) -> None:
        known = get_args(kind)
        for value in values:
            if value not in known:
                raise ConfigurationError(
                    f"Grant.{attribute.name} has {value!r}; use some of {', '.join(known)}"
                )

    return check


def _whom(_: object, __: object, value: Any) -> None:
    if not isinstance(value, str):
        raise TypeError(f"Grant.actor takes a str, not {type(value).__name__}")
    if not value.removeprefix(_ROLE).strip() or "*" in value[:-1]:
        raise ConfigurationError(
            f"Grant.actor is {value!r}; use an id, the beginning of one and *, "
            f'"{_ROLE}name" or "*" for whoever is named'
        )


def _most(_: object, __: object, value: Any) -> None:
    if value is None:
        return
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"Grant.recipients takes an int, not {type(value).__name__}")
    if value < 1:
        raise ConfigurationError(f"Grant.recipients is {value}; use 1 or more, or leave it out")


def _are_domains(_: object, __: object, values: tuple[Any, ...]) -> None:
    for value in values:
        if problem := address_problem(f"x@{value}"):
            raise ConfigurationError(f"Grant.domains has {value!r}: {problem}")


@frozen(kw_only=True)
class Grant:
    """What somebody may send.

    Args:
        actor: whom it is for: the id of an `Actor`, the beginning of one and ``*``,
            ``"role:support"``, or ``"*"`` for whoever is named. Case makes no difference.
        purposes: of what (`Context.purpose`); none named: whatever it is for.
        channels: on what; none named: on each.
        recipients: to so many at most in one message without a second person; None: to any number.
        domains: only to addresses there or below without a second person; none named: anywhere.
            Phone numbers and chat ids have no domain and are not asked about.

    Raises:
        ConfigurationError: a field has a value that it cannot have.
    """

    actor: str = field(validator=_whom)
    purposes: tuple[Purpose, ...] = field(default=(), converter=_some, validator=_known(Purpose))
    channels: tuple[Channel, ...] = field(default=(), converter=_some, validator=_known(Channel))
    recipients: int | None = field(default=None, validator=_most)
    domains: tuple[str, ...] = field(default=(), converter=_some, validator=_are_domains)

    def is_for(self, actor: Actor) -> bool:
        """Whether it is this actor's."""
        wanted = _folded(self.actor)
        if wanted.startswith(_ROLE):
            return any(_folded(role) == wanted.removeprefix(_ROLE) for role in actor.roles)
        if wanted.endswith("*"):
            return _folded(actor.id).startswith(wanted[:-1])
        return _folded(actor.id) == wanted

    def allows(self, case: Case) -> bool:
        """Whether it is about such a message at all."""
        return (not self.purposes or case.context.purpose in self.purposes) and (
            not self.channels or case.message.channel in self.channels
        )

    def excess(self, case: Case) -> str | None:
        """What of the message goes further than this, in words; None when nothing does."""
        given = len({recipient.address for recipient in case.message.recipients})
        if self.recipients is not None and given > self.recipients:
            return f"it goes to {given} recipients and {self.recipients} are usual"
        if self.domains and not all(map(self._reaches, case.message.recipients)):
            return f"it goes beyond {', '.join(self.domains)}"
        return None

    def _reaches(self, recipient: Any) -> bool:
        if "@" not in recipient.address:
            return True
        domain = domain_of(recipient.address)
        wanted = (domain_of(f"x@{each}") for each in self.domains)
        return any(domain == each or domain.endswith(f".{each}") for each in wanted)


def _grants(values: Any) -> tuple[Grant, ...]:
    return tuple(values)


def _are_grants(_: object, __: object, values: tuple[Any, ...]) -> None:
    if not values:
        raise ConfigurationError("authority(rules=) is empty, so nobody could send; give Grants")
    for value in values:
        if not isinstance(value, Grant):
            raise TypeError(f"authority(rules=) takes Grants, not {type(value).__name__}")


def _revoked(value: Any) -> Any:
    return frozenset(value) if isinstance(value, list | tuple) else value


def _is_container(_: object, __: object, value: Any) -> None:
    if value is not None and (isinstance(value, str) or not isinstance(value, Container)):
        raise TypeError(
            "authority(revoked=) takes a set of ids, a SuppressionList, or what else answers "
            f"`in`, not {type(value).__name__}"
        )


def _same_revoked(value: Any) -> Any:
    return value if value is None or isinstance(value, frozenset) else id(value)


@frozen(repr=False)
class _Authority(Leaf):
    rules: tuple[Grant, ...] = field(converter=_grants, validator=_are_grants)
    revoked: Container[str] | None = field(
        default=None, converter=_revoked, validator=_is_container, eq=_same_revoked
    )

    def find(self, case: Case) -> Iterator[Finding]:
        actor = case.context.actor
        if actor is None or not actor.id.strip():
            yield Finding(
                code="authority.unknown-actor",
                action=Action.HOLD,
                message="Nobody is named who sends this, so nobody is known to be allowed to.",
                suggestion="Say who sends it: Context(actor=…).",
            )
            return
        if self.revoked is not None and (
            actor.id in self.revoked or _folded(actor.id) in self.revoked
        ):
            yield Finding(
                code="authority.revoked",
                action=Action.BLOCK,
                message="Whoever sends this may not send any more.",
                suggestion="Have somebody else look at what it was to be.",
            )
            return
        grants = [grant for grant in self.rules if grant.is_for(actor) and grant.allows(case)]
        if not grants:
            purpose = case.context.purpose or "no stated purpose"
            yield Finding(
                code="authority.denied",
                action=Action.BLOCK,
                message=f"Whoever sends this may send nothing of that kind: {purpose}, by "
                f"{case.message.channel}.",
                suggestion="Have it sent by somebody who may, or grant it.",
            )
            return
        excesses = [grant.excess(case) for grant in grants]
        if None not in excesses:
            yield Finding(
                code="authority.reach",
                action=Action.HOLD,
                message=f"This goes further than usual: {min(filter(None, excesses))}.",
                suggestion="Have a second person approve it.",
            )

    def __repr__(self) -> str:
        revoked = "" if self.revoked is None else f", revoked={type(self.revoked).__name__}"
        return f"authority({len(self.rules)} rules{revoked})"


def authority(
    rules: Iterable[Grant], *, revoked: Container[str] | Iterable[str] | None = None
) -> Check:
    """Everybody sends only what he was granted, and nobody whose leave was taken back.

    What no rule grants is refused. Several rules for one actor add up: it is enough that one of
    them covers the whole message. How often somebody may send is another question:
    ``rate_limit(limit=200, per="1d", by="actor")``.

    Args:
        rules: who may send what; at least one.
        revoked: ids of actors who may send nothing any more, whatever the rules say. It is asked
            at each judgement, so whoever is added to it is stopped at his next message: a set, a
            `SuppressionList` that other processes write to, or your own class with
            ``__contains__``. Asked for the id as it is and in small letters.

    Codes:
        ``authority.revoked`` (BLOCK): he has left, or his account was taken over.
        ``authority.denied`` (BLOCK): no rule grants him such a message.
        ``authority.reach`` (HOLD): more recipients, or others, than is usual for him.
        ``authority.unknown-actor`` (HOLD): the context does not say who sends.

    None of them can be overridden by the sender's own word, unless `Guard` is told so; a second
    person approves what is held, in a hold queue.

    Raises:
        ConfigurationError: there is no rule.

    >>> support = Grant(actor="role:support", purposes=["transactional"], recipients=5)
    >>> authority([support], revoked={"tom"})
    authority(1 rules, revoked=set)
    """
    return _Authority(rules, revoked)


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
