"""Limits: what is counted, for whom, in which time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sendguard import Action, Actor, Context, Guard, Message, checks
from sendguard.errors import ConfigurationError
from sendguard.stores import MemoryStore

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def message(*to: str, **more) -> Message:
    return Message.email(sender="shop@shop.example", to=to, text="Hello", **more)


def holds(check, *sends, clock=lambda: NOW) -> list[bool]:
    """Whether each send, a message with its context, was held."""
    guard = Guard(check, store=MemoryStore(), clock=clock)
    held = []
    for each, facts in sends:
        held.append(not guard.evaluate(each, facts).allowed)
        if not held[-1]:
            guard.admit(each, facts).sent()
    return held


def by_tenant(message, facts):
    return facts.extra.get("tenant")


class ByWeight:
    def __call__(self, message, facts):
        return str(len(message.text))


@pytest.mark.parametrize(
    ("by", "same", "other"),
    [
        ("recipient", message("Ann@A.example"), message("bob@b.example")),
        ("actor", Context(actor="a"), Context(actor=Actor("b"))),
        ("customer", Context(customer="a"), Context(customer="b")),
        ("campaign", Context(campaign="a"), Context(campaign="b")),
        ("template", message("a@a.example", template="a"), message("a@a.example", template="b")),
        (by_tenant, Context(extra={"tenant": "a"}), Context(extra={"tenant": "b"})),
    ],
)
def test_each_is_counted_for_himself(by, same, other):
    def pair(thing):
        if isinstance(thing, Context):
            return message("ann@a.example"), thing
        return thing, Context()

    check = checks.rate_limit(limit=1, per="1h", by=by)
    assert holds(check, pair(same), pair(other), pair(same), pair(other)) == [
        False,
        False,
        True,
        True,
    ]


def test_the_forms_of_one_address_are_one_recipient():
    check = checks.rate_limit(limit=1, per="1h", by="recipient")
    forms = ("ann@a.example", "Ann <ann@A.EXAMPLE>")
    assert holds(check, *((message(form), None) for form in forms)) == [False, True]


def test_all_counts_messages_and_not_recipients():
    check = checks.rate_limit(limit=2, per="1h", by="all")
    sends = [(message(f"a{n}@a.example", f"b{n}@b.example"), None) for n in range(3)]
    assert holds(check, *sends) == [False, False, True]


@pytest.mark.parametrize("by", ["actor", "customer", "campaign", "template", by_tenant])
def test_who_is_not_named_cannot_be_counted(by):
    guard = Guard(checks.rate_limit(limit=1, per="1h", by=by), store=MemoryStore())
    decision = guard.evaluate(message("ann@a.example"))
    assert [(f.code, f.action) for f in decision.findings] == [("guard.not-evaluable", Action.WARN)]


def test_a_function_is_found_by_its_name_and_counts_as_itself():
    here = f"{__name__}:by_tenant"
    named = checks.rate_limit(limit=1, per="1h", by=here)
    given_ = checks.rate_limit(limit=1, per="1h", by=by_tenant)
    assert repr(named) == f"rate_limit(limit=1, per='1h', by={here!r})"
    assert repr(given_) == f"rate_limit(limit=1, per='1h', by={here})"
    store, facts = MemoryStore(), Context(extra={"tenant": "a"})
    Guard(named, store=store).admit(message("ann@a.example"), facts).sent()
    assert not Guard(given_, store=store).evaluate(message("ann@a.example"), facts).allowed


def test_an_object_that_can_be_called_is_a_function_too():
    check = checks.rate_limit(limit=1, per="1h", by=ByWeight())
    assert holds(check, (message("a@a.example"), None), (message("b@b.example"), None)) == [
        False,
        True,
    ]


def test_a_function_that_gives_no_text_has_failed():
    check = checks.rate_limit(limit=1, per="1h", by=lambda message, facts: 7)
    decision = Guard(check, store=MemoryStore()).evaluate(message("ann@a.example"))
    assert [finding.code for finding in decision.findings] == ["guard.check-failed"]


def test_two_limits_of_one_length_count_the_same_messages():
    early = checks.rate_limit(limit=1, per="1h", by="all").at(Action.WARN)
    late = checks.rate_limit(limit=2, per="60m", by="all")
    sends = [(message("a@a.example"), None)] * 3
    assert holds(early & late, *sends) == [False, False, True]


def test_limits_of_two_lengths_hold_both():
    at = NOW
    check = checks.rate_limit(limit=1, per="10m", by="all") & checks.rate_limit(
        limit=2, per="1h", by="all"
    )
    guard = Guard(check, store=MemoryStore(), clock=lambda: at)
    held = []
    for minutes in (0, 1, 30, 59, 61):
        at = NOW + timedelta(minutes=minutes)
        held.append(not guard.evaluate(message("a@a.example")).allowed)
        if not held[-1]:
            guard.admit(message("a@a.example")).sent()
    assert held == [False, True, False, True, False]


@pytest.mark.parametrize(
    ("given_", "shown"),
    [("1h", "1h"), ("90s", "90s"), ("1h30m", "90m"), ("1d", "1d"), ("2w", "2w"), ("60m", "1h"),
     (timedelta(hours=36), "36h"), (timedelta(milliseconds=500), "0.5s")],
)  # fmt: skip
def test_lengths_of_time_are_read_as_people_write_them(given_, shown):
    check = checks.rate_limit(limit=1, per=given_, by="all")
    assert repr(check) == f"rate_limit(limit=1, per={shown!r}, by='all')"
    assert check == checks.rate_limit(limit=1, per=shown if shown != "0.5s" else given_, by="all")


@pytest.mark.parametrize(
    "per", ["", "1", "h", "1 h", "1m1h", "-1h", "0s", "1.5h", "PT1H", "99999w", "1y"]
)
def test_what_is_no_length_of_time_is_refused_when_it_is_built(per):
    with pytest.raises(ConfigurationError, match=r"rate_limit\(per=\)"):
        checks.rate_limit(limit=1, per=per, by="all")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"limit": 0}, r"rate_limit\(limit=\) is 0; use 1 to"),
        ({"limit": -1}, "use 1 to"),
        ({"by": "recipent"}, "did you mean 'recipient'"),
        ({"by": "nowhere:at_all"}, "nowhere"),
        ({"by": f"{__name__}:nothing"}, "nothing"),
        ({"by": f"{__name__}:NOW"}, "cannot be called"),
    ],
)
def test_a_wrong_option_is_refused_when_it_is_built(options, words):
    with pytest.raises(ConfigurationError, match=words):
        checks.rate_limit(**{"limit": 1, "per": "1h", "by": "all", **options})


@pytest.mark.parametrize("options", [{"limit": 1.0}, {"limit": True}, {"per": 3600}, {"by": 7}])
def test_a_wrong_type_raises(options):
    with pytest.raises(TypeError):
        checks.rate_limit(**{"limit": 1, "per": "1h", "by": "all", **options})


@given(
    st.integers(1, 4),
    st.integers(1, 20),
    st.lists(st.integers(0, 12), max_size=40),
)
def test_no_stretch_of_time_ever_holds_more_than_the_limit(limit, seconds, steps):
    at, sent = NOW, []
    guard = Guard(
        checks.rate_limit(limit=limit, per=timedelta(seconds=seconds), by="all"),
        store=MemoryStore(),
        clock=lambda: at,
    )
    for step in steps:
        at += timedelta(seconds=step)
        counted = sum(each > at - timedelta(seconds=seconds) for each in sent)
        allowed = guard.evaluate(message("a@a.example")).allowed
        assert allowed == (counted < limit)
        if allowed:
            guard.admit(message("a@a.example")).sent()
            sent.append(at)
