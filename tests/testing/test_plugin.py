"""The plug-in, in runs of pytest of their own."""

from __future__ import annotations

import pytest

from sendguard import Guard, Message, rule
from sendguard.testing import allowed, blocked, held, warned

pytest_plugins = ["pytester"]
FILLED = Message.email(to="a@x.example", subject="Hi", text="Dear Ann,\n\nsee you.")
UNFILLED = Message.email(to="a@x.example", subject="Hi", text="Dear {{name}},")


def test_the_laws_are_run_over_a_policy_file(pytester):
    pytester.makefile(".toml", policy='include = "recommended"\n')
    result = pytester.runpytest_inprocess(
        "--sendguard-policy", "policy.toml", "--sendguard-examples", "3", "-v", "-p", "no:xdist"
    )
    result.assert_outcomes(passed=9)
    result.stdout.fnmatch_lines(["sendguard-policy::policy.toml::total PASSED*"])


@pytest.mark.usefixtures("unshrunk")
def test_a_broken_law_shows_a_test_to_paste_and_no_traceback(pytester):
    pytester.makepyfile(
        own_rules="""
        from sendguard import rule

        @rule("own.lonely")
        def lonely(message, context):
            return "one alone" if len(message.recipients) == 1 else None
        """
    )
    pytester.syspathinsert()
    pytester.makefile(".toml", policy='[[checks]]\ncheck = "own_rules:lonely"\n')
    result = pytester.runpytest_inprocess(
        "--sendguard-policy", "policy.toml", "--sendguard-examples", "25", "-p", "no:xdist"
    )
    result.assert_outcomes(passed=8, failed=1)
    result.stdout.fnmatch_lines(
        ["strangers: one recipient more turns WARN*", "def test_strangers_*"]
    )
    assert "Traceback" not in result.stdout.str()
    assert "_laws.py" not in result.stdout.str()


def test_a_policy_that_is_wrong_fails_with_its_message(pytester):
    pytester.makefile(".toml", policy='[[checks]]\ncheck = "placeholder"\n')
    result = pytester.runpytest_inprocess("--sendguard-policy", "policy.toml", "-p", "no:xdist")
    result.assert_outcomes(failed=9)
    result.stdout.fnmatch_lines(["*did you mean 'placeholders'?*"])


def test_the_fixtures_are_there(pytester):
    pytester.makepyfile(
        """
        import pytest
        from sendguard import Guard, Message, MessageHeld, checks
        from sendguard.stores import MemoryStore

        def test_all(guard_recorder, fake_transport, frozen_clock):
            guard = Guard(
                checks.rate_limit(limit=1, per="1h", by="all"), store=MemoryStore(),
                clock=frozen_clock, observers=[guard_recorder],
            )
            send = fake_transport.guarded(guard)
            message = Message.email(to="a@x.example", text="Hi")
            send(message)
            with pytest.raises(MessageHeld):
                send(message)
            frozen_clock.advance(hours=1, seconds=1)
            send(message)
            assert fake_transport.sent == [message, message]
            assert guard_recorder.kinds == ["admitted", "sent", "held", "admitted", "sent"]
            assert guard_recorder.codes == {"state.rate-limit"}
            fake_transport.error = ConnectionError("down")
            frozen_clock.advance(hours=2)
            with pytest.raises(ConnectionError):
                send(message)
            assert guard_recorder.kinds[-1] == "unknown"
        """
    )
    pytester.runpytest_inprocess("-p", "no:xdist").assert_outcomes(passed=1)


def test_decisions_compare_with_what_is_expected():
    guard = Guard.recommended()
    assert guard.evaluate(FILLED) == allowed()
    assert guard.evaluate(UNFILLED) == held("placeholder.unreplaced")
    assert guard.evaluate(UNFILLED) == held("placeholder.*")
    assert guard.evaluate(UNFILLED) != held("address.invalid")
    assert guard.evaluate(UNFILLED) != blocked("placeholder.unreplaced")
    grumble = rule("test.grumble")(lambda message, context: "No.")
    assert Guard(grumble).evaluate(FILLED) == warned("test.grumble")
    assert held() != "held()"
    assert repr(held("a.b")) == "held('a.b')"
    with pytest.raises(ValueError, match="nonsense"):
        held("nonsense")


def test_a_decision_that_is_not_as_expected_says_what_is_missing(pytester):
    pytester.makepyfile(
        """
        from sendguard import Guard, Message
        from sendguard.testing import blocked

        def test_it():
            message = Message.email(to="a@x.example", subject="Hi", text="Dear {{name}},")
            assert Guard.recommended().evaluate(message) == blocked("address.invalid")
        """
    )
    result = pytester.runpytest_inprocess("-p", "no:xdist")
    result.stdout.fnmatch_lines(
        [
            "*decision == blocked('address.invalid')*",
            "*the action is HOLD and not BLOCK*",
            "*no finding is a address.invalid; there are placeholder.unreplaced*",
        ]
    )


def test_a_send_past_the_guard_fails_the_test_that_watches(pytester):
    pytester.makepyfile(
        """
        import smtplib
        from sendguard import Guard, Message

        class Nowhere(smtplib.SMTP):
            def send(self, data):
                import sys
                sys.audit("smtplib.send", self, data)

        def test_bare(no_bypass):
            Nowhere().send("mail FROM:<a@x.example>")

        def test_guarded(no_bypass):
            with Guard().admit(Message.email(to="a@x.example", text="Hi")):
                Nowhere().send("mail FROM:<a@x.example>")
        """
    )
    result = pytester.runpytest_inprocess("-p", "no:xdist")
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["*:7, in send: sent by smtplib without a guard"])
