"""Greetings that name the wrong one, and conversations that reach the wrong ones."""

from __future__ import annotations

from datetime import UTC, datetime

from sendguard.checks import (
    dummy_text,
    greeting,
    internal_only,
    offensive_greeting,
    private,
    thread,
)
from sendguard.cli.stories._story import MARIA, SHOP, Mail, Story, letter, mail
from sendguard.model import Context, Message

_ANN = "ann.long@shop.example"
_BEN = "ben.lee@shop.example"
_OTTO = "otto.vogel@south.example"
_BAKER = "john.baker@family.example"
_MILLER = "john.miller@client.example"
_HOUSE = ("shop.example",)
_NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

_COMPLAINT = (
    "the kettle that you sent me on Monday drips from its handle whenever I pour, and I would "
    "like to have another one before the weekend."
)
_ASKED = Message.email(
    sender=f"Maria Lopez <{MARIA}>",
    to=[f"The Shop <{SHOP}>"],
    subject="Kettle from order 4711",
    text=f"Dear shop,\n\n{_COMPLAINT}\n\nMaria Lopez\n",
    headers={"Message-ID": "<1@customer.example>"},
    date=datetime(2026, 3, 2, 8, tzinfo=UTC),
)
_ANSWER = "Dear Maria,\n\nanother kettle leaves our house today.\n\nKind regards\nThe Shop\n"


def _reply(
    body: str = _ANSWER,
    *,
    to: tuple[str, ...] = (MARIA,),
    shown: str | None = None,
    subject: str = "Re: Kettle from order 4711",
    answers: str = "<1@customer.example>",
) -> Mail:
    """A mail of the shop that answers one, with the recipients as its header shows them."""
    header = (
        f"From: The Shop <{SHOP}>\nTo: {shown or ', '.join(to)}\nSubject: {subject}\n"
        "Date: Mon, 02 Mar 2026 12:00:00 +0000\nMessage-ID: <4712@shop.example>\n"
        f"In-Reply-To: {answers}\nMIME-Version: 1.0\n"
        "Content-Type: text/plain; charset=us-ascii\n"
    )
    return Mail(to, f"{header}\n{body}")


def _quoting(author: str, text: str) -> str:
    return f"{_ANSWER}\nOn Mon, 2 Mar 2026 at 9:00, {author} wrote:\n> {text}\n"


_INVITATION = "Hi John,\n\nshall we go fishing on Sunday?\n"
_BOOKING = (
    "please cancel the flight to Lisbon on the fourth of May and tell me what you will pay back "
    "for the two seats that we had booked."
)
_REMARK = Message.email(
    sender=_ANN,
    to=[_BEN, SHOP],
    subject="Kettle from order 4711",
    text="The third one since Christmas! She must be boiling stones in it. What do we tell her?",
)
_FRANK = (
    "Let us just send her another one, and a book on making tea.\n\n"
    f"On Mon, 2 Mar 2026 at 9:00, Ann Long <{_ANN}> wrote:\n"
    "> The third one since Christmas! She must be boiling stones in it. What do we tell her?\n"
)
_NOTE = (
    "Dear Maria,\n\nanother kettle leaves our house today.\n\n{}"
    "It was the last of a bad batch.\n\nKind regards\nThe Shop\n"
)


CONVERSATIONS: tuple[Story, ...] = (
    Story(
        name="next-record",
        incident="I-01",
        title="A letter to Mr Baker, at Maria's",
        told="A program took the text from one record and the address from the next. Maria read "
        "what Mr Baker had ordered, and wondered who was reading about her.",
        mail=_reply(letter("Mr Baker"), shown=f"Maria Lopez <{MARIA}>"),
        twin=_reply(letter("Ms Lopez"), shown=f"Maria Lopez <{MARIA}>"),
        family="identity",
        checks=(greeting(),),
        warns=True,
    ),
    Story(
        name="second-customer",
        incident="I-02",
        title="Another customer in Cc",
        told="The answer to a complaint had another customer in Cc, whom nobody had meant to put "
        "there. He learnt who else was angry, and both said so at once.",
        mail=_reply(to=(MARIA, _OTTO)),
        twin=_reply(),
        family="thread",
        context=Context(thread=[_ASKED]),
        checks=(thread(),),
        warns=True,
    ),
    Story(
        name="completed-name",
        incident="I-03",
        title="The name that was completed",
        told="He typed John, the mail program made a client of it, and he pressed send. His "
        "brother-in-law never heard of the fishing, and the client did.",
        mail=_reply(_INVITATION, to=(_MILLER,), subject="Re: Sunday", answers="<1@family.example>"),
        twin=_reply(_INVITATION, to=(_BAKER,), subject="Re: Sunday", answers="<1@family.example>"),
        family="thread",
        context=Context(
            thread=[Message.email(sender=_BAKER, to=[SHOP], subject="Sunday", text="Any plans?")]
        ),
        checks=(thread(),),
        warns=True,
    ),
    Story(
        name="insulting-greeting",
        incident="I-06",
        title="Dear Rich Bastard",
        told="A programmer filled the place of the name with what he thought of the bank's best "
        "customers, to see the layout. The layout was fine, and the letters were printed.",
        mail=mail(letter("Rich Bastard"), subject="Your statement"),
        twin=mail(letter("Ms Lopez"), subject="Your statement"),
        family="tone",
        checks=(offensive_greeting(),),
    ),
    Story(
        name="dummy-name",
        incident="I-06",
        title="Dear Test Test",
        told="Somebody tried the new form with a customer of her own making and forgot to delete "
        "it. The next mailing greeted everybody who shared that record's number by its name.",
        mail=mail(letter("Test Test")),
        twin=mail(letter("Maria")),
        family="placeholder",
        checks=(dummy_text(),),
    ),
    Story(
        name="internal-remark",
        incident="I-07",
        title="Do not forward this to the customer",
        told="A colleague put his remark into the draft, for the next desk to read and to delete. "
        "The next desk pressed send.",
        mail=mail(_NOTE.format("INTERNAL ONLY: do not forward this to the customer.\n")),
        twin=mail(_NOTE.format("")),
        family="thread",
        context=Context(internal_domains=_HOUSE),
        checks=(internal_only(),),
    ),
    Story(
        name="reply-to-all",
        incident="I-08",
        title="What they said about the kettle",
        told="Two colleagues made fun of a complaint, and the third wanted to make them laugh. He "
        "put the customer into the answer, with all that they had said below it.",
        mail=_reply(_FRANK, to=(_ANN, _BEN, MARIA)),
        twin=_reply(_FRANK, to=(_ANN, _BEN)),
        family="thread",
        context=Context(thread=[_REMARK], internal_domains=_HOUSE),
        checks=(thread(),),
    ),
    Story(
        name="on-top-of-an-old-mail",
        incident="I-09",
        title="A flight below a kettle",
        told="To save typing the addresses he answered on top of an older mail and put in another "
        "reader. Below his answer she found a stranger's journey and what it had cost.",
        mail=_reply(_quoting(f"Otto Vogel <{_OTTO}>", _BOOKING)),
        twin=_reply(_quoting(f"Maria Lopez <{MARIA}>", _COMPLAINT)),
        family="thread",
        context=Context(thread=[_ASKED]),
        checks=(thread(),),
    ),
    Story(
        name="answered-meanwhile",
        incident="I-20",
        title="The answer that somebody had given",
        told="He began his answer before lunch and sent it after, without another look. Meanwhile "
        "the customer had written that the matter was settled.",
        mail=_reply(),
        twin=_reply(answers="<2@customer.example>"),
        family="thread",
        context=Context(
            thread=[
                _ASKED,
                _ASKED.replace(
                    text="Never mind, it has stopped.",
                    headers=(("Message-ID", "<2@customer.example>"),),
                    date=_NOON,
                ),
            ],
            draft_started=_NOON.replace(hour=11),
        ),
        checks=(thread(),),
        warns=True,
    ),
    Story(
        name="private-talk",
        incident="I-25",
        title="Saturday with a customer",
        told="Friends and customers stood in one list of conversations, a finger's breadth apart. "
        "The customer was asked whether he would bring the beer.",
        mail=_reply("Are you bringing the beer on Saturday?\n", to=(_OTTO,), subject="Saturday"),
        twin=_reply("Are you bringing the beer on Saturday?\n", to=(_BEN,), subject="Saturday"),
        family="recipient",
        context=Context(purpose="personal", customer="south", internal_domains=_HOUSE),
        checks=(private(),),
    ),
    Story(
        name="other-subject",
        incident="I-27",
        title="The subject of another order",
        told="The answer was right, and its subject had been left over from the order before. The "
        "customer filed it there and asked again.",
        mail=_reply(subject="Re: Kettle from order 4699"),
        twin=_reply(subject="Re: Kettle from order 4711"),
        family="thread",
        context=Context(thread=[_ASKED]),
        checks=(thread(),),
        warns=True,
    ),
)
