from __future__ import annotations

import json
import sys

import pytest

from sendguard import Guard, rule
from sendguard.cli.stories import STORIES


@pytest.fixture(autouse=True)
def own_policy() -> None:
    """The demo is told with the policy that is recommended."""


def tells_no_address(out: str) -> bool:
    return "maria.lopez@" not in out and "customer7@" not in out


def test_every_story_goes_as_told_through_a_real_server(run):
    code, out, err = run("demo")
    assert (code, err) == (0, "")
    assert out.endswith(f"\n{len(STORIES)} of {len(STORIES)} stories went as told\n")
    for story in STORIES:
        assert story.title in out
    assert tells_no_address(out)


def test_without_the_guard_the_mail_arrives_and_with_it_nothing_does(run):
    code, out, _ = run("demo", "--format", "json")
    document = json.loads(out)
    assert code == 0
    assert document["schema"] == 1
    assert tells_no_address(out)
    assert [each["name"] for each in document["stories"]] == [story.name for story in STORIES]
    for told in document["stories"]:
        assert told["without"]["arrived"] == 1
        if told["with"]["raised"] is None:
            assert told["with"]["arrived"] == 1
            assert told["with"]["decision"]["action"] == "warn"
        else:
            assert told["with"]["arrived"] == 0
            assert told["with"]["raised"] in ("MessageHeld", "MessageBlocked")
            assert told["with"]["decision"]["action"] in ("hold", "block")
        assert told["twin"]["arrived"] == 1
        assert told["twin"]["decision"]["findings"] == []
        assert told["as_told"] is True


def test_a_guard_that_lets_everything_pass_is_found_out(run, monkeypatch):
    monkeypatch.setattr(Guard, "recommended", lambda **options: Guard(**options))
    code, out, _ = run("demo", "--story", "open-recipients")
    assert code == 1
    assert "This did not go as told." in out
    assert out.endswith("0 of 1 story went as told\n")


def test_a_guard_that_objects_to_the_twin_is_found_out(run, monkeypatch):
    recommended = Guard.recommended
    grumble = rule("test.grumble")(lambda message, context: "I do not like mail.")
    monkeypatch.setattr(Guard, "recommended", lambda: recommended().extended(grumble))
    code, out, _ = run("demo", "--story", "open-recipients")
    assert code == 1
    assert out.count("test.grumble") == 2


def test_a_story_can_be_picked_by_name(run):
    out = run("demo", "--story", "test-system")[1]
    assert "MessageBlocked" in out
    assert "recipient.not-allowed" in out
    assert out.endswith("1 of 1 story went as told\n")


def test_stories_can_be_picked_by_the_number_of_their_incident(run):
    out = run("demo", "--story", "I-05", "--list")[1]
    numbered = [story.name for story in STORIES if story.incident == "I-05"]
    assert [line.split()[1] for line in out.splitlines()] == numbered


def test_the_list_names_every_story_and_sends_nothing(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "aiosmtpd.smtp", None)
    code, out, _ = run("demo", "--list")
    assert code == 0
    assert len(out.splitlines()) == len(STORIES)


def test_an_unknown_story_is_exit_2_and_names_the_known_ones(run):
    code, out, err = run("demo", "--story", "I-99")
    assert (code, out) == (2, "")
    assert "test-system" in err


def test_without_the_server_it_says_what_to_install(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "aiosmtpd.smtp", None)
    code, out, err = run("demo")
    assert (code, out) == (2, "")
    assert err == (
        "sendguard: the demo needs an SMTP server to send to: pip install 'sendguard[demo]'\n"
    )
