from __future__ import annotations

import pytest

from sendguard import Attachment, Message
from sendguard.text import Analysis, part_text

INNER = Message.email(subject="Inner", text="Inside")
MESSAGE = Message.email(
    sender="Shop <shop@x.example>",
    to=["Ann <a@x.example>", "Bob <b@x.example>"],
    subject="Order",
    html="<p>Hello</p><p hidden>quiet</p>",
    headers=[("X-Shop", "north"), ("X-Twice", "1"), ("x-twice", "2")],
    attachments=[Attachment("a.pdf"), Attachment("m.eml", message=INNER)],
)


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ("subject", "Order"),
        ("html", "Hello"),
        ("header:From", "Shop"),
        ("header:x-shop", "north"),
        ("attachment:0.name", "a.pdf"),
        ("attachment:1/text", "Inside"),
    ],
)
def test_a_part_is_given_as_the_guard_read_it(part, text):
    assert part_text(Analysis(MESSAGE), part) == text


@pytest.mark.parametrize("part", ["text", "header:To", "header:X-Twice", "header:", "nothing"])
def test_what_is_not_there_or_there_several_times_is_not_shown(part):
    assert part_text(Analysis(MESSAGE), part) is None
