"""When a check applies: values that compose with ``& | ~``.

>>> from sendguard import conditions
>>> conditions.purpose("marketing") & ~conditions.channel("sms")
purpose('marketing') & ~channel('sms')

Those about recipients say whether ``any_`` or ``all_`` of them must fit. For a message without
recipients, ``any_…`` is false and ``all_…`` is true.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from typing import Any, Literal, Protocol, get_args

from attrs import field, frozen

from sendguard.canonical import canonical_address, domain_of, is_within
from sendguard.errors import ConfigurationError
from sendguard.model import Channel, Context, Message, Purpose, Recipient

__all__ = [
    "Condition",
    "Subject",
    "actor_role",
    "all_domain",
    "all_internal",
    "any_domain",
    "any_external",
    "campaign",
    "channel",
    "customer_state",
    "environment",
    "extra",
    "has_attachments",
    "has_resource",
    "is_reply",
    "language",
    "purpose",
    "recipients_at_least",
    "satisfies",
    "template",
]


class Subject(Protocol):
    """What a condition is asked about."""

    @property
    def message(self) -> Message: ...  # noqa: D102  (described by its type)

    @property
    def context(self) -> Context: ...  # noqa: D102  (described by its type)

    @property
    def internal_domains(self) -> frozenset[str]: ...  # noqa: D102  (described by its type)

    @property
    def resources(self) -> frozenset[str]: ...  # noqa: D102  (described by its type)


Resource = Literal["directory", "store", "suppression"]
Test = Callable[[Subject], bool]
Form = dict[str, Any]


@frozen(eq=True, repr=False)
class Condition:
    """A question about a message and its context, answered yes or no.

    Attributes:
        form: how it was built, as a policy file writes it: ``{"purpose": ["marketing"]}``, or
            ``{"all": [...]}``, ``{"any": [...]}``, ``{"not": {...}}`` of others.
        stranger_turns_on: whether one recipient more can turn no into yes.
        stranger_turns_off: whether one recipient more can turn yes into no. A check that depends
            on such a condition is exempt from the law that a stranger never weakens another
            recipient's action.
    """

    name: str
    _test: Test = field(eq=False)
    form: Form = field(eq=False)
    stranger_turns_on: bool = False
    stranger_turns_off: bool = False

    def holds(self, subject: Subject) -> bool:
        """The answer."""
        return bool(self._test(subject))

    def __and__(self, other: object) -> Condition:
        if not isinstance(other, Condition):
            return NotImplemented
        left, right = self._test, other._test
        return Condition(
            f"{self._inner('|')} & {other._inner('|')}",
            lambda subject: left(subject) and right(subject),
            {"all": [self.form, other.form]},
            self.stranger_turns_on or other.stranger_turns_on,
            self.stranger_turns_off or other.stranger_turns_off,
        )

    def __or__(self, other: object) -> Condition:
        if not isinstance(other, Condition):
            return NotImplemented
        left, right = self._test, other._test
        return Condition(
            f"{self._inner('&')} | {other._inner('&')}",
            lambda subject: left(subject) or right(subject),
            {"any": [self.form, other.form]},
            self.stranger_turns_on or other.stranger_turns_on,
            self.stranger_turns_off or other.stranger_turns_off,
        )

    def __invert__(self) -> Condition:
        test = self._test
        return Condition(
            f"~{self._inner('&|')}",
            lambda subject: not test(subject),
            {"not": self.form},
            stranger_turns_on=self.stranger_turns_off,
            stranger_turns_off=self.stranger_turns_on,
        )

    def _inner(self, looser: str) -> str:
        return f"({self.name})" if any(f" {sign} " in self.name for sign in looser) else self.name

    def __repr__(self) -> str:
        return self.name


def _call(function: str, values: Iterable[object]) -> str:
    return f"{function}({', '.join(map(repr, values))})"


def _one_of(function: str, values: tuple[str, ...], known: Iterable[str] | None = None) -> str:
    if not values:
        raise ConfigurationError(f"{function}() needs at least one value")
    for value in values:
        if not isinstance(value, str):
            raise TypeError(f"{function}() takes texts, not {type(value).__name__}")
        if known is not None and value not in known:
            raise ConfigurationError(
                f"{function}() got {value!r}; use one of {', '.join(sorted(known))}"
            )
    return _call(function, values)


def channel(*names: Channel) -> Condition:
    """The message goes by one of these channels."""
    return Condition(
        _one_of("channel", names, get_args(Channel)),
        lambda s: s.message.channel in names,
        {"channel": list(names)},
    )


def purpose(*names: Purpose) -> Condition:
    """The context names one of these purposes."""
    return Condition(
        _one_of("purpose", names, get_args(Purpose)),
        lambda s: s.context.purpose in names,
        {"purpose": list(names)},
    )


def environment(*names: str) -> Condition:
    """The send happens in one of these environments; none named means "production"."""
    return Condition(
        _one_of("environment", names),
        lambda s: (s.context.environment or "production") in names,
        {"environment": list(names)},
    )


def template(*patterns: str) -> Condition:
    """The message was made from a template whose name fits one of these ``*`` patterns."""
    return Condition(
        _one_of("template", patterns),
        lambda s: _fits(s.message.template, patterns),
        {"template": list(patterns)},
    )


def campaign(*patterns: str) -> Condition:
    """The context names a campaign that fits one of these ``*`` patterns."""
    return Condition(
        _one_of("campaign", patterns),
        lambda s: _fits(s.context.campaign, patterns),
        {"campaign": list(patterns)},
    )


def customer_state(*states: str) -> Condition:
    """The customer is known to be in one of these states, for example "bereaved"."""
    return Condition(
        _one_of("customer_state", states),
        lambda s: s.context.customer_state in states,
        {"customer_state": list(states)},
    )


def language(*tags: str) -> Condition:
    """The reader's language is one of these, or a regional form of it (BCP 47 prefix)."""
    wanted = tuple(tag.lower() for tag in tags)

    def test(subject: Subject) -> bool:
        spoken = (subject.context.language or "").lower()
        return any(spoken == tag or spoken.startswith(f"{tag}-") for tag in wanted)

    return Condition(_one_of("language", tags), test, {"language": list(tags)})


def actor_role(*roles: str) -> Condition:
    """The actor has one of these roles."""
    return Condition(
        _one_of("actor_role", roles),
        lambda s: s.context.actor is not None and not set(roles).isdisjoint(s.context.actor.roles),
        {"actor_role": list(roles)},
    )


def extra(key: str, value: object) -> Condition:
    """``context.extra[key]`` equals the value."""
    return Condition(
        _call("extra", (key, value)),
        lambda s: s.context.extra.get(key) == value,
        {"extra": {key: value}},
    )


def is_reply() -> Condition:
    """The message answers another: a thread is given, or it has In-Reply-To (RFC 5322 §3.6.4)."""
    return Condition(
        "is_reply()",
        lambda s: bool(s.context.thread) or s.message.header("In-Reply-To") is not None,
        {"is_reply": True},
    )


def has_attachments() -> Condition:
    """At least one file travels with the message."""
    return Condition(
        "has_attachments()", lambda s: bool(s.message.attachments), {"has_attachments": True}
    )


def has_resource(*names: Resource) -> Condition:
    """The guard was given one of these: a directory, a suppression list, a store.

    For policies that are written before anybody knows what the guard will have: a check that needs
    what is not there is silent under this condition, and ``guard.not-evaluable`` without it.

    >>> from sendguard import checks
    >>> checks.customer_binding().when(has_resource("directory"))
    customer_binding(directory=None).when(has_resource('directory'))
    """
    return Condition(
        _one_of("has_resource", names, get_args(Resource)),
        lambda s: not s.resources.isdisjoint(names),
        {"has_resource": list(names)},
    )


def recipients_at_least(count: int) -> Condition:
    """The message goes to that many recipients or more."""
    if count < 1:
        raise ConfigurationError(f"recipients_at_least() got {count!r}; use a number from 1 up")
    return Condition(
        f"recipients_at_least({count})",
        lambda s: len(s.message.recipients) >= count,
        {"recipients_at_least": count},
        stranger_turns_on=True,
    )


def any_external() -> Condition:
    """At least one recipient is outside the internal domains (all are, where none are named)."""
    return Condition(
        "any_external()",
        lambda s: any(not _internal(r, s) for r in s.message.recipients),
        {"any_external": True},
        stranger_turns_on=True,
    )


def all_internal() -> Condition:
    """Every recipient is inside the internal domains."""
    return Condition(
        "all_internal()",
        lambda s: all(_internal(r, s) for r in s.message.recipients),
        {"all_internal": True},
        stranger_turns_off=True,
    )


def any_domain(*domains: str) -> Condition:
    """At least one recipient is at one of these domains, or below one."""
    name, wanted = _one_of("any_domain", domains), _canonical_domains(domains)
    return Condition(
        name,
        lambda s: any(_within(r.address, wanted) for r in s.message.recipients),
        {"any_domain": list(domains)},
        stranger_turns_on=True,
    )


def all_domain(*domains: str) -> Condition:
    """Every recipient is at one of these domains, or below one."""
    name, wanted = _one_of("all_domain", domains), _canonical_domains(domains)
    return Condition(
        name,
        lambda s: all(_within(r.address, wanted) for r in s.message.recipients),
        {"all_domain": list(domains)},
        stranger_turns_off=True,
    )


def satisfies(test: Callable[[Message, Context], Any], *, name: str | None = None) -> Condition:
    """A question of your own. Nothing is known of it, so a stranger may turn it either way."""
    if not callable(test):
        raise TypeError(f"satisfies() takes a callable, not {type(test).__name__}")
    shown = name or getattr(test, "__qualname__", type(test).__name__)
    return Condition(
        f"satisfies({shown})",
        lambda s: bool(test(s.message, s.context)),
        {"satisfies": test},
        stranger_turns_on=True,
        stranger_turns_off=True,
    )


def _fits(value: str | None, patterns: Iterable[str]) -> bool:
    return value is not None and any(fnmatchcase(value, pattern) for pattern in patterns)


def _canonical_domains(domains: Iterable[str]) -> frozenset[str]:
    return frozenset(domain_of(canonical_address(f"x@{domain}")) for domain in domains)


def _within(address: str, domains: frozenset[str]) -> bool:
    return is_within(domain_of(address), domains)


def _internal(recipient: Recipient, subject: Subject) -> bool:
    return _within(recipient.address, subject.internal_domains)
