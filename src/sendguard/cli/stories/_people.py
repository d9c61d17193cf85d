"""Mail to the wrong person, and about the wrong one."""

from __future__ import annotations

from sendguard.checks import customer_binding, domain_typos, namesake, near_miss, suppressed
from sendguard.cli.stories._story import MARIA, SHOP, Mail, Story, letter, mail
from sendguard.matching import Contact, MemoryDirectory
from sendguard.model import Context, Message

_QUIST = "oliver.quist@household.example"
_CARTER = "john.carter@client.example"
_BAKER = "john.baker@family.example"
_PEOPLE = MemoryDirectory(
    [
        Contact("1", "C-1001", "Maria Lopez", MARIA, identifiers=("A-20417", "12 Harbour Road")),
        Contact("2", "C-1002", "Oliver Quist", _QUIST, identifiers=("A-20999", "3 Mill Lane")),
        Contact("3", "C-1003", "John Carter", _CARTER),
        Contact("4", "C-1004", "John Baker", _BAKER),
    ]
)
_LISTED = frozenset({_QUIST})


def _statement(name: str, account: str, street: str) -> Mail:
    return mail(
        f"Dear {name},\n\nyour account {account} was charged 84.50 this month. The parcel for "
        f"{street}\nleft our house this morning.\n\nKind regards\nThe Shop\n",
        subject="Your account",
    )


_REPLY = (
    "Dear Maria,\n\nwe are sorry that the kettle came broken a second time. A new one is on its "
    "way,\nand you need not send the old one back.\n\nKind regards\nThe Shop\n"
)
_LUNCH = (
    "Hello John,\n\nlunch on Sunday is fine, and the children are looking forward to it. Bring "
    "the\nphotographs.\n\nSee you\nAnn\n"
)
_NEWS = (
    "Hello,\n\nspring is here, and so are the new kettles. They are in the shop from Monday on."
    "\n\nKind regards\nThe Shop\n"
)
_APOLOGY = (
    "Hello,\n\nyesterday our server sent you the same mail many times. We are sorry; it has been\n"
    "stopped and will be watched.\n\nKind regards\nThe Shop\n"
)


PEOPLE: tuple[Story, ...] = (
    Story(
        name="wrong-record",
        incident="I-01",
        title="The statement of somebody else",
        told="A program that wrote to one customer had read the record of another, one line "
        "further down. The reader learnt a stranger's name, account and address, and wondered who "
        "was reading his.",
        mail=_statement("Oliver Quist", "A-20999", "3 Mill Lane"),
        twin=_statement("Maria Lopez", "A-20417", "12 Harbour Road"),
        family="identity",
        checks=(customer_binding(_PEOPLE),),
    ),
    Story(
        name="two-customers",
        incident="I-02",
        title="Two customers in one answer",
        told="The answer to an angry customer had another customer in Cc, whom the mail program "
        "had completed from two letters. Both answered within minutes, and each had read what the "
        "other one had bought.",
        mail=mail(_REPLY, subject="Your kettle", to=(MARIA, _QUIST)),
        twin=mail(_REPLY, subject="Your kettle", to=(MARIA,)),
        family="identity",
        checks=(customer_binding(_PEOPLE),),
    ),
    Story(
        name="other-john",
        incident="I-03",
        title="The other John",
        told="She typed four letters, and the mail program put the client of that name into To "
        "instead of her brother-in-law. The client read about a lunch to which he was not "
        "invited.",
        mail=mail(_LUNCH, subject="Sunday", to=(_CARTER,)),
        twin=mail(_LUNCH, subject="Sunday", to=(_BAKER,)),
        family="recipient",
        context=Context(
            thread=(Message.email(sender=f"John Baker <{_BAKER}>", to=SHOP, text="Sunday?"),)
        ),
        checks=(namesake(_PEOPLE),),
    ),
    Story(
        name="swapped-letters",
        incident="I-04",
        title="Two letters swapped",
        told="An address was read out over the telephone and typed with two of its letters "
        "swapped. The mail went to a mailbox that nobody in the house had ever heard of.",
        mail=mail(letter("Maria"), to=("maria.lopze@customer.example",)),
        twin=mail(letter("Maria")),
        family="recipient",
        checks=(near_miss(_PEOPLE),),
    ),
    Story(
        name="mistyped-provider",
        incident="I-04",
        title="gmial.com",
        told="A customer mistyped his own address in the order form, and nobody looked at it "
        "twice. All that he was sent went to a domain that waits for such slips.",
        mail=mail(letter("Maria"), to=("maria.lopez@gmial.com",)),
        twin=mail(letter("Maria"), to=("maria.lopez@gmail.com",)),
        family="address",
        checks=(domain_typos(),),
    ),
    Story(
        name="unsubscribed",
        incident="I-10",
        title="Unsubscribing did not help",
        told="A reader had unsubscribed, but the list for the next mailing had been made before "
        "that. He got it all the same, and wrote to the authority.",
        mail=mail(_NEWS, subject="Spring", to=(_QUIST,)),
        twin=mail(_NEWS, subject="Spring", to=(MARIA,)),
        family="consent",
        context=Context(purpose="marketing"),
        checks=(suppressed(_LISTED),),
    ),
    Story(
        name="unapproved-notice",
        incident="I-28",
        title="An apology that nobody answers for",
        told="The apology for the loop had to reach those too who had unsubscribed meanwhile, and "
        "a script was about to send it to them. It waited until somebody had put her name to it, "
        "so that not every mailing calls itself a notice.",
        mail=mail(_APOLOGY, subject="Our mails of yesterday", to=(_QUIST,)),
        twin=mail(_APOLOGY, subject="Our mails of yesterday", to=(MARIA,)),
        family="consent",
        context=Context(purpose="service-notice"),
        checks=(suppressed(_LISTED),),
    ),
)
