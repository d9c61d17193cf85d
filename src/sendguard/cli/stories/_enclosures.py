"""What was attached, or was not, and what should never have been written."""

from __future__ import annotations

from sendguard.checks import attachment_contents, attachments_announced, sensitive_data
from sendguard.cli.stories._story import MARIA, SHOP, Mail, Story, letter, mail
from sendguard.matching import Belonging, Contact, NearMiss

_TOM = "tom.stone@other.example"
_CONTACTS = (
    Contact("1", "lopez", "Maria Lopez", (MARIA,), (), ("KD-1042",)),
    Contact("2", "stone", "Tom Stone", (_TOM,), (), ("KD-2077",)),
)
_OFFER = (
    "Dear Maria,\n\n{}\n\nIt is good until the end of the month; just answer this mail to order."
    "\n\nKind regards\nThe Shop\n"
)


class _TwoCustomers:
    """A directory of two, for the stories that need one."""

    time_out: float | None = None

    def who(self, address: str) -> tuple[Contact, ...]:
        return tuple(each for each in _CONTACTS if address.lower() in each.emails)

    def near(self, address: str, distance: int = 2) -> tuple[NearMiss, ...]:  # noqa: ARG002  (the protocol's)
        return ()

    def named(self, name: str, distance: int = 0) -> tuple[Contact, ...]:  # noqa: ARG002  (the protocol's)
        return tuple(each for each in _CONTACTS if each.name == name)

    def of_customer(self, customer: str) -> tuple[Contact, ...]:
        return tuple(each for each in _CONTACTS if each.customer == customer)

    def whose(self, text: str) -> tuple[Belonging, ...]:
        found = []
        for each in _CONTACTS:
            if (at := text.find(each.name)) >= 0:
                found.append(Belonging(at, at + len(each.name), each.name, "name", (each,)))
            number = each.identifiers[0]
            if (at := text.find(number)) >= 0:
                found.append(Belonging(at, at + len(number), number, "identifier", (each,)))
        return tuple(sorted(found, key=lambda belonging: belonging.start))


def _with_file(to: str, name: str, file: str) -> Mail:
    header = (
        f"From: The Shop <{SHOP}>\nTo: {to}\nSubject: Your yearly statement\n"
        "Date: Mon, 02 Mar 2026 09:00:00 +0000\nMessage-ID: <4711@shop.example>\n"
        'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="part"\n'
    )
    text = "Dear customer,\n\nattached is your statement for last year.\n\nKind regards\nThe Shop\n"
    return Mail(
        (to,),
        f"{header}\n--part\nContent-Type: text/plain; charset=us-ascii\n\n{text}\n"
        f'--part\nContent-Type: text/csv\nContent-Disposition: attachment; filename="{name}"\n\n'
        f"{file}\n--part--\n",
    )


ENCLOSURES: tuple[Story, ...] = (
    Story(
        name="nothing-attached",
        incident="I-24",
        title="The offer that was not there",
        told="A salesman promised an offer by noon, wrote his letter at five to twelve, and forgot "
        "the file. The customer waited for a second mail until the evening, and then ordered "
        "elsewhere.",
        mail=mail(
            _OFFER.format("please find attached our offer for the kettles."),
            subject="Our offer",
        ),
        twin=mail(
            _OFFER.format("we can let you have the kettles for 29 euros each."),
            subject="Our offer",
        ),
        family="attachment",
        checks=(attachments_announced(),),
        warns=True,
    ),
    Story(
        name="file-of-another",
        incident="I-24",
        title="The statement with the neighbour's number",
        told="The statements lay in one folder, sorted by customer number, and a clerk took the "
        "one below. The reader learnt from the name of the file whose it was before she had "
        "opened it.",
        mail=_with_file(MARIA, "statement-KD-2077.csv", "date;amount\n2026-01-15;120.00"),
        twin=_with_file(_TOM, "statement-KD-2077.csv", "date;amount\n2026-01-15;120.00"),
        family="attachment",
        checks=(attachment_contents(_TwoCustomers()),),
    ),
    Story(
        name="name-inside-the-file",
        incident="I-24",
        title="The list with a stranger in it",
        told="An export was meant to hold one customer's payments, but its filter had been "
        "forgotten. The name of the file was harmless, and in its lines stood somebody else.",
        mail=_with_file(MARIA, "payments.csv", "customer;amount\nTom Stone;120.00"),
        twin=_with_file(_TOM, "payments.csv", "customer;amount\nTom Stone;120.00"),
        family="attachment",
        checks=(attachment_contents(_TwoCustomers()),),
    ),
    Story(
        name="card-number",
        incident=None,
        title="The card number in the confirmation",
        told="To be helpful, a clerk repeated the card that the customer had given over the "
        "telephone. The mail lay unencrypted in two mailboxes and several backups for years.",
        mail=mail(
            letter("Maria").replace("Thursday.", "Thursday; we charged 4111 1111 1111 1111.")
        ),
        twin=mail(letter("Maria").replace("Thursday.", "Thursday; we charged the card in 1111.")),
        family="content",
        checks=(sensitive_data(),),
    ),
)
