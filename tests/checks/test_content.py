from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from sendguard import Action, Attachment, Check, Context, Finding, Message, checks
from sendguard.checks import Case
from sendguard.model import Defect
from sendguard.text import Analysis


def find(check: Check, message: Message) -> list[Finding]:
    return list(check.find(Case(message, Context(), Analysis(message))))


@pytest.mark.parametrize("subject", [None, "", " \t", "\u200b\u00ad"])
def test_an_email_without_a_visible_subject_is_warned_about(subject: str | None) -> None:
    (finding,) = find(checks.empty_subject(), Message.email(subject=subject, text="Hello"))
    assert (finding.code, finding.action, finding.part) == (
        "content.empty-subject",
        Action.WARN,
        "subject",
    )


@pytest.mark.parametrize(
    "message",
    [
        Message.email(subject="News", text="Hello"),
        Message.sms(text="Hello"),
        Message.chat(text="Hello"),
        Message.email(template="welcome"),
    ],
)
def test_a_message_that_has_or_needs_no_subject_passes(message: Message) -> None:
    assert find(checks.empty_subject(), message) == []


@pytest.mark.parametrize(
    "message",
    [
        Message.email(),
        Message.email(text=" \n\u200b"),
        Message.email(html="<html><body><p>&nbsp;</p><div hidden>preheader</div></body></html>"),
        Message.sms(text=""),
        Message.sms(),
        Message.chat(text="\u200b"),
    ],
)
def test_a_message_that_would_arrive_blank_is_held(message: Message) -> None:
    (finding,) = find(checks.empty_body(), message)
    assert (finding.code, finding.action) == ("content.empty-body", Action.HOLD)


def test_a_message_that_says_all_in_its_subject_is_warned_about() -> None:
    (finding,) = find(checks.empty_body(), Message.email(subject="On my way", text=""))
    assert finding.action is Action.WARN


def test_the_part_that_is_blank_is_named() -> None:
    (finding,) = find(checks.empty_body(), Message.email(html="<p></p>"))
    assert finding.part == "html"


@pytest.mark.parametrize(
    "message",
    [
        Message.email(text="Hello"),
        Message.email(text="", html="<p>Hello</p>"),
        Message.email(html="<img src='https://x.example/a.png'>"),
        Message.email(attachments=[Attachment("a.pdf")]),
        Message.email(template="welcome"),
        Message(channel="email", defects=(Defect("unreadable", "It is encrypted."),)),
    ],
)
def test_a_message_with_something_to_see_or_read_elsewhere_passes(message: Message) -> None:
    assert find(checks.empty_body(), message) == []


def test_a_template_whose_rendering_is_blank_is_held() -> None:
    message = Message.email(template="welcome", text="")
    assert [f.action for f in find(checks.empty_body(), message)] == [Action.HOLD]


_SAMPLES = os.environ.get("SENDGUARD_SAMPLE_MAIL")


@pytest.mark.skipif(_SAMPLES is None, reason="SENDGUARD_SAMPLE_MAIL names no folder")
def test_real_mail_is_never_stopped_and_hardly_ever_warned_about() -> None:
    check = checks.empty_subject() & checks.empty_body()
    actions = Counter(
        finding.action
        for path in sorted(Path(_SAMPLES or "").iterdir())
        for leaf in check.checks
        for finding in find(leaf, Message.from_email(path.read_bytes()))
    )
    assert actions[Action.HOLD] == 0
    assert actions[Action.WARN] <= 5
