from __future__ import annotations

from email.message import EmailMessage as Mime
from email.mime.base import MIMEBase
from email.mime.image import MIMEImage
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.utils.functional import lazystr
from hypothesis import given
from hypothesis import strategies as st
from tests.adapters.django.project import written
from tests.strategies import hostile_text

from sendguard import Context, Guard
from sendguard.adapters.django._reading import context_of, message_of


def people(message):
    return [(each.role, each.name, each.address) for each in message.recipients]


def test_everybody_who_gets_it_is_a_recipient_in_his_role():
    message = message_of(
        written(to="Ann <ann@a.example>", cc=["bo@b.example"], bcc=["Cy <cy@c.example>"])
    )
    assert people(message) == [
        ("to", "Ann", "ann@a.example"),
        ("cc", "", "bo@b.example"),
        ("bcc", "Cy", "cy@c.example"),
    ]
    assert message.envelope.recipients == ("ann@a.example", "bo@b.example", "cy@c.example")
    assert message.envelope.sender == message.sender.address == "shop@shop.example"


def test_a_to_header_of_the_authors_own_makes_the_others_bcc():
    message = message_of(
        written(to="ann@a.example", headers={"To": "Friends <all@a.example>, ANN@a.example"})
    )
    assert people(message) == [("to", "", "ann@a.example")]
    assert [each.address for each in message.shown] == ["all@a.example"]
    hidden = message_of(written(to="ann@a.example", headers={"To": "all@a.example"}))
    assert people(hidden) == [("bcc", "", "ann@a.example")]


def test_a_from_header_of_the_authors_own_is_the_sender_that_readers_see():
    message = message_of(written(headers={"From": "The Shop <orders@shop.example>"}))
    assert (message.sender.name, message.sender.address) == ("The Shop", "orders@shop.example")
    assert message.envelope.sender == "shop@shop.example"
    assert message.header("From") is None


def test_recipients_that_a_subclass_computes_are_those_that_count():
    class Everybody(EmailMessage):
        def recipients(self):
            return ["ann@a.example", "dee@d.example"]

    message = message_of(Everybody("Hi", "", None, ["ann@a.example", "bo@b.example"]))
    assert people(message) == [("to", "", "ann@a.example"), ("bcc", "", "dee@d.example")]
    assert [each.address for each in message.shown] == ["bo@b.example"]


def test_an_address_that_can_be_read_in_two_ways_is_not_let_pass():
    for address in (
        "user@good.example(x)evil.example",
        "a@x.example, b@y.example",
        "a\r\n@x.example",
    ):
        assert not Guard().evaluate(message_of(written(to=address))).allowed
    for address in ("webmaster", "root@localhost", "Ann <ann@bücher.example>"):
        assert Guard().evaluate(message_of(written(to=address))).allowed


def test_headers_are_those_that_django_writes_beside_its_own():
    message = message_of(
        written(
            headers={"X-Kind": "order", "to": "ignored@a.example", "X-Number": 7},
            reply_to=["a@shop.example", "b@shop.example"],
        )
    )
    assert message.headers == (
        ("Reply-To", "a@shop.example, b@shop.example"),
        ("X-Kind", "order"),
        ("X-Number", "7"),
    )
    own = message_of(written(reply_to=["a@s.example"], headers={"Reply-To": "b@s.example"}))
    assert own.headers == (("Reply-To", "b@s.example"),)


def test_lazy_texts_are_read():
    message = EmailMessage(lazystr("Hi"), lazystr("Hello"), lazystr("shop@shop.example"))
    message.to = [lazystr("ann@a.example")]
    message.attach("a.txt", lazystr("note"), "text/plain")
    read = message_of(message)
    assert (read.subject, read.text) == ("Hi", "Hello")
    assert people(read) == [("to", "", "ann@a.example")]
    assert read.attachments[0].text == "note"


def test_the_body_is_text_or_html_as_its_subtype_says():
    plain, html, other = written(body="Hi"), EmailMessage("s", "<p>Hi</p>"), written(body="# Hi")
    html.content_subtype = "html"
    other.content_subtype = "markdown"
    assert (message_of(plain).text, message_of(plain).html) == ("Hi", None)
    assert (message_of(html).text, message_of(html).html) == (None, "<p>Hi</p>")
    assert message_of(other).text == "# Hi"


def test_an_empty_body_is_a_part_only_where_django_writes_one():
    assert message_of(EmailMessage("s", "")).text == ""
    assert message_of(EmailMessage("s", None)).text == ""
    assert message_of(EmailMessage("s", attachments=[("a.txt", "x", "text/plain")])).text is None
    html_only = EmailMultiAlternatives("s", "", alternatives=[("<p>x</p>", "text/html")])
    assert (message_of(html_only).text, message_of(html_only).html) == (None, "<p>x</p>")


def test_all_alternatives_are_read_and_the_last_of_a_kind_is_shown():
    message = written(body="one")
    message.attach_alternative("<p>one</p>", "text/html")
    message.attach_alternative(b"<p>two</p>", "text/html; charset=utf-8")
    message.attach_alternative("two", "TEXT/PLAIN")
    message.attach_alternative("BEGIN:VCALENDAR", "text/calendar")
    read = message_of(message)
    assert (read.text, read.html) == ("two", "<p>two</p>")
    assert [(a.content_type, a.disposition, a.text) for a in read.attachments] == [
        ("text/html", "inline", "<p>one</p>"),
        ("text/plain", "inline", "one"),
        ("text/calendar", "inline", "BEGIN:VCALENDAR"),
    ]


@pytest.mark.parametrize(
    ("content", "mimetype", "kind", "data"),
    [
        ("Größe", "text/plain", "text/plain", "Größe".encode()),
        ("Größe".encode(), None, "text/plain", "Größe".encode()),
        (b"\xff\xfe", "text/plain", "application/octet-stream", b"\xff\xfe"),
        (b"%PDF", "application/pdf", "application/pdf", b"%PDF"),
        (memoryview(b"%PDF"), "Application/PDF; x=y", "application/pdf", b"%PDF"),
    ],
)
def test_files_are_read_as_django_sends_them(content, mimetype, kind, data):
    message = written()
    message.attachments = [("notes.txt", content, mimetype)]
    (attachment,) = message_of(message).attachments
    assert (attachment.name, attachment.content_type, attachment.content) == (
        "notes.txt",
        kind,
        data,
    )
    assert attachment.disposition == "attachment"


def test_an_attachment_without_name_or_type_is_read():
    message = written()
    message.attachments = [(None, b"x")]
    (attachment,) = message_of(message).attachments
    assert (attachment.name, attachment.content_type) == ("", "application/octet-stream")


def test_content_that_cannot_be_read_is_not_passed_over():
    message = written()
    message.attachments = [("a.bin", object(), "application/pdf")]
    (defect,) = message_of(message).defects
    assert (defect.kind, defect.part) == ("unreadable", "attachment:0")
    (finding,) = Guard().evaluate(message_of(message)).findings
    assert finding.code == "guard.not-evaluable"


def test_ready_mime_parts_are_read():
    image = MIMEImage(b"\x89PNG\r\n\x1a\n", "png", name="logo.png")
    image.add_header("Content-ID", "<logo>")
    image.add_header("Content-Disposition", "inline", filename="logo.png")
    named = MIMEText("a,b\n", "csv")
    named.add_header("Content-Disposition", "attachment", filename="rows.csv")
    parts = [image, named, MIMEText("<p>more</p>", "html"), MIMEBase("application", "x-empty")]
    message = written()
    message.attachments = [("first.txt", "1", "text/plain"), *parts]
    read = message_of(message)
    assert [(a.name, a.content_type) for a in read.attachments] == [
        ("first.txt", "text/plain"),
        ("logo.png", "image/png"),
        ("rows.csv", "text/csv"),
        ("", "text/html"),
        ("", "application/x-empty"),
    ]
    assert read.attachments[1].content_id == "logo"
    assert read.attachments[1].disposition == "inline"
    assert read.attachments[2].text.splitlines() == ["a,b"]
    assert read.attachments[3].text == "<p>more</p>"


def test_the_parts_of_a_ready_multipart_are_read():
    related = MIMEMultipart("related")
    related.attach(MIMEText("<img src='cid:logo'>", "html"))
    related.attach(MIMEImage(b"\x89PNG", "png", name="logo.png"))
    message = written(body="")
    message.attachments = [related]
    read = message_of(message)
    assert sorted(a.content_type for a in read.attachments) == ["image/png", "text/html"]


def nested_forms():
    inner = written("Inner", body="Dear [name]")
    mime = Mime()
    mime["Subject"] = "Inner"
    mime.set_content("Dear [name]")
    return {
        "Django's": ("m.eml", inner, "message/rfc822"),
        "Python's": ("m.eml", mime, "message/rfc822"),
        "its bytes": ("m.eml", bytes(mime), "message/rfc822"),
        "its text": ("m.eml", mime.as_string(), "message/rfc822"),
        "a ready part": MIMEMessage(mime),
    }


@pytest.mark.parametrize("form", sorted(nested_forms()))
def test_an_attached_message_is_read(form):
    message = written()
    message.attachments = [nested_forms()[form]]
    (attachment,) = message_of(message).attachments
    assert attachment.content_type == "message/rfc822"
    assert attachment.message.subject == "Inner"
    assert attachment.message.text.strip() == "Dear [name]"


def test_a_message_inside_itself_ends():
    message = written()
    for times in (1, 2):
        message.attachments = [("self.eml", message, "message/rfc822")] * times
        decision = Guard().evaluate(message_of(message))
        assert {f.code for f in decision.findings} == {"guard.limit-exceeded"}
        assert not decision.allowed


def test_a_template_that_the_provider_holds_is_not_evaluable():
    message = written(body="")
    message.template_id = 42
    read = message_of(message)
    assert (read.template, read.text) == ("42", None)
    assert [f.code for f in Guard().evaluate(read).findings] == ["guard.not-evaluable"]
    message.body = "Hello"
    assert Guard().evaluate(message_of(message)).findings == ()


def test_the_digest_is_that_of_the_content():
    def message(**changes):
        made = written(attachments=[("a.eml", written("Inner"), "message/rfc822")])
        vars(made).update(changes)
        return message_of(made)

    assert message().digest == message().digest
    for changes in ({"subject": "x"}, {"body": "x"}, {"bcc": ["x@a.example"]}, {"attachments": []}):
        assert message(**changes).digest != message().digest


def test_reading_changes_nothing():
    mixed = MIMEMultipart()
    mixed.attach(MIMEText("x"))
    message = written()
    message.attachments = [mixed]  # as an argument, Django 6.1 warns of it
    before = dict(vars(message))
    message_of(message)
    assert vars(message) == before
    assert mixed.get_boundary() is None


@given(st.lists(hostile_text, min_size=10, max_size=10))
def test_no_text_keeps_a_message_from_being_read(texts):
    subject, body, sender, to, cc, bcc, name, content, header, value = texts
    message = EmailMultiAlternatives(subject, body, sender or "x", [to], cc=[cc], bcc=[bcc])
    message.attach_alternative(content, "text/html")
    message.attachments = [
        (name, content, "text/plain"),
        (name, content, "message/rfc822"),
        (name, content, value),
    ]
    message.extra_headers = {header: value, "From": value, "To": header}
    read = message_of(message)
    assert Guard().evaluate(read).digest == read.digest
    assert read.html == content


def test_a_message_without_facts_of_its_own_has_none():
    assert context_of(written()) is None
    message = written()
    message.sendguard = {"customer": "north"}
    assert context_of(message) == Context(customer="north")
