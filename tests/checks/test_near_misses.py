from __future__ import annotations

import asyncio
import threading

import pytest
from hypothesis import given
from tests.checks.directories import DIRECTORY, Slow
from tests.strategies import contexts, messages

from sendguard import Action, Context, Guard, Message, checks
from sendguard.matching import Contact, MemoryDirectory

GUARD = Guard(checks.near_miss(DIRECTORY), default_region="GB")


def found(address: str, guard: Guard = GUARD, context: Context | None = None):
    message = (Message.email if "@" in address else Message.sms)(to=[address], text="Hi")
    return [(f.code, f.action.name) for f in guard.evaluate(message, context).findings]


@pytest.mark.parametrize(
    "address",
    [
        "maria.lopze@customer.example",
        "maria.lope@customer.example",
        "maria.lopezz@customer.example",
        "naria.lopez@customer.example",
        "MARIA.LOPZE@customer.example",
        "maria.lopez@custmer.example",
        "maria.lopez@custoemr.example",
        "maria.lopez@customer.exmaple",
        "maria.lopez@gmial.com",
        "oliver.qiust@west.example",
        "+441632960916",
        "+44 1632 960962",
        "01632 96096",
        "+44163296012",
    ],
)
def test_an_address_one_slip_from_one_that_is_known_is_held(address):
    assert found(address) == [("recipient.near-miss", "HOLD")]


@pytest.mark.parametrize(
    "address",
    [
        "maria.loepzz@customer.example",
        "mariia.loopez@customer.example",
        "oliver.kwist@west.example",
    ],
)
def test_two_slips_are_a_warning(address):
    assert found(address) == [("recipient.near-miss", "WARN")]


@pytest.mark.parametrize(
    "address",
    [
        "maria.lopez@customer.example",
        "Maria.Lopez@Customer.Example",
        "marta.lopes@customer.example",  # near another, and somebody's
        "m.aria.lopez+news@googlemail.com",  # the same mailbox
        "maria.lopez@other.example",
        "somebody.else@customer.example",
        "maria@customer.example",
        "pablo.garcia@customer.example",
        "info@west.example",
        "hr@x.example",
        "+441632971961",
        "+441632960961",
        "maria.lopez@",
        "",
        "@",
        "C0123456",
        "85258",
        "+44 1632 96012 999",
    ],
)
def test_what_is_somebodys_or_far_from_everybodys_passes(address):
    assert found(address) == []


@pytest.mark.parametrize(
    "address",
    [
        "anna.muller@gmx.at",
        "anna.muller@gmx.net",
        "anna.muller@mail.com",
        "anna.muller@yahoo.de",
        "anna.muller@hotmail.co.uk",
    ],
)
def test_the_same_name_two_edits_away_at_another_provider_is_another_person(address):
    known = MemoryDirectory(
        [
            Contact("a", "x", emails="anna.muller@gmx.de"),
            Contact("b", "y", emails="anna.muller@yahoo.fr"),
            Contact("c", "z", emails="anna.muller@gmail.com"),
        ]
    )
    guard = Guard(checks.near_miss(known))
    assert all(action == "WARN" for _, action in found(address, guard))


def test_a_name_with_another_number_behind_it_is_another_person():
    known = MemoryDirectory([Contact("a", "x", emails="james.hall77@outlook.com")])
    guard = Guard(checks.near_miss(known))
    assert found("james.hall@outlook.com", guard) == []
    assert found("james.hall12@outlook.com", guard) == []
    assert found("james.hll7@outlook.com", guard) == [("recipient.near-miss", "WARN")]


def test_a_real_provider_one_edit_away_is_a_warning_and_a_mistyped_one_is_held():
    assert found("maria.lopez@ymail.com") == [("recipient.near-miss", "WARN")]
    assert found("maria.lopez@gmaill.com") == [("recipient.near-miss", "HOLD")]


def test_a_very_short_name_before_the_at_is_no_certain_slip():
    known = MemoryDirectory([Contact("a", "x", emails=("hr@firm.example", "tomas@firm.example"))])
    guard = Guard(checks.near_miss(known))
    assert found("pr@firm.example", guard) == [("recipient.near-miss", "WARN")]
    assert found("it@firm.example", guard) == []


def test_several_who_are_as_near_are_a_warning_that_names_them():
    known = MemoryDirectory(
        [Contact(name, name, name, f"{name}@firm.example") for name in ("Jana", "Jane")]
    )
    message = Message.email(to=["janx@firm.example"], text="Hi")
    (finding,) = Guard(checks.near_miss(known)).evaluate(message).findings
    assert finding.action is Action.WARN
    assert "Jana or Jane" in finding.message


def test_the_finding_says_who_is_meant_and_masks_the_address():
    message = Message.email(to=["maria.lopze@customer.example"], text="Hi")
    (finding,) = GUARD.evaluate(message).findings
    assert finding.recipient == "maria.lopze@customer.example"
    assert "Maria Lopez" in finding.message
    assert finding.suggestion is not None
    assert "m…@customer.example" in finding.suggestion
    assert "lopez@" not in finding.message + finding.suggestion


def test_who_wrote_in_the_thread_has_his_address():
    thread = (Message.email(sender="maria.lopze@customer.example", to="shop@shop.example"),)
    assert found("maria.lopze@customer.example", context=Context(thread=thread)) == []


@pytest.mark.parametrize(
    "address",
    [
        "m\u0430ria.lopez@customer.example",
        "m\u0430r\u0456\u0430.lopez@customer.example",
        "maria.Iopez@customer.example".replace("Iopez", "1opez"),
        "rnaria.lopez@customer.example",
        "0liver.quist@west.example",
        "oliver.quist@vvest.example",
    ],
)
def test_what_is_made_to_look_like_a_known_address_is_held_as_a_look_alike(address):
    assert found(address) == [("recipient.lookalike", "HOLD")]


def test_other_recipients_change_nothing():
    slip = "maria.lopze@customer.example"
    alone = GUARD.evaluate(Message.email(to=[slip], text="Hi")).findings
    for to in ([slip, "maria.lopez@customer.example"], ["a@b.example", slip]):
        assert GUARD.evaluate(Message.email(to=to, text="Hi")).findings == alone


def test_the_guards_directory_is_asked_where_the_check_has_none():
    guard = Guard(checks.near_miss(), directory=DIRECTORY)
    assert found("maria.lopze@customer.example", guard) == [("recipient.near-miss", "HOLD")]
    empty = Guard(checks.near_miss(MemoryDirectory([])), directory=DIRECTORY)
    assert found("maria.lopze@customer.example", empty) == []


@pytest.mark.parametrize(
    "check",
    [
        checks.near_miss(),
        checks.namesake(),
        checks.customer_binding(),
        checks.unknown_recipient(),
    ],
    ids=repr,
)
def test_a_check_that_has_no_directory_says_that_it_could_not_judge(check):
    assert found("a@b.example", Guard(check)) == [("guard.not-evaluable", "WARN")]
    slow = Guard(check, directory=Slow([]), on_unevaluable=Action.HOLD)
    assert ("guard.not-evaluable", "HOLD") not in found("a@b.example", slow)


class Remote(Slow):
    """A directory that says in which threads it was asked, and whether asyncio ran meanwhile."""

    __slots__ = ("asked", "loop_ran")

    def __init__(self) -> None:
        super().__init__([])
        self.asked: list[str] = []
        self.loop_ran = threading.Event()

    def who(self, address):
        self.asked.append(threading.current_thread().name)
        if not self.loop_ran.wait(0.5):
            raise TimeoutError
        return super().who(address)


def remotely():
    own, guards = Remote(), Remote()
    return [
        (own, Guard(checks.near_miss(own))),
        (guards, Guard(checks.near_miss(), directory=guards)),
    ]


@pytest.mark.parametrize(("directory", "guard"), remotely())
def test_a_directory_that_does_io_is_asked_in_the_pool(directory, guard):
    directory.loop_ran.set()
    assert found("a@b.example", guard) == []
    assert directory.asked
    assert threading.main_thread().name not in directory.asked


@pytest.mark.parametrize(("directory", "guard"), remotely())
def test_a_directory_that_does_io_does_not_stop_the_event_loop(directory, guard):
    async def judged():
        asyncio.get_running_loop().call_later(0.01, directory.loop_ran.set)
        return await guard.aevaluate(Message.email(to=["a@b.example"], text="Hi"))

    assert asyncio.run(judged()).findings == ()
    assert directory.asked


@pytest.mark.parametrize("wrong", [1, "directory.csv", {"a": "b"}, [Contact("a", "b")]])
@pytest.mark.parametrize(
    "build",
    [
        checks.near_miss,
        checks.namesake,
        checks.customer_binding,
        checks.unknown_recipient,
        lambda wrong: Guard(directory=wrong),
    ],
)
def test_what_is_no_directory_is_refused_when_the_check_is_built(build, wrong):
    with pytest.raises(TypeError, match="directory"):
        build(wrong)


def test_its_repr_shows_nobody():
    assert repr(checks.near_miss(DIRECTORY)) == "near_miss(directory=MemoryDirectory(12 contacts))"


@given(messages(), contexts)
def test_no_message_makes_it_fail(message, context):
    codes = {finding.code for finding in GUARD.evaluate(message, context).findings}
    assert not codes & {"guard.check-failed"}
