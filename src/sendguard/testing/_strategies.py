"""Hypothesis strategies for what a guard is asked about."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from hypothesis import strategies as st

from sendguard.matching import MemoryDirectory
from sendguard.model import Actor, Attachment, Channel, Context, Message, Recipient
from sendguard.testing import _hostile
from sendguard.testing._letters import Person, letters, people
from sendguard.testing.mutations import Send

CHANNELS: Final[tuple[Channel, ...]] = ("email", "sms", "chat")
NOON: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)


def messages(
    *, channels: tuple[Channel, ...] = CHANNELS, hostile: bool | None = None
) -> st.SearchStrategy[Message]:
    """Messages: letters as an honest business writes them, and any content at all.

    Args:
        channels: of which they are.
        hostile: True for those of any content alone, False for the letters alone.

    >>> from hypothesis import given
    >>> from sendguard import Guard
    >>> @given(messages(hostile=False))
    ... def test_honest_mail_passes(message):
    ...     assert Guard.recommended().evaluate(message).allowed
    >>> test_honest_mail_passes()
    """
    kinds: list[st.SearchStrategy[Message]] = []
    if hostile is not True:
        kinds.append(letters(channels))
    if hostile is not False:
        kinds.append(_hostile.hostile_messages(channels))
    return st.one_of(kinds)


def recipients(*, hostile: bool | None = None) -> st.SearchStrategy[Recipient]:
    """Recipients of any role; `hostile` as for `messages`."""
    roles = st.sampled_from(("to", "cc", "bcc"))
    honest = st.builds(
        lambda person, role: Recipient(person.address, name=person.name, role=role), people(), roles
    )
    if hostile is None:
        return st.one_of(honest, _hostile.RECIPIENT)
    return _hostile.RECIPIENT if hostile else honest


def attachments() -> st.SearchStrategy[Attachment]:
    """Small files of any name and content."""
    return _hostile.ATTACHMENT


def contexts(*, hostile: bool | None = None) -> st.SearchStrategy[Context]:
    """Contexts whose time is set, so that judging twice gives the same; `hostile` as above."""
    now = st.datetimes(
        min_value=datetime(2000, 1, 1),  # noqa: DTZ001  (Hypothesis adds the zone)
        max_value=datetime(2100, 1, 1),  # noqa: DTZ001  (the same)
        timezones=st.just(UTC),
    )
    honest = st.builds(
        Context,
        actor=st.sampled_from((None, Actor("anna", roles=("support",)), Actor("robot"))),
        customer=st.sampled_from((None, "north", "south")),
        purpose=st.sampled_from((None, "transactional", "marketing", "service-notice", "internal")),
        environment=st.sampled_from((None, "production", "staging")),
        thread=st.lists(letters(("email",)), max_size=1),
        language=st.sampled_from((None, "de", "en-GB")),
        customer_state=st.sampled_from((None, "bereaved", "complaint-open")),
        campaign=st.sampled_from((None, "spring")),
        internal_domains=st.sampled_from(((), ("shop.example",), ("a.example",))),
    )
    if hostile is None:
        chosen = st.one_of(honest, _hostile.CONTEXT)
    else:
        chosen = _hostile.CONTEXT if hostile else honest
    return st.builds(lambda context, at: context.at(at), chosen, now)


@st.composite
def _several_people(draw: st.DrawFn, least: int, most: int) -> list[Person]:
    """People of whom no two share an address or a telephone number."""
    drawn = draw(st.lists(people(), min_size=least, max_size=most, unique_by=lambda p: p.address))
    return list({person.phone: person for person in drawn}.values())


def directories(*, max_size: int = 8) -> st.SearchStrategy[MemoryDirectory]:
    """Directories of people with names, addresses, numbers and customers as real ones have.

    Args:
        max_size: people in one.
    """
    several = _several_people(0, max_size)
    return several.map(lambda known: MemoryDirectory(person.contact for person in known))


@st.composite
def sends(draw: st.DrawFn, *, channels: tuple[Channel, ...] = CHANNELS) -> Send:
    """A letter as it should be, to one of the people whom the organisation knows.

    What `sendguard.testing.mutations` turns into wrong ones.

    Args:
        channels: of which the letters are.
    """
    known = draw(_several_people(2, 8))
    reader = known[0]
    context = Context(
        customer=reader.contact.customer,
        language=reader.language,
        internal_domains=["shop.example"],
        now=NOON,
    )
    return Send(draw(letters(channels, reader)), context, [person.contact for person in known])


def register() -> None:
    """Tell Hypothesis how to build the types of a guard, for `strategies.from_type`."""
    st.register_type_strategy(Message, lambda _: messages())
    st.register_type_strategy(Recipient, lambda _: recipients())
    st.register_type_strategy(Attachment, lambda _: attachments())
    st.register_type_strategy(Context, lambda _: contexts())
    st.register_type_strategy(MemoryDirectory, lambda _: directories())
    st.register_type_strategy(Send, lambda _: sends())
