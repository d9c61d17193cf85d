"""What is the same message once more, although not letter for letter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from tests.strategies import messages

from sendguard import Attachment, Context, Guard, Message, checks
from sendguard.matching import Contact, MemoryDirectory
from sendguard.stores import MemoryStore

NOW = datetime(2026, 5, 4, 12, 1, tzinfo=UTC)
MARIA = "maria@north.example"
PHONE = "+442079460958"
PEOPLE = MemoryDirectory(
    [
        Contact(
            "1", "north", "Maria Lopez", emails=(MARIA, "m.lopez@home.example"), phones=(PHONE,)
        ),
        Contact("2", "north", "Peter Lopez", emails=("peter@north.example",)),
    ]
)


def mail(text="", html=None, subject="Your order 4711", to=MARIA, **more) -> Message:
    return Message.email(
        sender="shop@shop.example", to=to, subject=subject, text=text, html=html, **more
    )


def sms(text: str, to: str = PHONE) -> Message:
    return Message.sms(sender="shop", to=to, text=text)


def repeats(first: Message, second: Message, contexts=(None, None), **options) -> bool:
    clock = [NOW]
    check = checks.duplicate(within="1h", **options)
    guard = Guard(check, store=MemoryStore(), clock=lambda: clock[0], directory=PEOPLE)
    guard.admit(first, contexts[0]).sent()
    clock[0] = NOW + timedelta(minutes=1)
    return "state.duplicate" in {f.code for f in guard.evaluate(second, contexts[1]).findings}


NEAR = [
    (mail("Your parcel left."), mail("Your  parcel\nleft. ")),
    (mail("YOUR PARCEL left."), mail("Your parcel left.")),
    (mail("Sent on 4 May 2026 at 12:01. Hello."), mail("Sent on 4 May 2026 at 12:02. Hello.")),
    (mail("Sent 2026-05-04 12:01:07. Hello."), mail("Sent 2026-05-04 12:02:09. Hello.")),
    (mail("Printed at 12:01:07. Hello."), mail("Printed at 12:02:09. Hello.")),
    (
        mail("Gesendet am 4. Mai 2026 um 12:01. Hallo."),
        mail("Gesendet am 4. Mai 2026 um 12:02. Hallo."),
    ),
    (mail("Le 4 mai 2026 à 12:01, bonjour."), mail("Le 4 mai 2026 à 12:02, bonjour.")),
    (
        mail("News", subject="News of 4 May 2026, 12:01"),
        mail("News", subject="News of 4 May 2026, 12:02"),
    ),
    (
        mail("See https://shop.example/a?utm_source=x&id=7&utm_campaign=1"),
        mail("See https://shop.example/a?utm_source=y&id=7&utm_campaign=2"),
    ),
    (
        mail(html='<p>See <a href="https://shop.example/a?id=7&amp;gclid=abc">here</a></p>'),
        mail(html='<p>See <a href="https://shop.example/a?id=7&amp;gclid=def">here</a></p>'),
    ),
    (
        mail(html='<p>Hello</p><img src="https://t.example/p.gif?u=1" width=1 height=1>'),
        mail(html='<p>Hello</p><img src="https://t.example/p.gif?u=2" width=1 height=1>'),
    ),
    (
        mail("Hello (id <20260504120107.4711.abc@shop.example>)"),
        mail("Hello (id <20260504120209.4712.def@shop.example>)"),
    ),
    (mail("Hello.", headers={"X-Job": "1"}), mail("Hello.", headers={"X-Job": "2"})),
]

# Two different things that look much alike.
APART = [
    (mail("Your order 4711 has left."), mail("Your order 4712 has left.")),
    (mail("Hello", subject="Your order 4711"), mail("Hello", subject="Your order 4712")),
    (mail("Invoice: 84.50 EUR"), mail("Invoice: 85.50 EUR")),
    (mail("Invoice no. 2026-0001"), mail("Invoice no. 2026-0002")),
    (mail("Rechnung über 84,50 €"), mail("Rechnung über 94,50 €")),
    (
        mail("Your appointment is on 11 May 2026 at 9:00."),
        mail("Your appointment is on 12 May 2026 at 9:00."),
    ),
    (mail("Your appointment is at 9:00."), mail("Your appointment is at 10:00.")),
    (mail("Ihr Termin: 11.05.2026, 9 Uhr."), mail("Ihr Termin: 11.05.2026, 10 Uhr.")),
    (mail("Your code is 114422."), mail("Your code is 114423.")),
    (mail("Your code: 12:01"), mail("Your code: 12:02")),
    (
        mail("Reset: https://shop.example/r?token=abc"),
        mail("Reset: https://shop.example/r?token=def"),
    ),
    (
        mail(html='<p><a href="https://shop.example/r/abc">Reset</a></p>'),
        mail(html='<p><a href="https://shop.example/r/def">Reset</a></p>'),
    ),
    (
        mail("Attached.", attachments=[Attachment("a.pdf", b"one")]),
        mail("Attached.", attachments=[Attachment("a.pdf", b"two")]),
    ),
    (mail("Your parcel left."), mail("Your parcel has arrived.")),
    (mail("Dear Maria, hello."), mail("Dear Mario, hello.")),
    (mail("3 kettles"), mail("2 kettles")),
    (
        mail("Your flight AB 123 leaves on 4 June 2026."),
        mail("Your flight AB 123 leaves on 5 June 2026."),
    ),
    (mail("Report for April 2026"), mail("Report for May 2026")),
    (mail(html="<p>Hello</p>"), mail(html="<p>Hullo</p>")),
    (mail("", subject="Ping 1"), mail("", subject="Ping 2")),
]


@pytest.mark.parametrize(("first", "second"), NEAR)
def test_what_only_tells_when_it_was_sent_makes_no_other_message(first, second):
    assert repeats(first, second, near=True)
    assert not repeats(first, second)


@pytest.mark.parametrize(("first", "second"), APART)
def test_two_different_things_are_no_duplicates(first, second):
    assert not repeats(first, second, near=True)
    assert not repeats(first, second, near=True, across=True) or first.text == second.text


def test_another_recipient_is_another_person():
    hello = mail("Hello.")
    assert repeats(hello, hello, near=True)
    assert not repeats(hello, mail("Hello.", to="peter@north.example"), near=True)


class TestAcrossChannels:
    def test_the_same_text_by_mail_and_by_text_message_reaches_one_person_twice(self):
        assert repeats(mail("Your parcel left."), sms("Your parcel left."), across=True)
        assert repeats(
            sms("Your parcel left."), mail(html="<p>Your parcel  left.</p>"), across=True
        )
        assert not repeats(mail("Your parcel left."), sms("Your parcel left."), near=True)

    def test_his_other_address_is_the_same_person(self):
        assert repeats(mail("Hello."), mail("Hello.", to="m.lopez@home.example"), across=True)

    def test_his_colleague_is_another_person(self):
        both = (Context(customer="north"), Context(customer="north"))
        assert not repeats(
            mail("Hello."), mail("Hello.", to="peter@north.example"), both, across=True
        )

    def test_whom_the_directory_does_not_know_is_known_by_his_customer(self):
        both = (Context(customer="south"), Context(customer="south"))
        first, second = mail("Hello.", to="s@south.example"), sms("Hello.", "+442079460999")
        assert repeats(first, second, both, across=True)
        assert not repeats(first, second, across=True)

    def test_other_words_are_another_message(self):
        assert not repeats(mail("Your parcel left."), sms("Your parcel arrived."), across=True)

    def test_near_and_across_go_together(self):
        first = mail("Your parcel left on 4 May 2026 at 12:01.")
        assert repeats(
            first, sms("Your parcel left on 4 May 2026 at 12:02."), near=True, across=True
        )

    def test_a_file_is_not_in_a_text_message(self):
        first = mail("Hello.", attachments=[Attachment("a.pdf", b"one")])
        assert not repeats(first, sms("Hello."), across=True)

    def test_messages_without_words_are_compared_as_they_are(self):
        one = mail(html='<img src="https://shop.example/1.png">', subject="")
        other = mail(html='<img src="https://shop.example/2.png">', subject="")
        assert not repeats(one, other, near=True, across=True)
        assert repeats(one, one, near=True, across=True)


@given(messages())
def test_whatever_is_sent_twice_is_found_twice(message):
    guard = Guard(
        checks.duplicate(within="1h", near=True, across=True),
        store=MemoryStore(),
        clock=lambda: NOW,
        directory=PEOPLE,
    )
    guard.admit(message, Context(now=NOW))
    codes = {finding.code for finding in guard.evaluate(message, Context(now=NOW)).findings}
    assert "guard.check-failed" not in codes
    assert ("state.duplicate" in codes) == bool(message.recipients)
