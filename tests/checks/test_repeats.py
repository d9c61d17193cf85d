"""Repeats are refused for their recipient; a loop is stopped for everybody, by nobody's double click."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest

from sendguard import Context, Guard, Message, MessageHeld, Override, checks, conditions
from sendguard.errors import ConfigurationError
from sendguard.model import Envelope
from sendguard.stores import MemoryStore

NAMES = ("ann", "bob", "cy", "dee", "eve")


class Office:
    """A guard, its store, and a clock that can be set."""

    def __init__(self, *given) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)
        self.store = MemoryStore()
        self.guard = Guard(*given, store=self.store, clock=lambda: self.now)

    def sends(self, message, facts=None, **options) -> bool:
        """Whether it left."""
        try:
            self.guard.admit(message, facts, **options).sent()
        except MessageHeld:
            return False
        return True


def letter(*names: str, text: str = "Hello", **more) -> Message:
    to = [f"{name}@customer.example" for name in names]
    return Message.email(sender="shop@shop.example", to=to, subject="News", text=text, **more)


def test_exactly_the_same_to_the_same_recipient_is_held():
    office = Office(checks.duplicate(within="10m"))
    assert office.sends(letter("ann"))
    assert office.sends(letter("bob"))
    assert office.sends(letter("ann", text="Hello!"))
    assert not office.sends(letter("ann"))
    office.now += timedelta(minutes=10)
    assert office.sends(letter("ann"))


def test_who_else_gets_it_and_when_it_was_written_make_no_difference():
    def mail(number, *to):
        source = EmailMessage()
        source["From"], source["Subject"] = "shop@shop.example", "News"
        source["Message-ID"], source["Date"] = (
            f"<{number}@shop.example>",
            f"Sun, {number} Mar 2026 12:00:00 +0000",
        )
        source.set_content("Hello")
        return Message.from_email(source, Envelope(sender="shop@shop.example", recipients=to))

    office = Office(checks.duplicate(within="1d"))
    assert office.sends(mail(1, "ann@customer.example", "bob@customer.example"))
    (finding,) = office.guard.evaluate(
        mail(2, "Bob@Customer.example", "cy@customer.example")
    ).findings
    assert finding.code == "state.duplicate"
    assert finding.recipient == "Bob@Customer.example"


def test_repeats_to_several_people_stop_everything_at_the_next_send():
    office = Office(checks.loop(within="1h", recipients=3))
    for name in NAMES:
        assert office.sends(letter(name))
    for name in NAMES[:3]:
        assert office.sends(letter(name, text=f"to {name} alone"))
        assert not office.sends(letter(name))
    assert not office.sends(letter("fay", text="Something else"))
    (finding,) = office.guard.evaluate(letter("fay")).findings
    assert finding.code == "state.loop"
    assert finding.message == (
        "Sending is stopped since 2026-03-01 12:00:00 UTC: repeats reached 3 recipients within 1h."
    )


def test_the_latch_stays_until_a_person_resets_it():
    office = Office(checks.loop(within="1h", recipients=2))
    for name in ("ann", "bob", "ann", "bob"):
        office.sends(letter(name))
    office.now += timedelta(days=365)
    assert not office.sends(letter("fay"))
    (latch,) = office.store.latches()
    assert office.store.reset_latch(latch.key, by="Maria")
    assert office.sends(letter("fay"))


def test_one_person_who_asks_again_and_again_stops_nobody():
    office = Office(checks.loop(within="1h", recipients=2))
    for text in ("one", "two", "three"):
        for _ in range(5):
            office.sends(letter("ann", text=text))
    assert office.sends(letter("bob"))
    assert office.store.latches() == ()


def test_a_latch_by_campaign_stops_that_campaign():
    office = Office(checks.loop(within="1h", recipients=2, by="campaign"))
    spring, autumn = Context(campaign="spring"), Context(campaign="autumn")
    for name in ("ann", "bob", "ann", "bob"):
        office.sends(letter(name), spring)
    assert not office.sends(letter("fay"), spring)
    assert office.sends(letter("fay"), autumn)
    (finding,) = office.guard.evaluate(letter("fay")).findings
    assert finding.code == "guard.not-evaluable"


def test_the_apology_gets_through_with_a_persons_word_or_by_its_purpose():
    loop = checks.loop(within="1h", recipients=2)
    notice = Context(purpose="service-notice")
    for check, facts, word in (
        (loop, None, Override("state.loop", by="Maria", reason="the apology")),
        (loop.unless(conditions.purpose("service-notice")), notice, None),
    ):
        office = Office(check)
        for name in ("ann", "bob", "ann", "bob"):
            office.sends(letter(name))
        assert not office.sends(letter("ann", text="Sorry"))
        assert office.sends(letter("ann", text="Sorry"), facts, override=word)


def test_a_loop_is_seen_although_a_duplicate_is_refused_first():
    office = Office(checks.duplicate(within="1d"), checks.loop(within="1h", recipients=2))
    for name in ("ann", "bob", "ann", "bob"):
        office.sends(letter(name))
    assert len(office.store.latches()) == 1


def test_a_failed_send_may_be_repeated():
    office = Office(checks.duplicate(within="1h"), checks.loop(within="1h"))
    for _ in range(3):
        office.guard.admit(letter("ann")).failed()
    assert office.sends(letter("ann"))


@pytest.mark.parametrize(
    "build",
    [
        lambda: checks.duplicate(within="soon"),
        lambda: checks.loop(within="0s"),
        lambda: checks.loop(within="1h", recipients=0),
        lambda: checks.loop(within="1h", by="recipient"),
        lambda: checks.loop(within="1h", by="everybody"),
    ],
)
def test_a_wrong_option_is_refused_when_it_is_built(build):
    with pytest.raises(ConfigurationError):
        build()


def test_they_show_how_they_were_built():
    assert repr(checks.duplicate(within="600s")) == (
        "duplicate(within='10m', near=False, across=False)"
    )
    assert repr(checks.loop(within="1h")) == "loop(within='1h', recipients=5, by='all')"
