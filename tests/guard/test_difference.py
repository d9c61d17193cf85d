from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sendguard import Action, Finding, Guard, Message, Override, checks
from sendguard.guard import difference, noticed


def finding(code="test.a", action=Action.WARN, **fields):
    return Finding(code=code, action=action, message="m", **fields)


findings = st.lists(
    st.builds(
        finding,
        st.sampled_from(["test.a", "test.b"]),
        st.sampled_from(Action),
        recipient=st.sampled_from([None, "a@x.example", "b@x.example"]),
    ),
    max_size=4,
)


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ([], [], "unchanged"),
        ([], [Action.WARN], "newly-warned"),
        ([], [Action.HOLD], "newly-held"),
        ([Action.WARN], [Action.HOLD], "newly-held"),
        ([Action.HOLD], [Action.BLOCK], "newly-blocked"),
        ([Action.BLOCK], [Action.HOLD], "changed"),
        ([Action.BLOCK], [Action.WARN], "newly-allowed"),
        ([Action.HOLD], [], "newly-allowed"),
        ([Action.WARN], [], "changed"),
    ],
)
def test_the_change_says_what_becomes_of_the_message(before, after, change):
    found = difference(
        [finding(action=action) for action in before], [finding(action=action) for action in after]
    )
    assert found.change == change


def test_other_words_are_no_difference_and_another_recipient_is():
    one = finding(recipient="a@x.example")
    assert difference([one], [one.replace(message="other", span=(1, 2))]).change == "unchanged"
    other = one.replace(recipient="b@x.example")
    found = difference([one], [other])
    assert (found.change, found.gained, found.lost) == ("changed", (other,), (one,))


@given(findings, findings)
def test_what_is_gained_one_way_is_lost_the_other_way(before, after):
    there, back = difference(before, after), difference(after, before)
    assert (there.gained, there.lost) == (back.lost, back.gained)
    assert (there.before, there.after) == (back.after, back.before)
    assert (there.change == "unchanged") == (not there.gained and not there.lost)


def test_findings_that_differ_in_their_place_alone_come_and_go_together():
    two = [finding(span=(0, 1)), finding(span=(4, 5))]
    assert difference([], two).gained == tuple(two)
    assert difference(two, two[:1]).change == "unchanged"


@given(findings)
def test_nothing_differs_from_itself_in_whatever_order(found):
    assert difference(found, found[::-1]).change == "unchanged"


def test_what_a_person_set_aside_was_noticed_all_the_same():
    guard = Guard(checks.placeholders())
    message = Message.email(to="m@x.example", subject="s", text="Dear {{name}},")
    override = Override("placeholder.unreplaced", by="Ann", reason="it is a sample")
    decision = guard.admit(message, override=override).decision
    assert decision.findings == ()
    assert [each.code for each in noticed(decision)] == ["placeholder.unreplaced"]
