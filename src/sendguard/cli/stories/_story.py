"""What a story is, and the mail of the shop that most of them are about."""

from __future__ import annotations

from attrs import field, frozen

from sendguard.checks import Check
from sendguard.model import Context, Envelope, Message

SHOP = "orders@shop.example"
MARIA = "maria.lopez@customer.example"


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
    sender: str = SHOP

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
        warns: whether the mail leaves all the same, with a warning, because a person must judge.
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
    warns: bool = False


def mail(
    body: str,
    *,
    subject: str = "Your order 4711 is on its way",
    to: tuple[str, ...] = (MARIA,),
    hidden: bool = False,
    kind: str = "text/plain",
    reply_to: str | None = None,
) -> Mail:
    """A mail of the shop; to `hidden` recipients it names none in its header."""
    addressees = "undisclosed-recipients:;" if hidden else ",\n ".join(to)
    header = (
        f"From: The Shop <{SHOP}>\nTo: {addressees}\nSubject: {subject}\n"
        f"Date: Mon, 02 Mar 2026 09:00:00 +0000\nMessage-ID: <4711@shop.example>\n"
        f"MIME-Version: 1.0\nContent-Type: {kind}; charset=us-ascii\n"
    )
    if reply_to is not None:
        header += f"Reply-To: {reply_to}\n"
    return Mail(to, f"{header}\n{body}")


def letter(name: str) -> str:
    """A letter of the shop to somebody of that name."""
    return (
        f"Dear {name},\n\nyour parcel left our house this morning and should be with you on "
        "Thursday.\nIf anything is missing, just answer this mail.\n\nKind regards\n"
        "The Shop\n"
    )
