"""Mail that says what is not so."""

from __future__ import annotations

from sendguard.checks import contradictions, facts, promises
from sendguard.cli.stories._story import Story, letter, mail
from sendguard.model import Context, Money


def _offer(price: str) -> str:
    return (
        f"Dear Maria,\n\nthank you for asking. Our price for the filters is {price}; postage is "
        "free.\nTell us how many you need, and they leave the same day.\n\nKind regards\nThe Shop\n"
    )


def _apology(sentence: str) -> str:
    return (
        "Dear Maria,\n\nwe are sorry that your parcel went to the wrong house. A new one has left "
        f"this\nmorning. {sentence} Ann Lee will call you on Thursday to hear\nwhether it has "
        "come.\n\nKind regards\nThe Shop\n"
    )


FACTS: tuple[Story, ...] = (
    Story(
        name="wrong-price",
        incident="I-11",
        title="Ten times the filters for a tenth of the price",
        told="A clerk answered a question about the price of filters and typed it for a hundred "
        "instead of ten, with the point one place too far to the left. The customer ordered four "
        "thousand, and the shop could choose between its word and its money.",
        mail=mail(_offer("$29.99 per 100"), subject="The price of our filters"),
        twin=mail(_offer("$299.90 for 10"), subject="The price of our filters"),
        family="fact",
        context=Context(facts={"unit_price": Money("299.90", "USD", per=10)}),
        checks=(facts(),),
    ),
    Story(
        name="rash-promise",
        incident="I-21",
        title="It will never happen again",
        told="A parcel had gone astray, and the apology promised that such a thing would never "
        "happen again. Three weeks later it did, and now the customer had it in writing.",
        mail=mail(_apology("It will never happen again."), subject="Your parcel"),
        twin=mail(_apology("We have corrected your address."), subject="Your parcel"),
        family="fact",
        checks=(promises(),),
        warns=True,
    ),
    Story(
        name="other-order",
        incident="I-27",
        title="One order in the subject, another in the letter",
        told="A clerk answered on top of the mail that lay open and not of the one that was meant. "
        "The subject spoke of one order and the letter of another, and the customer cancelled "
        "the wrong one.",
        mail=mail(
            letter("Maria").replace("your parcel", "your order 4812"), subject="Your order 4711"
        ),
        twin=mail(
            letter("Maria").replace("your parcel", "your order 4711"), subject="Your order 4711"
        ),
        family="fact",
        checks=(contradictions(),),
    ),
)
