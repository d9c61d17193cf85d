"""Fields that nobody filled."""

from __future__ import annotations

from sendguard.cli.stories._story import Story, letter, mail


def _page(greeting: str, link: str = "https://shop.example/orders/4711") -> str:
    return (
        "<html><body><style>p { margin: 1em }</style>\n"
        f"<p>{greeting}</p>\n"
        "<p>your parcel left our house this morning. You can\n"
        f'<a href="{link}">follow its way</a> until it is at your door.</p>\n'
        "<p>Kind regards<br>The Shop</p></body></html>\n"
    )


PLACEHOLDERS: tuple[Story, ...] = (
    Story(
        name="merge-field",
        incident="I-05",
        title="Dear {{first_name}}",
        told="A shop moved its letters to another template engine, and the old field names stayed "
        "in one of them. Some thousand customers were greeted by a pair of braces before anybody "
        "in the house had read the mail.",
        mail=mail(letter("{{first_name}}")),
        twin=mail(letter("Maria")),
        family="placeholder",
    ),
    Story(
        name="bracketed-name",
        incident="I-05",
        title="Dear [name]",
        told="An assistant copied the model answer for a complaint and was called to the telephone "
        "before she had put the name in. The customer, angry already, read that nobody had cared "
        "to find out who he was.",
        mail=mail(letter("[name]"), subject="Your complaint about order 4711"),
        twin=mail(letter("Mr Lopez"), subject="Your complaint about order 4711"),
        family="placeholder",
    ),
    Story(
        name="nothing-filled-in",
        incident="I-05",
        title="Dear None",
        told="The field was filled, but with what a program writes when it has no value, because "
        "the customer had never given a first name. The template was right and every test had a "
        "name in it, so only customers ever saw it.",
        mail=mail(letter("None")),
        twin=mail(letter("customer")),
        family="placeholder",
    ),
    Story(
        name="field-in-html",
        incident="I-05",
        title="The field that the designer had made bold",
        told="In the newsletter's HTML a designer had set half of a merge field in bold, so the "
        "mailing service no longer knew it for one. Whoever searched the source for the field "
        "did not find it either; the readers did.",
        mail=mail(_page("Dear {{<b>first</b>_name}},"), kind="text/html"),
        twin=mail(_page("Dear <b>Maria</b>,"), kind="text/html"),
        family="placeholder",
    ),
    Story(
        name="field-in-link",
        incident="I-05",
        title="The link that led nowhere",
        told="The text of the mail was perfect, but the address behind its only link still had the "
        "field for the order's number in it. Customers clicked, got an error, and called.",
        mail=mail(
            _page("Dear Maria,", "https://shop.example/orders/{{order_id}}"), kind="text/html"
        ),
        twin=mail(_page("Dear Maria,"), kind="text/html"),
        family="placeholder",
    ),
)
