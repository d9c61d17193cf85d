from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sendguard import Attachment, Message, Recipient
from sendguard.model import Defect
from sendguard.text import NESTING_LIMIT, TEXT_LIMIT, Analysis, Place


def parts(message: Message) -> list[tuple[str, str]]:
    return [(place.part, place.text) for place in Analysis(message).places]


def test_places_are_all_that_a_reader_sees() -> None:
    message = Message.email(
        sender="Shop <shop@x.example>",
        to=[Recipient("a@x.example", "Ann"), "b@x.example"],
        cc=[Recipient("c@x.example", "Cleo")],
        bcc=[Recipient("d@x.example", "Dan")],
        subject="Order",
        text="Hello",
        html="<title>T</title><p>Hel<b>lo</b></p><p hidden>quiet</p>",
        headers={"Reply-To": "Help <h@x.example>", "X-Mailer": "m"},
        attachments=[Attachment("a.pdf"), Attachment()],
    )
    assert parts(message) == [
        ("subject", "Order"),
        ("header:From", "Shop"),
        ("header:To", "Ann"),
        ("header:Cc", "Cleo"),
        ("header:Reply-To", "Help <h@x.example>"),
        ("text", "Hello"),
        ("html", "Hello"),
        ("html", "T"),
        ("html", "quiet"),
        ("attachment:0.name", "a.pdf"),
    ]
    assert [place.hidden for place in Analysis(message).places].count(True) == 2


def test_a_nested_message_is_read_by_its_path() -> None:
    inner = Message.email(subject="Inner", html='<a href="x">y</a>')
    middle = Message.email(
        text="Middle", attachments=[Attachment(), Attachment("i.eml", message=inner)]
    )
    outer = Message.email(text="Outer", attachments=[Attachment("m.eml", message=middle)])
    assert parts(outer) == [
        ("text", "Outer"),
        ("attachment:0.name", "m.eml"),
        ("attachment:0/text", "Middle"),
        ("attachment:0/attachment:1.name", "i.eml"),
        ("attachment:0/attachment:1/subject", "Inner"),
        ("attachment:0/attachment:1/html", "y"),
    ]
    (link,) = Analysis(outer).links
    assert (link.href, link.part) == ("x", "attachment:0/attachment:1/html")
    assert Analysis(outer).html is None
    assert [place.is_nested for place in Analysis(outer).places].count(True) == 4


def test_nesting_is_capped_and_reported() -> None:
    message = Message.email(text="deepest")
    for _ in range(5_000):
        message = Message.email(text="x", attachments=[Attachment(message=message)])
    analysis = Analysis(message)
    assert len(analysis.places) == NESTING_LIMIT + 1
    (defect,) = analysis.defects
    assert defect.kind == "limit"
    assert defect.part == "/".join(["attachment:0"] * NESTING_LIMIT)


@pytest.mark.parametrize("part", ["subject", "text", "html"])
def test_a_long_part_is_judged_up_to_the_cap_and_reported(part: str) -> None:
    analysis = Analysis(Message.email(**{part: "x" * (TEXT_LIMIT + 1)}))
    assert [len(place.text) for place in analysis.places] == [TEXT_LIMIT]
    assert [(defect.kind, defect.part) for defect in analysis.defects] == [("limit", part)]
    assert not Analysis(Message.email(**{part: "x" * TEXT_LIMIT})).defects


def test_the_messages_own_defects_are_kept() -> None:
    defect = Defect("malformed", "Two readers may differ.", "text")
    assert Analysis(Message(channel="email", defects=(defect,))).defects == (defect,)


def test_spans_of_code_follow_the_plain_text() -> None:
    message = Message.email(html="a\u200bb <code>x\u200by</code> c<blockquote>q</blockquote>")
    (place,) = Analysis(message).places
    assert place.plain == "ab xy c\nq"
    assert [place.plain[start:end] for start, end in place.code] == ["xy"]
    assert [place.plain[start:end] for start, end in place.quotes] == ["q"]


@given(st.text(alphabet="ab\u200b\u00ad\u2060\ud800é"), st.integers(0, 60), st.integers(1, 60))
def test_a_span_of_the_plain_text_leads_back_to_the_same_characters(
    text: str, start: int, length: int
) -> None:
    place = Place.of("text", text)
    end = min(start + length, len(place.plain))
    if start < end:
        first, last = place.span(start, end)
        assert Place.of("text", text[first:last]).plain == place.plain[start:end]
        assert text[first] == place.plain[start]
        assert text[last - 1] == place.plain[end - 1]


def test_a_hidden_place_has_no_spans() -> None:
    assert Place.of("html", "abc", hidden=True).span(0, 1) is None
