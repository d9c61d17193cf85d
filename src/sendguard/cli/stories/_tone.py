"""Words that should not have reached the reader, or not this one."""

from __future__ import annotations

from sendguard.checks import (
    brusque,
    disparaging,
    insensitive,
    intimate,
    missing_greeting,
    missing_sign_off,
    reader_language,
)
from sendguard.cli.stories._story import MARIA, SHOP, Story, letter, mail
from sendguard.model import Context, Message

_CLERK = "ann@shop.example"


def _said(text: str) -> Context:
    """The context of an answer to Maria, who wrote that."""
    return Context(thread=[Message.email(sender=MARIA, to=SHOP, subject="My order", text=text)])


def _answer(text: str) -> str:
    return f"Dear Maria,\n\n{text}\n\nKind regards\nAnn Long, The Shop\n"


def _below(remark: str) -> str:
    return (
        "Dear Maria,\n\nwe have found your parcel; please see below. It will be with you on\n"
        "Thursday.\n\nKind regards\nAnn Long\n\n"
        f"On Mon, 2 Mar 2026 at 08:40, Tom <tom@shop.example> wrote:\n> {remark}\n"
    )


_DEATH = (
    "Hello,\n\nmy husband passed away last week. He had ordered a kettle from you, order 4711,\n"
    "and I do not need it any more. What shall I do?\n\nMaria Lopez\n"
)
_ANGER = (
    "Hello,\n\nthis is the third time I write. The kettle arrived broken and nobody has answered.\n"
    "I want my money back.\n\nMaria Lopez\n"
)
_QUESTION_IN_GERMAN = (
    "Guten Tag,\n\nich habe bei Ihnen einen Kessel bestellt und möchte gerne wissen, wann er bei\n"
    "mir sein wird, weil ich nächste Woche nicht zu Hause bin.\n\nMaria Lopez\n"
)
_CLOSED = "I have cancelled the order, and you need do nothing more. The money is on its way."

TONE: tuple[Story, ...] = (
    Story(
        name="remark-below",
        incident="I-07",
        title="What the next desk had written",
        told="A clerk forwarded his colleague's find to the customer and did not scroll down. "
        "Below stood what the colleague thought of her.",
        mail=mail(_below("This idiot of a customer gave us the wrong street. It is in bay 4.")),
        twin=mail(_below("The customer gave us the wrong street. It is in bay 4.")),
        family="tone",
        context=Context(internal_domains=["shop.example"]),
        checks=(disparaging(),),
    ),
    Story(
        name="cheerful-to-grief",
        incident="I-12",
        title="Great news for a widow",
        told="A customer wrote that her husband had died, and asked what to do with his order. The "
        "answer was the one that everybody got who cancelled, smile and all.",
        mail=mail(_answer(f"Great news! {_CLOSED} Have a fantastic day!"), subject="Re: My order"),
        twin=mail(_answer(f"I am so sorry for your loss. {_CLOSED}"), subject="Re: My order"),
        family="tone",
        context=_said(_DEATH),
        checks=(insensitive(),),
    ),
    Story(
        name="canned-to-anger",
        incident="I-13",
        title="Your opinion is important to us",
        told="A customer wrote for the third time about a broken kettle. The answer thanked her "
        "for contacting the shop and promised that somebody would look at it.",
        mail=mail(
            _answer("Thank you for contacting us. One of our agents will look at your request."),
            subject="Re: My order",
        ),
        twin=mail(
            _answer("I am sorry that nobody answered. You will have your money back by Friday."),
            subject="Re: My order",
        ),
        family="tone",
        context=_said(_ANGER),
        checks=(insensitive(),),
        warns=True,
    ),
    Story(
        name="wrong-language",
        incident="I-13",
        title="The answer that she could not read",
        told="A customer had written in German, and the desk that was on duty that night wrote in "
        "English only. She asked again, in German.",
        mail=mail(letter("Maria"), subject="Re: Bestellung 4711"),
        twin=mail(
            "Guten Tag Maria,\n\nIhr Paket hat heute unser Haus verlassen und sollte am Donnerstag "
            "bei Ihnen\nsein.\n\nViele Gruesse\nThe Shop\n",
            subject="Re: Bestellung 4711",
        ),
        family="tone",
        context=_said(_QUESTION_IN_GERMAN),
        checks=(reader_language(),),
        warns=True,
    ),
    Story(
        name="curt",
        incident="I-14",
        title="As per my last e-mail",
        told="The clerk was in a hurry and had explained it once already. His answer had one line, "
        "no greeting and no name, and the customer took it for what it sounded like.",
        mail=mail("As per my last email, read the manual first.\n", subject="Re: My order"),
        twin=mail(
            _answer("On page 4 of the manual there is a picture of the lid; please try it so."),
            subject="Re: My order",
        ),
        family="tone",
        checks=(brusque(), missing_greeting(), missing_sign_off()),
        warns=True,
    ),
    Story(
        name="private-to-customer",
        incident="I-25",
        title="Kisses for a customer",
        told="Two conversations lay open, one with a customer and one with the clerk's wife. What "
        "was meant for the evening at home went out with the order number in its subject.",
        mail=mail("See you at home, hugs and kisses. I love you.\n", subject="Re: order 4711"),
        twin=mail(_answer("See you at the fair on Tuesday."), subject="Re: order 4711"),
        family="tone",
        context=Context(customer="lopez"),
        checks=(intimate(),),
    ),
    Story(
        name="internal-contempt",
        incident="I-30",
        title="A note that was read out",
        told="Two colleagues wrote to each other about a customer in words of which neither was "
        "proud afterwards. The mails were read out in court.",
        mail=mail("Ann,\n\nthe customer is an idiot. Give her the money.\n\nTom\n", to=(_CLERK,)),
        twin=mail("Ann,\n\nthe customer is angry. Give her the money.\n\nTom\n", to=(_CLERK,)),
        family="tone",
        context=Context(internal_domains=["shop.example"]),
        checks=(disparaging(internal=True),),
    ),
)
