"""Mail that no program should have made."""

from __future__ import annotations

from sendguard.cli.stories._story import Story, letter, mail

_CONFIRMATION = (
    "Hello,\n\nthank you for your question. We read it in the morning and answer within a day."
    "\n\nKind regards\nThe Shop\n"
)


DEFECTS: tuple[Story, ...] = (
    Story(
        name="header-injection",
        incident=None,
        title="The subject that was more than a subject",
        told="A contact form put what visitors typed into the subject of its confirmation. A "
        "spammer typed an encoded line end and a Bcc of his own behind it, for the next program "
        "that decodes the header carelessly to send his list a mail in the shop's name.",
        mail=mail(_CONFIRMATION, subject="=?utf-8?q?Your_question=0D=0ABcc:_list@spam.example?="),
        twin=mail(_CONFIRMATION, subject="=?utf-8?q?Your_question=3A_opening_hours?="),
        family="header",
    ),
    Story(
        name="empty-mail",
        incident=None,
        title="The mail with nothing in it",
        told="A template failed in the night, and the program that called it took the two empty "
        "texts for a subject and a letter. In the morning customers asked what the shop had wanted "
        "to tell them.",
        mail=mail("\n", subject=""),
        twin=mail(letter("Maria")),
        family="content",
    ),
)
