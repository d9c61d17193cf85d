"""The stories that the demo tells: what went wrong, the mail that did it, and its harmless twin.

They stand in docs/explanation/incidents.md too. What is data here is sent by `sendguard demo` and
judged by the tests.
"""

from __future__ import annotations

from attrs import field, frozen

from sendguard.checks import Check, allowed_recipients
from sendguard.model import Context, Envelope, Message

_SHOP = "orders@shop.example"
_MARIA = "maria.lopez@customer.example"


@frozen
class Mail:
    """A mail as an application hands it to its mail library.

    Attributes:
        recipients: addresses of the envelope.
        source: header and body (RFC 5322), with LF.
        sender: address of the envelope.
    """

    recipients: tuple[str, ...]
    source: str
    sender: str = _SHOP

    @property
    def data(self) -> bytes:
        """The bytes that go out after DATA."""
        return self.source.replace("\n", "\r\n").encode("ascii")

    @property
    def message(self) -> Message:
        """What the guard is shown."""
        return Message.from_email(self.data, Envelope(self.sender, self.recipients))


@frozen
class Story:
    """Something that happened to a business that writes to its customers.

    Attributes:
        name: short and stable, for the command line.
        incident: its number in docs/explanation/incidents.md, or None where it has none.
        title: a few words.
        told: two sentences.
        mail: what was sent.
        twin: nearly the same mail, which is as it should be.
        family: of the finding that stops it.
        context: the facts of the send.
        checks: those that know the organisation, beside the recommended ones.
    """

    name: str
    incident: str | None
    title: str
    told: str
    mail: Mail
    twin: Mail
    family: str
    context: Context = field(factory=Context)
    checks: tuple[Check, ...] = ()


def _mail(
    body: str,
    *,
    subject: str = "Your order 4711 is on its way",
    to: tuple[str, ...] = (_MARIA,),
    hidden: bool = False,
    kind: str = "text/plain",
) -> Mail:
    addressees = "undisclosed-recipients:;" if hidden else ",\n ".join(to)
    header = (
        f"From: The Shop <{_SHOP}>\nTo: {addressees}\nSubject: {subject}\n"
        f"Date: Mon, 02 Mar 2026 09:00:00 +0000\nMessage-ID: <4711@shop.example>\n"
        f"MIME-Version: 1.0\nContent-Type: {kind}; charset=us-ascii\n"
    )
    return Mail(to, f"{header}\n{body}")


def _letter(name: str) -> str:
    return (
        f"Dear {name},\n\nyour parcel left our house this morning and should be with you on "
        "Thursday.\nIf anything is missing, just answer this mail.\n\nKind regards\n"
        "The Shop\n"
    )


_REMINDER = (
    "Dear Maria,\n\nour invoice 4711 of 2 February has not been paid yet. Please pay it within a "
    "week,\nor answer this mail if something is wrong with it.\n\nKind regards\nThe Shop\n"
)
_CONFIRMATION = (
    "Hello,\n\nthank you for your question. We read it in the morning and answer within a day."
    "\n\nKind regards\nThe Shop\n"
)


def _page(greeting: str, link: str = "https://shop.example/orders/4711") -> str:
    return (
        "<html><body><style>p { margin: 1em }</style>\n"
        f"<p>{greeting}</p>\n"
        "<p>your parcel left our house this morning. You can\n"
        f'<a href="{link}">follow its way</a> until it is at your door.</p>\n'
        "<p>Kind regards<br>The Shop</p></body></html>\n"
    )


_NEIGHBOURS = tuple(f"customer{number}@house{number}.example" for number in range(1, 41))
_RECALL = (
    "Dear customer,\n\nplease do not use the kettle that you bought from us in January: its handle "
    "can\ncome loose. We will fetch it and pay back the price; answer this mail to say when.\n\n"
    "Kind regards\nThe Shop\n"
)

STORIES: tuple[Story, ...] = (
    Story(
        name="merge-field",
        incident="I-05",
        title="Dear {{first_name}}",
        told="A shop moved its letters to another template engine, and the old field names stayed "
        "in one of them. Some thousand customers were greeted by a pair of braces before anybody "
        "in the house had read the mail.",
        mail=_mail(_letter("{{first_name}}")),
        twin=_mail(_letter("Maria")),
        family="placeholder",
    ),
    Story(
        name="bracketed-name",
        incident="I-05",
        title="Dear [name]",
        told="An assistant copied the model answer for a complaint and was called to the telephone "
        "before she had put the name in. The customer, angry already, read that nobody had cared "
        "to find out who he was.",
        mail=_mail(_letter("[name]"), subject="Your complaint about order 4711"),
        twin=_mail(_letter("Mr Lopez"), subject="Your complaint about order 4711"),
        family="placeholder",
    ),
    Story(
        name="nothing-filled-in",
        incident="I-05",
        title="Dear None",
        told="The field was filled, but with what a program writes when it has no value, because "
        "the customer had never given a first name. The template was right and every test had a "
        "name in it, so only customers ever saw it.",
        mail=_mail(_letter("None")),
        twin=_mail(_letter("customer")),
        family="placeholder",
    ),
    Story(
        name="field-in-html",
        incident="I-05",
        title="The field that the designer had made bold",
        told="In the newsletter's HTML a designer had set half of a merge field in bold, so the "
        "mailing service no longer knew it for one. Whoever searched the source for the field "
        "did not find it either; the readers did.",
        mail=_mail(_page("Dear {{<b>first</b>_name}},"), kind="text/html"),
        twin=_mail(_page("Dear <b>Maria</b>,"), kind="text/html"),
        family="placeholder",
    ),
    Story(
        name="field-in-link",
        incident="I-05",
        title="The link that led nowhere",
        told="The text of the mail was perfect, but the address behind its only link still had the "
        "field for the order's number in it. Customers clicked, got an error, and called.",
        mail=_mail(
            _page("Dear Maria,", "https://shop.example/orders/{{order_id}}"), kind="text/html"
        ),
        twin=_mail(_page("Dear Maria,"), kind="text/html"),
        family="placeholder",
    ),
    Story(
        name="test-system",
        incident=None,
        title="The test system that wrote to customers",
        told="A developer tried a new reminder on a copy of the production database, and the copy "
        "had the real addresses in it. The reminders went to customers who had paid long ago.",
        mail=_mail(_REMINDER, subject="Reminder: invoice 4711"),
        twin=_mail(_REMINDER, subject="Reminder: invoice 4711", to=("qa@shop.example",)),
        family="recipient",
        context=Context(environment="staging"),
        checks=(allowed_recipients(["shop.example"]),),
    ),
    Story(
        name="open-recipients",
        incident=None,
        title="Forty customers who now know each other",
        told="A recall had to go out quickly, and somebody pasted the whole list of customers into "
        "To instead of Bcc. Each of them learnt who the others were, and the answers to all went "
        "on for days.",
        mail=_mail(_RECALL, subject="Please do not use your kettle", to=_NEIGHBOURS),
        twin=_mail(_RECALL, subject="Please do not use your kettle", to=_NEIGHBOURS, hidden=True),
        family="recipient",
    ),
    Story(
        name="header-injection",
        incident=None,
        title="The subject that was more than a subject",
        told="A contact form put what visitors typed into the subject of its confirmation. A "
        "spammer typed an encoded line end and a Bcc of his own behind it, for the next program "
        "that decodes the header carelessly to send his list a mail in the shop's name.",
        mail=_mail(_CONFIRMATION, subject="=?utf-8?q?Your_question=0D=0ABcc:_list@spam.example?="),
        twin=_mail(_CONFIRMATION, subject="=?utf-8?q?Your_question=3A_opening_hours?="),
        family="header",
    ),
)
