"""Hypothesis strategies for messages, contexts and checks: realistic, and hostile."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import strategies as st

from sendguard import Action, Actor, Attachment, Context, Finding, Message, Recipient, checks
from sendguard.checks import Check, Unevaluable
from sendguard.checks import Leaf as CheckLeaf
from sendguard.model import Envelope

ADDRESSES = ("ann@a.example", "bob@b.example", "cy@c.example", "dee@d.example")

# Any code point, lone surrogates included, with the characters that break mailers drawn often.
hostile_text = st.text(
    st.one_of(
        st.characters(exclude_categories=()),
        st.sampled_from("\r\n\0\t@<>\"'(),;:{}[]%$*|&#\u200b\u202e\ud800=?"),
    ),
    max_size=60,
)
any_address = st.one_of(st.sampled_from(ADDRESSES), hostile_text)
recipients = st.builds(
    Recipient,
    any_address,
    st.one_of(st.just(""), hostile_text),
    st.sampled_from(("to", "cc", "bcc")),
)
attachments = st.builds(
    Attachment,
    name=hostile_text,
    content=st.binary(max_size=40),
    content_type=st.sampled_from(("text/plain", "application/pdf", "image/png")),
    charset=st.sampled_from((None, "utf-8", "latin-1", "no-such", "hex", "utf-16")),
)
maybe_text = st.one_of(st.none(), hostile_text)
maybe_html = st.one_of(st.none(), hostile_text, hostile_text.map(lambda t: f"<p>{t}</p><!-- "))


def messages(channels: tuple[str, ...] = ("email", "sms", "chat")) -> st.SearchStrategy[Message]:
    """Messages of any content."""
    return st.builds(
        Message,
        channel=st.sampled_from(channels),
        sender=st.one_of(
            st.none(), any_address.map(lambda text: Message.email(sender=text).sender)
        ),
        recipients=st.lists(recipients, max_size=4),
        subject=maybe_text,
        text=maybe_text,
        html=maybe_html,
        headers=st.lists(st.tuples(hostile_text, hostile_text), max_size=3).map(tuple),
        attachments=st.lists(attachments, max_size=2),
        template=maybe_text,
        date=st.one_of(st.none(), st.datetimes()),
        envelope=st.one_of(
            st.none(),
            st.builds(Envelope, sender=maybe_text, recipients=st.lists(any_address, max_size=3)),
        ),
    )


contexts = st.builds(
    Context,
    actor=st.one_of(st.none(), st.builds(Actor, hostile_text, st.lists(hostile_text, max_size=2))),
    customer=maybe_text,
    purpose=st.sampled_from((None, "transactional", "marketing", "internal")),
    environment=st.sampled_from((None, "production", "staging")),
    now=st.one_of(st.none(), st.datetimes(timezones=st.just(UTC))),
    thread=st.lists(messages(), max_size=1),
    deadline=st.one_of(st.none(), st.just(datetime(2026, 3, 1, tzinfo=UTC))),
    facts=st.dictionaries(hostile_text, st.one_of(hostile_text, st.integers()), max_size=2),
    language=st.sampled_from((None, "de", "en-GB")),
    internal_domains=st.sampled_from(((), ("a.example",))),
)


class Scripted(CheckLeaf):
    """A check that says what it was told to say about each address."""

    __slots__ = ("name", "said")

    def __init__(self, name: str, said: dict[str | None, str]) -> None:
        self.name = name
        self.said = said

    def find(self, case):
        if self.said.get(None) == "raise":
            raise LookupError("told to fail")
        addresses = {recipient.address for recipient in case.message.recipients}
        for address, word in self.said.items():
            if address is not None and address not in addresses:
                continue
            if word == "unknown":
                yield Unevaluable("told not to know")
            elif word != "raise":
                yield Finding(
                    code=f"test.{self.name}",
                    action=Action[word],
                    message="told to object",
                    recipient=address,
                )

    def __repr__(self) -> str:
        return f"Scripted({self.name!r}, {self.said!r})"


_words = st.sampled_from(("ALLOW", "WARN", "HOLD", "BLOCK", "unknown", "raise"))
leaves = st.builds(
    Scripted,
    st.sampled_from("abcdef"),
    st.dictionaries(st.sampled_from((None, *ADDRESSES)), _words, max_size=3),
)


def trees() -> st.SearchStrategy[Check]:
    """Checks composed of scripted leaves by every combinator."""
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(lambda c: checks.all_of(*c)),
            st.lists(inner, min_size=1, max_size=3).map(lambda c: checks.any_of(*c)),
            st.builds(lambda c, a: c.at(a), inner, st.sampled_from(Action)),
            inner.map(lambda c: c.named("test.named")),
        ),
        max_leaves=6,
    )


def plain_messages() -> st.SearchStrategy[Message]:
    """Messages that differ in their recipients only."""
    return st.lists(st.sampled_from(ADDRESSES), max_size=4, unique=True).map(
        lambda to: Message.email(sender="shop@shop.example", to=to, subject="s", text="t")
    )
