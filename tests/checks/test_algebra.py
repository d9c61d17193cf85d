"""The laws of composed checks, on pass < unknown < object for each recipient."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import ADDRESSES, Scripted, leaves, plain_messages, trees

from sendguard import Action, Context, Guard, Message, checks, conditions, rule
from sendguard.checks import Case, Check, all_of, any_of
from sendguard.errors import ConfigurationError
from sendguard.guard._judge import Judge, Status
from sendguard.guard._pool import IoPool
from sendguard.text import Analysis


def status(check: Check, message: Message) -> dict[str | None, Status]:
    """What the check says about each recipient."""
    judge = Judge(
        case=Case(message, Context(), Analysis(message)),
        on_error=Action.HOLD,
        on_unevaluable=Action.WARN,
        pool=IoPool(),
        recipients=tuple(dict.fromkeys(r.address for r in message.recipients)) or (None,),
    )
    return judge._status(judge.judge(check))


@given(trees(), trees(), plain_messages())
def test_and_and_or_are_commutative(a, b, message):
    assert status(a & b, message) == status(b & a, message)
    assert status(a | b, message) == status(b | a, message)


@given(trees(), trees(), trees(), plain_messages())
def test_and_and_or_are_associative(a, b, c, message):
    assert status((a & b) & c, message) == status(all_of(a, all_of(b, c)), message)
    assert status((a | b) | c, message) == status(any_of(a, any_of(b, c)), message)


@given(trees(), plain_messages())
def test_and_and_or_are_idempotent(a, message):
    assert status(a & a, message) == status(a, message)
    assert status(a | a, message) == status(a, message)


@given(trees(), trees(), trees(), plain_messages())
def test_and_and_or_distribute_over_each_other(a, b, c, message):
    assert status(a & (b | c), message) == status((a & b) | (a & c), message)
    assert status(a | (b & c), message) == status((a | b) & (a | c), message)


@given(trees(), plain_messages())
def test_the_empty_conjunction_is_the_identity_of_and_and_absorbs_or(a, message):
    assert status(a & all_of(), message) == status(a, message)
    assert set(status(a | all_of(), message).values()) == {Status.PASS}


@given(trees(), plain_messages())
def test_a_check_that_always_blocks_is_the_identity_of_or(a, message):
    never = Scripted("z", {None: "BLOCK"})
    assert status(a | never, message) == status(a, message)


@given(trees(), trees(), plain_messages())
def test_and_gives_the_findings_of_both_once_each(a, b, message):
    both = Guard(a & b).evaluate(message).findings
    alone = {*Guard(a).evaluate(message).findings, *Guard(b).evaluate(message).findings}
    assert len(both) == len(set(both))
    assert set(both) == alone


@given(leaves, leaves, plain_messages())
def test_or_objects_to_exactly_those_whom_no_side_passes(a, b, message):
    left, right, both = status(a, message), status(b, message), status(a | b, message)
    for recipient in both:
        passed = Status.PASS in (left[recipient], right[recipient])
        assert (both[recipient] is Status.PASS) == passed


@given(leaves, plain_messages(), st.sampled_from(ADDRESSES))
def test_one_pass_is_enough_for_that_recipient_only(a, message, address):
    only = Scripted("only", {other: "BLOCK" for other in ADDRESSES if other != address})
    decision = Guard(a | only).evaluate(message)
    for each in decision.recipients:
        if each.recipient.address == address:
            assert each.action is Action.ALLOW


def test_a_message_level_objection_stays_with_those_whom_the_other_side_refused():
    everyone = Scripted("a", {None: "HOLD"})
    not_ann = Scripted("b", {"bob@b.example": "WARN"})
    message = Message.email(to=["ann@a.example", "bob@b.example"])
    decision = Guard(everyone | not_ann).evaluate(message)
    assert {each.recipient.address: each.action for each in decision.recipients} == {
        "ann@a.example": Action.ALLOW,
        "bob@b.example": Action.HOLD,
    }


def test_a_failed_side_is_no_pass():
    failing = Scripted("a", {None: "raise"})
    objecting = Scripted("b", {None: "WARN"})
    message = Message.email(to="ann@a.example")
    codes = {finding.code for finding in Guard(failing | objecting).evaluate(message).findings}
    assert codes == {"guard.check-failed", "test.b"}


@given(trees(), st.sampled_from(Action), plain_messages())
def test_at_sets_exactly_that_action_but_not_for_what_failed(a, action, message):
    for finding in Guard(a.at(action)).evaluate(message).findings:
        expected = {"guard.check-failed": Action.HOLD, "guard.not-evaluable": Action.WARN}
        assert finding.action is expected.get(finding.code, action)


@given(trees(), plain_messages())
def test_when_and_unless_split_a_check_in_two(a, message):
    condition = conditions.recipients_at_least(2)
    assert status(a.when(condition) & a.unless(condition), message) == status(a, message)


def test_a_condition_that_fails_is_a_check_that_failed():
    broken = conditions.satisfies(lambda message, context: 1 / 0, name="broken")
    decision = Guard(Scripted("a", {}).when(broken)).evaluate(Message.email(to="a@a.example"))
    assert [finding.code for finding in decision.findings] == ["guard.check-failed"]


@pytest.mark.parametrize(
    ("condition", "completes_when", "completes_unless"),
    [
        (conditions.any_external(), False, True),
        (conditions.all_internal(), True, False),
        (~conditions.any_external(), True, False),
        (conditions.any_external() & conditions.channel("email"), False, True),
        (conditions.any_domain("a.example") | conditions.all_internal(), True, True),
        (conditions.channel("email"), False, False),
        (conditions.satisfies(lambda message, context: True), True, True),
    ],
    ids=repr,
)
def test_conditions_that_a_stranger_turns_off_exempt_the_check(
    condition, completes_when, completes_unless
):
    check = Scripted("a", {})
    assert check.when(condition).completes is completes_when
    assert check.unless(condition).completes is completes_unless
    assert (check.when(condition) & check).completes is completes_when


def test_composed_checks_say_how_they_were_built():
    check = (
        checks.visible_recipients(warn_above=3) | checks.allowed_recipients(["maria@shop.example"])
    ) & checks.repeated_recipients().when(conditions.channel("email")).at(Action.HOLD)
    shown = repr(check)
    assert "maria" not in shown
    assert "m…@shop.example" in shown
    assert ".when(channel('email')).at(Action.HOLD)" in shown


def test_flattening_keeps_a_long_chain_flat():
    check = Scripted("a", {})
    for _ in range(5_000):
        check = check & Scripted("b", {None: "WARN"})
    assert len(check.checks) == 5_001
    decision = Guard(check).evaluate(Message.email(to="a@a.example"))
    assert [finding.code for finding in decision.findings] == ["test.b"]


def test_nesting_without_end_is_a_failed_check_and_not_a_crash():
    check = Scripted("a", {None: "WARN"})
    for _ in range(100_000):
        check = check.named("test.deeper")
    decision = Guard(check).evaluate(Message.email(to="a@a.example"))
    assert [finding.code for finding in decision.findings] == ["guard.check-failed"]


@pytest.mark.parametrize("stranger", [None, 1, "check", lambda message, context: None])
def test_only_checks_compose(stranger):
    with pytest.raises(TypeError):
        Scripted("a", {}) & stranger
    with pytest.raises(TypeError):
        Scripted("a", {}) | stranger
    with pytest.raises(TypeError, match="built by"):
        Guard(stranger)


def test_there_is_no_opposite_of_a_check():
    with pytest.raises(TypeError):
        ~Scripted("a", {})


def test_wrong_combinations_are_refused_when_they_are_built():
    check = Scripted("a", {})
    with pytest.raises(ConfigurationError, match="at least one"):
        any_of()
    with pytest.raises(TypeError, match="Action"):
        check.at("hold")
    with pytest.raises(ConfigurationError, match=r"family\.slug"):
        check.named("Hold It")
    with pytest.raises(ConfigurationError, match="guard's own"):
        check.named("guard.check-failed")
    with pytest.raises(TypeError, match="conditions"):
        check.when(lambda message, context: True)


@rule("test.shouting")
def shouting(message: Message, context: Context) -> str | None:
    return "It shouts." if (message.text or "").isupper() else None


def test_a_rule_is_a_check_and_still_a_function():
    loud = Message.email(to="a@a.example", text="NOW")
    (finding,) = Guard(shouting).evaluate(loud).findings
    assert (finding.code, finding.action) == ("test.shouting", Action.WARN)
    assert shouting(loud, Context()) == "It shouts."
    assert pickle.loads(pickle.dumps(shouting)) is shouting


def test_a_rule_that_gives_something_else_has_failed():
    wrong = rule("test.wrong")(lambda message, context: [42])
    (finding,) = Guard(wrong).evaluate(Message.email(to="a@a.example")).findings
    assert finding.code == "guard.check-failed"
    assert "TypeError" in finding.message


def test_rules_are_validated_when_they_are_built():
    with pytest.raises(ConfigurationError, match=r"family\.slug"):
        rule("NoFamily")
    with pytest.raises(ConfigurationError, match="guard's own"):
        rule("guard.mine")
    with pytest.raises(ConfigurationError, match="time_out"):
        rule("a.b", time_out=0)
    with pytest.raises(TypeError, match="function"):
        rule("a.b")("not a function")
