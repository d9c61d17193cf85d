"""Who somebody is, however he is written."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping

from sendguard.canonical import read_mailbox, skeleton, strip_invisible
from sendguard.errors import ConfigurationError
from sendguard.model import Actor, Context

Roles = Mapping[str, Iterable[str]] | Callable[[str], Iterable[str]]
"""A person's roles: a table by name, or a function of the name."""


def identity(person: str) -> str:
    """The form that all spellings of one person's id share; for comparing only.

    Case, white space, invisible and look-alike characters, and a display name before an address
    make no other person. Whoever is taken for somebody else by it is asked to have another person
    approve, which is the safe side.
    """
    text = " ".join(unicodedata.normalize("NFKC", strip_invisible(person)).split())
    address = read_mailbox(text).address if "@" in text else ""
    return skeleton((address or text).casefold())


def named(by: Actor | str, what: str) -> Actor:
    """The person; ConfigurationError where nobody is named."""
    actor = Actor(by) if isinstance(by, str) else by
    if not isinstance(actor, Actor):
        raise TypeError(f"{what}: by= takes a name or an Actor, not {type(by).__name__}")
    if not identity(actor.id):
        raise ConfigurationError(f"{what}: by= is empty; name the person")
    return actor


def authors_of(context: Context) -> tuple[str, ...]:
    """Whom the context says it is by."""
    actor = context.actor
    return () if actor is None else tuple(filter(None, (actor.id, actor.name)))


def roles_of(person: Actor, roles: Roles) -> tuple[str, ...]:
    """His roles: those that he brings, and those that the queue knows of."""
    found: set[str] = set(person.roles)
    if callable(roles):
        found.update(roles(person.id))
    else:
        for name, given in roles.items():
            if identity(name) == identity(person.id):
                found.update(given)
    return tuple(sorted(found))
