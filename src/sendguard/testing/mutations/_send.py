"""A send that is as it should be, and what turns it into a wrong one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from random import Random
from typing import Any, Final, Protocol

from attrs import evolve, field, frozen

from sendguard.matching import Contact, MemoryDirectory
from sendguard.model import Action, Context, Decision, Message, check_code, matches_code

STRANGERS: Final = (
    Contact(
        "stranger-1",
        "stranger-1",
        "Otto Brandt",
        ("otto.brandt@brandt.example",),
        ("+44 7700 900871",),
        ("K-4470815",),
    ),
    Contact(
        "stranger-2",
        "stranger-2",
        "Ruth Castle",
        ("ruth.castle@castle.example",),
        ("+44 7700 900872",),
        ("K-4470816",),
    ),
)
"""Customers for whom a message may be meant in error, where a send names none."""


def _contacts(values: Sequence[Contact]) -> tuple[Contact, ...]:
    return tuple(values)


@frozen(repr=False)
class Send:
    """One send: what a guard is asked about, and whom the organisation knows.

    Attributes:
        message: what is sent.
        context: the facts of the send.
        contacts: everybody whom the organisation knows; the wrong reader is one of them.
    """

    message: Message
    context: Context = field(factory=Context)
    contacts: tuple[Contact, ...] = field(default=(), converter=_contacts)

    @cached_property
    def directory(self) -> MemoryDirectory:
        """The contacts as a guard takes them: ``Guard(…, directory=send.directory)``."""
        return MemoryDirectory(self.contacts)

    def others(self) -> tuple[Contact, ...]:
        """The contacts whom this message is not for; two invented ones where it knows nobody."""
        mine = {
            contact.customer
            for each in self.message.recipients
            for contact in self.directory.who(each.address)
        }
        mine.add(self.context.customer or "")
        found = tuple(each for each in self.contacts if each.customer not in mine)
        return found if self.contacts else STRANGERS

    def with_message(self, message: Message) -> Send:
        """This send with another message."""
        return evolve(self, message=message)

    def with_context(self, **changes: Any) -> Send:
        """This send with other facts in its context."""
        return evolve(self, context=evolve(self.context, **changes))

    def __repr__(self) -> str:
        return f"Send({self.message!r}, {self.context!r}, {len(self.contacts)} contacts)"


class Change(Protocol):
    """What a mutation does."""

    def __call__(self, send: Send, random: Random, /) -> Send | None:
        """The wrong send, or None where there is nothing to get wrong in this way."""
        ...


@frozen(repr=False)
class Mutation:
    """One way to turn a good send into a wrong one; call it with a send and a `random.Random`.

    The same send and the same state of `random` give the same wrong send. None comes back where
    the mutation does not apply: a message without a greeting has no name to swap.

    Attributes:
        name: that of the function.
        sentence: what is wrong then.
        families: codes or patterns, any of which a finding about it may have.
        again: whether it is wrong only after the good one was sent.
    """

    name: str
    sentence: str
    families: tuple[str, ...]
    _change: Change = field(eq=False)
    again: bool = False

    def __call__(self, send: Send, random: Random) -> Send | None:
        """The wrong send, or None."""
        return self._change(send, random)

    def caught_by(self, decision: Decision) -> Action:
        """The strongest action among the findings of its families; ALLOW where there is none."""
        found = (f.action for f in decision.findings if matches_code(f.code, self.families))
        return max(found, default=Action.ALLOW)

    def __repr__(self) -> str:
        return f"mutations.{self.name}"


def mutation(*families: str, again: bool = False) -> Callable[[Change], Mutation]:
    """Make a mutation of a function; its name and the first line of its docstring are used."""

    for family in families:
        check_code(f"{family[:-1]}x" if family.endswith(".*") else family)

    def decorate(change: Change) -> Mutation:
        name = str(change.__name__)  # type: ignore[attr-defined]  # functions have one
        sentence = (change.__doc__ or "").partition("\n")[0]
        return Mutation(name, sentence, families, change, again)

    return decorate
