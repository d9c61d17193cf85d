"""Hypothesis strategies for messages, contexts and checks: realistic, and hostile."""

from __future__ import annotations

from hypothesis import strategies as st

from sendguard import Action, Finding, Message, checks
from sendguard.checks import Check, Unevaluable
from sendguard.checks import Leaf as CheckLeaf
from sendguard.testing import contexts as any_contexts
from sendguard.testing import messages as any_messages
from sendguard.testing._hostile import ADDRESSES, TEXT

contexts = any_contexts()
hostile_text = TEXT


def messages() -> st.SearchStrategy[Message]:
    """Messages of any content."""
    return any_messages(hostile=True)


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
