"""Apologies and answers that made things worse."""

from __future__ import annotations

from sendguard.checks import answer, apology, unattended_sender
from sendguard.cli.stories._story import MARIA, SHOP, Story, mail
from sendguard.model import Context, Message

_PROBLEM = Context(
    thread=[
        Message.email(
            sender=MARIA,
            to=SHOP,
            subject="My kettle",
            text="Hello,\n\nthe kettle arrived broken. What now?\n\nMaria Lopez\n",
        )
    ]
)
_SIGNED = "Kind regards\nAnn Long, The Shop\n"


ANSWERS: tuple[Story, ...] = (
    Story(
        name="blaming-apology",
        incident="I-22",
        title="It was the intern",
        told="The apology for a lost parcel named the culprit, an intern, and nothing else. The "
        "customer had not asked who it was; she had asked for her parcel.",
        mail=mail(
            f"Dear Maria,\n\nwe are very sorry that your parcel was lost. Our intern forgot it.\n\n"
            f"{_SIGNED}",
            subject="Your parcel",
        ),
        twin=mail(
            "Dear Maria,\n\nwe are very sorry that your parcel was lost. We have sent a new one, "
            f"which\nwill be with you on Thursday.\n\n{_SIGNED}",
            subject="Your parcel",
        ),
        family="content",
        checks=(apology(),),
        warns=True,
    ),
    Story(
        name="no-way-on",
        incident="I-26",
        title="A pity",
        told="To a customer whose kettle had arrived broken the shop wrote how proud it was of its "
        "kettles. Nobody said what she should do, nor whom she could ask.",
        mail=mail(
            "Dear Maria,\n\nthat is a pity. Our kettles are of the best quality.\n\nThe Shop\n",
            subject="Re: My kettle",
        ),
        twin=mail(
            "Dear Maria,\n\nthat is a pity. A new one leaves tomorrow; just reply to this mail if "
            f"you have\nquestions.\n\n{_SIGNED}",
            subject="Re: My kettle",
        ),
        family="content",
        context=_PROBLEM,
        checks=(answer(),),
        warns=True,
    ),
    Story(
        name="no-reply",
        incident="I-26",
        title="Do not answer this mail",
        told="The answer asked the customer for a photograph of the damage. What she sent went to "
        "an address that nobody reads, and nobody ever saw the photograph.",
        mail=mail(
            f"Dear Maria,\n\nplease send us a photograph of the damage.\n\n{_SIGNED}",
            subject="Re: My kettle",
            reply_to="noreply@shop.example",
        ),
        twin=mail(
            f"Dear Maria,\n\nplease send us a photograph of the damage.\n\n{_SIGNED}",
            subject="Re: My kettle",
            reply_to=SHOP,
        ),
        family="header",
        context=_PROBLEM,
        checks=(unattended_sender(),),
        warns=True,
    ),
)
