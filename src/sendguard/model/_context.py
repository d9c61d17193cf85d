"""The facts of one send that are not in the message."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal, get_args

from attrs import Factory, field, fields, frozen

from sendguard.errors import ConfigurationError
from sendguard.model._mapping import FrozenMap
from sendguard.model._message import Message
from sendguard.model._types import aware, instance_of, texts, tuple_of

Purpose = Literal["transactional", "marketing", "service-notice", "internal", "personal"]

_text = instance_of(str, type(None))


@frozen(repr=False)
class Actor:
    """Who sends: a person or a system account.

    Args:
        id: stable name, for example a user id.
        roles: what he may act as.
        name: for people to read, or "".
    """

    id: str = field(validator=instance_of(str))
    roles: tuple[str, ...] = field(default=(), converter=texts, validator=tuple_of(str))
    name: str = field(default="", validator=instance_of(str))

    def __repr__(self) -> str:
        return f"Actor(roles={self.roles!r})"  # ids are often addresses


def _actor(value: Actor | str | None) -> Actor | None:
    return Actor(value) if isinstance(value, str) else value


def _messages(values: Iterable[Message]) -> tuple[Message, ...]:
    return tuple(values)


def _frozen(values: Mapping[str, Any]) -> FrozenMap[Any]:
    return FrozenMap(values)  # the class itself would hide from type checkers what it takes


def _known_purpose(_: object, __: object, value: Any) -> None:
    if value is not None and value not in get_args(Purpose):
        near = difflib.get_close_matches(str(value), get_args(Purpose), n=1)
        meant = f"; did you mean {near[0]!r}?" if near else ""
        raise ConfigurationError(
            f"Context.purpose is {value!r}; use one of {', '.join(get_args(Purpose))}{meant}"
        )


@frozen(repr=False)
class Context:
    """What is known about this one send. Immutable; every field is optional.

    Attributes:
        actor: who sends (`Actor`, or its id).
        customer: id of the customer that the message is about.
        purpose: "transactional", "marketing", "service-notice", "internal" or "personal".
        environment: for example "staging"; None means production.
        now: the time to judge by (aware); None is stamped from the guard's clock.
        thread: the earlier messages, oldest first.
        draft_started: when writing began (aware).
        deadline: when an answer is due (aware).
        facts: what must be right in the text, by name: `Money`, dates, numbers, references.
        language: the reader's, as a BCP 47 tag.
        time_zone: the reader's, as an IANA name.
        customer_state: for example "bereaved" or "complaint-open".
        campaign: id of the mailing it belongs to.
        key: idempotency key of this one message.
        internal_domains: domains that belong to the sending organisation.
        extra: whatever the user's own rules need.
    """

    actor: Actor | None = field(
        default=None, converter=_actor, validator=instance_of(Actor, type(None))
    )
    customer: str | None = field(default=None, validator=_text)
    purpose: Purpose | None = field(default=None, validator=_known_purpose)
    environment: str | None = field(default=None, validator=_text)
    now: datetime | None = field(default=None, validator=aware)
    thread: tuple[Message, ...] = field(
        default=(), converter=_messages, validator=tuple_of(Message)
    )
    draft_started: datetime | None = field(default=None, validator=aware)
    deadline: datetime | None = field(default=None, validator=aware)
    facts: Mapping[str, Any] = field(default=Factory(FrozenMap), converter=_frozen)
    language: str | None = field(default=None, validator=_text)
    time_zone: str | None = field(default=None, validator=_text)
    customer_state: str | None = field(default=None, validator=_text)
    campaign: str | None = field(default=None, validator=_text)
    key: str | None = field(default=None, validator=_text)
    internal_domains: tuple[str, ...] = field(default=(), converter=texts, validator=tuple_of(str))
    extra: Mapping[str, Any] = field(default=Factory(FrozenMap), converter=_frozen)

    def over(self, wider: Context) -> Context:
        """This context, with what it leaves open taken from a wider one.

        `facts` and `extra` are merged by name, `internal_domains` are united; of every other field
        the narrower value wins as a whole.
        """
        if wider is _EMPTY or self is wider:
            return self
        merged: dict[str, Any] = {}
        for name in _FIELDS:
            mine, theirs = getattr(self, name), getattr(wider, name)
            if name in ("facts", "extra"):
                merged[name] = {**theirs, **mine}
            elif name == "internal_domains":
                merged[name] = tuple(dict.fromkeys(theirs + mine))
            else:
                merged[name] = theirs if mine is None or mine == () else mine
        return Context(**merged)

    def at(self, now: datetime) -> Context:
        """A copy that is judged at that time (aware)."""
        stamped = object.__new__(Context)  # every send comes by here, and the rest is valid already
        for name in _FIELDS:
            object.__setattr__(stamped, name, getattr(self, name))
        object.__setattr__(stamped, "now", now)
        return stamped

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Context:
        """The context that `to_dict` wrote, or one written by hand with the same field names.

        Raises:
            ConfigurationError: a field is unknown or has a wrong value; the message names it.
        """
        from sendguard.model._serial import context_from_dict

        return context_from_dict(data)

    def to_dict(self) -> dict[str, Any]:
        """The fields that are set, as JSON can hold them, unmasked."""
        from sendguard.model._serial import context_to_dict

        return context_to_dict(self)

    def __repr__(self) -> str:
        shown = ("purpose", "environment", "language", "time_zone", "customer_state")
        words = [f"{name}={value!r}" for name in shown if (value := getattr(self, name))]
        hidden = [f"{name}=…" for name in _FIELDS if name not in shown and getattr(self, name)]
        return f"Context({', '.join(words + hidden)})"


_FIELDS = tuple(attribute.name for attribute in fields(Context))
_EMPTY = Context()
