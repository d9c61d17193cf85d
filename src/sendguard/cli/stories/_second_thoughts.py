"""Mail that should have waited: for its author, for a second person, or for somebody's leave."""

from __future__ import annotations

from sendguard import conditions
from sendguard.checks import Grant, authority, cooling_off, needs_approval
from sendguard.cli.stories._story import MARIA, Story, mail
from sendguard.model import Actor, Context, Message

_COLLEAGUE = "ben@shop.example"
_CUSTOMERS = tuple(f"{name}@customer.example" for name in ("ann", "dora", "emil", "fritz"))


def _tells_a_balance(message: Message, _: Context) -> bool:
    return "balance" in (message.text or "")


_ANSWER = (
    "Hello,\n\nthe kettle from Monday was our mistake from beginning to end. Let us send another "
    "one\ntoday.\n\nKind regards\nAnn\n"
)
_FAREWELL = (
    "Hello,\n\nI leave the shop on Friday. Before I go you should know what we paid for the "
    "kettles\nthat we sold you.\n\nTom\n"
)


def _account(sentence: str) -> str:
    return f"Dear Maria,\n\n{sentence}\n\nKind regards\nThe Shop\n"


SECOND_THOUGHTS: tuple[Story, ...] = (
    Story(
        name="too-quick",
        incident="I-16",
        title="Sent before it was thought",
        told="The answer was on its way to the customer in the second in which the button was "
        "pressed. In the next one its author knew what she should not have written.",
        mail=mail(_ANSWER, subject="The kettle"),
        twin=mail(_ANSWER, subject="The kettle", to=(_COLLEAGUE,)),
        family="timing",
        context=Context(internal_domains=["shop.example"]),
        checks=(cooling_off("1m").when(conditions.any_external()),),
    ),
    Story(
        name="one-pair-of-eyes",
        incident="I-17",
        title="The figures that nobody checked",
        told="A letter told a customer what she owed, and the figures were those of the year "
        "before. Whoever wrote it had been the only one to read it.",
        mail=mail(_account("the balance of your account is 1,204.50."), subject="Your account"),
        twin=mail(_account("your account has a new number for orders."), subject="Your account"),
        family="authority",
        checks=(needs_approval().when(conditions.satisfies(_tells_a_balance)),),
    ),
    Story(
        name="farewell",
        incident="I-18",
        title="Somebody who was leaving",
        told="In his last week a seller wrote to all customers at once what they had never been "
        "meant to read. He could do so because nobody had ever said to how many he may write.",
        mail=mail(_FAREWELL, subject="Good bye", to=_CUSTOMERS, hidden=True),
        twin=mail(_FAREWELL, subject="Good bye", to=(MARIA,)),
        family="authority",
        context=Context(actor=Actor("tom", roles=["sales"]), purpose="personal"),
        checks=(authority([Grant(actor="role:sales", recipients=3)]),),
    ),
)
