"""The laws hold for what is right, and each of them catches what is wrong."""

from __future__ import annotations

import sys

import pytest
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from sendguard import Action, Context, Finding, Guard, Message, checks, rule
from sendguard.matching import Contact, MemoryDirectory
from sendguard.model import Decision
from sendguard.policy import shipped_names
from sendguard.stores import MemoryStore
from sendguard.testing import (
    LAWS,
    LawBrokenError,
    PolicyLaws,
    assert_law,
    assert_policy_laws,
    messages,
)
from sendguard.testing._laws import regression_test

KNOWN = [
    Contact("1", "north", "Ann Long", ("ann@a.example",), ("+44 7700 900101",), ("A-1042",)),
    Contact("2", "south", "Bob Lee", ("bob@b.example",), ("+44 7700 900102",), ("A-1043",)),
    Contact("3", "north", "Anne Long", ("anne@a.example",)),
]


def with_everything(name: str) -> Guard:
    """A shipped policy whose checks all have what they ask for."""
    return Guard.from_toml(
        name,
        store=MemoryStore(),
        directory=MemoryDirectory(KNOWN),
        suppression=frozenset({"cy@c.example"}),
    )


@pytest.mark.parametrize("build", [Guard.from_toml, with_everything])
@pytest.mark.parametrize("name", shipped_names())
def test_the_shipped_policies_keep_every_law(name, build):
    assert_policy_laws(build(name), max_examples=15)


@pytest.mark.soak
@pytest.mark.parametrize("name", shipped_names())
def test_the_shipped_policies_keep_every_law_in_ten_thousand_examples(name):
    assert_policy_laws(with_everything(name), max_examples=10_000)


@rule("test.exit")
def exits(message, context):
    if "%" in (message.text or ""):
        sys.exit("a rule that gives up")


@rule("test.words")
def exits_at_words(message, context):
    # A sign of its own in the text would not come up in each run of a few hundred messages.
    if message.text:
        sys.exit("a rule that gives up")


@rule("test.index")
def takes_the_first(message, context):
    return None if message.recipients[0].address else "no address"


_calls = iter(range(10**9))


@rule("test.moody")
def moody(message, context):
    return f"mood {next(_calls)}"


@rule("test.first")
def minds_the_first(message, context):
    if message.recipients and message.recipients[0].address.startswith("b"):
        return "the first is a b"
    return None


@rule("test.lonely")
def minds_the_lonely(message, context):
    return "one alone" if len(message.recipients) == 1 else None


@rule("test.quoting")
def quotes(message, context):
    return f"I do not like: {message.text}"


class Forgetful(Guard):
    """Forgets its findings when it is extended."""

    __slots__ = ()

    def extended(self, *more):
        return Guard()


class Sleepy(Guard):
    """Sees nothing while it only observes."""

    __slots__ = ()

    def evaluate(self, message, context=None):
        decision = super().evaluate(message, context)
        return decision if self.mode == "enforce" else Guard(mode="observe").evaluate(message)

    @classmethod
    def from_policy(cls, policy, **options):
        return Sleepy(*policy.checks, **policy.guard_options, **options)


class Numb(Guard):
    """Says of every message that it was the same one."""

    __slots__ = ()

    def evaluate(self, message, context=None):
        return Decision((), (), "0" * 64)


SABOTAGE = {
    "total": Guard(exits_at_words),
    "sound": Guard(takes_the_first),
    "deterministic": Guard(moody),
    "order-free": Guard(minds_the_first),
    "strangers": Guard(minds_the_lonely),
    "monotone": Forgetful(checks.empty_body()),
    "redacted": Guard(quotes),
    "digested": Numb(),
}


@pytest.mark.parametrize("name", SABOTAGE)
def test_a_law_catches_what_breaks_it(name):
    with pytest.raises(LawBrokenError) as error:
        assert_law(name, SABOTAGE[name], max_examples=500)
    assert str(error.value).startswith(f"{name}: ")


def test_a_guard_that_sleeps_while_it_observes_is_caught(monkeypatch):
    monkeypatch.setattr("sendguard.testing._laws.Guard", Sleepy)
    with pytest.raises(LawBrokenError, match="observing: "):
        assert_law("observing", Sleepy(checks.empty_body()), max_examples=500)


def test_every_law_is_sabotaged_somewhere():
    assert {*SABOTAGE, "observing"} == set(LAWS)


def test_a_counterexample_is_small_and_comes_as_a_test_to_paste():
    with pytest.raises(LawBrokenError) as error:
        assert_law("total", Guard(exits), messages=messages(hostile=True), max_examples=2000)
    broken = error.value
    assert broken.message.text == "%"
    assert broken.message.recipients == ()
    source = str(broken).partition("\n\n")[2]
    assert source == regression_test("total", broken.message, broken.sendguard_context)
    space = {"Message": Message, "Context": Context, "assert_law": assert_law}
    exec(source, space)
    space["test_total_for_this_message"](Guard())
    with pytest.raises(LawBrokenError):
        space["test_total_for_this_message"](Guard(exits))


@rule("test.grumble", completes=True)
def completes(message, context):
    return "one alone" if len(message.recipients) == 1 else None


def test_checks_that_a_recipient_can_complete_are_exempt_from_the_law_of_strangers():
    assert_law("strangers", Guard(completes), max_examples=200)


def test_ctrl_c_is_no_broken_law():
    @rule("test.interrupted")
    def interrupted(message, context):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        LAWS["total"].check(Guard(interrupted), Message.email(text="x"), Context())


def test_only_laws_that_there_are_can_be_asked_for():
    with pytest.raises(InvalidArgument, match="there is no law 'totl'"):
        assert_law("totl", Guard())


def test_messages_can_be_drawn_from_ones_own_strategy():
    seen = []

    @rule("test.seen")
    def note(message, context):
        seen.append(message.text)

    own = st.just(Message.email(text="mine"))
    assert_law("total", Guard(note), messages=own, max_examples=5)
    assert set(seen) == {"mine"}


class TestRecommendedAsAClass(PolicyLaws):
    guard = Guard.recommended()
    max_examples = 10


def test_a_class_of_laws_has_a_test_for_each():
    tests = {name for name in vars(PolicyLaws) if name.startswith("test_")}
    assert tests == {f"test_{name.replace('-', '_')}" for name in LAWS}


def test_what_a_rule_finds_about_a_recipient_is_no_broken_law():
    @rule("test.b")
    def each(message, context):
        for recipient in message.recipients:
            if recipient.address.startswith("b"):
                yield Finding(
                    code="test.b", action=Action.HOLD, message="A b.", recipient=recipient.address
                )

    assert_policy_laws(Guard(each), max_examples=50)
